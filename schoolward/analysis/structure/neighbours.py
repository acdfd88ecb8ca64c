"""Plans one move away from another, scenarios that are alike, and the years that ask most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from schoolward.analysis.structure.plan import Plan
from schoolward.analysis.structure.program import SLACK, Program


def moves(plan: Plan, program: Program) -> Iterator[Plan]:
    """Every plan one step of FTE, one step moved between arms, or one price away."""
    unit = np.eye(program.posts, dtype=int)
    for p in range(program.posts):
        for core, traded in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)):
            core_steps, traded_steps = plan.core_steps + core * unit[p], plan.traded_steps + traded * unit[p]
            both = program.step_fte[p] * (core_steps[p] + traded_steps[p])
            within = (
                0 <= core_steps[p] <= program.core_most[p] and 0 <= traded_steps[p] <= program.traded_most[p]
            )
            slack = SLACK * program.step_fte[p]
            if within and program.min_fte[p] - slack <= both <= program.max_fte[p] + slack:
                yield replace(plan, core_steps=core_steps, traded_steps=traded_steps)
    lowest = -1 if (plan.level >= 0).sum() > program.least_open else 0
    for j in range(program.services):
        for level in (plan.level[j] - 1, plan.level[j] + 1):
            if lowest <= level < program.levels and (level < 0 or program.open[j, level]):
                yield replace(plan, level=np.where(np.arange(program.services) == j, level, plan.level))


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
