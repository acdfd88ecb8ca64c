"""Who was inspected when and what was found, under the rules of each day.

A grade follows what the inspectors could have seen: results of the two years before, and chance. Four
grades to August 2024; then grades by aspect and no headline; report cards from 10 November 2025.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from schoolward.demo.dice import dice
from schoolward.demo.published import latent
from schoolward.demo.published.schools import Establishment, School, World

NO_HEADLINE_FROM = date(2024, 9, 2)
REPORT_CARDS_FROM = date(2025, 11, 10)
UNGRADED_FROM = date(2015, 9, 1)
_CLOSED_TIMES = (  # no routine inspections
    (date(2020, 3, 17), date(2021, 9, 6)),
    (date(2025, 7, 20), REPORT_CARDS_FROM),
)
AREAS = (
    "Inclusion",
    "Curriculum and teaching",
    "Achievement",
    "Attendance and behaviour",
    "Personal development and wellbeing",
    "Leadership and governance",
)
CARD_GRADES = ("Exceptional", "Strong standard", "Expected standard", "Needs attention", "Urgent improvement")
_CARD_CUTS = (2.1, 0.75, -1.15, -2.3)
CARRIES_HISTORY = (
    "ACC",
    "ACCS",
    "APC",
)  # converters keep their predecessor's grade; sponsored academies do not


@dataclass(frozen=True)
class Inspection:
    """One inspection of one establishment."""

    number: int
    urn: int
    day: date
    published: date
    kind: str  # graded | ungraded | report card
    overall: int | None = None  # 1 to 4; None: not judged
    aspects: tuple[int, ...] = ()  # quality of education, behaviour, personal development, leadership
    category: str = ""  # SM | SWK | NTI | RSI
    safe: bool = True
    outcome: str = ""  # of an ungraded one
    card: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=8)
def inspections(world: World) -> tuple[Inspection, ...]:
    """Every inspection published by the first day, oldest first within each school."""
    found: list[Inspection] = []
    for school in world.schools:
        if school.kind_code != "IND":
            found += (one for one in _of_school(world, school) if one.published <= world.first_day)
    return tuple(found)


def _of_school(world: World, school: School) -> Iterator[Inspection]:
    told = [_told(text, world.first_day) for text in school.story.get("inspect", "").split(",") if text]
    days = told or list(_simulated(world, school))
    for n, (day, what) in enumerate(sorted(days)):
        one = world.at(school, day)
        if one and day < world.first_day:
            yield _inspection(world, one, day, what, n)


def _told(text: str, first_day: date) -> tuple[date, str]:
    day, _, what = text.partition(":")
    if day.startswith("D-"):
        return first_day - timedelta(days=int(day[2:])), what
    return date.fromisoformat(day), what


def _simulated(world: World, school: School) -> Iterator[tuple[date, str]]:
    throw = dice(world.seed, "inspections", school.key)
    begins = [stage.begins for stage in school.stages if stage.code not in (*CARRIES_HISTORY, "X")]
    day = max(date(2005, 9, 15) + timedelta(days=int(throw.integers(0, 1100))), _first_due(begins[0], throw))
    grade = ""
    while (day := _term_time(day)) < world.first_day:
        what = _what(world, school, day, grade, throw)
        yield day, what
        grade = grade if what[0] == "U" else what[0]
        after = day + timedelta(days=_wait(what, day, throw))
        sponsored = [b for b in begins if b and day < b <= after]
        grade = "" if sponsored else grade
        day = _first_due(sponsored[0], throw) if sponsored else after


def _first_due(begins: date | None, throw: np.random.Generator) -> date:
    """A new school or sponsored academy is inspected in its third year."""
    return begins + timedelta(days=int(throw.integers(760, 1050))) if begins else date.min


def _term_time(day: date) -> date:
    for begins, ends in _CLOSED_TIMES:
        if begins <= day < ends:
            day = ends + (day - begins) * 0.6
    if (day.month == 7 and day.day > 15) or day.month == 8:
        day = date(day.year, 9, 10) + timedelta(days=day.day)
    if (day.month == 12 and day.day > 12) or (day.month == 1 and day.day < 8):
        day = date(day.year + (day.month == 12), 1, 12) + timedelta(days=day.day // 2)
    return day + timedelta(days=(1 - day.weekday()) % 7 if day.weekday() > 3 else 0)


def _wait(what: str, day: date, throw: np.random.Generator) -> int:
    """Days to the next one: the weaker, the sooner."""
    late = int(throw.integers(0, 240))
    if what.startswith("4"):
        return 430 + late
    if what.startswith("3"):
        return 720 + late if day > date(2012, 9, 1) else 900 + late
    if what.startswith(("C", "G")):
        return 1300 + late
    if what.endswith("concerns"):
        return 480 + late
    if what.startswith("1") and date(2011, 9, 1) < day < date(2020, 9, 1):
        return (date(2021, 9, 20) - day).days + int(throw.integers(0, 900))  # exempt until 2020
    return 1330 + late


def seen_quality(world: World, school: School, day: date) -> float:
    """What results of the last two summers suggest, in spreads of schools."""
    path, year = latent.quality(school, world.seed), day.year - (day.month < 9)
    hard = latent.fsm_share(school, world.seed) - 0.18
    return (0.6 * path[year - 1] + 0.4 * path[year - 2]) / latent.SPREAD - 0.6 * hard


def _what(world: World, school: School, day: date, grade: str, throw: np.random.Generator) -> str:
    """What is found: 1 to 4 with a category, U1 or U2 for a visit that confirms the grade, G, or C."""
    seen = seen_quality(world, school, day) + throw.normal(0, 0.55)
    if day >= REPORT_CARDS_FROM:
        return "C"
    good = 0.02 if day < date(2012, 9, 1) else -0.75 if day < date(2015, 9, 1) else -1.0
    if day >= UNGRADED_FROM and grade in ("1", "2") and seen > good - 0.3 and throw.random() < 0.75:
        return f"U{grade} concerns" if seen < good + 0.1 else f"U{grade}"
    if day >= NO_HEADLINE_FROM:
        return "G"
    outstanding = 0.85 if day < date(2015, 9, 1) else 1.0
    if seen > outstanding:
        return "1"
    if seen > good:
        return "2"
    if seen > -2.2:
        return "3"
    return "4" + _category(day, throw)


def _category(day: date, throw: np.random.Generator) -> str:
    mild = "NTI" if day < date(2012, 9, 1) else "SWK"
    return "SM" if throw.random() < 0.6 else mild


def _inspection(world: World, one: Establishment, day: date, what: str, n: int) -> Inspection:
    throw = dice(world.seed, "inspection", one.urn, n)
    lag = int(throw.integers(26, 48))
    number = 10_000_000 + one.urn * 40 % 900_000 + n
    base = {"number": number, "urn": one.urn, "day": day, "published": day + timedelta(days=lag)}
    if what[0] == "U":
        return Inspection(**base, kind="ungraded", outcome=_outcome(what, day))
    if what[0] == "C":
        card, category = _card(seen_quality(world, one.school, day), what[1:], throw)
        return Inspection(**base, kind="report card", card=card, category=category, safe=category != "SM")
    if what[0] == "G":
        found = seen_quality(world, one.school, day)
        return Inspection(**base, kind="graded", aspects=_aspects_of(found, throw))
    grade = int(what[0])
    aspects = _aspects_around(grade, throw) if day >= date(2019, 9, 1) else ()
    safe = grade < 4 or throw.random() < 0.4
    return Inspection(**base, kind="graded", overall=grade, aspects=aspects, category=what[1:], safe=safe)


def _outcome(what: str, day: date) -> str:
    if day >= NO_HEADLINE_FROM:
        return "Some aspects not as strong" if what.endswith("concerns") else "Standards maintained"
    remains = "School remains Outstanding" if what[1] == "1" else "School remains Good"
    return f"{remains} (Concerns) - S5 Next" if what.endswith("concerns") else remains


def _aspects_around(grade: int, throw: np.random.Generator) -> tuple[int, ...]:
    """Aspect grades that fit the overall one: education the same, others now and then a step better."""
    better = throw.random(3) < 0.35
    others = [max(1, grade - int(step)) for step in better]
    return (grade, others[0], others[1], grade if grade == 4 else others[2])


def _aspects_of(seen: float, throw: np.random.Generator) -> tuple[int, ...]:
    values = seen + throw.normal(0, 0.45, 4) + np.array([0.0, 0.4, 0.5, 0.1])
    return tuple(1 + sum(value < cut for cut in (1.3, -0.75)) for value in values)


def _card(seen: float, told: str, throw: np.random.Generator) -> tuple[dict[str, str], str]:
    values = seen + throw.normal(0, 0.5, len(AREAS)) + np.array([0.2, 0.0, -0.05, 0.1, 0.5, 0.1])
    steps = [sum(value < cut for cut in _CARD_CUTS) for value in values]
    steps = [min(step, 3) for step in steps]  # urgent improvement is told, never drawn
    if told:
        steps = [max(step, 3) for step in steps]
        steps[2] = 4
        steps[5] = 4 if told == "SM" else 3
    card = dict(zip(AREAS, (CARD_GRADES[step] for step in steps), strict=True))
    return card, told
