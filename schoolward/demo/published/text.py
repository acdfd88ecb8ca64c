"""Files as their publishers write them: byte-order mark, line ends, quotation marks and all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

_COLUMNS = Path(__file__).parent / "columns"


@cache
def columns(name: str) -> tuple[str, ...]:
    """The full header of a publisher's file, in its own order."""
    return tuple((_COLUMNS / f"{name}.txt").read_text(encoding="utf-8").splitlines())


def comma_line(cells: Iterable[object]) -> str:
    """Cells with quotation marks only where they are needed."""
    return ",".join([_quoted_if_needed(str(cell)) for cell in cells])


def _quoted_if_needed(cell: str) -> str:
    if "," in cell or '"' in cell or "\n" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def write_lines(path: Path, lines: Iterable[str], *, encoding: str = "utf-8", end: str = "\r\n") -> Path:
    """The file written, every line ended; `utf-8-sig` puts the byte-order mark in front."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return path


def write_table(
    path: Path,
    header: tuple[str, ...],
    rows: Iterable[Mapping[str, object]],
    *,
    missing: str = "",
    encoding: str = "utf-8-sig",
    end: str = "\r\n",
    stop: tuple[str, str] = ("", ""),
) -> Path:
    """A comma-separated table; a cell that a row does not have is `missing`.

    `stop` is a column and a cell after which a row breaks off, as rows of new schools do in the tables.
    """
    column, last = stop
    short = header[: header.index(column) + 1] if column else header
    lines = [comma_line(header)]
    for row in rows:
        names = short if column and row.get(column) == last else header
        lines.append(comma_line([row.get(name, missing) for name in names]))
    return write_lines(path, lines, encoding=encoding, end=end)


def dashed(day: date | None) -> str:
    """31-08-2016, as the register writes a date."""
    return day.strftime("%d-%m-%Y") if day else ""


def slashed(day: date | None, none: str = "NULL") -> str:
    """31/08/2016, as Ofsted writes a date."""
    return day.strftime("%d/%m/%Y") if day else none


def percent(mask: np.ndarray) -> str:
    """The share of true ones as '63%', halves up; nothing for nobody."""
    return f"{int(100 * np.count_nonzero(mask) / len(mask) + 0.5)}%" if len(mask) else ""
