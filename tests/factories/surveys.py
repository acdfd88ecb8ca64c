"""A small survey: two services, one school, and the people who answer for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.register.models import School
from schoolward.apps.survey import actions
from schoolward.apps.survey.models import Entry, Survey
from schoolward.apps.survey.questionnaire import OfferedService
from schoolward.apps.survey.standard import standard_questionnaires
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority
from tests.factories.people import make_member
from tests.factories.schools import make_school

SALTINGS = 900001


def offered(key: str, name: str, price_pence: int = 50_000) -> OfferedService:
    """A service sold by the day, with somebody named who comes."""
    return OfferedService(
        key=key,
        name=name,
        category="improvement",
        category_name="School improvement",
        what="A day with leaders on what to improve next, with a written note.",
        free="A telephone call",
        charged="The day and the note",
        who_comes=("Ann Reed",),
        unit="day",
        list_price_pence=price_pence,
        raised_price_pence=price_pence * 5 // 4,
        days_per_unit=1.0,
    )


SERVICES = (
    offered("leadership-review", "Leadership review"),
    offered("governor-training", "Governor training"),
)

# every answer that the standard survey asks of a school that might buy one of the two services
WHOLE = {
    "answered_by": ["head", "chair"],
    "board_seen": "discussed",
    "route.leadership-review": "council",
    "route.governor-training": "elsewhere",
    "chance_list.leadership-review": 7,
    "chance_raised.leadership-review": 4,
    "budget_known": "discussed",
    "budget": 1_200_000,
    "priorities": ["reading", "attendance"],
    "strategy_clear": 4,
    "strategy_support": 3,
    "partnership": "join",
    "consent": "without_name",
}


@dataclass(frozen=True)
class Saltings:
    """A school that is asked, with its people; each acts in their role."""

    authority: Authority
    school: School
    officer: Acting
    head: Acting
    chair: Acting
    business_manager: Acting
    survey: Survey
    entry: Entry


def make_survey(
    by: Acting,
    schools: list[School],
    *,
    key: str = "annual-survey",
    days: int = 9,
    opened: bool = True,
    agreed_with: str = "",
) -> Survey:
    """A survey of the schools, closing at five in so many days."""
    version = actions.save_questionnaire(by=by, definition=standard_questionnaires()[key])
    survey = actions.prepare_survey(
        by=by,
        title="Survey of schools 2027",
        version=version,
        services=SERVICES,
        closes_at=in_days(days),
        agreed_with=agreed_with,
    )
    actions.ask_schools(by=by, survey=survey, schools=schools)
    return actions.open_survey(by=by, survey=survey) if opened else survey


def make_saltings(authority: Authority) -> Saltings:
    """A survey that is open to one school; call it inside the authority's scope."""
    school = make_school(SALTINGS, "Saltings Primary School")
    officer = Acting.of(make_member(authority, "commissioning_manager", "Mia Cole"))
    people = [
        Acting.of(make_member(authority, role, name, urn=SALTINGS))
        for role, name in (
            ("headteacher", "Hal Head"),
            ("chair", "Cy Chair"),
            ("business_manager", "Bea Sums"),
        )
    ]
    survey = make_survey(officer, [school])
    entry = Entry.objects.select_related("survey__version", "school").get(survey=survey)
    return Saltings(authority, school, officer, *people, survey, entry)


def in_days(days: int, hour: int = 17) -> datetime:
    """That hour of the day so many days from today."""
    return (clock.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
