"""How a publisher's file is described: its columns, what each becomes, and how its period is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl


class Kind(StrEnum):
    """What a column's text is read as."""

    URN = "urn"  # a school's number; a row without one is refused
    WHOLE = "whole"  # a whole number that is no measure: codes, ages, flags
    TEXT = "text"  # words, kept as the publisher wrote them
    DAY = "day"
    FIGURE = "figure"  # a measure, with a code beside it where there is no figure
    SHARE = "share"  # a percentage kept as 0 to 1, with a code beside it
    PENCE = "pence"  # pounds kept as whole pence, with a code beside it

    @property
    def measures(self) -> bool:
        """True when the column carries figures or codes."""
        return self in (Kind.FIGURE, Kind.SHARE, Kind.PENCE)


@dataclass(frozen=True)
class Column:
    """One column of a publisher's file and the name it has here."""

    source: str
    name: str
    kind: Kind = Kind.TEXT
    need: bool = False  # a file without it is not this product
    past: bool = False  # a later date than today is an error in the row
    blank: bool = True  # False: a row without it is refused
    low: float = float("-inf")  # a figure beyond these bounds is an error in the row
    high: float = float("inf")
    other_names: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Every header this column goes by, in the form headers are compared in."""
        return tuple(plain(each) for each in (self.source, *self.other_names))


@dataclass(frozen=True)
class Reading:
    """What is at hand when a file's period is worked out: its header, its rows, its name, the day."""

    header: tuple[str, ...]
    frame: pl.DataFrame
    name: str
    today: date


PeriodRule = Callable[[Reading], str | None]
type Reshape = Callable[[pl.DataFrame, Reading], pl.DataFrame]


@dataclass(frozen=True)
class Variant:
    """One form in which a product is published, recognised by its columns and never by its name."""

    product: str
    name: str
    columns: tuple[Column, ...]
    period: PeriodRule
    key: tuple[str, ...] = ("urn",)
    title: str = ""
    fullness: int = 0  # where two files tell of the same school and year, the fuller one is used
    marks: tuple[str, ...] = ()  # further headers it must have; not read, only looked for
    lacks: tuple[str, ...] = ()  # headers that show it to be something else
    reshape: Reshape | None = None
    last_overflows: bool = False  # the last column's own commas are not quoted
    stops_early: bool = False  # the publisher leaves out blank cells at the end of a row
    provisional: bool = False
    seen: bool = True  # False: column names are from documents, no real file was at hand
    document: bool = False  # described and named, but holds no figures to load
    keyed: bool = True  # False: a key may stand on several rows

    def needs(self) -> tuple[Column, ...]:
        """The columns without which a file is not this variant."""
        return tuple(column for column in self.columns if column.need)


def plain(header: str) -> str:
    """A header in the form in which headers are compared: no case, no doubled spaces, no marks."""
    return " ".join(header.replace("\ufeff", "").replace("\xa0", " ").split()).casefold()


def urn(source: str = "URN", name: str = "urn", **rest) -> Column:
    """The column that says which school a row is about."""
    need, blank = rest.pop("need", True), rest.pop("blank", False)
    return Column(source, name, Kind.URN, need=need, blank=blank, **rest)


def figure(source: str, name: str, **rest) -> Column:
    """A measure kept as published."""
    return Column(source, name, Kind.FIGURE, **rest)


def percent(source: str, name: str, **rest) -> Column:
    """A percentage kept in points, 0 to 100."""
    return Column(source, name, Kind.FIGURE, low=0, high=100, **rest)


def count(source: str, name: str, **rest) -> Column:
    """A number of pupils, people or things: a measure that is never negative."""
    return Column(source, name, Kind.FIGURE, low=0, **rest)


def share(source: str, name: str, **rest) -> Column:
    """A percentage kept as a share."""
    return Column(source, name, Kind.SHARE, low=0, high=1, **rest)


def pence(source: str, name: str, **rest) -> Column:
    """An amount printed in pounds."""
    return Column(source, name, Kind.PENCE, **rest)


def text(source: str, name: str, **rest) -> Column:
    """Words."""
    return Column(source, name, Kind.TEXT, **rest)


def whole(source: str, name: str, **rest) -> Column:
    """A whole number that is no measure."""
    return Column(source, name, Kind.WHOLE, **rest)


def day(source: str, name: str, **rest) -> Column:
    """A date."""
    return Column(source, name, Kind.DAY, **rest)
