"""The concern list in the form that the contracts promise: for the command line, the API and stored runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schoolward.analysis.concern.evidence import YearResult
    from schoolward.analysis.concern.lists import ConcernList, Proposal


def list_document(found: ConcernList, bands: Mapping[int, dict] | None = None) -> dict[str, Any]:
    """The whole list; dates in ISO form. `bands` of risk by school are there only where asked for."""
    return {
        "authority": found.authority,
        "as_at": found.as_at.isoformat(),
        "rules_edition": found.rules_edition,
        "data_edition": found.data_edition,
        "rule": {"id": found.table.id, "title": found.table.title},
        "counts": found.counts,
        "back_cast": sum(school.back_cast for school in found.schools),
        "schools": [proposal_document(school, (bands or {}).get(school.urn)) for school in found.schools],
    }


def proposal_document(school: Proposal, band: dict | None = None) -> dict[str, Any]:
    """One school: its proposed status, the reasons with deciding ones first, and the working."""
    return {
        "urn": school.urn,
        "name": school.name,
        "status": school.status,
        "says": school.says,
        "route": school.route,
        "phase": school.phase,
        "type": school.type_name,
        "reasons": [
            {
                "code": each.code,
                "sentence": each.sentence,
                "published_on": each.published_on.isoformat() if each.published_on else None,
                "rule": each.rule,
            }
            for each in school.reasons
        ],
        "risk": band,
        "below_by_chance": school.below_by_chance,
        "chance": _chance(school),
        "back_cast": school.back_cast,
        "working": [_year(each) for each in school.results if each.working],
    }


def _chance(school: Proposal) -> dict[str, Any] | None:
    if school.chance is None:
        return None
    return {
        "estimate": school.chance.estimate,
        "low": school.chance.low,
        "high": school.chance.high,
        "below_again": school.chance.below_again,
        "sentence": school.chance.sentence,
    }


def _year(result: YearResult) -> dict[str, Any]:
    """A year's results under its rule, condition by condition."""
    return {
        "exam_year": result.exam_year,
        "phase": str(result.key_stage),
        "rule": result.rule,
        "rule_title": result.rule_title,
        "status": result.status,
        "cohort": result.row.get("cohort"),
        "of_predecessor": result.of_urn if result.of_predecessor else None,
        "conditions": [
            {
                "measure": line.measure,
                "label": line.label,
                "value": line.value,
                "threshold": line.threshold,
                "operator": line.operator,
                "holds": line.holds,
                "tested": line.tested,
                "role": line.role,
                "sentence": line.sentence,
                "reference": line.reference.title,
            }
            for line in result.working
        ],
    }
