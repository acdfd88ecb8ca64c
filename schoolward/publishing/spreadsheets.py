"""CSV and Excel, out and in, with nothing in a cell that a spreadsheet would run as a formula.

CSV begins with a byte order mark: without one Excel reads "St Anne’s" as cp1252 and spoils it; every other
program we know skips it. Text beginning with = + - @, a tab or a return is given a leading apostrophe in
CSV, which spreadsheets show as text; numbers are numbers and keep their minus. In Excel such text is stored
as text, unaltered, so that it reads back the same.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from schoolward.terms.errors import BadFile

type Cell = str | int | float | date | bool | None
Kind = Literal["text", "whole", "decimal", "percent", "pounds", "date"]

# Percentages are in points as published (48.0), money in pounds; neither is Excel's own 0–1 percent.
_FORMATS: dict[str, str] = {
    "text": "@",
    "whole": "#,##0",
    "decimal": "#,##0.0",
    "percent": '0.0"%"',
    "pounds": "£#,##0.00",
    "date": "dd/mm/yyyy",
}
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST, _NARROWEST = 60, 8
MAX_ROWS, MAX_UNPACKED_BYTES = 200_000, 200_000_000


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet, with its unit in the heading and the kind of its cells."""

    heading: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what it is called, its columns, its rows, and a note of where it comes from."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Cell]]


def guarded(cell: Cell) -> Cell:
    """The cell as a spreadsheet may safely open it from CSV."""
    if isinstance(cell, str) and cell.startswith(_RUNS_AS_FORMULA):
        return "'" + cell
    return cell


def write_csv(columns: Sequence[SheetColumn], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark; dates as 2018-12-31, None as an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(column.heading) for column in columns])
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def write_xlsx(sheets: Sequence[Sheet], *, made_on: date) -> bytes:
    """A workbook: heads bold and kept in view, columns as wide as needed, filters on, figures formatted."""
    from openpyxl import Workbook  # a third of a second to import, only for those who ask for Excel

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(_sheet_name(sheet.name)), sheet)
    stamp = datetime(made_on.year, made_on.month, made_on.day)  # noqa: DTZ001 - Excel's times have no zone
    book.properties.created = book.properties.modified = stamp
    book.properties.creator = "Schoolward"
    packed = io.BytesIO()
    book.save(packed)
    return _same_bytes(packed.getvalue(), stamp.replace(tzinfo=UTC))


def _fill(page: object, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    widths = [
        len(_put(page.cell(1, i), column.heading, "text")) + 2
        for i, column in enumerate(sheet.columns, start=1)
    ]
    for number, row in enumerate(sheet.rows, start=2):
        for i, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
            widths[i] = max(widths[i], len(_put(page.cell(number, i + 1), cell, column.kind)) + 2)
    for cell, column in zip(page[1], sheet.columns, strict=True):
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DCDFE2")
        cell.border = Border(bottom=Side(style="medium"))
        side = "left" if column.kind in ("text", "date") else "right"
        cell.alignment = Alignment(horizontal=side, vertical="bottom", wrap_text=True)
    for i, width in enumerate(widths):
        letter = page.cell(1, i + 1).column_letter
        page.column_dimensions[letter].width = min(max(width, _NARROWEST), _WIDEST)
    page.freeze_panes = "B2"
    page.auto_filter.ref = page.dimensions
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _put(place: object, cell: Cell, kind: Kind) -> str:
    """Writes one cell, and gives back about what will be shown."""
    place.value = cell
    if isinstance(cell, str):
        # told to be text, or "=1+1" would be taken for a formula
        place.data_type = "s"
        # and to stay text when somebody edits the cell
        place.quotePrefix = cell.startswith(_RUNS_AS_FORMULA)
        return max(cell.splitlines(), key=len, default="")
    place.number_format = _FORMATS[kind]
    if isinstance(cell, float) and kind in ("decimal", "percent", "pounds"):
        return f"{cell:,.2f}"
    return "" if cell is None else "31/12/2018" if isinstance(cell, date) else f"{cell}"


def _sheet_name(name: str) -> str:
    """The name without what Excel refuses in it."""
    return "".join(" " if c in "[]:*?/\\" else c for c in name).strip("' ")[:31] or "Sheet"


def _same_bytes(packed: bytes, stamp: datetime) -> bytes:
    """The workbook with one time throughout, so that the same rows give the same file."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            part = before.read(name)
            if name == "docProps/core.xml":
                part = _stamped(part, stamp)
            after.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _stamped(part: bytes, stamp: datetime) -> bytes:
    when = f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + when, part)


def read_xlsx_rows(
    content: bytes, *, name: str = "workbook", sheet: str | None = None
) -> Iterator[tuple[Cell, ...]]:
    """The rows of a sheet (the first if none is named), head included, formulas by their last value; empty
    rows are left out. A workbook that is damaged, locked or swollen is refused before it is read."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_swollen(content, name)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile, OSError) as wrong:
        raise BadFile(
            f"this is not an Excel workbook that can be read ({wrong})",
            where=name,
            do="Save it again as .xlsx.",
        ) from wrong
    if sheet is not None and sheet not in book.sheetnames:
        raise BadFile(f"there is no sheet “{sheet}”", where=name, do=f"It has {', '.join(book.sheetnames)}.")
    page = book[sheet] if sheet else book.worksheets[0]
    return _rows(page, name)


def _rows(page: object, name: str) -> Iterator[tuple[Cell, ...]]:
    for number, row in enumerate(page.iter_rows(values_only=True), start=1):
        if number > MAX_ROWS:
            raise BadFile(f"more than {MAX_ROWS:,} rows", where=name, do="Split it into several files.")
        cells = tuple(cell.strip() if isinstance(cell, str) else _day(cell) for cell in row)
        if any(cell not in (None, "") for cell in cells):
            yield cells


def _day(cell: object) -> object:
    """Excel's midnights as plain dates."""
    return cell.date() if isinstance(cell, datetime) and cell.time() == datetime.min.time() else cell


def _refuse_swollen(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as wrong:
        raise BadFile("this is not an Excel workbook", where=name, do="Save it again as .xlsx.") from wrong
    if unpacked > MAX_UNPACKED_BYTES:
        raise BadFile(
            "the workbook is too large once unpacked", where=name, do="Split it into several files."
        )
