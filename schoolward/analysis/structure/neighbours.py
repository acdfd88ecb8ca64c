"""Plans one move away from another, scenarios that are alike, and the years that ask most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from schoolward.analysis.structure.plan import Plan
from schoolward.analysis.structure.program import SLACK, Program


def moves(plan: Plan, program: Program) -> Iterator[Plan]:
    """Every plan one step of FTE, one step moved between arms or posts, or one price away.

    Two posts may also change arms with each other, which leaves each as large as it was.
    """
    unit = np.eye(program.posts, dtype=int)
    none = np.zeros(program.posts, dtype=int)
    for p in range(program.posts):
        for core, traded in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)):
            yield from _within(plan, program, core * unit[p], traded * unit[p])
        for q in range(program.posts):
            if p != q:
                moved = unit[p] - unit[q]
                for core, traded in ((moved, none), (none, moved), (moved, -moved)):
                    yield from _within(plan, program, core, traded)
    for _, level in _prices(plan, program):
        yield replace(plan, level=level)


def with_post(plan: Plan, program: Program) -> Iterator[Plan]:
    """Every plan one price and one step of a traded post away: fewer buyers need fewer people."""
    unit = np.eye(program.posts, dtype=int)
    for dearer, level in _prices(plan, program):
        for p in np.flatnonzero(program.traded_most):
            yield from _within(replace(plan, level=level), program, 0 * unit[p], (1, -1)[dearer] * unit[p])


def _prices(plan: Plan, program: Program) -> Iterator[tuple[bool, np.ndarray]]:
    """Prices with one service's a step away, and whether it is the dearer for it."""
    lowest = -1 if (plan.level >= 0).sum() > program.least_open else 0
    for j in range(program.services):
        now = plan.level[j]
        for level in {now - 1, now + 1, -1} - {now}:
            if lowest <= level < program.levels and (level < 0 or program.open[j, level]):
                changed = np.where(np.arange(program.services) == j, level, plan.level)
                yield bool(level < 0 or level > now >= 0), changed


def _within(plan: Plan, program: Program, core: np.ndarray, traded: np.ndarray) -> Iterator[Plan]:
    """The plan with so many more steps on either side, where every post keeps its limits."""
    core_steps, traded_steps = plan.core_steps + core, plan.traded_steps + traded
    both, slack = program.step_fte * (core_steps + traded_steps), SLACK * program.step_fte
    fits = (core_steps >= 0) & (core_steps <= program.core_most)
    fits &= (traded_steps >= 0) & (traded_steps <= program.traded_most)
    fits &= (both >= program.min_fte - slack) & (both <= program.max_fte + slack)
    if fits.all():
        yield replace(plan, core_steps=core_steps, traded_steps=traded_steps)


def alike(size: np.ndarray, groups: int) -> np.ndarray:
    """Each scenario's group (S,), like sizes together, all groups as large."""
    place = np.empty(len(size), dtype=int)
    place[np.argsort(size, kind="stable")] = np.arange(len(size)) * min(groups, len(size)) // len(size)
    return place


def hardest(program: Program, statutory: np.ndarray) -> list[int]:
    """Which of the years drawn ask most of some set of posts, with none or some associates in play."""
    if not len(statutory):
        return []
    rows = set()
    order = np.argsort(program.core_costs.associate)
    for taken in range(len(order) + 1):
        days = statutory.copy()
        for k in order[:taken]:
            days[:, k] = np.maximum(days[:, k] - program.core_costs.most_days[k], 0.0)
        for part in program.core.parts:
            rows |= set((days @ part.within.T.astype(float)).argmax(axis=0).tolist())
    return sorted(rows)
