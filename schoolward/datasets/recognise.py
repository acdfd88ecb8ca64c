"""What a file is, told by its columns: the product and variant, or the nearest one and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from schoolward.datasets.catalogue import VARIANTS
from schoolward.datasets.schema import Column, Variant, plain
from schoolward.datasets.tables import SEPARATORS, split_line, told_apart

_HEADER_WITHIN = 12  # publishers put a title or a note or two above the header, never more
_NEAR = 0.5  # a file with fewer of the columns than this resembles nothing we know


@dataclass(frozen=True)
class Match:
    """A recognised form and where its header stands."""

    variant: Variant
    separator: str
    header_line: int
    header: list[str]

    def found(self) -> dict[str, Column]:
        """The file's own header for each column that it carries."""
        by_name = {
            name: column for column in reversed(self.variant.columns) for name in reversed(column.names())
        }
        taken: dict[str, str] = {}
        for header in self.header:
            column = by_name.get(plain(header))
            if column is not None and column.name not in taken.values():
                taken[header] = column.name
        columns = {column.name: column for column in self.variant.columns}
        return {header: columns[name] for header, name in taken.items()}


@dataclass(frozen=True)
class Nearest:
    """No form fits; this one comes nearest, and these of its columns are not in the file."""

    variant: Variant | None
    missing: tuple[str, ...]


def recognise_lines(lines: list[str]) -> Match | Nearest:
    """The form whose header stands among the first lines of a text."""
    candidates = [
        (separator, number, split_line(line, separator))
        for number, line in enumerate(lines[:_HEADER_WITHIN])
        for separator in SEPARATORS
        if separator in line
    ]
    return _best(candidates)


def recognise_rows(rows: list[list[str]]) -> Match | Nearest:
    """The form whose header stands among the first rows of a sheet."""
    return _best([(",", number, row) for number, row in enumerate(rows[:_HEADER_WITHIN])])


def _best(candidates: list[tuple[str, int, list[str]]]) -> Match | Nearest:
    nearest, nearest_share = Nearest(None, ()), 0.0
    fits: list[tuple[int, Match]] = []
    for separator, number, cells in candidates:
        headers = {plain(cell) for cell in cells}
        for variant in VARIANTS:
            missing = missing_columns(variant, headers)
            needs = len(variant.needs()) + len(variant.marks)
            if not missing and not headers & {plain(each) for each in variant.lacks}:
                fits.append((needs, Match(variant, separator, number, told_apart(cells))))
            elif (share := 1 - len(missing) / needs) > nearest_share:
                nearest, nearest_share = Nearest(variant, missing), share
    if fits:
        return max(fits, key=lambda fit: fit[0])[1]
    return nearest if nearest_share >= _NEAR else Nearest(None, nearest.missing and ())


def missing_columns(variant: Variant, headers: set[str]) -> tuple[str, ...]:
    """The columns a file would need to be this form and has not."""
    columns = (c.source for c in variant.needs() if headers.isdisjoint(c.names()))
    marks = (mark for mark in variant.marks if plain(mark) not in headers)
    return (*columns, *marks)
