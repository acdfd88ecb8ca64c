"""Which pages a school meets, given what it has answered, and how far it has come. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schoolward.apps.survey.questionnaire import (
    Kind,
    Meaning,
    OfferedService,
    Question,
    Questionnaire,
    Section,
    field_of,
)

Answers = Mapping[str, Any]
PAGE_MARK = "--"


@dataclass(frozen=True)
class Asked:
    """One field on a page."""

    field: str
    question: Question
    service: OfferedService | None = None
    section: Section | None = None


@dataclass(frozen=True)
class Page:
    """What is asked on one page: one question, or everything about one service."""

    key: str
    section: Section
    asked: tuple[Asked, ...]
    service: OfferedService | None = None

    def answered(self, answers: Answers) -> bool:
        """True once everything that is required here has an answer, and anything at all does."""
        needed = [each for each in self.asked if each.question.required] or self.asked
        return all(answers.get(each.field) is not None for each in needed)


def every_field(questionnaire: Questionnaire, services: Iterable[OfferedService]) -> Iterator[Asked]:
    """Everything that anybody might be asked, whatever was answered before: what stands on paper."""
    services = tuple(services)
    for section in questionnaire.sections:
        if section.repeats:
            for service in services:
                for q in section.questions:
                    yield Asked(field_of(q.key, service.key), q, service, section)
        else:
            for q in section.questions:
                if q.kind == Kind.MATRIX:
                    yield from (Asked(field_of(q.key, s.key), q, s, section) for s in services)
                else:
                    yield Asked(q.key, q, None, section)


class Progress(StrEnum):
    """How far a section has come."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    DONE = "done"
    NOT_YET = "not_yet"  # nothing to ask so far


@dataclass(frozen=True)
class SectionProgress:
    """One line of the task list."""

    section: Section
    pages: tuple[Page, ...]
    answered: int
    count: int  # of pages that need an answer or have one; every line of a matrix by itself
    state: Progress


def pages_of(
    questionnaire: Questionnaire,
    services: Sequence[OfferedService],
    answers: Answers,
    sampled: Iterable[str] = (),
) -> list[Page]:
    """The pages that these answers lead to, in order; `sampled` narrows the detail to some services."""
    only = set(sampled)
    found = []
    for section in questionnaire.sections:
        if section.repeats:
            detailed = (each for each in services if not only or each.key in only)
            found += [p for each in detailed if (p := _service_page(section, each, answers))]
        else:
            found += [_question_page(section, q, services) for q in section.questions if shown(q, answers)]
    return found


def shown(question: Question, answers: Answers, service: str = "") -> bool:
    """True where the conditions hold; one asked for a service looks at that service's answers first."""
    return all(
        condition.holds(answers.get(field_of(condition.question, service), answers.get(condition.question)))
        for condition in question.show_if
    )


def progress(pages: Sequence[Page], questionnaire: Questionnaire, answers: Answers) -> list[SectionProgress]:
    """How far each section has come, in order."""
    return [_progress(section, pages, answers) for section in questionnaire.sections]


def missing(pages: Iterable[Page], answers: Answers) -> dict[str, str]:
    """A sentence for each field that must be answered before the whole can be sent."""
    return {
        each.field: _missing_sentence(each)
        for page in pages
        for each in page.asked
        if each.question.required and answers.get(each.field) is None
    }


def relevant(pages: Iterable[Page], answers: Answers) -> dict[str, Any]:
    """The answers that these pages ask for: what was answered on the way and is asked no more stays out."""
    fields = {each.field for page in pages for each in page.asked}
    return {name: value for name, value in answers.items() if name in fields and value is not None}


def by_meaning(questionnaire: Questionnaire, answers: Answers, meaning: Meaning) -> dict[str, Any]:
    """The answers to the question that stands for `meaning`, by service; under '' where it is asked once."""
    question = questionnaire.meaning(meaning)
    if question is None:
        return {}
    mine = ((name.partition("."), value) for name, value in answers.items() if value is not None)
    return {service: value for (key, _, service), value in mine if key == question.key}


def _service_page(section: Section, service: OfferedService, answers: Answers) -> Page | None:
    if section.where and not section.where.holds(answers.get(field_of(section.where.question, service.key))):
        return None
    asked = tuple(
        Asked(field_of(q.key, service.key), q, service)
        for q in section.questions
        if shown(q, answers, service.key)
    )
    return Page(f"{section.key}{PAGE_MARK}{service.key}", section, asked, service) if asked else None


def _question_page(section: Section, question: Question, services: Iterable[OfferedService]) -> Page:
    if question.kind == Kind.MATRIX:
        asked = tuple(Asked(field_of(question.key, each.key), question, each) for each in services)
    else:
        asked = (Asked(question.key, question),)
    return Page(question.key, section, asked)


def _progress(section: Section, pages: Iterable[Page], answers: Answers) -> SectionProgress:
    mine = tuple(page for page in pages if page.section.key == section.key)
    done = sum(page.answered(answers) or _optional(page) for page in mine)
    touched = any(answers.get(each.field) is not None for page in mine for each in page.asked)
    if not mine:
        state = Progress.NOT_YET
    elif done == len(mine) and (touched or not all(map(_optional, mine))):
        state = Progress.DONE
    else:
        state = Progress.STARTED if touched else Progress.NOT_STARTED
    # what nobody has to answer counts once it is answered
    units = [u for page in mine for u in _units(page) if u.answered(answers) or not _optional(u)]
    return SectionProgress(section, mine, sum(u.answered(answers) for u in units), len(units), state)


def _units(page: Page) -> list[Page]:
    """The page; a matrix as one page for each of its lines."""
    if page.asked[0].question.kind != Kind.MATRIX:
        return [page]
    return [Page(page.key, page.section, (each,)) for each in page.asked]


def _optional(page: Page) -> bool:
    return not any(each.question.required for each in page.asked)


def _missing_sentence(each: Asked) -> str:
    about = f"{each.service.name}: " if each.service else ""
    out = ", or say that you cannot" if each.question.cannot_say else ""
    return f"{about}answer ‘{each.question.text.rstrip('?.')}’{out}"


def fields_of(pages: Iterable[Page]) -> Iterator[Asked]:
    """Every field on the pages, in order."""
    for page in pages:
        yield from page.asked
