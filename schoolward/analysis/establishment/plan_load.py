"""Education plans of looked-after children against the days of those who write them: how many come late.

Plans fall due term by term, as many a child as the settings say, give or take what chance does to the number
of children. What a term's days do not reach waits for the next term. Other work of the virtual school comes
first, since much of it has a date set by others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TERMS = 3
YEARS = 2_000  # drawn; the same for every number of posts, so that more posts never make more plans late


@dataclass(frozen=True)
class PlanLoad:
    """Children, plans a year for each, days for each plan and other days a year."""

    children: int
    plans_a_year: float
    days_per_plan: float
    other_days: float

    @property
    def days(self) -> float:
        """All days of a year on average."""
        return self.children * self.plans_a_year * self.days_per_plan + self.other_days


@dataclass(frozen=True)
class LatePlans:
    """For one number of posts: days there are, plans late at the end of a year (mean, and what nine years in
    ten stay below), and the share of years in which any plan is late.
    """

    fte: float
    days: float
    late: float
    late_at_most: float
    share_of_years: float


def late_plans(
    load: PlanLoad, fte: float, days_per_fte: float, rng: np.random.Generator, years: int = YEARS
) -> LatePlans:
    """What so many posts leave late at the end of a year that began with nothing late."""
    due = rng.poisson(load.children * load.plans_a_year / TERMS, (years, TERMS))
    there = max(fte * days_per_fte - load.other_days, 0.0) / TERMS
    room = there / load.days_per_plan if load.days_per_plan else np.inf
    waiting = np.zeros(years)
    for term in range(TERMS):
        waiting = np.maximum(waiting + due[:, term] - room, 0.0)
    at_most = float(np.quantile(waiting, 0.9))
    return LatePlans(fte, fte * days_per_fte, float(waiting.mean()), at_most, float((waiting >= 1).mean()))
