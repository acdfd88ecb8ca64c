"""A table as plain values: a caption, columns, rows of text. What every document and chart carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `numeric` columns are set flush right."""

    heading: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Text already formatted, row by row; the first column names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        assert self.caption.strip(), "a table needs a caption"
        assert self.columns, "a table needs columns"
        for row in self.rows:
            assert len(row) == len(self.columns), f"{len(row)} cells for {len(self.columns)} columns: {row}"

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns)


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table from headings and values; a heading starting with '#' marks a column of numbers."""
    columns = tuple(Column(h.removeprefix("#"), h.startswith("#")) for h in headings)
    return Table(caption, columns, tuple(tuple(str(cell) for cell in row) for row in rows))


def width_shares(columns: Sequence[Sequence[str]]) -> list[float]:
    """Each column's share of the line, given its cells with the heading: room for its longest word, more
    where text is long."""
    wants = [_want(cells) for cells in columns]
    return [want / sum(wants) for want in wants]


def _want(cells: Sequence[str]) -> float:
    longest_word = max((len(word) for cell in cells for word in cell.split()), default=1)
    longest_cell = max(len(cell) for cell in cells)
    # 42 characters is about where a line of a cell reads well; past it a column grows ever more slowly.
    want = min(longest_cell, 42) + max(0, longest_cell - 42) ** 0.5
    return max(longest_word, want, 3.0) + 2  # the space between columns
