"""Who leads each school on a given day, so that the register and the demonstration's people agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schoolward.demo.dice import dice
from schoolward.demo.names import Name, name_for
from schoolward.demo.published.schools import Establishment, School, World

_FIRST_CHANGE = 2003


@dataclass(frozen=True)
class Head:
    """A headteacher, since when, and what the post is called."""

    name: Name
    job_title: str
    since: date


def head_of(world: World, one: Establishment, day: date) -> Head:
    """The head on that day: heads change in September, after three to eleven years."""
    school = _led_by(world, one.school)
    since, number = _tenure(world, school, day)
    title = "Executive Headteacher" if _is_shared(world, school) else _job_title(one, since, day)
    return Head(name_for(world.seed, "head", school.key, number), title, since)


def _led_by(world: World, school: School) -> School:
    shared = school.story.get("head")
    return next(s for s in world.schools if s.key == shared) if shared else school


def _is_shared(world: World, school: School) -> bool:
    return school.key in world.lead_two


def _tenure(world: World, school: School, day: date) -> tuple[date, int]:
    throw = dice(world.seed, "tenure", school.key)
    since, number = date(_FIRST_CHANGE, 9, 1), 0
    while True:
        following = since.replace(year=since.year + int(throw.integers(3, 12)))
        vacancy = date(world.first_day.year, 1, 1)
        if "acting" in school.story and since < vacancy < following:
            following = vacancy
        if following > day:
            return since, number
        since, number = following, number + 1


def _job_title(one: Establishment, since: date, day: date) -> str:
    if "acting" in one.school.story and since.month == 1:
        return "Acting Headteacher"
    if "interim" in one.school.story:
        return "Interim Headteacher"
    return "Principal" if one.code in ("AC", "UTC") else "Headteacher"
