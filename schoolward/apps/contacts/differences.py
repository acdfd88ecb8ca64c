"""How a list of contacts differs from those we hold. Pure: no database, no spreadsheet."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date

ROLES = ("head", "chair", "clerk", "business_manager", "designated_teacher", "trust")


@dataclass(frozen=True)
class Details:
    """Who somebody is, and since when; an empty name means that nobody is known."""

    name: str
    email: str = ""
    telephone: str = ""
    starts_on: date | None = None

    @property
    def reach(self) -> tuple[str, str, str]:
        return self.name, self.email, self.telephone


@dataclass(frozen=True)
class Row:
    """One line of a list: what it says for a school and role."""

    line: int
    urn: int
    role: str
    details: Details


@dataclass(frozen=True)
class Problem:
    """A cell that will not do, and why."""

    cell: str
    sentence: str


@dataclass(frozen=True)
class Difference:
    """What a line would change: added, corrected (the same person), replaced (another person) or ended."""

    kind: str
    urn: int
    role: str
    before: Details | None
    after: Details | None
    on: date


@dataclass(frozen=True)
class Differences:
    """Everything a list would change, what it would leave, and what is wrong with it."""

    changes: tuple[Difference, ...]
    unchanged: int
    problems: tuple[Problem, ...]

    @property
    def counts(self) -> Counter[str]:
        return Counter(change.kind for change in self.changes)

    @property
    def key(self) -> str:
        """The same for the same differences, so that nothing else is applied than what was shown."""
        return hashlib.sha256(repr([astuple(change) for change in self.changes]).encode()).hexdigest()


Held = Mapping[tuple[int, str], Details]


def compare(
    held: Held,
    rows: Iterable[Row],
    today: date,
    problems: Iterable[Problem] = (),
    followed: Mapping[tuple[int, str], str] | None = None,
) -> Differences:
    """What the rows would change. A school and role that the list does not name is left alone."""
    followed = followed or {}
    changes, unchanged, wrong = [], 0, list(problems)
    seen: dict[tuple[int, str], int] = {}
    for row in rows:
        place = (row.urn, row.role)
        if place in seen:
            wrong.append(Problem(f"A{row.line}", f"This school and role are on line {seen[place]} already."))
            continue
        seen[place] = row.line
        before = held.get(place)
        if (sentence := _wrong_day(before, row.details, today)) is not None:
            wrong.append(Problem(f"G{row.line}", sentence))
        elif (change := _difference(row, before, today)) and place in followed:
            wrong.append(Problem(f"D{row.line}", f"{followed[place]} is to follow: change it on the page."))
        elif change:
            changes.append(change)
        else:
            unchanged += 1
    return Differences(tuple(changes), unchanged, tuple(wrong))


def _difference(row: Row, before: Details | None, today: date) -> Difference | None:
    after, place = row.details, (row.urn, row.role)
    if not after.name:
        return Difference("ended", *place, before, None, today) if before else None
    if before is None:
        return Difference("added", *place, None, after, after.starts_on or today)
    if same_person(before, after):
        moved = after.starts_on is not None and after.starts_on != before.starts_on
        if before.reach == after.reach and not moved:
            return None
        return Difference("corrected", *place, before, after, after.starts_on or before.starts_on or today)
    day = after.starts_on
    # An unchanged day beside another name was not meant as the day on which the newcomer began.
    on = today if day is None or day == before.starts_on else day
    return Difference("replaced", *place, before, after, on)


def _wrong_day(before: Details | None, after: Details, today: date) -> str | None:
    if not after.name or after.starts_on is None:
        return None
    if before and after.starts_on == before.starts_on:
        return None
    if after.starts_on > today:
        return "The day is in the future. Send the list again when it has come."
    known_since = before.starts_on if before and not same_person(before, after) else None
    if known_since and after.starts_on < known_since:
        return f"The day is before the day from which we hold {before.name}." if before else None
    return None


def same_person(before: Details, after: Details) -> bool:
    """True where the name is the same but for capitals."""
    return before.name.casefold() == after.name.casefold()
