"""The audiences that need no higher app: all schools, a phase, a route, by name, the silent on contacts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schoolward.apps.contacts.queries import confirmations, has_confirmed
from schoolward.apps.letters.audiences import Audience, register_audience
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import ACADEMY, MAINTAINED, ROUTES, route_of, schools_of
from schoolward.apps.tenancy.scope import current_authority

NAMED = "schools.named"


def register() -> None:
    """Called once from `ready()`."""
    register_audience(Audience("schools.all", "All open schools", _all))
    register_audience(Audience("schools.phase", "Open schools of a phase", _of_phase, _phases))
    register_audience(Audience("schools.route", "Open schools by who answers for them", _of_route, _routes))
    register_audience(
        Audience(
            "contacts.unconfirmed",
            "Schools that have not confirmed their contacts this school year",
            _unconfirmed,
            why_not=lambda about, school: "it has confirmed its contacts" if has_confirmed(school) else "",
        )
    )
    register_audience(Audience(NAMED, "Schools that I name by their numbers", _named, list))


def _all(about: str = "") -> Iterable[School]:
    return schools_of(current_authority().code, open_only=True)


def _of_phase(about: str) -> Iterable[School]:
    return schools_of(current_authority().code, open_only=True, phase=about)


def _phases() -> Sequence[tuple[str, str]]:
    return sorted({(s.phase, s.phase) for s in _all() if s.phase})


def _of_route(about: str) -> Iterable[School]:
    return [s for s in _all() if route_of(s.type_group, s.type_name) == about]


def _routes() -> Sequence[tuple[str, str]]:
    return [(route, ROUTES[route]) for route in (MAINTAINED, ACADEMY)]


def _unconfirmed(about: str) -> Iterable[School]:
    done = set(confirmations().values_list("school_id", flat=True))
    return [s for s in _all() if s.pk not in done]


def _named(about: str) -> Iterable[School]:
    """The open schools among the numbers; the checks have refused what is none."""
    wanted = {int(word) for word in about.split() if word.isdigit()}
    return [s for s in _all() if s.urn in wanted]
