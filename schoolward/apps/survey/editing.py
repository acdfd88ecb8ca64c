"""Changing a questionnaire: each step gives another whole one, judged as one that was read. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from schoolward.apps.survey.questionnaire import Condition, Kind, Option, Question, Questionnaire, Section
from schoolward.apps.survey.reading import CHOICES, as_document, read_questionnaire
from schoolward.terms.errors import BadInput

OPTION_LINE = re.compile(r"^\s*(?:([a-z][a-z0-9_]{0,39})\s*:)?\s*(.+?)\s*$")


@dataclass(frozen=True)
class Place:
    """Where a question stands: the number of its section, and its number there, from 0."""

    section: int
    question: int


def place_of(questionnaire: Questionnaire, key: str) -> Place:
    """Where the question of that key stands."""
    for n, section in enumerate(questionnaire.sections):
        for m, question in enumerate(section.questions):
            if question.key == key:
                return Place(n, m)
    raise BadInput(f"There is no question '{key}' any more.", do="Choose one of those shown.")


def with_question(questionnaire: Questionnaire, key: str, question: Question) -> Questionnaire:
    """The question of that key replaced."""
    place = place_of(questionnaire, key)
    return _with(questionnaire, place.section, lambda asked: _set(asked, place.question, question))


def add_question(questionnaire: Questionnaire, section_key: str, question: Question) -> Questionnaire:
    """The question put at the end of a section."""
    n = _number_of(questionnaire, section_key)
    return _with(questionnaire, n, lambda asked: (*asked, question))


def take_out(questionnaire: Questionnaire, key: str) -> Questionnaire:
    """Without the question; a section that has no other goes with it."""
    place = place_of(questionnaire, key)
    if len(questionnaire.sections[place.section].questions) == 1:
        sections = _without(questionnaire.sections, place.section)
        if not sections:
            raise BadInput("It is the last question.", do="Add another one first.")
        return _judged(replace(questionnaire, sections=sections))
    return _with(questionnaire, place.section, lambda asked: _without(asked, place.question))


def move(questionnaire: Questionnaire, key: str, by: int) -> Questionnaire:
    """The question moved up (-1) or down (1); past the end of its section it goes into the next one."""
    place = place_of(questionnaire, key)
    asked = questionnaire.sections[place.section].questions
    if 0 <= place.question + by < len(asked):
        return _with(
            questionnaire, place.section, lambda old: _swapped(old, place.question, place.question + by)
        )
    if not 0 <= place.section + by < len(questionnaire.sections) or len(asked) == 1:
        raise BadInput("It cannot go further.", do="Move another one.")
    sections = list(questionnaire.sections)
    here, there = sections[place.section], sections[place.section + by]
    one = asked[place.question]
    sections[place.section] = replace(here, questions=_without(asked, place.question))
    joined = (one, *there.questions) if by > 0 else (*there.questions, one)
    sections[place.section + by] = replace(there, questions=joined)
    return _judged(replace(questionnaire, sections=tuple(sections)))


def move_section(questionnaire: Questionnaire, section_key: str, by: int) -> Questionnaire:
    """The section moved up (-1) or down (1)."""
    n = _number_of(questionnaire, section_key)
    if not 0 <= n + by < len(questionnaire.sections):
        raise BadInput("It cannot go further.", do="Move another one.")
    return _judged(replace(questionnaire, sections=_swapped(questionnaire.sections, n, n + by)))


def with_section(questionnaire: Questionnaire, section_key: str, section: Section) -> Questionnaire:
    """The section of that key replaced, its questions as `section` has them."""
    n = _number_of(questionnaire, section_key)
    return _judged(replace(questionnaire, sections=_set(questionnaire.sections, n, section)))


def add_section(questionnaire: Questionnaire, section: Section) -> Questionnaire:
    """The section put at the end."""
    return _judged(replace(questionnaire, sections=(*questionnaire.sections, section)))


def new_key(questionnaire: Questionnaire, words: str) -> str:
    """A key that nothing here has, made from words."""
    stem = re.sub(r"[^a-z0-9]+", "_", words.casefold()).strip("_")[:30] or "question"
    stem = stem if stem[0].isalpha() else f"q_{stem}"
    taken = {q.key for q in questionnaire.questions()} | {s.key for s in questionnaire.sections}
    return next(key for n in range(1, 1000) if (key := stem if n == 1 else f"{stem}_{n}") not in taken)


def options_of(text: str) -> tuple[Option, ...]:
    """Answers from lines: `key: words | hint`; a line of words alone gets a key from them."""
    found: dict[str, Option] = {}
    for line in filter(str.strip, text.splitlines()):
        words, _, hint = line.partition("|")
        match = OPTION_LINE.match(words)
        if match is None:
            raise BadInput(f"'{line.strip()}' has no words.", where="options", do="Write `key: words`.")
        key, said = match.groups()
        key = key or re.sub(r"[^a-z0-9]+", "_", said.casefold()).strip("_")[:40] or f"answer_{len(found) + 1}"
        key = key if key[0].isalpha() else f"a_{key}"[:40]
        if key in found:
            raise BadInput(f"Two answers are called '{key}'.", where="options", do="Give one another key.")
        found[key] = Option(key, said, hint.strip())
    return tuple(found.values())


def lines_of(options: Sequence[Option]) -> str:
    """The same lines from answers."""
    return "\n".join(f"{o.key}: {o.words}" + (f" | {o.hint}" if o.hint else "") for o in options)


def condition_of(text: str, questionnaire: Questionnaire) -> tuple[Condition, ...]:
    """Conditions from lines `question = answer, answer`."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        key, equals, answers = line.partition("=")
        question = questionnaire.question(key.strip())
        if not equals or question is None:
            do = "Write `question = answer`, with the keys shown."
            raise BadInput(f"'{line.strip()}' names no question.", where="show_if", do=do)
        parts = [part.strip() for part in answers.split(",") if part.strip()]
        numbers = question.kind in (Kind.SCALE, Kind.NUMBER)
        values = tuple(int(part) if numbers and part.lstrip("-").isdigit() else part for part in parts)
        found.append(Condition(question.key, values))
    return tuple(found)


def condition_lines(conditions: Sequence[Condition]) -> str:
    """The same lines from conditions."""
    return "\n".join(f"{each.question} = {', '.join(map(str, each.any_of))}" for each in conditions)


def suited(question: Question) -> Question:
    """The question without what its kind has no use for, and with what it cannot do without."""
    if question.kind not in CHOICES:
        question = replace(question, options=(), most=None)
    elif not question.options:
        question = replace(question, options=(Option("yes", "Yes"), Option("no", "No")))
    if question.kind != Kind.MATRIX:
        question = replace(question, rest="")
    if question.kind == Kind.SCALE:
        low = 0 if question.low is None else question.low
        high = 10 if question.high is None else question.high
        return replace(question, low=low, high=high)
    return replace(question, low_words="", high_words="")


def _number_of(questionnaire: Questionnaire, section_key: str) -> int:
    for n, section in enumerate(questionnaire.sections):
        if section.key == section_key:
            return n
    raise BadInput(f"There is no section '{section_key}' any more.", do="Choose one of those shown.")


def _with(
    questionnaire: Questionnaire, n: int, change: Callable[[tuple[Question, ...]], tuple[Question, ...]]
) -> Questionnaire:
    section = questionnaire.sections[n]
    section = replace(section, questions=change(section.questions))
    return _judged(replace(questionnaire, sections=_set(questionnaire.sections, n, section)))


def _judged(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire, or BadInput where it would not be read again."""
    return read_questionnaire(as_document(questionnaire), questionnaire.title)


def _set[T](items: tuple[T, ...], n: int, item: T) -> tuple[T, ...]:
    return (*items[:n], item, *items[n + 1 :])


def _without[T](items: tuple[T, ...], n: int) -> tuple[T, ...]:
    return (*items[:n], *items[n + 1 :])


def _swapped[T](items: tuple[T, ...], n: int, m: int) -> tuple[T, ...]:
    changed = list(items)
    changed[n], changed[m] = changed[m], changed[n]
    return tuple(changed)
