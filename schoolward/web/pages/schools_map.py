"""The authority's schools on a map, with those that are not on it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from schoolward.apps.register import queries
from schoolward.apps.tenancy.models import Authority
from schoolward.publishing import look
from schoolward.publishing.maps import Outline, Point, draw_map

WIDE, NARROW = (look.WIDE, 520), (look.NARROW, 380)


@dataclass(frozen=True)
class Drawn:
    """The pictures, the schools in them, and those whose place is not known."""

    wide: str
    narrow: str
    places: list[tuple]
    lost: list[tuple]
    standings: dict[int, str] | None
    outlined: bool


def draw(authority: Authority, standings: dict[int, str] | None) -> Drawn:
    """The map for this authority; schools causing concern stand out for those who may know."""
    schools = queries.places_of(authority.code)
    places = [school for school in schools if school[3] is not None]
    lost = [school for school in schools if school[3] is None]
    outlines = _outlines(authority.code)
    points = [_point(school, standings or {}) for school in places]
    title = f"Schools of {authority.name}"
    pictures = [_picture(outlines, points, title, size, standings) for size in (WIDE, NARROW)]
    return Drawn(*pictures, places=places, lost=lost, standings=standings, outlined=bool(outlines))


def _outlines(code: int) -> list[Outline]:
    return [
        Outline(row.name, tuple(row.rings), neighbour=row.authority_code != code)
        for row in queries.outlines_around(code)
    ]


def _point(school: tuple, standings: dict[int, str]) -> Point:
    urn, name, _, latitude, longitude = school
    url = f"{reverse('schools')}{urn}/"
    return Point(str(urn), name, latitude, longitude, standings.get(urn) == "concern", url)


def _picture(
    outlines: list[Outline], points: list[Point], title: str, size: tuple[int, int], standings: dict | None
) -> str:
    words = {"emphasised": "", "other": "school"} if standings is None else {}
    return draw_map(outlines, points, title=title, size=size, **words)
