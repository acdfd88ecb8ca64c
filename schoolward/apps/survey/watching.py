"""Watching returns come in: the rate by kind of school, who has started, how many are likely in the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from schoolward.apps.register.models import School
from schoolward.apps.register.queries import ROUTES, route_of
from schoolward.apps.survey import queries
from schoolward.apps.survey.bridge import Course, Forecast, Group, expected_returns, groups_of
from schoolward.apps.survey.models import ReturnVersion, Survey
from schoolward.apps.survey.queries import Standing
from schoolward.apps.survey.states import EntryState, ReturnState, SurveyState
from schoolward.apps.tenancy import clock

BANDS = ((150, "under 150 pupils"), (300, "150 to 299 pupils"), (600, "300 to 599 pupils"))
LARGEST, NOT_KNOWN = "600 pupils and more", "not known"
KINDS: dict[str, Callable[[School], str]] = {
    "Phase": lambda school: school.phase or NOT_KNOWN,
    "Type": lambda school: ROUTES[route_of(school.type_group, school.type_name)],
    "Area": lambda school: school.town or NOT_KNOWN,
    "Size": lambda school: size_of(school.roll),
}


@dataclass(frozen=True)
class Watched:
    """A survey as its returns come in. The forecast is for the deadline; None before the survey is open."""

    survey: Survey
    asked: int
    answered: int
    started: int
    late: int
    forecast: Forecast | None
    groups: dict[str, list[Group]]
    standings: list[Standing]

    @property
    def behind(self) -> list[Group]:
        """Kinds of school that are behind, by phase, type, area and size."""
        return [group for groups in self.groups.values() for group in groups if group.behind]

    @property
    def phases_behind(self) -> list[Group]:
        """The phases among them: what a line on the first page has room for."""
        return [group for group in self.groups.get("Phase", []) if group.behind]

    @property
    def is_running(self) -> bool:
        """True while answers are still to come by the deadline."""
        return self.survey.state == SurveyState.OPEN and clock.now() < self.survey.closes_at


def size_of(roll: int | None) -> str:
    """The band of size that a roll falls into."""
    if roll is None:
        return NOT_KNOWN
    return next((name for limit, name in BANDS if roll < limit), LARGEST)


def watch(survey: Survey) -> Watched:
    """The survey's returns as they stand now."""
    rows = queries.standings(survey)
    marks = [(row.entry.school, bool(row.entry.started_at), row.state == EntryState.SENT) for row in rows]
    groups = {
        name: groups_of([(kind(school), began, sent) for school, began, sent in marks])
        for name, kind in KINDS.items()
    }
    return Watched(
        survey=survey,
        asked=len(rows),
        answered=sum(sent for _, _, sent in marks),
        started=sum(began and not sent for _, began, sent in marks),
        late=sum(row.is_late for row in rows),
        forecast=_forecast(survey, len(rows)) if survey.opened_at and rows else None,
        groups={name: found for name, found in groups.items() if len(found) > 1},
        standings=rows,
    )


def running() -> list[Watched]:
    """The surveys that are open, as they stand now."""
    return [watch(survey) for survey in queries.surveys().filter(state=SurveyState.OPEN)]


def _forecast(survey: Survey, asked: int) -> Forecast:
    own = Course(survey.opened_at, survey.closes_at, asked, _came(survey))
    closed = queries.surveys().filter(state=SurveyState.CLOSED).exclude(pk=survey.pk)
    earlier = [
        Course(each.opened_at, each.closes_at, each.entries.count(), _came(each))
        for each in closed
        if each.closes_at <= survey.closes_at
    ]
    return expected_returns(clock.now(), own, earlier)


def _came(survey: Survey) -> tuple[datetime, ...]:
    """When the first version of each school's answer was sent, earliest first."""
    rows = ReturnVersion.objects.filter(returned__entry__survey=survey, returned__state=ReturnState.NOMINATED)
    first = rows.order_by().values("returned__entry").annotate(first=Min("sent_at"))
    return tuple(sorted(row["first"] for row in first))
