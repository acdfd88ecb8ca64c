"""A structure as the files that the command line reads, and as one workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from schoolward.apps.structure import bridge
from schoolward.publishing.spreadsheets import Cell, Sheet, SheetColumn, write_csv, write_xlsx

COLUMNS: dict[str, tuple[str, ...]] = {
    "posts": (
        *("post", "unit", "title", "grade", "annual_cost_pence", "current_fte", "min_fte", "max_fte"),
        *(
            "step_fte",
            "skills",
            "arm",
            "core_fte",
            "traded_fte",
            "reports_to",
            "tranche",
            "spine",
            "point",
            "pension",
        ),
    ),
    "funding": ("line", "kind", "amount_pence", "from", "to"),
    "duties": ("duty", "category", "days", "statutory", "reckoned_from"),
    "activities": ("activity", "line", "post", "amount_pence", "urns"),
}
NUMBERS = {"annual_cost_pence", "amount_pence", "statutory", "point"}


def part_csv(part: str, found: bridge.Establishment) -> bytes:
    """One part as CSV, with the columns of the command line first."""
    return write_csv([SheetColumn(name) for name in COLUMNS[part]], rows_of(part, found))


def workbook(found: bridge.Establishment, made_on: date) -> bytes:
    """Every part as a sheet of one workbook that can be changed and given back."""
    pages = [
        Sheet(
            part.capitalize(),
            [SheetColumn(name, "whole" if name in NUMBERS else "text") for name in columns],
            rows_of(part, found),
        )
        for part, columns in COLUMNS.items()
    ]
    return write_xlsx(pages, made_on=made_on)


def rows_of(part: str, found: bridge.Establishment) -> list[Sequence[Cell]]:
    """The records of a part, cell by cell."""
    return [cells_of(part, record) for record in getattr(found, part)]


def cells_of(part: str, record: object) -> list[Cell]:
    """One record's cells, in the order of the part's columns."""
    names = {"from": "starts_on", "to": "ends_on"}
    return [_cell(getattr(record, names.get(column, column))) for column in COLUMNS[part]]


def _cell(value: object) -> Cell:
    if isinstance(value, Decimal):
        return str(value.normalize() + 0)
    if isinstance(value, tuple):
        return ";".join(str(each) for each in value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
