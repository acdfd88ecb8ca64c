"""The tables of `schoolward demand` from rows of text; a cell that will not do is named by its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from schoolward.analysis.demand.evidence import ROUTES
from schoolward.analysis.demand.records import (
    AnswerRow,
    OrderRow,
    PreviousRow,
    Records,
    SchoolRow,
    ServiceRow,
)
from schoolward.terms.errors import BadFile

COLUMNS = {
    "schools": ("urn", "phase", "roll", "fsm_share", "last_grade"),
    "services": ("service", "category", "list_price_pence", "unit", "days_per_unit"),
    "answers": ("urn", "service", "price_pence", "chance_0_10", "returned_on"),
    "previous": ("urn", "service", "price_pence", "year"),
    "orders": ("urn", "service", "price_pence", "ordered", "ordered_on", "drawn"),
}
UNITS = ("day", "place", "subscription", "package", "case")
NOT_FACTS = ("urn", "name", "earmark_pence")
URN_DIGITS = 6


# Rows of a table with their line in the file, the heading first.
type Rows = Iterable[tuple[int, list[str]]]


def records(rows: dict[str, tuple[str, Rows]]) -> Records:
    """All tables, from a file name and rows for each; tables left out are empty."""
    return Records(
        *(
            [BUILD[table](line) for line in lines(*rows[table], COLUMNS[table])] if table in rows else []
            for table in COLUMNS
        )
    )


def lines(file: str, rows: Rows, needed: tuple[str, ...]) -> Iterator[Line]:
    """Every line below the heading that is not empty."""
    numbered = iter(rows)
    heading = [cell.strip() for cell in next(numbered, (1, []))[1]]
    missing = [name for name in needed if name not in heading]
    if missing:
        raise BadFile(
            f"there is no column {', '.join(missing)}.",
            where=f"{file}, line 1",
            do=f"The heading must have {', '.join(needed)}.",
        )
    for number, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            raise BadFile(
                f"{len(cells)} cells where the heading has {len(heading)}.",
                where=f"{file}, line {number}",
                do="Look for a comma too many or too few.",
            )
        yield Line(file, number, dict(zip(heading, (cell.strip() for cell in cells), strict=True)))


@dataclass(frozen=True)
class Line:
    """One line of a file, whose cells are asked for by column."""

    file: str
    number: int
    cells: dict[str, str]

    @property
    def where(self) -> str:
        """'orders.csv, line 7'."""
        return f"{self.file}, line {self.number}"

    def text(self, column: str) -> str:
        """A text that must be there."""
        found = self.cells[column]
        if not found:
            raise self.wrong(column, "is empty", "Fill it in.")
        return found

    def number_of[T: (int, float)](
        self, column: str, read: Callable[[str], T], noun: str, least: float, most: float
    ) -> T:
        """A number within limits."""
        text = self.text(column)
        try:
            found = read(text)
        except ValueError:
            found = None
        if found is None or not least <= found <= most:
            raise self.wrong(column, f"'{text}' is not {noun}", f"Give {noun}.")
        return found

    def urn(self) -> int:
        """The school's number."""
        return self.number_of(
            "urn", int, "a school's number of six digits", 10 ** (URN_DIGITS - 1), 10**URN_DIGITS - 1
        )

    def pence(self, column: str) -> int:
        """A price."""
        return self.number_of(column, int, "a whole number of pence above 0", 1, 10**12)

    def one_of(self, column: str, choices: tuple[str, ...]) -> str:
        """One of a few words."""
        text = self.text(column)
        if text not in choices:
            raise self.wrong(column, f"'{text}' is not known", f"Give one of {', '.join(choices)}.")
        return text

    def day(self, column: str) -> date:
        """A date."""
        text = self.text(column)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.wrong(column, f"'{text}' is not a date", "Give a date such as 2027-03-31.") from None

    def wrong(self, column: str, what: str, do: str) -> BadFile:
        """The refusal of one cell."""
        return BadFile(f"{what}.", where=f"{self.where}, column {column}", do=do)


def _school(line: Line) -> SchoolRow:
    facts = {name: _fact(line, name) for name in line.cells if name and name not in NOT_FACTS}
    earmark = None
    if line.cells.get("earmark_pence"):
        earmark = line.number_of("earmark_pence", int, "a whole number of pence, 0 or more", 0, 10**12)
    return SchoolRow(line.urn(), facts, earmark, line.where)


def _fact(line: Line, name: str) -> str | float | None:
    text = line.cells[name]
    if not text:
        return None
    if name == "fsm_share":
        return line.number_of(name, float, "a share from 0 to 1", 0, 1)
    if name == "roll":
        return line.number_of(name, float, "a number of pupils", 0, 100_000)
    if name == "phase":
        return text
    try:
        found = float(text)
    except ValueError:
        return text
    return found if abs(found) < float("inf") else None


def _service(line: Line) -> ServiceRow:
    days = None
    if line.cells["days_per_unit"]:
        days = line.number_of("days_per_unit", float, "a number of days, 0 or more", 0, 10_000)
    return ServiceRow(
        line.text("service"),
        line.text("category"),
        line.pence("list_price_pence"),
        line.one_of("unit", UNITS),
        days,
        line.where,
    )


def _answer(line: Line) -> AnswerRow:
    route = line.one_of("route", ROUTES) if line.cells.get("route") else None
    chance = price = None
    if line.cells["chance_0_10"]:
        chance = line.number_of("chance_0_10", int, "a whole number from 0 to 10", 0, 10)
        price = line.pence("price_pence")
    elif route is None:
        raise line.wrong(
            "chance_0_10", "is empty, and no route is given", "Give a chance from 0 to 10, or a route."
        )
    if line.cells["returned_on"]:
        line.day("returned_on")
    return AnswerRow(line.urn(), line.text("service"), price, chance, route, line.where)


def _previous(line: Line) -> PreviousRow:
    return PreviousRow(
        line.urn(), line.text("service"), line.pence("price_pence"), line.text("year"), line.where
    )


def _order(line: Line) -> OrderRow:
    return OrderRow(
        line.urn(),
        line.text("service"),
        line.pence("price_pence"),
        line.one_of("ordered", ("0", "1")) == "1",
        line.day("ordered_on"),
        line.one_of("drawn", ("random", "self")) == "random",
        line.where,
    )


BUILD: dict[str, Callable[[Line], object]] = {
    "schools": _school,
    "services": _service,
    "answers": _answer,
    "previous": _previous,
    "orders": _order,
}
