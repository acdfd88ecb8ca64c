"""A table as plain values: a caption, columns, rows of text. What every document and chart carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schoolward.publishing.canvas import text_width


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


# In points: a page's line, the type of a table, and the space kept about a cell's text.
_LINE, _TYPE, _SPACE = 470, 9, 11
_LONG_ENOUGH = 190  # longer lines in a cell read no better


def width_shares(columns: Sequence[Sequence[str]]) -> list[float]:
    """Each column's share of the line, given its cells with the heading first: room for its longest word,
    and what is left where text is long."""
    least = [max(_width(word) for cell in cells for word in cell.split(" ")) + _SPACE for cells in columns]
    longest = [max(_width(cell) for cell in cells) + _SPACE for cells in columns]
    wants = [
        max(low, min(long, _LONG_ENOUGH) + max(0, long - _LONG_ENOUGH) ** 0.75)
        for low, long in zip(least, longest, strict=True)
    ]
    spare, over = _LINE - sum(least), sum(wants) - sum(least)
    if over > max(spare, 0):
        wants = [low + (want - low) * max(spare, 0) / over for low, want in zip(least, wants, strict=True)]
    return [want / sum(wants) for want in wants]


def _width(text: str) -> float:
    return text_width(text, _TYPE, bold=True)
