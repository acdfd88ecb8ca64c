"""The ways on from every page, by what the role may do.

A role with few ways sees them all in one row. One with many sees the sections of the work in the first row,
and in a second row the ways of the section that the page belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission as P

FEW = 8  # so many fit one row at 1280 pixels


@dataclass(frozen=True)
class Way:
    """An entry of the navigation: shown to roles with any one of `permissions`."""

    label: str
    url_name: str
    permissions: tuple[P, ...]


@dataclass(frozen=True)
class Section:
    """Ways that belong to one part of the work."""

    label: str
    ways: tuple[Way, ...]


SECTIONS = (
    Section(
        "Schools",
        (
            Way("Concern", "concern_list", (P.VIEW_CONCERN,)),
            Way("Bands of risk", "risk_list", (P.VIEW_RISK,)),
            Way("All schools", "schools", (P.VIEW_SCHOOLS,)),
            Way("My school", "my_school", (P.VIEW_OWN_SCHOOL,)),
            Way("Categories", "categories", (P.VIEW_CATEGORIES,)),
            Way("Contacts", "contacts", (P.VIEW_CONTACTS,)),
        ),
    ),
    Section(
        "Survey",
        (
            Way("Survey", "answering_list", (P.ANSWER_SURVEY,)),
            Way("Surveys", "surveys", (P.VIEW_RETURNS,)),
            Way("Findings", "findings", (P.VIEW_PAPERS,)),
        ),
    ),
    Section(
        "Services",
        (
            Way("Services", "catalogue", (P.VIEW_CATALOGUE,)),
            Way("Expected spending", "earmarks", (P.VIEW_EARMARKS,)),
        ),
    ),
    Section(
        "Structure",
        (
            Way("Demand", "demand", (P.VIEW_DEMAND,)),
            Way("What can be afforded", "structure_frontier", (P.MODEL_STRUCTURE,)),
            Way("Structures", "structures", (P.MODEL_STRUCTURE, P.VIEW_STRUCTURE)),
        ),
    ),
    Section(
        "Papers",
        (
            Way("Papers", "papers", (P.VIEW_PAPERS,)),
            Way("Letters", "letters", (P.VIEW_LETTERS,)),
        ),
    ),
    Section(
        "Records",
        (
            Way("Rulebook", "rules", (P.VIEW_RULES,)),
            Way("Data", "data", (P.VIEW_DATA,)),
            Way("People", "people", (P.MANAGE_PEOPLE,)),
            Way("Audit", "audit", (P.VIEW_AUDIT,)),
            Way("Work", "jobs", (P.VIEW_JOBS,)),
        ),
    ),
)


@dataclass(frozen=True)
class Entry:
    """One link of the navigation; `current` is what aria-current says, empty for a page elsewhere."""

    label: str
    address: str
    current: str


@dataclass(frozen=True)
class Menu:
    """The first row; and the second, with the ways of the section the page is in, where one is not enough."""

    first: tuple[Entry, ...]
    second: tuple[Entry, ...] = ()
    section: str = ""


def menu_for(acting: Acting | None, path: str) -> Menu:
    """The navigation of the page at `path` for somebody in this role."""
    if acting is None:
        return Menu(())
    open_to = [(section.label, _ways_of(section, acting)) for section in SECTIONS]
    sections = [(label, ways) for label, ways in open_to if ways]
    here = _way_at(path, [way for _, ways in sections for way in ways])
    if sum(len(ways) for _, ways in sections) <= FEW:
        return Menu(_entries([way for _, ways in sections for way in ways], here, path))
    first, second, named = [], (), ""
    for label, ways in sections:
        inside = here in ways
        alone = len(ways) == 1
        current = _current(ways[0], here, path) if alone else "true" if inside else ""
        first.append(Entry(ways[0].label if alone else label, reverse(ways[0].url_name), current))
        if inside and not alone:
            second, named = _entries(ways, here, path), label
    return Menu(tuple(first), second, named)


def _ways_of(section: Section, acting: Acting) -> list[Way]:
    return [way for way in section.ways if any(map(acting.may, way.permissions))]


def _way_at(path: str, ways: list[Way]) -> Way | None:
    """The way whose address the path begins with; the longest, where one lies inside another."""
    found = [way for way in ways if path.startswith(reverse(way.url_name))]
    return max(found, key=lambda way: len(reverse(way.url_name)), default=None)


def _entries(ways: list[Way], here: Way | None, path: str) -> tuple[Entry, ...]:
    return tuple(Entry(way.label, reverse(way.url_name), _current(way, here, path)) for way in ways)


def _current(way: Way, here: Way | None, path: str) -> str:
    if way is not here:
        return ""
    return "page" if path == reverse(way.url_name) else "true"
