"""Contacts as an Excel workbook, out and in: one line for each school and role, gaps included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from schoolward.apps.contacts.checks import clean_details
from schoolward.apps.contacts.differences import Details, Problem, Row
from schoolward.apps.contacts.models import ContactRole
from schoolward.apps.contacts.queries import SchoolContacts, roles_of
from schoolward.publishing.given import Table, day_of, read_tables, text_of
from schoolward.publishing.spreadsheets import Sheet, SheetColumn, write_csv, write_xlsx
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
    table = _table(content, file_name)
    rows, problems = (
        [],
        [Problem(where, "Cells are merged. Unmerge them.") for where in table.merged.values()],
    )
    for line, cells in table.below():
        if line in table.merged:
            continue
        try:
            rows.append(_row(line, (*cells, *[None] * len(HEADINGS))[: len(HEADINGS)], ours))
        except BadInput as error:
            problems.append(Problem(f"{error.where}{line}", f"{error.what} {error.do}".strip()))
    return Reading(tuple(rows), tuple(problems))


def _table(content: bytes, file_name: str) -> Table:
    tables = read_tables(content, file_name)
    if SHEET not in tables:
        has = ", ".join(tables)
        raise BadFile(
            f"There is no sheet called {SHEET}; there is {has}.", where=file_name, do=f"Name it {SHEET}."
        )
    found = tables[SHEET].headings[: len(HEADINGS)]
    if found != HEADINGS:
        absent = [heading for heading in HEADINGS if heading not in found]
        what = f"The first line lacks {', '.join(absent)}." if absent else "The columns are in another order."
        raise BadFile(what, where=f"{file_name}, sheet {SHEET}", do=f"It must be: {', '.join(HEADINGS)}.")
    return tables[SHEET]


def _row(line: int, cells: tuple, ours: dict[int, str]) -> Row:
    """One line as values; BadInput's `where` is the letter of the column."""
    telephone = cells[5]
    urn_text, role_word, name, email, number = (
        _read(text_of, cells[n], "ABCDEF"[n]) for n in (0, 2, 3, 4, 5)
    )
    urn = _read(parse_urn, urn_text, "A")
    if urn not in ours:
        raise BadInput(f"{urn} is not an open school of this authority.", where="A")
    if (role := ROLE_OF.get(role_word.casefold())) is None:
        raise BadInput(f"'{role_word}' is not a role.", where="C", do="Use the words of the export.")
    if not name:
        if email or number:
            raise BadInput(
                "There is an address and no name.", where="D", do="Give the name, or clear the line."
            )
        return Row(line, urn, role, Details(""))
    if isinstance(telephone, int | float):
        raise BadInput("Excel made a number of it and lost its 0.", where="F", do="Format the cell as text.")
    try:
        details = clean_details(name, email, number)
    except BadInput as error:
        letter = {"name": "D", "email": "E", "telephone": "F"}[error.where]
        raise BadInput(error.what, where=letter, do=error.do) from error
    return Row(line, urn, role, Details(*details.reach, _read(day_of, cells[6], "G")))


def _read[T, C](reader: Callable[[C], T], cell: C, letter: str) -> T:
    """The cell's value; BadInput's `where` is the letter of the column."""
    try:
        return reader(cell)
    except BadInput as error:
        raise BadInput(error.what, where=letter, do=error.do) from error
