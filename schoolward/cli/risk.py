"""Chances of an adverse inspection as CSV, JSON or a table; by school number, never as a ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolward.cli import output
from schoolward.terms.calendar import format_day

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from schoolward.terms.phases import KeyStage

FIELDS = ("urn", "probability", "low", "high")
MEANS = (
    "Chance of an adverse inspection (requires improvement, inadequate or the equal of the day) taking place "
    "in the 14 months after the day; low and high hold the chance itself nine times in ten."
)
PLACES = 5


def write(found: pl.DataFrame, stage: KeyStage, as_at: date, editions: tuple[str, str], form: str) -> None:
    """Print the chances in one of the three forms; `editions` are those of the data and of the rules."""
    rows = [{**row, **{n: round(row[n], PLACES) for n in FIELDS[1:]}} for row in found.to_dicts()]
    match form:
        case "json":
            data, rules = editions
            head = {"as_at": as_at, "phase": stage.value, "data_edition": data, "rules_edition": rules}
            output.write_json({**head, "means": MEANS, "schools": rows})
        case "csv":
            output.write_csv(rows, FIELDS)
        case _:
            print(f"{stage.label.capitalize()}, {format_day(as_at)}. {MEANS}")
            output.write_table(
                ((r["urn"], *(f"{r[name]:.1%}" for name in FIELDS[1:])) for r in rows),
                ("URN", "Chance", "Low", "High"),
            )


FALLING_FIELDS = ("urn", "probability", "below_line")
FALLING_MEANS = (
    "Chance of falling below the floor standard of the day in next year's results, were it still in force; "
    "below_line is the chance that the share of pupils at the standard falls below its line."
)


def write_falling(found: pl.DataFrame, as_at: date, editions: tuple[str, str], form: str) -> None:
    """Print the chances of falling below the floor standard in one of the three forms."""
    rows = [{**row, **{n: round(row[n], PLACES) for n in FALLING_FIELDS[1:]}} for row in found.to_dicts()]
    match form:
        case "json":
            data, rules = editions
            head = {"as_at": as_at, "phase": "ks2", "data_edition": data, "rules_edition": rules}
            output.write_json({**head, "means": FALLING_MEANS, "schools": rows})
        case "csv":
            output.write_csv(rows, FALLING_FIELDS)
        case _:
            print(f"Key stage 2, {format_day(as_at)}. {FALLING_MEANS}")
            output.write_table(
                ((r["urn"], *(f"{r[name]:.1%}" for name in FALLING_FIELDS[1:])) for r in rows),
                ("URN", "Chance", "Below the line"),
            )
