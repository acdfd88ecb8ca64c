"""Contacts as an Excel workbook, out and in: one line for each school and role, gaps included."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from schoolward.apps.contacts.checks import clean_details
from schoolward.apps.contacts.differences import Details, Problem, Row
from schoolward.apps.contacts.models import ContactRole
from schoolward.apps.contacts.queries import SchoolContacts, roles_of
from schoolward.publishing.spreadsheets import Sheet, SheetColumn, write_csv, write_xlsx
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import BadFile, BadInput
from schoolward.terms.ids import parse_urn

SHEET = "Contacts"
HEADINGS = ("URN", "School", "Role", "Name", "E-mail", "Telephone", "From")
COLUMNS = [
    *(SheetColumn(heading, "date" if heading == "From" else "text") for heading in HEADINGS),
    SheetColumn("Confirmed", "date"),
    SheetColumn("Came back", "date"),
]
ROLE_OF = {role.label.casefold(): role.value for role in ContactRole}
MOST_BYTES, MOST_UNPACKED_BYTES, MOST_LINES = 5_000_000, 60_000_000, 20_000
ADVICE = "In Excel choose File, Save as, Excel workbook (.xlsx)."


@dataclass(frozen=True)
class Reading:
    """The lines that could be read, and the cells that could not."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def lines_of(schools: Iterable[SchoolContacts]) -> Iterator[list]:
    """One line for each school and role."""
    for found in schools:
        for role in roles_of(found.school):
            held = found.by_role.get(role)
            start = [str(found.school.urn), found.school.name, role.label]
            if held is None:
                yield [*start, "", "", "", None, None, None]
            else:
                reach = [held.name, held.email, held.telephone]
                yield [*start, *reach, held.starts_on, held.confirmed_on, held.bounced_on]


def as_xlsx(schools: Iterable[SchoolContacts], made_on: date) -> bytes:
    """The workbook that can be changed and given back."""
    return write_xlsx([Sheet(SHEET, COLUMNS, list(lines_of(schools)))], made_on=made_on)


def as_csv(schools: Iterable[SchoolContacts]) -> bytes:
    """The same lines as CSV, to read only."""
    return write_csv(COLUMNS, lines_of(schools))


def read_workbook(content: bytes, file_name: str, ours: dict[int, str]) -> Reading:
    """The rows of the sheet called Contacts, for schools among `ours` (URN to name)."""
    page = _sheet(content, file_name)
    width = len(HEADINGS)
    _check_headings(page, file_name)
    merged = _merged_lines(page)
    rows, problems = [], [Problem(where, "Cells are merged. Unmerge them.") for where in merged.values()]
    for line, cells in enumerate(page.iter_rows(min_row=2, max_col=width, values_only=True), start=2):
        if line > MOST_LINES + 1:
            raise BadFile(f"There are more than {MOST_LINES:,} lines.", where=file_name, do="Split the list.")
        if line in merged or all(cell in (None, "") for cell in cells):
            continue
        try:
            rows.append(_row(line, cells, ours))
        except BadInput as error:
            problems.append(Problem(f"{error.where}{line}", f"{error.what} {error.do}".strip()))
    return Reading(tuple(rows), tuple(problems))


def _sheet(content: bytes, file_name: str):
    from openpyxl import load_workbook  # a third of a second to import, only for those who send a workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if len(content) > MOST_BYTES:
        raise BadFile("The file is larger than 5 MB.", where=file_name, do="Send only the sheet of contacts.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise BadFile(
                    "The file swells too much.", where=file_name, do="Copy the lines to a new workbook."
                )
        book = load_workbook(io.BytesIO(content), data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, EOFError) as error:
        raise BadFile("This is not an Excel workbook.", where=file_name, do=ADVICE) from error
    if SHEET not in book.sheetnames:
        has = ", ".join(book.sheetnames)
        raise BadFile(
            f"There is no sheet called {SHEET}; there is {has}.", where=file_name, do=f"Name it {SHEET}."
        )
    return book[SHEET]


def _check_headings(page, file_name: str) -> None:
    found = tuple(str(cell.value or "").strip() for cell in page[1][: len(HEADINGS)])
    if found != HEADINGS:
        absent = [heading for heading in HEADINGS if heading not in found]
        what = f"The first line lacks {', '.join(absent)}." if absent else "The columns are in another order."
        raise BadFile(what, where=f"{file_name}, sheet {SHEET}", do=f"It must be: {', '.join(HEADINGS)}.")


def _merged_lines(page) -> dict[int, str]:
    """Lines that merged cells touch, with where they are."""
    return {
        line: cells.coord
        for cells in page.merged_cells.ranges
        for line in range(cells.min_row, min(cells.max_row, MOST_LINES) + 1)
    }


def _row(line: int, cells: tuple, ours: dict[int, str]) -> Row:
    """One line as values; BadInput's `where` is the letter of the column."""
    urn_cell, _, role_cell, name, email, telephone, start = cells
    try:
        urn = parse_urn(_text(urn_cell))
    except BadInput as error:
        raise BadInput(error.what, where="A", do=error.do) from error
    if urn not in ours:
        raise BadInput(f"{urn} is not an open school of this authority.", where="A")
    if (role := ROLE_OF.get(_text(role_cell).casefold())) is None:
        raise BadInput(f"'{_text(role_cell)}' is not a role.", where="C", do="Use the words of the export.")
    if not _text(name):
        if _text(email) or _text(telephone):
            raise BadInput(
                "There is an address and no name.", where="D", do="Give the name, or clear the line."
            )
        return Row(line, urn, role, Details(""))
    if isinstance(telephone, int | float):
        raise BadInput("Excel made a number of it and lost its 0.", where="F", do="Format the cell as text.")
    try:
        details = clean_details(_text(name), _text(email), _text(telephone))
    except BadInput as error:
        letter = {"name": "D", "email": "E", "telephone": "F"}[error.where]
        raise BadInput(error.what, where=letter, do=error.do) from error
    return Row(line, urn, role, Details(*details.reach, _day(start)))


def _day(cell: object) -> date | None:
    if cell in (None, ""):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(str(cell).strip(), form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    example = format_day(date(2026, 9, 1))
    raise BadInput(f"'{cell}' is not a day.", where="G", do=f"Give it as a date, such as {example}.")


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()
