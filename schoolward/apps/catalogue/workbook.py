"""The catalogue as a workbook or CSV, out and in: one sheet for each kind of thing, in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from schoolward.apps.catalogue import states
from schoolward.apps.catalogue.details import (
    CatalogueDetails,
    CategoryDetails,
    LineDetails,
    PersonDetails,
    PriceDetails,
    ProviderDetails,
    SkillDetails,
    TermsDetails,
)
from schoolward.apps.catalogue.differences import Given, Problem
from schoolward.apps.catalogue.pricing import Part, PartKind
from schoolward.publishing import given
from schoolward.publishing.spreadsheets import Cell, Kind, Sheet, SheetColumn, write_csv, write_xlsx
from schoolward.terms.errors import BadFile, BadInput

type Reader = Callable[[given.GivenCell], object]
ALL_SERVICES = "all"


@dataclass(frozen=True)
class Column:
    """A column: its heading, the field it fills, how its cells are read, and how they look."""

    heading: str
    field: str
    read: Reader = given.text_of
    kind: Kind = "text"


@dataclass(frozen=True)
class Form:
    """A sheet: its name, its columns, its rows from what is held, and what is made of rows."""

    name: str
    columns: tuple[Column, ...]
    rows_of: Callable[[CatalogueDetails], Iterable[list[Cell]]]
    make: Callable[[list[dict]], object]
    # Rows that agree in these fields make one thing together; empty where each row is one.
    together: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns)

    def letter(self, field: str) -> str:
        """The letter of the column that fills the field; of the first where none does."""
        fields = [column.field for column in self.columns]
        field = "kind" if field == "parts" else field
        return given.column_letter(fields.index(field) if field in fields else 0)


@dataclass(frozen=True)
class Reading:
    """What could be read, and the cells that could not."""

    given: tuple[Given, ...]
    problems: tuple[Problem, ...]


def _keys(cell: given.GivenCell) -> tuple[str, ...]:
    return tuple(sorted({key.strip() for key in given.text_of(cell).split(";") if key.strip()}))


def _needed(read: Reader, do: str) -> Reader:
    """The same reader, for a cell that must not be empty."""

    def reads(cell: given.GivenCell) -> object:
        found = read(cell)
        if found is None:
            raise BadInput("It is empty.", do=do)
        return found

    return reads


def _small(cell: given.GivenCell) -> int:
    found = given.whole_of(cell) or 0
    if not 0 <= found <= 30_000:
        raise BadInput(f"{found} is out of reach.", do="Give a whole number from 0 to 30,000.")
    return found


def _one(kind: type) -> Callable[[list[dict]], object]:
    return lambda rows: kind(**rows[0])


def _joined(keys: Iterable[str]) -> str:
    return "; ".join(keys)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _pounds(price_pence: int | None) -> float | None:
    return None if price_pence is None else price_pence / 100


def _line_rows(held: CatalogueDetails) -> Iterator[list[Cell]]:
    for one in held.lines:
        days = None if one.days_per_unit is None else float(one.days_per_unit)
        yield [
            *(
                one.key,
                one.name,
                one.category,
                one.provider,
                one.description,
                one.free_part,
                one.charged_part,
            ),
            *(states.UNIT_WORDS[one.unit], days, _joined(one.people), states.VAT_WORDS[one.vat]),
            *(one.position, one.sold_from, one.sold_until, one.withdrawn_because),
        ]


def _price_rows(held: CatalogueDetails) -> Iterator[list[Cell]]:
    for one in held.prices:
        for part in one.parts:
            yield [
                *(one.line, states.AUDIENCE_WORDS[one.audience], one.starts_on),
                *(states.CONTRACT_WORDS[one.contract_year], _yes(one.is_firm), _pounds(one.list_price_pence)),
                *(part.kind.value.capitalize(), part.phase, part.most_pupils, part.level, part.includes),
                _pounds(part.price_pence),
            ]


def _make_price(rows: list[dict]) -> PriceDetails:
    parts = tuple(
        Part(row["kind"], row["price_pence"], row["phase"], row["most_pupils"], row["level"], row["includes"])
        for row in rows
    )
    names = ("line", "audience", "contract_year", "starts_on", "is_firm", "list_price_pence")
    for name in names[2:]:
        if len({row[name] for row in rows}) > 1:
            raise BadInput("Lines of one price differ in this.", where=name, do="Say the same on each.")
    return PriceDetails(**{name: rows[0][name] for name in names}, parts=parts)


def _category_or_all(cell: given.GivenCell) -> str:
    text = given.text_of(cell)
    return "" if text.casefold() == ALL_SERVICES else text


_DAY = _needed(given.day_of, "Give a date.")
FORMS = (
    Form(
        "Categories",
        (
            Column("Key", "key"),
            Column("Name", "name"),
            Column("What is in it", "description"),
            Column("Place", "position", _small, "whole"),
        ),
        lambda held: ([c.key, c.name, c.description, c.position] for c in held.categories),
        _one(CategoryDetails),
    ),
    Form(
        "Skills",
        (Column("Key", "key"), Column("Name", "name")),
        lambda held: ([s.key, s.name] for s in held.skills),
        _one(SkillDetails),
    ),
    Form(
        "Providers",
        (
            Column("Key", "key"),
            Column("Name", "name"),
            Column("Kind", "kind", given.choice_of(states.PROVIDER_WORDS)),
            Column("About", "description"),
        ),
        lambda held: ([p.key, p.name, states.PROVIDER_WORDS[p.kind], p.description] for p in held.providers),
        _one(ProviderDetails),
    ),
    Form(
        "People",
        (
            Column("Key", "key"),
            Column("Name", "name"),
            Column("Job title", "job_title"),
            Column("Provider", "provider"),
            Column("Skills", "skills", _keys),
            Column("Offered until", "offered_until", given.day_of, "date"),
        ),
        lambda held: (
            [p.key, p.name, p.job_title, p.provider, _joined(p.skills), p.offered_until] for p in held.people
        ),
        _one(PersonDetails),
    ),
    Form(
        "Services",
        (
            Column("Key", "key"),
            Column("Name", "name"),
            Column("Category", "category"),
            Column("Provider", "provider"),
            Column("What it is", "description"),
            Column("Free", "free_part"),
            Column("Charged", "charged_part"),
            Column("Unit", "unit", given.choice_of(states.UNIT_WORDS)),
            Column("Days per unit", "days_per_unit", given.number_of, "decimal"),
            Column("People", "people", _keys),
            Column("VAT", "vat", given.choice_of(states.VAT_WORDS)),
            Column("Place", "position", _small, "whole"),
            Column("Sold from", "sold_from", _DAY, "date"),
            Column("Sold until", "sold_until", given.day_of, "date"),
            Column("Why withdrawn", "withdrawn_because"),
        ),
        _line_rows,
        _one(LineDetails),
    ),
    Form(
        "Prices",
        (
            Column("Service", "line"),
            Column("For", "audience", given.choice_of(states.AUDIENCE_WORDS)),
            Column("From", "starts_on", _DAY, "date"),
            Column("Contract year", "contract_year", given.choice_of(states.CONTRACT_WORDS)),
            Column("Firm", "is_firm", given.yes_or_no_of),
            Column("Printed on cards (£)", "list_price_pence", given.pence_of, "pounds"),
            Column("Part", "kind", given.choice_of({kind: kind.value for kind in PartKind})),
            Column("Phase", "phase"),
            Column("Up to pupils", "most_pupils", given.whole_of, "whole"),
            Column("Level", "level"),
            Column("Includes", "includes"),
            Column("Price (£)", "price_pence", _needed(given.pence_of, "Give pounds and pence."), "pounds"),
        ),
        _price_rows,
        _make_price,
        together=("line", "audience", "starts_on"),
    ),
    Form(
        "Terms",
        (
            Column("Category", "category", _category_or_all),
            Column("From", "starts_on", _DAY, "date"),
            Column("Binds for (months)", "term_months", _needed(given.whole_of, "Give months."), "whole"),
            Column("Notice (days)", "notice_days", _needed(given.whole_of, "Give days."), "whole"),
            Column("Words", "words"),
        ),
        lambda held: (
            [t.category or ALL_SERVICES, t.starts_on, t.term_months, t.notice_days, t.words]
            for t in held.terms
        ),
        _one(TermsDetails),
    ),
)
BY_NAME = {form.name: form for form in FORMS}


def as_xlsx(held: CatalogueDetails, made_on: date) -> bytes:
    """The workbook that can be changed and given back."""
    return write_xlsx([_sheet(form, held) for form in FORMS], made_on=made_on)


def as_csv(form: Form, held: CatalogueDetails) -> bytes:
    """One of its sheets as CSV, which can be given back too."""
    sheet = _sheet(form, held)
    return write_csv(sheet.columns, sheet.rows)


def _sheet(form: Form, held: CatalogueDetails) -> Sheet:
    columns = [SheetColumn(column.heading, column.kind) for column in form.columns]
    return Sheet(form.name, columns, list(form.rows_of(held)))


def read_file(content: bytes, file_name: str) -> Reading:
    """What a workbook or a CSV file says. BadFile where no sheet of it is one of the catalogue's."""
    found, problems = [], []
    for form, table in _tables(content, file_name):
        problems += [
            Problem(form.name, line, where, "Cells are merged. Unmerge them.")
            for line, where in table.merged.items()
        ]
        more, wrong = _read(form, table)
        found += more
        problems += wrong
    return Reading(tuple(found), tuple(problems))


def _tables(content: bytes, file_name: str) -> Iterator[tuple[Form, given.Table]]:
    if file_name.casefold().endswith(".csv"):
        table = given.read_csv(content, file_name)
        form = next((form for form in FORMS if form.headings == table.headings), None)
        if form is None:
            what = "The first line is not that of any sheet of the catalogue."
            raise BadFile(what, where=file_name, do="Begin with a CSV downloaded from here.")
        yield form, table
        return
    tables = given.read_tables(content, file_name)
    known = [(BY_NAME[name], table) for name, table in tables.items() if name in BY_NAME]
    if not known:
        do = f"Name sheets {', '.join(BY_NAME)}."
        raise BadFile(
            f"No sheet is one of the catalogue's; there is {', '.join(tables)}.", where=file_name, do=do
        )
    if strange := sorted(set(tables) - set(BY_NAME)):
        raise BadFile(
            f"The sheet {strange[0]} is none of the catalogue's.", where=file_name, do="Take it out."
        )
    for form, table in known:
        _check_headings(form, table, file_name)
        yield form, table


def _check_headings(form: Form, table: given.Table, file_name: str) -> None:
    if table.headings != form.headings:
        absent = [heading for heading in form.headings if heading not in table.headings]
        what = f"The first line lacks {', '.join(absent)}." if absent else "The columns are in another order."
        where = f"{file_name}, sheet {form.name}"
        raise BadFile(what, where=where, do=f"It must be: {', '.join(form.headings)}.")


def _read(form: Form, table: given.Table) -> tuple[list[Given], list[Problem]]:
    rows, problems = [], []
    for line, cells in table.below():
        if line in table.merged:
            continue
        values, wrong = _values(form, line, cells)
        problems += wrong
        if not wrong:
            rows.append((line, values))
    found = []
    for group in _groups(form, rows):
        line = group[0][0]
        try:
            found.append(Given(form.name, line, form.make([values for _, values in group])))
        except BadInput as error:
            problems.append(Problem(form.name, line, f"{form.letter(error.where)}{line}", _told(error)))
    return found, problems


def _groups(form: Form, rows: list[tuple[int, dict]]) -> Iterator[list[tuple[int, dict]]]:
    if not form.together:
        return ([row] for row in rows)

    def place(row: tuple[int, dict]) -> tuple:
        return tuple(row[1][name] for name in form.together)

    return (list(group) for _, group in groupby(sorted(rows, key=place), key=place))


def _values(form: Form, line: int, cells: tuple) -> tuple[dict, list[Problem]]:
    values, problems = {}, []
    for n, column in enumerate(form.columns):
        try:
            values[column.field] = column.read(cells[n] if n < len(cells) else None)
        except BadInput as error:
            problems.append(Problem(form.name, line, f"{given.column_letter(n)}{line}", _told(error)))
    return values, problems


def _told(error: BadInput) -> str:
    return f"{error.what} {error.do}".strip()
