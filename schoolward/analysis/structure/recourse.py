"""What the days of a scenario cost once posts and prices stand: exact values and slopes, with no solver.

Each category's days go first to posts with the skill; what is left goes to associates up to a cap and then
unmet, at rising unit costs. Such a cost is an integral over the unit cost t of a largest shortfall
(`reach.Reach.worst`) of the days that everything dearer than t would still have to take, so its value and a
slope in every number follow from a few matrix products. The slopes are the optimal duals (Benders cuts).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from schoolward.analysis.structure.reach import Reach, Worst


@dataclass(frozen=True)
class TradedCosts:
    """By category (K,): associate's day and refunded day, thousands of pounds; most associate days.

    A refunded day costs at least an associate's: it would pay to turn work away otherwise.
    """

    associate: np.ndarray
    refund: np.ndarray
    most_days: np.ndarray

    def __post_init__(self) -> None:
        assert (self.refund >= self.associate).all()


@dataclass(frozen=True)
class Slopes:
    """A cost by scenario (S,), and its slopes: by day needed (S, K), by day that posts can work (S, P).

    cost = fixed + by_need · need − by_capacity · capacity − by_budget · budget holds where it was taken
    and is a lower bound everywhere else. `paid` (S,) is what core associates are paid, thousands of pounds.
    """

    cost: np.ndarray
    by_need: np.ndarray
    by_capacity: np.ndarray
    fixed: np.ndarray
    by_budget: np.ndarray
    fixed_by_category: np.ndarray
    paid: np.ndarray

    def taken(self, rows: np.ndarray) -> Slopes:
        """Those of these scenarios only."""
        return Slopes(*(getattr(self, each.name)[rows] for each in fields(self)))


def traded_recourse(reach: Reach, costs: TradedCosts, need: np.ndarray, capacity: np.ndarray) -> Slopes:
    """The least cost of associates and refunds for days sold (S, K) and days posts can work (P,)."""
    value, fixed = np.zeros(len(need)), np.zeros_like(need)
    by_need, by_capacity = np.zeros_like(need), np.zeros((len(need), len(capacity)))
    steps = np.unique(np.concatenate([[0.0], costs.associate, costs.refund]))
    for low, high in pairwise(steps):
        dearer = costs.refund > low
        taken = np.where(costs.associate <= low, costs.most_days, 0.0)
        left = np.where(dearer, np.maximum(need - taken, 0.0), 0.0)
        worst = reach.worst(left, capacity)
        inside = worst.within() & dearer & ((left > 0) | (taken == 0))
        length = high - low
        value += length * worst.short_days
        by_need += length * inside
        by_capacity += length * worst.posts()
        fixed -= length * np.where(inside & (taken > 0), taken, 0.0)
    none = np.zeros(len(need))
    return Slopes(value, by_need, by_capacity, fixed.sum(axis=1), none, fixed, none)


@dataclass(frozen=True)
class CoreCosts:
    """By category (K,): associate's day in thousands of pounds and most such days; weight of an emergency
    day; days that a thousand pounds not paid to associates are worth.
    """

    associate: np.ndarray
    most_days: np.ndarray
    emergency_weight: float
    worth: float = 0.0

    def __post_init__(self) -> None:
        assert (self.worth * self.associate < self.emergency_weight).all()


def core_recourse(
    reach: Reach,
    costs: CoreCosts,
    need: np.ndarray,
    statutory: np.ndarray,
    capacity: np.ndarray,
    budget: float,
) -> Slopes:
    """The least of weighted days missed and associates' pay at its worth in days, of days needed (S, K),
    `statutory` of which (S, K) cost an emergency day.

    A discretionary day missed weighs one. The budget for associates binds over all categories: a pound of it
    costs its worth, or as much more as makes associates dearer than missing a day, which is one of a few
    prices, so each of them is tried.
    """
    tried = _tried(reach, costs, need, statutory, capacity, budget)
    best = tried.value.argmax(axis=0)
    at = np.arange(len(need))
    by_capacity, by_need = np.zeros((len(need), len(capacity))), np.zeros_like(need)
    for side in range(2):
        for place, worst in enumerate(tried.worst[side]):
            length = tried.lengths[best, side, place]
            rows = np.flatnonzero(length)
            if len(rows):
                by_capacity[rows] += length[rows, None] * worst.posts(rows)
                by_need[rows] += length[rows, None] * worst.within(rows)
    value, price = tried.value[best, at], tried.prices[best] - costs.worth
    paid = np.where(best > 0, budget, _paid(costs, tried))
    fixed = value + by_capacity @ capacity + price * budget  # need is no decision here: all of it is fixed
    return Slopes(value, by_need, by_capacity, fixed, price, np.zeros_like(need), paid)


def statutory_shortfall(
    reach: Reach, costs: CoreCosts, statutory: np.ndarray, capacity: np.ndarray, budget: float
) -> Slopes:
    """The fewest statutory days (S,) that neither posts nor associates within the budget can cover."""
    only = CoreCosts(costs.associate, costs.most_days, 1.0)
    return core_recourse(reach, only, statutory, statutory, capacity, budget)


def shortfall_days(
    reach: Reach, costs: CoreCosts, statutory: np.ndarray, capacity: np.ndarray, budget: float
) -> np.ndarray:
    """The same number of days (S,) alone, for when no slope is wanted."""
    only = CoreCosts(costs.associate, costs.most_days, 1.0)
    return _tried(reach, only, statutory, statutory, capacity, budget).value.max(axis=0)


@dataclass(frozen=True)
class Tried:
    """What days cost (L, S) at each price of the budget (L,), how much of the unit cost lies at each stage
    (L, 2, K + 1), and the shortfall there, of all days and of statutory ones (2, K + 1, S).
    """

    prices: np.ndarray
    lengths: np.ndarray
    worst: tuple[tuple[Worst, ...], ...]
    short: np.ndarray
    value: np.ndarray


def _tried(
    reach: Reach,
    costs: CoreCosts,
    need: np.ndarray,
    statutory: np.ndarray,
    capacity: np.ndarray,
    budget: float,
) -> Tried:
    order = np.argsort(costs.associate)
    dearer = np.concatenate([1 / costs.associate, costs.emergency_weight / costs.associate])
    prices = np.unique([costs.worth, *dearer[dearer > costs.worth]])
    lengths = np.stack([_lengths(costs, order, price) for price in prices])
    asked = lengths.any(axis=0)
    nothing = Worst(np.zeros(len(need)), (), ())
    worst = tuple(
        tuple(
            reach.worst(np.maximum(days - taken, 0.0), capacity) if asked[side, place] else nothing
            for place, taken in enumerate(_passed(costs, order))
        )
        for side, days in enumerate((need, statutory))
    )
    short = np.array([[each.short_days for each in side] for side in worst])
    value = np.tensordot(lengths, short, axes=2) - (prices[:, None] - costs.worth) * budget
    return Tried(prices, lengths, worst, short, value)


def _paid(costs: CoreCosts, tried: Tried) -> np.ndarray:
    """What associates are paid (S,) where the budget does not bind: by how much the shortfall falls at the
    unit cost at which each category's come into play; nil where a pound is worth nothing.
    """
    edges, short = costs.worth * np.sort(costs.associate), tried.short
    paid = np.zeros(short.shape[2])
    for edge in np.unique(edges) if costs.worth else ():
        before, after = (edges < edge).sum(), (edges <= edge).sum()
        side = short[int(edge >= 1.0)]
        paid += edge / costs.worth * (side[before] - side[after])
    return paid


def _passed(costs: CoreCosts, order: np.ndarray) -> list[np.ndarray]:
    """Days that associates take (K,) once the 0, 1, … K cheapest categories of associates are in play."""
    taken = [np.zeros(len(order))]
    for k in order:
        more = taken[-1].copy()
        more[k] = costs.most_days[k]
        taken.append(more)
    return taken


def _lengths(costs: CoreCosts, order: np.ndarray, price: float) -> np.ndarray:
    """How much of the unit cost 0 to the emergency weight lies at each stage (2, K + 1) at a price of
    budget.
    """
    lengths = np.zeros((2, len(order) + 1))
    edges = price * costs.associate[order]
    steps = np.unique(
        np.clip(np.concatenate([[0.0, 1.0, costs.emergency_weight], edges]), 0, costs.emergency_weight)
    )
    for low, high in pairwise(steps):
        lengths[int(low >= 1.0), int((edges <= low).sum())] += high - low
    return lengths
