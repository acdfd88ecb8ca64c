"""A plan, and what becomes of it in scenarios: exact, by the closed form of the recourse, for any set of
them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schoolward.analysis.structure.core_days import CoreDays
from schoolward.analysis.structure.program import THOUSAND, Program
from schoolward.analysis.structure.recourse import (
    Slopes,
    core_recourse,
    statutory_shortfall,
    traded_recourse,
)

NOTHING_MISSED = 1e-6  # days below which a duty counts as covered


@dataclass(frozen=True)
class Plan:
    """Steps of FTE by post (P,) on the core and the traded side, the menu's price by service (J,), -1 where
    withdrawn, and the ceiling for core associates in thousands of pounds."""

    core_steps: np.ndarray
    traded_steps: np.ndarray
    level: np.ndarray
    associate_budget: float

    def same_as(self, other: Plan) -> bool:
        """Whether posts and prices are the same."""
        return all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("core_steps", "traded_steps", "level")
        )


@dataclass(frozen=True)
class Worlds:
    """Scenarios at one plan's prices: purchases (S, J) and core days."""

    sold: np.ndarray
    core_days: CoreDays


@dataclass(frozen=True)
class Outcomes:
    """By scenario (S,): the traded arm's deficit and income and the purchases' worth at list price, in
    thousands of pounds; core days missed.
    """

    deficit: np.ndarray
    income: np.ndarray
    take_up: np.ndarray
    traded: Slopes
    core: Slopes
    emergency_days: np.ndarray
    discretionary_missed: np.ndarray
    core_need: np.ndarray


def redundancy(program: Program, plan: Plan) -> np.ndarray:
    """Cost of posts given up (P,), thousands of pounds."""
    kept = program.step_fte * (plan.core_steps + plan.traded_steps)
    return program.redundancy_per_fte * np.maximum(program.current_fte - kept, 0.0)


def core_spend(program: Program, plan: Plan) -> float:
    """What the core's posts and redundancies cost, thousands of pounds, associates left out."""
    return float(program.cost_per_step @ plan.core_steps + redundancy(program, plan).sum())


def margins(program: Program, level: np.ndarray) -> np.ndarray:
    """Price less direct cost by service (J,) at the plan's prices, nil where withdrawn."""
    at = np.take_along_axis(program.margin, np.maximum(level, 0)[:, None], axis=1)[:, 0]
    return at * (level >= 0)


def prices_of(program: Program, level: np.ndarray) -> np.ndarray:
    """Prices in pence (J,) at the plan's choice; the lowest on the menu stands for what is withdrawn."""
    return np.take_along_axis(program.prices_pence, np.maximum(level, 0)[:, None], axis=1)[:, 0]


def outcomes(program: Program, plan: Plan, worlds: Worlds) -> Outcomes:
    """What becomes of the plan in each scenario."""
    traded_days = program.days_per_step * plan.traded_steps
    core_days = program.days_per_step * plan.core_steps
    traded = traded_recourse(
        program.traded, program.traded_costs, worlds.sold @ program.day_share, traded_days
    )
    core = core_recourse(
        program.core,
        program.core_costs,
        worlds.core_days.need,
        worlds.core_days.statutory,
        core_days,
        plan.associate_budget,
    )
    emergency = statutory_shortfall(
        program.core, program.core_costs, worlds.core_days.statutory, core_days, plan.associate_budget
    )
    margin = worlds.sold @ margins(program, plan.level)
    staff = float(program.cost_per_step @ plan.traded_steps)
    income = worlds.sold @ (prices_of(program, plan.level) / THOUSAND * (plan.level >= 0))
    return Outcomes(
        deficit=staff + traded.cost - margin,
        income=income,
        take_up=worlds.sold @ (program.list_price * (plan.level >= 0)),
        traded=traded,
        core=core,
        emergency_days=emergency.cost,
        discretionary_missed=np.maximum(
            core.cost - program.worth * core.paid - program.core_costs.emergency_weight * emergency.cost, 0.0
        ),
        core_need=worlds.core_days.need.sum(axis=1),
    )


def tail_weights(loss: np.ndarray, alpha: float) -> np.ndarray:
    """Weights (S,) that average the worst share 1 - alpha of losses (Rockafellar and Uryasev 2000)."""
    share = 1 / ((1 - alpha) * len(loss))
    order = np.argsort(-loss)
    before = np.minimum(share * np.arange(len(loss)), 1.0)
    weights = np.zeros(len(loss))
    weights[order] = np.clip(1.0 - before, 0.0, share)
    return weights


def cvar(loss: np.ndarray, alpha: float) -> float:
    """The mean of the worst share 1 - alpha of losses."""
    return float(tail_weights(loss, alpha) @ loss)


def to_core(program: Program, surplus: float) -> float:
    """What the traded arm's expected surplus gives the core; a deficit is taken from it in full."""
    return min(program.surplus_share * surplus, surplus)


def left_for_associates(program: Program, plan: Plan, expected_deficit: float) -> float:
    """What the budget leaves for core associates, thousands of pounds; below nil the plan is too dear."""
    return program.budget + to_core(program, -expected_deficit) - core_spend(program, plan)


def objective(program: Program, found: Outcomes, spent: float) -> float:
    """Weighted core days missed, and at its worth in days: what the core spends, on posts and redundancies
    (`spent`, thousands of pounds) and on associates, and the expected deficit less what take-up counts for.
    """
    money = spent + found.deficit.mean() - program.take_up_share * found.take_up.mean()
    return float(found.core.cost.mean() + program.worth * money)


def deficits(program: Program, plan: Plan, sold: np.ndarray) -> np.ndarray:
    """The traded arm's deficit (S,) for purchases (S, J), thousands of pounds."""
    days = program.days_per_step * plan.traded_steps
    recourse = traded_recourse(program.traded, program.traded_costs, sold @ program.day_share, days)
    return program.cost_per_step @ plan.traded_steps + recourse.cost - sold @ margins(program, plan.level)
