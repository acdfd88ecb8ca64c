"""Workbooks and CSV that people give back, opened with suspicion: every cell is known by its line and column.

A workbook is read as a stream. openpyxl's other way makes an object for every cell of a merged range, and one
range over a whole sheet would be seventeen thousand million of them.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from string import ascii_uppercase
from xml.etree.ElementTree import ParseError

from schoolward.terms.calendar import format_day, parse_day
from schoolward.terms.errors import BadFile, BadInput
from schoolward.terms.figures import parse_number, parse_whole
from schoolward.terms.money import parse_pounds, round_to_pence

MOST_BYTES, MOST_UNPACKED_BYTES, MOST_LINES, MOST_COLUMNS = 5_000_000, 60_000_000, 20_000, 60
SAVE_AS = "In Excel choose File, Save as, Excel workbook (.xlsx)."
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
# what openpyxl and the standard library raise on a file that is damaged or made to do harm
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Formula:
    """Stands in a cell that holds a formula, whose value nobody here works out."""

    def __repr__(self) -> str:
        return "a formula"


FORMULA = Formula()
type GivenCell = str | int | float | bool | date | datetime | time | Formula | None


@dataclass(frozen=True)
class Table:
    """One sheet: its lines as (line number, cells), and the lines that merged cells touch, with where."""

    name: str
    lines: tuple[tuple[int, tuple[GivenCell, ...]], ...]
    merged: Mapping[int, str] = field(default_factory=dict)

    @property
    def headings(self) -> tuple[str, ...]:
        """The words of the first line, up to the last that is not empty."""
        found = (
            [str(cell if cell is not None else "").strip() for cell in self.lines[0][1]] if self.lines else []
        )
        while found and not found[-1]:
            found.pop()
        return tuple(found)

    def below(self) -> Iterator[tuple[int, tuple[GivenCell, ...]]]:
        """The lines under the headings, empty ones left out."""
        return ((n, cells) for n, cells in self.lines[1:] if any(cell not in (None, "") for cell in cells))


def read_tables(content: bytes, file_name: str, *, most_lines: int = MOST_LINES) -> dict[str, Table]:
    """Each sheet of a workbook by its name. BadFile if it is none, is too large, or would swell."""
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise BadFile(
            f"The file is larger than {most} MB.", where=file_name, do="Send only what was asked for."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
                do = "Copy the lines to a new workbook."
                raise BadFile("The file swells too much.", where=file_name, do=do)
            return dict(_sheets(archive, content, file_name, most_lines))
    except _DAMAGED as error:
        raise BadFile("This is not an Excel workbook.", where=file_name, do=SAVE_AS) from error


def _sheets(
    archive: zipfile.ZipFile, content: bytes, file_name: str, most_lines: int
) -> Iterator[tuple[str, Table]]:
    from openpyxl import load_workbook  # a third of a second to import, only for those who send a workbook

    book = load_workbook(io.BytesIO(content), read_only=True)
    for page in book.worksheets:
        # the one way to learn of merged cells from a workbook that is read as a stream
        merged = _merged_lines(archive.read(page._worksheet_path), most_lines)
        rows = page.iter_rows(max_row=most_lines + 2, max_col=MOST_COLUMNS)
        lines = [(n, tuple(map(_cell, row))) for n, row in enumerate(rows, start=1)]
        while lines and all(cell in (None, "") for cell in lines[-1][1]):
            lines.pop()
        if len(lines) > most_lines + 1:
            where = f"{file_name}, sheet {page.title}"
            raise BadFile(f"There are more than {most_lines:,} lines.", where=where, do="Split the list.")
        yield page.title, Table(page.title, tuple(lines), merged)


def _merged_lines(sheet: bytes, most_lines: int) -> dict[int, str]:
    """Lines that merged cells touch, with where those are."""
    found: dict[int, str] = {}
    for match in MERGED.finditer(sheet):
        left, top, right, bottom = (part.decode() for part in match.groups())
        for line in range(int(top), min(int(bottom), most_lines + 1) + 1):
            found.setdefault(line, f"{left}{top}:{right}{bottom}")
        if len(found) > most_lines:
            break
    return found


def _cell(cell: object) -> GivenCell:
    if cell.data_type == "f":
        return FORMULA
    return cell.value.strip() if isinstance(cell.value, str) else cell.value


def read_csv(content: bytes, file_name: str, *, most_lines: int = MOST_LINES) -> Table:
    """The lines of a CSV file; UTF-8, or else as Excel on Windows writes it."""
    if len(content) > MOST_BYTES:
        raise BadFile("The file is larger than 5 MB.", where=file_name, do="Send only what was asked for.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text or content.startswith(b"PK\x03\x04"):
        raise BadFile("This is not CSV.", where=file_name, do="Save it as CSV UTF-8, or as a workbook.")
    try:
        lines = [
            (n, tuple(_unguarded(cell) for cell in row[:MOST_COLUMNS]))
            for n, row in enumerate(csv.reader(io.StringIO(text, newline="")), start=1)
        ]
    except csv.Error as error:
        raise BadFile(f"This is not CSV ({error}).", where=file_name, do="Save it as CSV UTF-8.") from error
    if len(lines) > most_lines + 1:
        raise BadFile(f"There are more than {most_lines:,} lines.", where=file_name, do="Split the list.")
    return Table("", tuple(lines))


def _unguarded(cell: str) -> str:
    """The cell without the apostrophe that `write_csv` puts before what a spreadsheet would run."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUNS_AS_FORMULA) else cell


def column_letter(n: int) -> str:
    """'A' for 0, 'AA' for 26: the name of a column."""
    letters = ""
    n += 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = ascii_uppercase[rest] + letters
    return letters


def text_of(cell: GivenCell) -> str:
    """The cell as words; a whole number without its '.0'."""
    if cell is FORMULA:
        raise BadInput("It is a formula.", do="Copy it and paste its value.")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return format_day(cell)
    return "" if cell is None else str(cell).strip()


def day_of(cell: GivenCell) -> date | None:
    """The day, or None where the cell is empty."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not (text := text_of(cell)):
        return None
    if (found := parse_day(text)) is None:
        example = format_day(date(2026, 9, 1))
        raise BadInput(f"'{text}' is not a day.", do=f"Give it as a date, such as {example}.")
    return found


def number_of(cell: GivenCell) -> Decimal | None:
    """The number, or None where the cell is empty."""
    text = text_of(cell)
    return parse_number(text) if text else None


def whole_of(cell: GivenCell) -> int | None:
    """The whole number, or None where the cell is empty."""
    text = text_of(cell)
    return parse_whole(text) if text else None


def pence_of(cell: GivenCell) -> int | None:
    """Pence from pounds, or None where the cell is empty."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = number_of(cell)
        return None if found is None else round_to_pence(found)
    text = text_of(cell)
    return parse_pounds(text) if text else None


def yes_or_no_of(cell: GivenCell) -> bool:
    """True for yes."""
    text = text_of(cell).casefold()
    if text not in ("yes", "no", "y", "n", "true", "false", "1", "0"):
        raise BadInput(f"'{text}' is neither yes nor no." if text else "It is empty.", do="Give yes or no.")
    return text in ("yes", "y", "true", "1")


def choice_of[K](words: Mapping[K, str]) -> Callable[[GivenCell], K]:
    """A reader of one of the words, or of what stands for it, without regard to capitals."""
    known = {str(key).casefold(): key for key in words} | {w.casefold(): key for key, w in words.items()}

    def read(cell: GivenCell) -> K:
        text = text_of(cell)
        if (found := known.get(text.casefold())) is None:
            what = f"'{text}' is not one of the choices." if text else "It is empty."
            raise BadInput(what, do=f"Use one of: {', '.join(words.values())}.")
        return found

    return read
