"""The coasting schools as JSON, CSV or a table, in the form of the floor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolward.cli import output

if TYPE_CHECKING:
    from schoolward.analysis.policy.coasting import CoastingResult
    from schoolward.terms.rulebook import Rulebook

FIELDS = ("urn", "name", "authority", "status", "reason", "years", "working")


def write(result: CoastingResult, rulebook: Rulebook, form: str) -> None:
    """Print the result in one of the three forms."""
    from schoolward.apps.performance.bridge import documents  # polars takes a while

    match form:
        case "json":
            output.write_json(documents.coasting_document(result, rulebook))
        case "csv":
            output.write_csv(documents.coasting_schools(result, rulebook), FIELDS)
        case _:
            _print(result)


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
