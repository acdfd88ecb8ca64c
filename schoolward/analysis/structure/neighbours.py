"""Plans one move away from another, scenarios that are alike, and the years that ask most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from schoolward.analysis.structure.plan import Plan
from schoolward.analysis.structure.program import SLACK, Program

ROWS = 200  # years compared with one another at a time


@dataclass(frozen=True)
class Plans:
    """Many plans at once: steps of FTE (n, P) on either side and the menu's price by service (n, J)."""

    core_steps: np.ndarray
    traded_steps: np.ndarray
    level: np.ndarray

    def __len__(self) -> int:
        return len(self.level)

    def __getitem__(self, n: int) -> Plan:
        """One of them, nothing set aside for associates."""
        return Plan(self.core_steps[n], self.traded_steps[n], self.level[n], 0.0)

    @staticmethod
    def of(plans: Sequence[Plan]) -> Plans:
        """These plans."""
        return Plans(
            *(np.array([getattr(each, name) for each in plans]) for name in ("core_steps", "traded_steps")),
            np.array([each.level for each in plans]),
        )

    def and_these(self, more: Plans) -> Plans:
        """These and others."""
        return Plans(
            np.vstack([self.core_steps, more.core_steps]),
            np.vstack([self.traded_steps, more.traded_steps]),
            np.vstack([self.level, more.level]),
        )

    def within(self, program: Program) -> Plans:
        """Those that keep every post's limits."""
        core, traded = self.core_steps, self.traded_steps
        both, slack = program.step_fte * (core + traded), SLACK * program.step_fte
        fits = (core >= 0) & (core <= program.core_most) & (traded >= 0) & (traded <= program.traded_most)
        fits &= (both >= program.min_fte - slack) & (both <= program.max_fte + slack)
        kept = fits.all(axis=1)
        return Plans(core[kept], traded[kept], self.level[kept])


def moves(plan: Plan, program: Program) -> Plans:
    """Every plan one step of FTE, one step moved between arms or posts, or one price away.

    Two posts may also change arms with each other, which leaves each as large as it was.
    """
    core, traded = _steps(program.posts)
    stepped = Plans(
        plan.core_steps + core, plan.traded_steps + traded, np.tile(plan.level, (len(core), 1))
    ).within(program)
    _, level = _prices(plan, program)
    alike = (np.tile(steps, (len(level), 1)) for steps in (plan.core_steps, plan.traded_steps))
    return stepped.and_these(Plans(*alike, level))


def with_post(plan: Plan, program: Program) -> Plans:
    """Every plan one price and one step of a traded post away: fewer buyers need fewer people."""
    dearer, level = _prices(plan, program)
    posts = np.flatnonzero(program.traded_most)
    change = np.eye(program.posts, dtype=int)[np.tile(posts, len(level))]
    change *= np.where(np.repeat(dearer, len(posts)), -1, 1)[:, None]
    core = np.tile(plan.core_steps, (len(change), 1))
    return Plans(core, plan.traded_steps + change, np.repeat(level, len(posts), axis=0)).within(program)


@cache
def _steps(posts: int) -> tuple[np.ndarray, np.ndarray]:
    """What each move adds to the steps of posts (n, P), on the core and on the traded side."""
    unit = np.eye(posts, dtype=int)
    none = np.zeros_like(unit)
    away = np.array([unit[p] - unit[q] for p in range(posts) for q in range(posts) if p != q])
    away = away.reshape(-1, posts)
    core = [unit, -unit, none, none, unit, -unit, away, 0 * away, away]
    traded = [none, none, unit, -unit, -unit, unit, 0 * away, away, -away]
    return np.vstack(core), np.vstack(traded)


def _prices(plan: Plan, program: Program) -> tuple[np.ndarray, np.ndarray]:
    """Whether one service's price a step away is the dearer for it (n,), and the prices with it (n, J)."""
    lowest = -1 if (plan.level >= 0).sum() > program.least_open else 0
    dearer, found = [], []
    for j in range(program.services):
        now = plan.level[j]
        for level in sorted({now - 1, now + 1, -1} - {now}):
            if lowest <= level < program.levels and (level < 0 or program.open[j, level]):
                dearer.append(level < 0 or level > now >= 0)
                found.append(np.where(np.arange(program.services) == j, level, plan.level))
    return np.array(dearer, dtype=bool), np.array(found, dtype=int).reshape(-1, program.services)


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


def unmatched(years: np.ndarray) -> np.ndarray:
    """Which of the years (S, K) no other year matches or exceeds in every category."""
    order = np.lexsort((np.arange(len(years)), -years.sum(axis=1)))  # who exceeds comes first
    found = np.zeros((0, years.shape[1]))
    kept = []
    for start in range(0, len(order), ROWS):
        rows = order[start : start + ROWS]
        rows = rows[~(found[None] >= years[rows, None]).all(axis=2).any(axis=1)]
        inside = (years[rows][None] >= years[rows][:, None]).all(axis=2)
        rows = rows[~np.tril(inside, -1).any(axis=1)]
        kept += rows.tolist()
        found = years[kept]
    return np.array(kept, dtype=int)
