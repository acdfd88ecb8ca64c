"""A survey's answers in the shape that the arithmetic takes, and which tables its questions give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schoolward.apps.findings.bridge import Asked, Choice, SchoolAnswer
from schoolward.apps.findings.states import ByPhase
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import is_academy
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.queries import Form, form_of, sent_answers
from schoolward.apps.survey.questionnaire import Kind, Meaning, Question, Section, field_of, is_cannot_say

CANNOT_SAY = Choice("cannot_say", "Cannot say")
LIKELY = (
    Choice("likely", "Likely: 7 or more of 10"),
    Choice("perhaps", "Perhaps: 4 to 6"),
    Choice("unlikely", "Unlikely: 3 or fewer"),
    Choice("elsewhere", "Not from the council"),
)
_TABLED = (Kind.SINGLE, Kind.MULTIPLE, Kind.SCALE, Kind.RANKING, Kind.MATRIX, Kind.MONEY)
_CHANCES = {Meaning.CHANCE_AT_LIST, Meaning.CHANCE_AT_RAISED}
# how to print; said again in pounds; what a higher price does is for the forecast of demand
_NOT_TABLED = {Meaning.CONSENT_TO_PUBLISH, Meaning.BUDGET_PER_PUPIL, Meaning.CHANCE_AT_RAISED}


def asked_of(form: Form, by_phase: ByPhase = ByPhase.NONE) -> list[Asked]:
    """The tables, in the questionnaire's order; texts, files, dates and details of services give none."""
    services, general = by_phase == ByPhase.EVERY, by_phase != ByPhase.NONE
    found: list[Asked] = []
    for section in form.questionnaire.sections:
        for question in section.questions:
            if question.kind not in _TABLED or question.means in _NOT_TABLED:
                continue
            if question.means in _CHANCES:
                found += _chances(form, section, question, by_group=services)
            elif question.kind == Kind.MATRIX:
                found += _by_service(form, section, question, by_group=services)
            elif not section.repeats:
                found.append(_asked(section, question, by_group=general))
    return found


def _asked(section: Section, question: Question, *, by_group: bool) -> Asked:
    return Asked(
        key=question.key,
        text=question.text,
        section=section.title,
        choices=() if question.kind == Kind.MONEY else _choices(question),
        several=question.kind in (Kind.MULTIPLE, Kind.RANKING),
        is_sum=question.kind == Kind.MONEY,
        conditional=bool(question.show_if) and question.kind != Kind.MONEY,
        by_group=by_group,
    )


def _by_service(form: Form, section: Section, question: Question, *, by_group: bool) -> list[Asked]:
    return [
        Asked(
            field_of(question.key, service.key),
            question.text,
            section.title,
            service.name,
            _choices(question),
            by_group=by_group,
        )
        for service in form.services
    ]


def _chances(form: Form, section: Section, question: Question, *, by_group: bool) -> list[Asked]:
    return [
        Asked(
            field_of(question.key, service.key),
            question.text,
            section.title,
            service.name,
            LIKELY,
            by_group=by_group,
        )
        for service in form.services
    ]


def _choices(question: Question) -> tuple[Choice, ...]:
    if question.kind == Kind.SCALE:
        ends = {question.low: question.low_words, question.high: question.high_words}
        steps = range(int(question.low or 0), int(question.high or 10) + 1)
        found = tuple(Choice(f"{n}", f"{n}, {ends[n]}" if ends.get(n) else f"{n}") for n in steps)
    else:
        found = tuple(Choice(option.key, option.words) for option in question.options)
    return (*found, CANNOT_SAY) if question.cannot_say else found


def schools_in(survey: Survey) -> list[SchoolAnswer]:
    """Every school that was asked, the silent ones with no answers."""
    form, sent = form_of(survey), sent_answers(survey)
    rows = survey.entries.select_related("school").order_by("school__urn")
    found = []
    for entry in rows:
        version = sent.get(entry.school.urn)
        answers = version.answers if version else {}
        shown = (
            {asked.field for page in form.pages(answers, entry.sampled) for asked in page.asked}
            if version
            else set()
        )
        found.append(_school(entry.school, form, answers, shown, answered=version is not None))
    return found


def _school(
    school: School, form: Form, answers: Mapping[str, Any], shown: set[str], *, answered: bool
) -> SchoolAnswer:
    chosen, sums = {}, {}
    for asked in asked_of(form):
        question = form.questionnaire.question(asked.key)
        if asked.is_sum:
            value = answers.get(asked.key)
            if isinstance(value, int):
                sums[asked.key] = value
        elif keys := _keys(form, question, asked, answers):
            chosen[asked.key] = keys
    return SchoolAnswer(
        urn=school.urn,
        phase=school.phase,
        kind="Academy" if is_academy(school) else "Maintained",
        roll=school.roll,
        answered=answered,
        chosen=chosen,
        led_to=frozenset(shown),
        sums=sums,
    )


def _keys(form: Form, question: Question, asked: Asked, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Which of the table's answers the school gave; none where it gave none."""
    value = answers.get(asked.key)
    if question.means in _CHANCES:
        return _likelihood(form, asked, answers, value)
    if value is None:
        return ()
    if is_cannot_say(value):
        return (CANNOT_SAY.key,)
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return (str(value),)


def _likelihood(form: Form, asked: Asked, answers: Mapping[str, Any], value: Any) -> tuple[str, ...]:
    """A service ticked away is an answer too: it will not be bought from the council."""
    if isinstance(value, int):
        return ("likely" if value >= 7 else "perhaps" if value >= 4 else "unlikely",)
    route = form.questionnaire.meaning(Meaning.ROUTE)
    service = asked.key.split(".", 1)[1]
    ticked = answers.get(field_of(route.key, service)) if route else None
    return ("elsewhere",) if ticked in ("elsewhere", "ourselves", "not_needed") else ()
