"""An establishment, the services priced, and the plan's settings as the question that the solver reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolward.analysis.establishment.posts import CHILDREN, CONCERN, Duty, Establishment

if TYPE_CHECKING:
    import numpy as np

    from schoolward.analysis.structure.core_days import CoreDays
    from schoolward.analysis.structure.inputs import Question


def question_of(
    found: Establishment, services: Sequence[Sequence[Any]], settings: Mapping[str, Any]
) -> Question:
    """The question; `services` are rows of key, category, list price in pence, unit, days or None."""
    from schoolward.analysis.structure import inputs

    posts = tuple(
        inputs.Post(
            post.post,
            post.unit,
            post.title,
            post.grade,
            post.annual_cost_pence,
            *(float(fte) for fte in (post.current_fte, post.min_fte, post.max_fte, post.step_fte)),
            frozenset(post.skills),
            post.arm,  # type: ignore[arg-type]
        )
        for post in found.posts
    )
    funding = tuple(
        inputs.FundingLine(line.line, line.kind, line.amount_pence, line.starts_on, line.ends_on)
        for line in found.funding
    )
    offered = tuple(inputs.Service(*row) for row in services)
    duties = tuple(
        inputs.Duty(duty.duty, duty.category, float(duty.days), duty.statutory)
        for duty in reckoned_duties(found.duties, settings)
    )
    return inputs.Question(posts, funding, offered, duties, _settings(settings))


def _settings(values: Mapping[str, Any]):
    from schoolward.analysis.structure import inputs

    plain = {
        name: values[name]
        for name in (
            *("cvar_limit_pence", "alpha", "seed", "productive_days_per_fte", "redundancy_share"),
            *("take_up_share", "services_open_share", "emergency_years_share", "emergency_day_pence"),
            *(
                "base_cut_share",
                "firm_threshold",
                "surplus_share_to_core",
                "core_days_spread",
                "time_limit_s",
            ),
        )
    }
    # studies kept from before it was a setting have no such value
    most_paid = values.get("most_paid_per_day_pence", inputs.Settings.most_paid_per_day_pence)
    return inputs.Settings(
        **plain,
        most_paid_per_day_pence=most_paid,
        price_menu=tuple(values["price_menu"]),
        associate=inputs.Associates(
            values["associate_day_rate_pence"],
            values["associate_cap_days"],
            values["associate_core_cap_days"],
        ),
        year_from=date.fromisoformat(values["year_from"]),
        corridor=inputs.Corridor(
            overhead_share=values["overhead_share"], enforce=bool(values["corridor_enforced"])
        ),
    )


def reckoned_duties(duties: Sequence[Duty], settings: Mapping[str, Any]) -> tuple[Duty, ...]:
    """The duties with their expected days: as entered, or from schools and children as known today.

    Without a list of schools the days entered stand. Where several duties rest on the same count, each
    gets its share by the days entered.
    """
    expected = {CHILDREN: children_days(settings)}
    if settings["school_loads"]:
        expected[CONCERN] = expected_concern_days(settings)
    found = []
    for duty in duties:
        if duty.reckoned_from in expected:
            same = [each for each in duties if each.reckoned_from == duty.reckoned_from]
            entered = sum(each.days for each in same)
            share = float(duty.days / entered) if entered else 1 / len(same)
            found.append(replace(duty, days=_days(expected[duty.reckoned_from] * share)))
        else:
            found.append(duty)
    return tuple(found)


def _days(days: float):
    from decimal import Decimal

    return Decimal(str(round(days, 2)))


def expected_concern_days(settings: Mapping[str, Any]) -> float:
    """Days for the schools that cause concern, and for those that may come to, each by its chance."""
    return sum(chance * days for _, chance, days in settings["school_loads"])


def children_days(settings: Mapping[str, Any]) -> float:
    """Days of the virtual head and the plan officers: plans a year for each child, and what is besides."""
    plans = settings["looked_after_children"] * settings["plans_a_year"] * settings["days_per_plan"]
    return plans + settings["other_virtual_days"]


def core_source(found: Establishment, question: Question, settings: Mapping[str, Any]):
    """Core days drawn: duties from the concern list school by school, all others as cases."""
    import numpy as np

    from schoolward.analysis.structure.core_days import CoreDays, draw_core_days

    reckoned = {duty.duty: duty.reckoned_from for duty in found.duties}
    listed = bool(settings["school_loads"])
    by_school = [duty for duty in question.duties if listed and reckoned.get(duty.key) == CONCERN]
    others = [duty for duty in question.duties if duty not in by_school]
    chance = np.array([load[1] for load in settings["school_loads"]], dtype=float)
    days = np.array([load[2] for load in settings["school_loads"]], dtype=float)

    def draw(scenarios: int, rng: np.random.Generator) -> CoreDays:
        drawn = draw_core_days(
            others,
            question.categories,
            days_per_case=question.settings.days_per_case,
            spread=question.settings.core_days_spread,
            scenarios=scenarios,
            rng=rng,
        )
        if not by_school:
            return drawn
        total = _school_days(chance, days, question.settings.core_days_spread, scenarios, rng)
        expected = sum(duty.days for duty in by_school) or 1.0
        need, statutory = drawn.need.copy(), drawn.statutory.copy()
        for duty in by_school:
            at = question.categories.index(duty.category)
            mine = total * (duty.days / expected)
            need[:, at] += mine
            if duty.statutory:
                statutory[:, at] += mine
        return CoreDays(need, statutory)

    return draw


def _school_days(
    chance: np.ndarray, days: np.ndarray, spread: float, scenarios: int, rng: np.random.Generator
) -> np.ndarray:
    """Days (S,) over all schools: who causes concern by its chance, how much each then needs by a gamma."""
    import numpy as np

    total = np.empty(scenarios)
    shape = 1 / max(spread, 1e-3) ** 2
    for start in range(0, scenarios, 2_000):
        here = slice(start, min(start + 2_000, scenarios))
        size = (here.stop - here.start, len(chance))
        hit = rng.random(size) < chance
        total[here] = (hit * days * rng.gamma(shape, 1 / shape, size=size)).sum(axis=1)
    return total
