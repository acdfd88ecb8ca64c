"""The coasting schools as JSON, CSV or a table, in the form of the floor's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schoolward.cli import output

if TYPE_CHECKING:
    from schoolward.analysis.policy.coasting import CoastingResult
    from schoolward.terms.rulebook import Rulebook

FIELDS = ("urn", "name", "authority", "status", "reason", "years", "working")


def write(result: CoastingResult, rulebook: Rulebook, form: str) -> None:
    """Print the result in one of the three forms."""
    match form:
        case "json":
            output.write_json(document(result, rulebook))
        case "csv":
            output.write_csv(_schools(result, rulebook), FIELDS)
        case _:
            _print(result)


def document(result: CoastingResult, rulebook: Rulebook) -> dict[str, Any]:
    """The result with its rule and editions."""
    return {
        "exam_year": result.rule.exam_year,
        "phase": str(result.rule.key_stage),
        "rule": {
            "id": result.rule.id,
            "title": result.rule.title,
            "reference": output.reference(result.rule.reference),
        },
        "years": list(result.rule.years),
        "sentence": result.sentence,
        "rules_edition": rulebook.edition,
        "eligible": result.eligible,
        "coasting": result.coasting,
        "not_coasting": result.not_coasting,
        "unknown": result.unknown,
        "excluded": result.excluded,
        "schools": list(_schools(result, rulebook)),
    }


def _schools(result: CoastingResult, rulebook: Rulebook) -> Iterator[dict[str, Any]]:
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
                output.working_line(line) | {"exam_year": year}
                for year, part in result.parts.items()
                if urn in rows[year]
                for line in part.working_of(rows[year][urn], rulebook.measures)
            ],
        }


def _print(result: CoastingResult) -> None:
    print(f"{result.rule.title} ({result.rule.id}).")
    print(result.sentence)
    print(f"Source: {result.rule.reference.title}. {result.rule.reference.confidence.sentence}")
    for reason, schools in result.excluded.items():
        print(f"  not judged, {reason.replace('_', ' ')}: {schools:,}")
    for status in ("coasting", "unknown"):
        listed = [row for row in result.frame.iter_rows(named=True) if row["status"] == status]
        if listed:
            print(f"\n{status.capitalize()}")
            rows = ((r["urn"], r["name"] or "(no name)", r["la_code"], r["reason"] or "") for r in listed)
            output.write_table(rows, ("URN", "School", "Authority", "Why unknown"))
