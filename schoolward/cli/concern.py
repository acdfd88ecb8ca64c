"""The concern list as JSON, CSV or a table, in the contract's form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolward.cli import output
from schoolward.terms.calendar import format_day

if TYPE_CHECKING:
    from schoolward.apps.concern.bridge import ConcernList, Proposal

FIELDS = (
    "urn",
    "name",
    "status",
    "says",
    "reasons",
    "risk",
    "below_by_chance",
    "back_cast",
    "route",
    "phase",
    "working",
)


def write(result: ConcernList, form: str) -> None:
    """Print the list in one of the three forms."""
    match form:
        case "json":
            output.write_json(document(result))
        case "csv":
            output.write_csv((school(each) for each in result.schools), FIELDS)
        case _:
            _print(result)


def document(result: ConcernList) -> dict[str, Any]:
    """The list with the editions that give it again."""
    return {
        "authority": result.authority,
        "as_at": result.as_at,
        "rules_edition": result.rules_edition,
        "data_edition": result.data_edition,
        "table": result.table.id,
        "counts": result.counts,
        "back_cast": sum(each.back_cast for each in result.schools),
        "schools": [school(each) for each in result.schools],
    }


def school(proposal: Proposal) -> dict[str, Any]:
    """One school; `risk` keeps its place until the analysis core gives it."""
    luck = proposal.below_by_chance
    return {
        "urn": proposal.urn,
        "name": proposal.name,
        "status": proposal.status,
        "says": proposal.says,
        "reasons": [
            {
                "code": reason.code,
                "sentence": reason.sentence,
                "published_on": reason.published_on,
                "rule": reason.rule,
            }
            for reason in proposal.reasons
        ],
        "risk": None,
        "below_by_chance": None if luck is None else round(luck, 4),
        "back_cast": proposal.back_cast,
        "route": proposal.route,
        "phase": proposal.phase,
        "working": [
            {
                "exam_year": year.exam_year,
                "phase": str(year.key_stage),
                "rule": year.rule,
                "status": year.status,
            }
            | {"lines": [output.working_line(line) for line in year.working]}
            for year in proposal.results
            if year.status
        ],
    }


def _print(result: ConcernList) -> None:
    counts = ", ".join(f"{n} {status}" for status, n in result.counts.items())
    print(f"Authority {result.authority} as at {format_day(result.as_at)}: {counts}.")
    print(f"Proposed by {result.table.id}, {result.table.title[0].lower()}{result.table.title[1:]}.")
    if later := sum(each.back_cast for each in result.schools):
        print(f"Back-cast: {later} of {len(result.schools)} schools have an attribute from a later register.")
    for status in ("concern", "watch", "unknown"):
        for each in result.of(status):
            luck = each.below_by_chance
            chance = "" if luck is None else f", below by luck {luck:.1%}"
            print(f"\n{status.upper()}  {each.urn}  {each.name} ({each.route}{chance})")
            for reason in each.reasons:
                print(f"    {reason.sentence}")
    print(f"\nNo evidence of concern: {len(result.of('none'))} schools.")
