"""What an answer may be: read from what somebody typed, or checked as it came from a file. Pure.

An answer that was never given is absent, or None in a draft; "cannot say" is an answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from schoolward.apps.survey.questionnaire import (
    CANNOT_SAY,
    FIELD_MARK,
    Kind,
    OfferedService,
    Question,
    Questionnaire,
    is_cannot_say,
)
from schoolward.terms.errors import BadInput
from schoolward.terms.money import format_pounds, parse_pounds

Answers = Mapping[str, Any]
MAX_PENCE = 10_000_000_000
MAX_CHARACTERS_PER_WORD = 12  # on average, so that a paste of one endless word is refused too


def check_answers(
    questionnaire: Questionnaire, services: Iterable[OfferedService], answers: Answers
) -> dict[str, str]:
    """What is wrong with each field, in one sentence; empty where every value is of its kind.

    It does not ask whether everything is answered: `flow.missing` does.
    """
    keys = {service.key for service in services}
    by_service = {
        q.key for s in questionnaire.sections for q in s.questions if s.repeats or q.kind == Kind.MATRIX
    }
    problems = {}
    for name, value in answers.items():
        question = questionnaire.question(name)
        service = name.partition(FIELD_MARK)[2]
        if (
            question is None
            or (question.key in by_service) != bool(service)
            or (service and service not in keys)
        ):
            problems[name] = "This is not asked."
            continue
        try:
            check_answer(question, value)
        except BadInput as problem:
            problems[name] = str(problem)
    return problems


def check_answer(question: Question, value: Any) -> None:
    """Raise BadInput, with a sentence fit for an error summary, where the value is not of the kind asked."""
    if value is None:
        return
    if is_cannot_say(value):
        if not question.cannot_say or value != CANNOT_SAY:
            raise BadInput(f"{_named(question)}: give an answer.")
        return
    _CHECKS[question.kind](question, value)


def read_answer(question: Question, sent: list[str]) -> Any:
    """The value in what a form sent; None where nothing was; BadInput where it will not do."""
    texts = [text.strip() for text in sent if text.strip()]
    if not texts:
        return None
    value = _READERS.get(question.kind, _first)(question, texts)
    check_answer(question, value)
    return value


def written(question: Question, value: Any) -> str:
    """The answer as a person reads it; the empty string for none."""
    if value is None:
        return ""
    if is_cannot_say(value):
        return "Cannot say"
    return _WRITERS.get(question.kind, lambda _, v: str(v))(question, value)


def typed(question: Question, value: Any) -> str:
    """The answer as it stands in a text box."""
    if value is None or is_cannot_say(value):
        return ""
    match question.kind:
        case Kind.MONEY:
            return format_pounds(value, pence=value % 100 != 0).replace("£", "").replace("−", "-")
        case Kind.SHARE:
            return f"{Decimal(str(value)) * 100:f}".rstrip("0").rstrip(".") if value else "0"
        case Kind.DATE:
            day = date.fromisoformat(value)
            return f"{day.day}/{day.month}/{day.year}"
    return str(value)


def _named(question: Question) -> str:
    return f"‘{question.text.rstrip('?.')}’"


def _check_option(question: Question, value: Any) -> None:
    if not isinstance(value, str) or value not in question.option_keys:
        raise BadInput(f"{_named(question)}: choose one of the answers.")


def _check_options(question: Question, value: Any) -> None:
    if not isinstance(value, list) or not value or len(set(map(str, value))) != len(value):
        raise BadInput(f"{_named(question)}: choose each answer once.")
    for each in value:
        _check_option(question, each)
    if question.most and len(value) > question.most:
        raise BadInput(f"{_named(question)}: choose up to {question.most}.")


def _check_number(question: Question, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadInput(f"{_named(question)}: give a number.")
    _check_within(question, value, f"{value:,}")


def _check_scale(question: Question, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not question.low <= value <= question.high:
        raise BadInput(f"{_named(question)}: choose from {question.low:g} to {question.high:g}.")


def _check_money(question: Question, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_PENCE:
        raise BadInput(f"{_named(question)}: give pounds and pence, such as 1,234.50.")
    _check_within(question, value / 100, format_pounds(value), unit="£")


def _check_share(question: Question, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadInput(f"{_named(question)}: give a percentage from 0 to 100.")


def _check_within(question: Question, value: float, said: str, unit: str = "") -> None:
    if question.low is not None and value < question.low:
        raise BadInput(f"{_named(question)}: {said} is too little; the least is {unit}{question.low:,g}.")
    if question.high is not None and value > question.high:
        raise BadInput(f"{_named(question)}: {said} is too much; the most is {unit}{question.high:,g}.")


def _check_text(question: Question, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{_named(question)}: write something, or leave it empty.")
    words = len(value.split())
    if words > question.max_words or len(value) > question.max_words * MAX_CHARACTERS_PER_WORD:
        raise BadInput(
            f"{_named(question)}: this has {words} words; keep it to {question.max_words} or fewer."
        )


def _check_date(question: Question, value: Any) -> None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadInput(f"{_named(question)}: give a date, such as 31/3/2027.") from None


def _check_file(question: Question, value: Any) -> None:
    whole = isinstance(value, dict) and set(value) == {"file", "name"}
    if not whole or not isinstance(value["file"], int) or not isinstance(value["name"], str):
        raise BadInput(f"{_named(question)}: choose a file.")


def _first(question: Question, texts: list[str]) -> str:
    return texts[0]


def _whole(question: Question, texts: list[str]) -> int:
    if not texts[0].isascii() or not texts[0].isdigit():
        raise BadInput(f"{_named(question)}: choose from {question.low:g} to {question.high:g}.")
    return int(texts[0][:9])


def _number(question: Question, texts: list[str]) -> int | float:
    try:
        number = Decimal(texts[0].replace(",", "").rstrip("%").strip())
        if not number.is_finite() or abs(number) > MAX_PENCE:
            raise InvalidOperation
    except InvalidOperation:
        raise BadInput(f"{_named(question)}: ‘{texts[0][:40]}’ is not a number.") from None
    return int(number) if number == number.to_integral_value() else float(number)


def _money(question: Question, texts: list[str]) -> int:
    try:
        return parse_pounds(texts[0])
    except (BadInput, InvalidOperation):
        raise BadInput(
            f"{_named(question)}: ‘{texts[0][:40]}’ is not an amount of money; write it like 1,234.50."
        ) from None


def _share(question: Question, texts: list[str]) -> float:
    number = _number(question, texts)
    return float(Decimal(str(number)) / 100)


def _date(question: Question, texts: list[str]) -> str:
    for parts in (texts[0].split("/"), texts[0].split("-")[::-1], texts[0].split(".")):
        try:
            day, month, year = (int(part) for part in parts)
            return date(year, month, day).isoformat()
        except ValueError:
            continue
    raise BadInput(f"{_named(question)}: ‘{texts[0][:40]}’ is not a date; write it like 31/3/2027.")


def _words_of_all(question: Question, value: list[str]) -> str:
    return ", ".join(question.words_of(key) for key in value)


def _ranks(question: Question, value: list[str]) -> str:
    return "; ".join(f"{n}. {question.words_of(key)}" for n, key in enumerate(value, 1))


Checker = Callable[[Question, Any], None]
_CHECKS: dict[Kind, Checker] = {
    Kind.SINGLE: _check_option,
    Kind.MATRIX: _check_option,
    Kind.MULTIPLE: _check_options,
    Kind.RANKING: _check_options,
    Kind.SCALE: _check_scale,
    Kind.NUMBER: _check_number,
    Kind.MONEY: _check_money,
    Kind.SHARE: _check_share,
    Kind.TEXT: _check_text,
    Kind.DATE: _check_date,
    Kind.FILE: _check_file,
}
_READERS: dict[Kind, Callable[[Question, list[str]], Any]] = {
    Kind.MULTIPLE: lambda _, texts: texts,
    Kind.RANKING: lambda _, texts: texts,
    Kind.SCALE: _whole,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.SHARE: _share,
    Kind.DATE: _date,
}
_WRITERS: dict[Kind, Callable[[Question, Any], str]] = {
    Kind.SINGLE: lambda q, v: q.words_of(v),
    Kind.MATRIX: lambda q, v: q.words_of(v),
    Kind.MULTIPLE: _words_of_all,
    Kind.RANKING: _ranks,
    Kind.MONEY: lambda _, v: format_pounds(v, pence=v % 100 != 0),
    Kind.SHARE: lambda _, v: f"{Decimal(str(v)) * 100:f}".rstrip("0").rstrip(".") + "%" if v else "0%",
    Kind.DATE: lambda _, v: f"{date.fromisoformat(v).day} {date.fromisoformat(v):%B %Y}",
    Kind.SCALE: lambda q, v: f"{v} out of {q.high:g}",
    Kind.NUMBER: lambda _, v: f"{v:,}",
    Kind.FILE: lambda _, v: v["name"],
}
