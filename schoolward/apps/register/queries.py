"""Reading schools."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Protocol

from django.db.models import Q, QuerySet

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.register.models import Outline, Projection, RegisterEvent, School, SchoolFact

OPEN = ("Open", "Open, but proposed to close")
MAINTAINED, ACADEMY, INDEPENDENT, OTHER = "maintained", "academy", "independent", "other"
ROUTES = {MAINTAINED: "Maintained", ACADEMY: "Academy", INDEPENDENT: "Independent", OTHER: "Other"}
_ACADEMY_GROUPS = {"academies", "academy", "free schools", "free school"}
_MAINTAINED_GROUPS = {"local authority maintained schools", "maintained school", "special schools"}
_INDEPENDENT_GROUPS = {"independent schools", "independent school"}
# Local authorities also maintain these, whatever group the register puts them in.
_SPECIAL_MAINTAINED = {"community special school", "foundation special school", "pupil referral unit"}


@cache  # the register has some dozens of kinds of school, and lists ask for every row
def route_of(type_group: str, type_name: str) -> str:
    """Maintained, academy, independent or other: who can act when the school causes concern."""
    kind, group = type_name.casefold(), type_group.casefold()
    if kind in _SPECIAL_MAINTAINED:
        return MAINTAINED
    if group in _ACADEMY_GROUPS or kind.startswith(("academy", "free school")) or "academy" in kind.split():
        return ACADEMY
    if group in _INDEPENDENT_GROUPS or "independent" in kind:
        return INDEPENDENT
    return MAINTAINED if group in _MAINTAINED_GROUPS and "non-maintained" not in kind else OTHER


def is_maintained(school: School) -> bool:
    """True for a school that the authority maintains."""
    return route_of(school.type_group, school.type_name) == MAINTAINED


def is_academy(school: School) -> bool:
    """True for an academy or free school: concerns go to the trust or the department."""
    return route_of(school.type_group, school.type_name) == ACADEMY


def is_open(school: School) -> bool:
    """True for a school that the newest register has as open."""
    return school.status in OPEN


def schools_of(
    authority_code: int,
    *,
    text: str = "",
    phase: str = "",
    type_name: str = "",
    status: str = "",
    trust_code: str = "",
    open_only: bool = False,
) -> QuerySet[School]:
    """The authority's schools today, narrowed by what is given, by name."""
    rows = School.objects.filter(authority_code=authority_code)
    exact = {"phase": phase, "type_name": type_name, "status": status, "trust_code": trust_code}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if open_only:
        rows = rows.filter(status__in=OPEN)
    return matching(rows, text).order_by("name", "urn")


def search(text: str, *, authority_code: int | None = None, limit: int = 20) -> list[School]:
    """Schools by words of the name, URN or postcode; anywhere in the country unless an authority is given."""
    rows = School.objects.all()
    if authority_code is not None:
        rows = rows.filter(authority_code=authority_code)
    return list(matching(rows, text).order_by("name", "urn")[:limit]) if text.strip() else []


def matching(rows: QuerySet[School], text: str) -> QuerySet[School]:
    """Those of `rows` with that URN, with every word in the name, or whose postcode begins so."""
    text = " ".join(text.split())
    if not text:
        return rows
    if text.isdigit():
        return rows.filter(urn=int(text)) if len(text) == 6 else rows.filter(estab=min(int(text), 99_999))
    by_name = Q()
    for word in text.replace(".", " ").split():
        by_name &= Q(name__icontains=word)
    by_postcode = Q(postcode__istartswith=text) | Q(postcode__istartswith=_spaced(text))
    return rows.filter(by_name | Q(town__iexact=text) | by_postcode)


def _spaced(text: str) -> str:
    """'ME71AA' as 'ME7 1AA', the way postcodes are kept; other text as it is."""
    plain = text.replace(" ", "")
    whole = 5 <= len(plain) <= 7 and plain.isalnum() and plain[-3:-2].isdigit()
    return f"{plain[:-3]} {plain[-3:]}" if whole else text


def school_of(authority_code: int, urn: int) -> School | None:
    """The authority's school of that number, or None: another authority's is not found."""
    return School.objects.filter(authority_code=authority_code, urn=urn).first()


def reachable_school(acting: Acting, urn: int) -> School | None:
    """The school, if this person may see it: the authority's staff all of it, a school's people their own."""
    if acting.may(Permission.VIEW_SCHOOLS) and acting.authority:
        return school_of(acting.authority.code, urn)
    return next((school for school in own_schools(acting) if school.urn == urn), None)


def own_schools(acting: Acting) -> list[School]:
    """The schools a head, chair or business manager acts for, or a trust lead's; by name."""
    organisation = acting.organisation
    if organisation is None or acting.role not in roles.BY_KEY:
        return []
    match roles.BY_KEY[acting.role].organisation_kind:
        case roles.SCHOOL:
            rows = School.objects.filter(urn=organisation.urn)
        case roles.TRUST if organisation.trust_code:
            rows = School.objects.filter(trust_code=organisation.trust_code, status__in=OPEN)
        case _:
            return []
    return list(rows.select_related("organisation").order_by("name", "urn"))


def facts_of(urn: int) -> list[SchoolFact]:
    """What the school was, register by register, oldest first."""
    return list(SchoolFact.objects.filter(urn=urn).order_by("known_from"))


def fact_on(urn: int, day: date) -> SchoolFact | None:
    """What was known of the school on a day, or None before any register told of it."""
    return SchoolFact.objects.filter(urn=urn, known_from__lte=day).order_by("-known_from").first()


def urns_of(authority_code: int, day: date) -> set[int]:
    """The schools that belonged to the authority by what was known on a day."""
    rows = SchoolFact.objects.filter(known_from__lte=day).order_by("known_from")
    latest = dict(rows.values_list("urn", "authority_code"))
    return {urn for urn, code in latest.items() if code == authority_code}


def events_of(urns: Iterable[int]) -> list[RegisterEvent]:
    """What happened to these schools, latest first."""
    return list(RegisterEvent.objects.filter(urn__in=list(urns)))


class Kind(Protocol):
    """What of a school the filters of a list ask for."""

    phase: str
    type_name: str
    status: str
    trust_code: str
    trust_name: str


def choices_of(authority_code: int) -> dict[str, list[tuple[str, str]]]:
    """What the filters of the schools list can be set to, from the schools there are."""
    names = ("phase", "type_name", "status", "trust_code", "trust_name")
    rows = School.objects.filter(authority_code=authority_code).values_list(*names, named=True)
    return choices_among(rows.distinct())


def choices_among(schools: Iterable[Kind]) -> dict[str, list[tuple[str, str]]]:
    """What the filters can be set to, from these schools."""
    kinds = {(s.phase, s.type_name, s.status, s.trust_code, s.trust_name) for s in schools}
    simple = {
        name: sorted({(kind[n], kind[n]) for kind in kinds if kind[n]})
        for n, name in enumerate(("phase", "type", "status"))
    }
    trusts = sorted({kind[3:] for kind in kinds if kind[3]}, key=lambda pair: pair[1].casefold())
    return {**simple, "trust": trusts}


def outlines_around(authority_code: int) -> list[Outline]:
    """The authority's outline first, then those of the authorities that reach into its frame."""
    own = Outline.objects.filter(authority_code=authority_code).first()
    if own is None:
        return []
    near = Outline.objects.filter(
        west__lte=own.east, east__gte=own.west, south__lte=own.north, north__gte=own.south
    )
    return [own, *near.exclude(pk=own.pk).order_by("name")]


def places_of(authority_code: int) -> list[tuple]:
    """URN, name, phase, latitude and longitude of the authority's open schools, by name."""
    rows = School.objects.filter(authority_code=authority_code, status__in=OPEN).order_by("name", "urn")
    return list(rows.values_list("urn", "name", "phase", "latitude", "longitude"))


def projected_edition() -> str:
    """The edition that the rows here are the projection of; 'empty' before the first."""
    return Projection.objects.values_list("edition", flat=True).first() or "empty"
