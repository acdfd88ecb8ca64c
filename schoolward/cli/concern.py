"""The concern list as JSON, CSV or a table, in the contract's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolward.analysis.concern.chance import percent
from schoolward.cli import output
from schoolward.terms.calendar import format_day

if TYPE_CHECKING:
    from schoolward.apps.concern.bridge import ConcernList

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


def write(result: ConcernList, form: str, bands: dict[int, dict]) -> None:
    """Print the list in one of the three forms, with bands of risk where they were asked for."""
    from schoolward.apps.concern.bridge import documents  # polars takes a while

    match form:
        case "json":
            output.write_json(documents.list_document(result, bands))
        case "csv":
            output.write_csv(
                (documents.proposal_document(each, bands.get(each.urn)) for each in result.schools), FIELDS
            )
        case _:
            _print(result)


def _print(result: ConcernList) -> None:
    counts = ", ".join(f"{n} {status}" for status, n in result.counts.items())
    print(f"Authority {result.authority} as at {format_day(result.as_at)}: {counts}.")
    print(f"Proposed by {result.table.id}, {result.table.title[0].lower()}{result.table.title[1:]}.")
    if later := sum(each.back_cast for each in result.schools):
        print(f"Back-cast: {later} of {len(result.schools)} schools have an attribute from a later register.")
    for status in ("concern", "watch", "unknown"):
        for each in result.of(status):
            luck = each.below_by_chance
            chance = "" if luck is None else f", below by luck {percent(luck)}"
            print(f"\n{status.upper()}  {each.urn}  {each.name} ({each.route}{chance})")
            for reason in each.reasons:
                print(f"    {reason.sentence}")
    print(f"\nNo evidence of concern: {len(result.of('none'))} schools.")
