"""Plans near another: the ones that mend what it breaks, the ones that are better; judged only where the
cuts leave hope.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from schoolward.analysis.structure.neighbours import Plans, moves, with_post
from schoolward.analysis.structure.plan import NOTHING_MISSED, Plan
from schoolward.analysis.structure.program import SLACK

if TYPE_CHECKING:
    from schoolward.analysis.structure.benders import Search

MENDINGS = 60  # moves at most towards a possible plan
BROKEN = 3.0  # days that a move may cost to mend a thousand pounds or a day of what is broken


def mend(search: Search, plan: Plan) -> tuple[float, Plan | None]:
    """A possible plan by moves from one that is not, and its objective; else one that sells nothing; else
    None.
    """
    value, found = _mended(search, plan)
    if found is None and not search.program.least_open:
        fewest = np.ceil(search.program.min_fte / search.program.step_fte - SLACK).astype(int)
        value, found, _ = search.attempt(
            replace(
                plan,
                traded_steps=np.maximum(fewest - plan.core_steps, 0),
                level=np.full_like(plan.level, -1),
            )
        )
    return value, found


def _mended(search: Search, plan: Plan) -> tuple[float, Plan | None]:
    """What a move mends is told by the cuts; only a plan that they find nothing wrong with is judged, and
    that makes them sharper.
    """
    (cost,), (broken,) = least(search, Plans.of([plan]))
    for _ in range(MENDINGS):
        if broken <= NOTHING_MISSED:
            before = search.master.cuts
            value, tried, _ = search.attempt(plan)
            if tried is not None or search.master.cuts == before:
                return value, tried
        else:
            near = moves(plan, search.program).and_these(with_post(plan, search.program))
            costs, wrongs = least(search, near)
            n = int((costs + BROKEN * wrongs).argmin())
            if costs[n] + BROKEN * wrongs[n] >= cost + BROKEN * broken - NOTHING_MISSED:
                break
            plan = near[n]
        (cost,), (broken,) = least(search, Plans.of([plan]))
    return np.inf, None


def improve(search: Search, plan: Plan, best: float, enough: float) -> tuple[float, Plan | None]:
    """A better plan one move at a time from this one, and its objective; None where no move helps.

    Only what the cuts let hope for is judged, the most promising first. It stops at an objective that is
    `enough`.
    """
    found, moved = None, True
    while moved and best > enough and search.left_s > 0:
        moved, near = False, moves(plan, search.program)
        costs, wrongs = least(search, near)
        costs[wrongs > NOTHING_MISSED] = np.inf
        for n in np.argsort(costs):
            if costs[n] >= best:
                break
            value, tried = search.worth(near[n], best)
            if tried is not None:
                best, found, plan, moved = value, tried, near[n], True
                break
    return best, found


def least(search: Search, plans: Plans) -> tuple[np.ndarray, np.ndarray]:
    """The least that each plan can cost by the cuts so far, and by how much it must break budget, limit
    (thousands of pounds) and statutory cover (days) together.
    """
    at, program, cuts = search.at, search.program, search.cuts
    points = np.zeros((len(plans), at.whole + 2))
    points[:, at.core], points[:, at.traded] = plans.core_steps, plans.traded_steps
    points[:, at.withdrawn], points[:, -1] = plans.level < 0, 1.0
    which, kept = np.nonzero(plans.level >= 0)
    points[which, at.price.start + kept * program.levels + plans.level[which, kept]] = 1.0
    prices = points[:, at.price]
    deficit = points[:, at.traded] @ program.cost_per_step - prices @ search.mean_margin
    for column in range(at.recourse.start, at.recourse.stop):
        deficit += np.maximum(cuts.least(column, points), 0.0)
    given = np.minimum(-program.surplus_share * deficit, -deficit)
    both = program.step_fte * (plans.core_steps + plans.traded_steps)
    spent = plans.core_steps @ program.cost_per_step
    spent += np.maximum(program.current_fte - both, 0.0) @ program.redundancy_per_fte
    left = program.budget + given - spent
    points[:, -2] = np.maximum(left, 0.0)
    missed = np.zeros(len(plans))
    for column in range(at.missed.start, at.missed.stop):
        missed += np.maximum(cuts.least(column, points), 0.0)
    above = np.maximum(cuts.least(at.cvar, points) - search.limit, 0.0)
    broken = above + np.maximum(cuts.least(at.uncovered, points), 0.0) + np.maximum(-left, 0.0)
    return missed + program.worth * (spent + deficit - prices @ search.mean_take_up), broken
