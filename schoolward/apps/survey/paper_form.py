"""A survey as Markdown with tables, to be printed and filled in by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schoolward.apps.catalogue.states import PER_UNIT, Unit
from schoolward.apps.survey.questionnaire import Kind, OfferedService, Question, Questionnaire, Section
from schoolward.publishing.tables import Table, table
from schoolward.terms.money import format_pounds

BOX, LINE = "[\u00a0\u00a0]", "_" * 40
SHORT_LINE = "_" * 16
ROOM, ROOM_FOR_WORDS = "_" * 6, "_" * 18
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def paper_form(
    questionnaire: Questionnaire, services: tuple[OfferedService, ...], introduction: str
) -> tuple[str, dict[str, Table]]:
    """The text of the form, and its tables by name."""
    tables: dict[str, Table] = {}
    lines = [
        _escaped(introduction),
        "",
        "Answer with a cross in a box, a number or words. Where the school cannot say, write *cannot say*. "
        "One answer counts for the school.",
        "",
    ]
    for section in questionnaire.sections:
        lines += [f"# {_escaped(section.title)}", "", _escaped(section.intro), ""]
        if section.repeats:
            lines += _repeated(section, services, tables)
        else:
            for question in section.questions:
                lines += _question(question, services, tables)
    lines += [
        "# Who signs",
        "",
        *(f"{who}: {LINE}\n" for who in ("Name", "Role", "Signature", "Date")),
        "If the chair, or anybody else at the school, sees it otherwise, write it here:",
        "",
        *_blank(3),
    ]
    return "\n".join(lines), tables


def _question(
    question: Question, services: tuple[OfferedService, ...], tables: dict[str, Table]
) -> Iterator[str]:
    yield from (f"**{_escaped(question.text)}**{_conditions(question)}", "")
    if question.help:
        yield from (_escaped(question.help), "")
    match question.kind:
        case Kind.MATRIX:
            tables[question.key] = _matrix(question, services)
            yield from (f"[](table:{question.key})", "")
        case Kind.SINGLE | Kind.MULTIPLE:
            yield from (f"{_code(BOX)} {_option(question, n)}\n" for n in range(len(question.options)))
        case Kind.RANKING:
            most = question.most or len(question.options)
            yield f"Write 1 beside the most important, and so on to {most}.\n"
            yield from (f"{_code(BOX)} {_option(question, n)}\n" for n in range(len(question.options)))
        case Kind.SCALE:
            yield f"{_scale(question)}: {_code(SHORT_LINE)}\n"
        case Kind.TEXT:
            yield from _blank(2 if question.max_words <= 80 else 5)
        case Kind.FILE:
            yield "Send it with this form.\n"
        case Kind.MONEY:
            yield f"£ {_code(SHORT_LINE)}\n"
        case Kind.SHARE:
            yield f"{_code(SHORT_LINE)} %\n"
        case _:
            yield f"{_code(SHORT_LINE)}\n"


def _repeated(
    section: Section, services: tuple[OfferedService, ...], tables: dict[str, Table]
) -> Iterator[str]:
    """The section's questions once, each with a letter; then a line for each service."""
    if section.where:
        yield "Only for services that the school might buy: leave the others empty.\n"
    yield "Prices are without VAT.\n"
    for n, question in enumerate(section.questions):
        yield f"**{LETTERS[n]}.** {_escaped(question.text)} {_how(question)}\n"
    for category in dict.fromkeys(service.category_name for service in services):
        name = f"{section.key}-{len(tables)}"
        mine = [service for service in services if service.category_name == category]
        headings = ("Service, price and higher price", *LETTERS[: len(section.questions)])
        room = [ROOM_FOR_WORDS if q.kind == Kind.TEXT else ROOM for q in section.questions]
        rows = [[_card(service), *room] for service in mine]
        tables[name] = table(category, headings, rows)
        yield f"[](table:{name})\n"


def _card(service: OfferedService) -> str:
    low, high = format_pounds(service.list_price_pence), format_pounds(service.raised_price_pence)
    return f"{service.name}: {low}, {high} {PER_UNIT[Unit(service.unit)]}"


def _matrix(question: Question, services: Iterable[OfferedService]) -> Table:
    headings = ("Service", *(option.words for option in question.options))
    rows = [[service.name, *[BOX] * len(question.options)] for service in services]
    return table(question.text, headings, rows)


def _conditions(question: Question) -> str:
    return " *(only if it applies)*" if question.show_if else ""


def _option(question: Question, n: int) -> str:
    option = question.options[n]
    return _escaped(f"{option.words} ({option.hint})" if option.hint else option.words)


def _how(question: Question) -> str:
    match question.kind:
        case Kind.SINGLE | Kind.MULTIPLE | Kind.RANKING:
            return f"({'; '.join(_option(question, n) for n in range(len(question.options)))})"
        case Kind.SCALE:
            return f"({_scale(question)})"
        case Kind.MONEY:
            return "(£)"
    return ""


def _scale(question: Question) -> str:
    return _escaped(f"{question.low:g} is {question.low_words}, {question.high:g} is {question.high_words}")


def _blank(lines: int) -> Iterator[str]:
    return (f"{_code('_' * 70)}\n" for _ in range(lines))


def _code(text: str) -> str:
    """The text as it is, its spaces and lines kept."""
    return f"`{text}`"


def _escaped(text: str) -> str:
    """Words that Markdown would read as its own stand as they are."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~^$@" else c for c in " ".join(text.split()))
