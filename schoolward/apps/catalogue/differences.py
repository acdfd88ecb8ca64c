"""How a catalogue that somebody gives differs from the one held. Pure: no database, no spreadsheet."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from schoolward.apps.catalogue import pricing
from schoolward.apps.catalogue.details import CatalogueDetails, LineDetails, PersonDetails, PriceDetails
from schoolward.terms.errors import SchoolwardError

# Which field of the whole holds the things of each sheet, in the order in which they can be taken.
SHEETS = {
    "Categories": "categories",
    "Skills": "skills",
    "Providers": "providers",
    "People": "people",
    "Services": "lines",
    "Prices": "prices",
    "Terms": "terms",
}


@dataclass(frozen=True)
class Given:
    """One thing that a file says, with the sheet and line where it says it."""

    sheet: str
    line: int
    details: object

    @property
    def key(self) -> object:
        return self.details.key


@dataclass(frozen=True)
class Problem:
    """A cell that will not do, and why."""

    sheet: str
    line: int
    cell: str
    sentence: str


@dataclass(frozen=True)
class Change:
    """What would be added, or changed in these fields: (field, before, after)."""

    sheet: str
    kind: str
    key: object
    fields: tuple[tuple[str, object, object], ...]
    details: object


@dataclass(frozen=True)
class Differences:
    """Everything a file would change, what it would leave, and what is wrong with it."""

    changes: tuple[Change, ...]
    unchanged: int
    problems: tuple[Problem, ...]

    @property
    def counts(self) -> Counter[str]:
        return Counter(change.kind for change in self.changes)

    @property
    def key(self) -> str:
        """The same for the same differences, so that nothing else is applied than what was shown."""
        return hashlib.sha256(repr(self.changes).encode()).hexdigest()


def compare(held: CatalogueDetails, found: Iterable[Given], problems: Iterable[Problem] = ()) -> Differences:
    """What the file would change. What it does not name is left alone."""
    found = sorted(found, key=lambda one: (list(SHEETS).index(one.sheet), one.line))
    known = {sheet: {one.key: one for one in getattr(held, name)} for sheet, name in SHEETS.items()}
    wrong = [*problems, *_twice(found), *_dangling(found, known)]
    changes, unchanged = [], 0
    for one in found:
        change = _change(one, known[one.sheet].get(one.key))
        if change:
            changes.append(change)
        else:
            unchanged += 1
    return Differences(tuple(changes), unchanged, tuple(wrong))


def _twice(found: list[Given]) -> Iterator[Problem]:
    seen: dict[tuple, int] = {}
    for one in found:
        place = (one.sheet, one.key)
        if place in seen:
            sentence = f"It is on line {seen[place]} already."
            yield Problem(one.sheet, one.line, f"A{one.line}", sentence)
        seen.setdefault(place, one.line)


def _dangling(found: list[Given], known: Mapping[str, Mapping]) -> Iterator[Problem]:
    """Keys that are neither held nor given."""
    keys = {sheet: set(held) for sheet, held in known.items()}
    for one in found:
        keys[one.sheet].add(one.key)
    for one in found:
        for letter, sheet, names in _references(one):
            for name in names:
                if name not in keys[sheet]:
                    sentence = f"There is no '{name}' on the sheet {sheet}, nor is one held."
                    yield Problem(one.sheet, one.line, f"{letter}{one.line}", sentence)


def _references(one: Given) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    details = one.details
    match details:
        case PersonDetails():
            yield "D", "Providers", (details.provider,)
            yield "E", "Skills", details.skills
        case LineDetails():
            yield "C", "Categories", (details.category,)
            yield "D", "Providers", (details.provider,)
            yield "J", "People", details.people
        case PriceDetails():
            yield "A", "Services", (details.line,)
    if one.sheet == "Terms" and details.category:
        yield "A", "Categories", (details.category,)


def _change(one: Given, before: object) -> Change | None:
    after = _whole(one.details)
    if before is None:
        told = tuple((f.name, None, getattr(after, f.name)) for f in fields(after))
        return Change(one.sheet, "added", one.key, told, after)
    told = tuple(
        (f.name, getattr(before, f.name), getattr(after, f.name))
        for f in fields(after)
        if getattr(before, f.name) != getattr(after, f.name)
    )
    return Change(one.sheet, "changed", one.key, told, after) if told else None


def _whole(details: object) -> object:
    """A price with its parts in order and its printed figure worked out; anything else as it is."""
    if not isinstance(details, PriceDetails):
        return details
    try:
        parts = pricing.check_parts(details.parts)
        printed = details.list_price_pence or pricing.list_price(parts)
    except SchoolwardError:
        return details
    return replace(details, parts=parts, list_price_pence=printed)
