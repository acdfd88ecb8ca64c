"""A survey as a workbook that a school fills in and sends back: out, and in again with every cell judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from schoolward.apps.survey.answers import read_answer, typed, written
from schoolward.apps.survey.flow import Asked, every_field
from schoolward.apps.survey.questionnaire import (
    CANNOT_SAY,
    Kind,
    OfferedService,
    Question,
    Questionnaire,
    is_cannot_say,
)
from schoolward.publishing.given import GivenCell, Table, day_of, read_tables, text_of
from schoolward.publishing.spreadsheets import Sheet, SheetColumn, write_xlsx
from schoolward.terms.errors import BadFile, BadInput
from schoolward.terms.money import format_pounds

ANSWERS, ABOUT = "Answers", "About"
HEADINGS = ("Key", "Part", "Service", "Question", "How to answer", "Answer")
ABOUT_HEADINGS = ("What", "Which")
ANSWER = HEADINGS.index("Answer")
MOST_LINES = 5_000
CANNOT = "cannot say"
OPTIONS = frozenset({Kind.SINGLE, Kind.MATRIX, Kind.MULTIPLE, Kind.RANKING})


@dataclass(frozen=True)
class About:
    """Whose workbook it is: what must agree when it comes back."""

    survey: str
    school: str
    urn: int
    code: str  # of the survey with its questions and services, so that no other survey's is taken
    due: str


@dataclass(frozen=True)
class CellProblem:
    """A cell that will not do, and why."""

    cell: str
    field: str
    sentence: str


@dataclass(frozen=True)
class BookReading:
    """The answers that could be read, and the cells that could not."""

    answers: dict[str, Any]
    problems: tuple[CellProblem, ...]


def as_xlsx(
    questionnaire: Questionnaire,
    services: tuple[OfferedService, ...],
    about: About,
    answers: Mapping[str, Any],
    made_on: date,
) -> bytes:
    """The workbook: what to do, and a line for each thing that may be asked, with the answers there are."""
    lines = [
        ["Survey", about.survey],
        ["School", about.school],
        ["URN", str(about.urn)],
        ["Code", about.code],
        ["Due", about.due],
        ["What to do", f"Write on the sheet {ANSWERS}, in the column Answer. Leave empty what is not known."],
        ["", "Prices are without VAT, and the same for every school."],
        ["", "Answer about a service only where the school might buy it from the council or through it."],
        ["", "Do not change keys, merge cells or put formulas in. One workbook counts for the school."],
    ]
    rows = [_row(each, answers.get(each.field)) for each in _writable(questionnaire, services)]
    return write_xlsx(
        [
            Sheet(ABOUT, [SheetColumn(heading) for heading in ABOUT_HEADINGS], lines),
            Sheet(ANSWERS, [SheetColumn(heading) for heading in HEADINGS], rows),
        ],
        made_on=made_on,
    )


def _writable(questionnaire: Questionnaire, services: tuple[OfferedService, ...]) -> Iterator[Asked]:
    """Every field but files, which come as files."""
    fields = every_field(questionnaire, services)
    return (each for each in fields if each.question.kind != Kind.FILE)


def _row(each: Asked, value: Any) -> list[str]:
    section = each.section.title if each.section else ""
    service = each.service.name if each.service else ""
    return [
        each.field,
        section,
        service,
        question_words(each),
        how_to_answer(each.question),
        _cell(each, value),
    ]


def question_words(each: Asked) -> str:
    """The question; one about a chance says at which price."""
    text, service = each.question.text, each.service
    if service is None:
        return text
    match each.question.means:
        case "chance_at_list":
            return f"{text} At {format_pounds(service.list_price_pence)}."
        case "chance_at_raised":
            return f"{text} At {format_pounds(service.raised_price_pence)}."
    return text


def how_to_answer(question: Question) -> str:
    """What may stand in the cell, in words."""
    options = "; ".join(option.words for option in question.options)
    match question.kind:
        case Kind.SINGLE | Kind.MATRIX:
            words = f"One of: {options}"
        case Kind.MULTIPLE:
            words = f"Any of these, with ; between: {options}"
        case Kind.RANKING:
            most = question.most or len(question.options)
            words = f"The most important first, up to {most}, with ; between: {options}"
        case Kind.SCALE:
            low, high = (f"{end:g}" for end in (question.low, question.high))
            words = f"From {low} ({question.low_words}) to {high} ({question.high_words})"
        case Kind.MONEY:
            words = "Pounds"
        case Kind.SHARE:
            words = "Per cent, such as 1.5"
        case Kind.DATE:
            words = "A day, such as 31/3/2027"
        case Kind.TEXT:
            words = f"Up to {question.max_words} words"
        case _:
            words = "A number"
    return f"{words}. Or: Cannot say" if question.cannot_say else words


def _cell(each: Asked, value: Any) -> str:
    if value is None:
        return ""
    if is_cannot_say(value):
        return "Cannot say"
    if each.question.kind in OPTIONS:
        keys = value if isinstance(value, list) else [value]
        return "; ".join(each.question.words_of(key) for key in keys)
    return typed(each.question, value) or written(each.question, value)


def read_book(
    content: bytes,
    file_name: str,
    questionnaire: Questionnaire,
    services: tuple[OfferedService, ...],
    about: About,
) -> BookReading:
    """What a workbook that came back says. BadFile where it is none, another school's or another survey's."""
    tables = read_tables(content, file_name, most_lines=MOST_LINES)
    for name in (ANSWERS, ABOUT):
        if name not in tables:
            there = ", ".join(tables)
            what = f"There is no sheet called {name}; there is {there}."
            raise BadFile(what, where=file_name, do="Send the workbook that was downloaded for this school.")
    _check_about(tables[ABOUT], file_name, about)
    table = tables[ANSWERS]
    if table.headings[: len(HEADINGS)] != HEADINGS:
        do = f"The first line must be: {', '.join(HEADINGS)}."
        raise BadFile(
            "The columns are not those that went out.", where=f"{file_name}, sheet {ANSWERS}", do=do
        )
    known = {each.field: each for each in _writable(questionnaire, services)}
    return _read_lines(table, known)


def _check_about(table: Table, file_name: str, about: About) -> None:
    said = {_safe(cells[0]).casefold(): _safe(cells[1]) for _, cells in table.below() if len(cells) > 1}
    if said.get("urn") != str(about.urn):
        whose = said.get("urn") or "nobody we know"
        raise BadFile(
            f"This is the workbook of {whose}, not of {about.school} ({about.urn}).",
            where=file_name,
            do="Enter it for the school whose it is.",
        )
    if said.get("code") != about.code:
        raise BadFile(
            "This is the workbook of another survey, or of another version of its questions.",
            where=file_name,
            do="Enter the answers by hand.",
        )


def _safe(cell: GivenCell) -> str:
    """The cell as words; nothing for a formula."""
    try:
        return text_of(cell)
    except BadInput:
        return ""


def _read_lines(table: Table, known: Mapping[str, Asked]) -> BookReading:
    answers: dict[str, Any] = {}
    problems: list[CellProblem] = []
    seen: dict[str, int] = {}
    for line, cells in table.below():
        field = _safe(cells[0])
        answer = cells[ANSWER] if len(cells) > ANSWER else None
        try:
            if line in table.merged:
                raise BadInput("Cells are merged here.", do="The answer is not read.")
            if answer in (None, ""):
                continue
            if field not in known:
                raise BadInput(f"'{field[:60]}' is not asked." if field else "The key is gone.")
            if field in seen:
                raise BadInput(f"This is answered on line {seen[field]} already.")
            seen[field] = line
            answers[field] = read_cell(known[field].question, answer)
        except BadInput as error:
            problems.append(CellProblem(f"F{line}", field, f"{error.what} {error.do}".strip()))
    return BookReading({name: value for name, value in answers.items() if value is not None}, tuple(problems))


def read_cell(question: Question, cell: GivenCell) -> Any:
    """The answer in a cell; BadInput where it will not do."""
    if question.kind == Kind.DATE and not isinstance(cell, str):
        day = day_of(cell)
        return read_answer(question, [day.isoformat()] if day else [])
    text = text_of(cell)
    if question.cannot_say and text.casefold() == CANNOT:
        return dict(CANNOT_SAY)
    if question.kind not in OPTIONS:
        return read_answer(question, [text])
    many = question.kind in (Kind.MULTIPLE, Kind.RANKING)
    words = [part.strip() for part in text.split(";")] if many else [text]
    return read_answer(question, [_key_of(question, word) for word in words if word])


def _key_of(question: Question, words: str) -> str:
    """The option's key from its words or its key, without regard to capitals."""
    for option in question.options:
        if words.casefold() in (option.words.casefold(), option.key.casefold()):
            return option.key
    raise BadInput(f"'{words[:60]}' is not one of the answers.", do=how_to_answer(question))
