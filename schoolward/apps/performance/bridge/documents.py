"""Judgements of a year's results in the form that the contracts promise: for the command line and the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schoolward.analysis.policy.coasting import CoastingResult
    from schoolward.analysis.policy.standard import StandardResult
    from schoolward.analysis.policy.working import Working
    from schoolward.terms.rulebook import Reference, ResultRule, Rulebook

LINE = (
    "measure", "value", "operator", "threshold", "holds", "code", "role", "combine", "tested", "sentence",
)  # fmt: skip


def standard_document(result: StandardResult, rulebook: Rulebook) -> dict[str, Any]:
    """One exam year's schools under a standard, with every comparison."""
    return {
        "exam_year": result.exam_year,
        "phase": str(result.phase),
        "rule": _rule(result.rule),
        "standard": result.standard,
        "sentence": result.sentence,
        "closed": result.closed,
        "rules_edition": rulebook.edition,
        "eligible": result.eligible,
        "below": result.below,
        "not_below": result.not_below,
        "unknown": result.unknown,
        "excluded": result.excluded,
        "cautions": result.cautions,
        "schools": list(standard_schools(result, rulebook)),
    }


def standard_schools(result: StandardResult, rulebook: Rulebook) -> Iterator[dict[str, Any]]:
    """The schools of that document."""
    for row in result.rows():
        yield {
            "urn": row["urn"],
            "name": row["name"],
            "authority": row["la_code"],
            "status": row["status"],
            "reason": row["reason"],
            "caution": row["caution"],
            "working": [working_line(line) for line in result.working_of(row, rulebook.measures)],
        }


def coasting_document(result: CoastingResult, rulebook: Rulebook) -> dict[str, Any]:
    """The schools under the coasting definition decided on an exam year's results, with every comparison."""
    return {
        "exam_year": result.rule.exam_year,
        "phase": str(result.rule.key_stage),
        "rule": _rule(result.rule),
        "years": list(result.rule.years),
        "sentence": result.sentence,
        "rules_edition": rulebook.edition,
        "eligible": result.eligible,
        "coasting": result.coasting,
        "not_coasting": result.not_coasting,
        "unknown": result.unknown,
        "excluded": result.excluded,
        "schools": list(coasting_schools(result, rulebook)),
    }


def coasting_schools(result: CoastingResult, rulebook: Rulebook) -> Iterator[dict[str, Any]]:
    """The schools of that document."""
    rows = {year: {row["urn"]: row for row in part.rows()} for year, part in result.parts.items()}
    for school in result.frame.iter_rows(named=True):
        urn = school["urn"]
        yield {
            "urn": urn,
            "name": school["name"],
            "authority": school["la_code"],
            "status": school["status"],
            "reason": school["reason"],
            "years": {year: school[f"part {year}"] for year in result.rule.years},
            "working": [
                working_line(line) | {"exam_year": year}
                for year, part in result.parts.items()
                if urn in rows[year]
                for line in part.working_of(rows[year][urn], rulebook.measures)
            ],
        }


def working_line(line: Working) -> dict[str, Any]:
    """One comparison of a working."""
    return {name: getattr(line, name) for name in LINE}


def _rule(rule: ResultRule) -> dict[str, Any]:
    return {"id": rule.id, "title": rule.title, "reference": _reference(rule.reference)}


def _reference(found: Reference) -> dict[str, str]:
    return {
        "title": found.title,
        "href": found.href,
        "confidence": str(found.confidence),
        "note": found.note,
    }
