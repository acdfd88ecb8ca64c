"""Watching returns come in: the rate by kind of school, who has started, how many are likely in the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db.models import Q

from schoolward.apps.register.models import School
from schoolward.apps.register.queries import ROUTES, route_of
from schoolward.apps.survey import queries
from schoolward.apps.survey.bridge import Course, Forecast, Group, expected_returns, groups_of
from schoolward.apps.survey.models import Entry, ReturnVersion, Survey
from schoolward.apps.survey.queries import Standing
from schoolward.apps.survey.states import EntryState, ReturnState, SurveyState
from schoolward.apps.tenancy import clock
from schoolward.terms.phases import phase_in_words

BANDS = ((150, "under 150 pupils"), (300, "150 to 299 pupils"), (600, "300 to 599 pupils"))
LARGEST, NOT_KNOWN = "600 pupils and more", "not known"
KINDS: dict[str, Callable[[School], str]] = {
    "Phase": lambda school: phase_in_words(school.phase),
    "Type": lambda school: ROUTES[route_of(school.type_group, school.type_name)],
    "Area": lambda school: school.town or NOT_KNOWN,
    "Size": lambda school: size_of(school.roll),
}


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """How a survey's returns stand in a line. The forecast is for the deadline; None before it is open."""

    survey: Survey
    asked: int
    answered: int
    started: int
    forecast: Forecast | None
    phases: list[Group]

    @property
    def phases_behind(self) -> list[Group]:
        """The phases of school that are behind all the others."""
        return [group for group in self.phases if group.behind]

    @property
    def is_running(self) -> bool:
        """True while answers are still to come by the deadline."""
        return self.survey.state == SurveyState.OPEN and clock.now() < self.survey.closes_at


@dataclass(frozen=True, kw_only=True)
class Watched(Outlook):
    """The same, school by school and by every kind of school."""

    late: int
    groups: dict[str, list[Group]]
    standings: list[Standing]

    @property
    def behind(self) -> list[Group]:
        """Kinds of school that are behind, by phase, type, area and size."""
        return [group for groups in self.groups.values() for group in groups if group.behind]


def size_of(roll: int | None) -> str:
    """The band of size that a roll falls into."""
    if roll is None:
        return NOT_KNOWN
    return next((name for limit, name in BANDS if roll < limit), LARGEST)


def watch(survey: Survey) -> Watched:
    """The survey's returns as they stand now."""
    rows = queries.standings(survey)
    told = [(row.entry.school, bool(row.entry.started_at), row.state == EntryState.SENT) for row in rows]
    groups = {
        name: groups_of([(kind(school), began, sent) for school, began, sent in told])
        for name, kind in KINDS.items()
    }
    answered = sum(sent for _, _, sent in told)
    closed = [each for each in _surveys() if each.state == SurveyState.CLOSED and each.pk != survey.pk]
    marks = _marks(closed)
    return Watched(
        survey=survey,
        asked=len(rows),
        answered=answered,
        started=sum(began and not sent for _, began, sent in told),
        late=sum(row.is_late for row in rows),
        forecast=_forecast(survey, len(rows), answered, [_course(each, marks[each.pk]) for each in closed]),
        phases=groups["Phase"],
        groups={name: found for name, found in groups.items() if len(found) > 1},
        standings=rows,
    )


def running() -> list[Outlook]:
    """The surveys that are open, as they stand now; schools are counted, and none is read whole."""
    surveys = _surveys()
    if all(survey.state == SurveyState.CLOSED for survey in surveys):
        return []
    marks = _marks(surveys)
    courses = [_course(each, marks[each.pk]) for each in surveys if each.state == SurveyState.CLOSED]
    return [_outlook(each, marks[each.pk], courses) for each in surveys if each.state == SurveyState.OPEN]


def _surveys() -> list[Survey]:
    """Those that are open or closed."""
    rows = Survey.objects.filter(state__in=(SurveyState.OPEN, SurveyState.CLOSED))
    return list(rows.only("authority_id", "title", "state", "opened_at", "closes_at"))


class Mark(NamedTuple):
    """One school that is asked: its phase, whether it began, and when its answer first came."""

    phase: str
    began: bool
    sent_at: datetime | None


def _marks(surveys: Iterable[Survey]) -> dict[int, list[Mark]]:
    """Every school that is asked, by survey."""
    versions = ReturnVersion.objects.filter(
        number=1, returned__state=ReturnState.NOMINATED, returned__entry__survey__in=surveys
    )
    sent = dict(versions.order_by().values_list("returned__entry_id", "sent_at"))
    rows = Entry.objects.filter(survey__in=surveys).annotate(began=Q(started_at__isnull=False)).order_by()
    marks, words = defaultdict(list), cache(phase_in_words)
    for survey_id, pk, phase, began in rows.values_list("survey_id", "pk", "school__phase", "began"):
        marks[survey_id].append(Mark(words(phase), bool(began), sent.get(pk)))
    return marks


def _outlook(survey: Survey, marks: Sequence[Mark], earlier: Iterable[Course]) -> Outlook:
    answered = sum(mark.sent_at is not None for mark in marks)
    return Outlook(
        survey=survey,
        asked=len(marks),
        answered=answered,
        started=sum(mark.began and mark.sent_at is None for mark in marks),
        forecast=_forecast(survey, len(marks), answered, earlier),
        phases=groups_of([(mark.phase, mark.began, mark.sent_at is not None) for mark in marks]),
    )


def _forecast(survey: Survey, asked: int, answered: int, earlier: Iterable[Course]) -> Forecast | None:
    if survey.opened_at is None or not asked:
        return None
    course = Course(survey.opened_at, survey.closes_at, asked)
    before = tuple(each for each in earlier if each.closes_at <= survey.closes_at)
    # to the minute, so that a page asked for again and again is reckoned once
    return expected_returns(clock.now().replace(second=0, microsecond=0), course, answered, before)


def _course(survey: Survey, marks: Sequence[Mark]) -> Course:
    """How an earlier survey went."""
    came = sorted(mark.sent_at for mark in marks if mark.sent_at)
    return Course(survey.opened_at, survey.closes_at, len(marks), tuple(came))
