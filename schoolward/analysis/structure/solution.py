"""What a search tells while it runs, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schoolward.analysis.structure.plan import Plan


@dataclass(frozen=True)
class Watch:
    """How the caller follows a long solution: seconds gone by, the most allowed, and what to tell each round.

    `tell` may raise to cancel.
    """

    elapsed: Callable[[], float] = lambda: 0.0
    limit_s: float = float("inf")  # for one solution
    tell: Callable[[str, int, float, float], None] = lambda phase, rounds, lower, upper: None


@dataclass(frozen=True)
class Solution:
    """The best plan found, its exact objective in days, the proven bound, and how it was reached."""

    plan: Plan | None
    objective_days: float
    bound_days: float
    rounds: int
    timed_out: bool
    infeasible: bool

    @property
    def gap_days(self) -> float:
        """How much better any plan could be on these scenarios, in days at most."""
        return max(self.objective_days - self.bound_days, 0.0) if self.plan is not None else float("inf")
