"""Core cover against the risk of a deficit: the best plan at each of several limits, ties within noise
joined.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schoolward.analysis.structure.plan import Plan, cvar
from schoolward.analysis.structure.program import THOUSAND
from schoolward.analysis.structure.study import Study

NO_LIMIT = 1e6  # thousands of pounds
PATIENCE = 60  # parts of all plans looked into until a limit is taken for one that nothing keeps
SAME = 1.96  # standard errors of a difference within which two points are a tie


@dataclass(frozen=True)
class Point:
    """The best plan at a limit, and its figures in scenarios that took no part; money in thousands of pounds.

    `tie` numbers the group of points that cannot be told apart in core days missed. `proven` is False where
    the time allowed ended before the plan was shown to be within the gap. `years_let_go` is how many of
    `years_to_cover` are left to emergency days because no plan within the limit covers them all; what that
    frees may cover more of other work than a looser limit does, under which all years are covered.
    """

    cvar_limit: float
    plan: Plan
    cvar_out_of_sample: float
    expected_surplus: float
    core_cover: float
    discretionary_missed: float
    tie: int
    proven: bool
    years_let_go: int
    years_to_cover: int


def frontier(study: Study, limits: tuple[float, ...], start: Plan | None = None) -> tuple[Point, ...]:
    """The points for limits (thousands of pounds), loosest first, until one at which no plan is found soon;
    `start` is a plan that the loosest may begin from.

    To prove that nothing keeps a limit may take a hundred times as long as to find the best plan at one that
    something keeps; nor are years let go for its sake, since the points would then not cover the same duties.
    """
    search, points, missed = study.search, [], []
    gap = 2 * study.gap_days
    for limit in sorted(limits, reverse=True):
        # the best within a looser limit may keep this one too, and is then the best within it
        if not points or cvar(search.deficits(start), study.program.alpha) > limit:
            found = search.solve(limit, gap, start, patience=PATIENCE if points else np.inf)
        if found.plan is None:
            break
        start = found.plan
        plan, _ = search.judge(found.plan)
        plan = search.trimmed(plan)
        seen = study.outcomes(plan)
        lost = seen.discretionary_missed + seen.emergency_days
        tie = _tie(points, missed, lost, gap)
        missed.append(lost)
        points.append(
            Point(
                limit,
                plan,
                cvar(seen.deficit, study.program.alpha),
                float(-seen.deficit.mean()),
                float(1 - lost.sum() / seen.core_need.sum()),
                float(seen.discretionary_missed.mean()),
                tie,
                found.gap_days <= gap + 1e-9,
                search.cover.gone,
                len(search.cover.must),
            )
        )
    return tuple(points)


def _tie(points: list[Point], missed: list[np.ndarray], lost: np.ndarray, gap_days: float) -> int:
    """The group of the first point of the last group where it cannot be told apart from that, by the years
    drawn or since either may be so far from the best, else a new one.
    """
    if not points:
        return 1
    first = next(n for n, point in enumerate(points) if point.tie == points[-1].tie)
    difference = lost - missed[first]
    noise = difference.std() / np.sqrt(len(difference))
    same = abs(difference.mean()) <= max(SAME * noise, gap_days)
    return points[-1].tie if same else points[-1].tie + 1


def limits_to_try(study: Study, count: int, start: Plan | None = None) -> tuple[float, ...]:
    """Limits from where none binds down towards the least that fractions of steps could keep, the settings'
    own among them.
    """
    search = study.search
    free = search.solve(NO_LIMIT, 4 * study.gap_days, start)
    if free.plan is None:
        return ()
    _, found = search.judge(free.plan)
    loosest = cvar(found.deficit, study.program.alpha)
    least = search.relaxed(-NO_LIMIT, budget_weight=1e3).limit_short - NO_LIMIT
    own = study.question.settings.cvar_limit_pence / THOUSAND
    inner = np.linspace(loosest, least, count + 1)[:-1]
    return tuple(sorted({*(np.ceil(inner * 10) / 10).tolist(), own}, reverse=True))
