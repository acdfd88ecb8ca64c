"""Years whose statutory days must be covered: all drawn but the very few that emergency days are for.

A year that no structure could cover, or that the budget cannot, is let go where such years are so few that
emergency days stay as rare as the settings ask. Half of that share is kept back, since the years that a plan
will meet are not those it was chosen on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from schoolward.analysis.structure.neighbours import hardest, unmatched
from schoolward.analysis.structure.plan import NOTHING_MISSED
from schoolward.analysis.structure.program import Program
from schoolward.analysis.structure.recourse import Slopes, shortfall_days, statutory_shortfall

KEPT_BACK = 0.5
WITHOUT_END = 1e9  # thousands of pounds


@dataclass
class Cover:
    """Statutory days by year (S, K), which of the years must be covered, and those known to ask most.

    `rows` are the cuts put into the master for a year; `may_go` is how many more years may be let go.
    """

    program: Program
    years: np.ndarray
    must: np.ndarray
    may_go: int
    hard: list[int] = field(default_factory=list)
    rows: dict[int, list[int]] = field(default_factory=dict)
    telling: np.ndarray | None = None

    @staticmethod
    def of(program: Program, statutory: np.ndarray) -> Cover:
        """The years drawn (S, K) without those that every post and associate together could not cover."""
        share = program.emergency_years_share * (1 - KEPT_BACK)
        years = statutory[statutory.any(axis=1)]
        found = Cover(program, years, np.ones(len(years), dtype=bool), int(share * len(statutory)))
        beyond = np.flatnonzero(found.short_of_everything() > NOTHING_MISSED)
        if len(beyond) <= found.may_go:
            found.let_go(beyond)
        waiting = np.flatnonzero(found.must)
        found.hard = waiting[hardest(program, years[waiting])].tolist()
        return found

    def short_of_everything(self) -> np.ndarray:
        """Days (S,) left with every post at its most and every associate's day taken."""
        days = self.program.days_per_step * self.program.core_most
        return self._days_short(np.arange(len(self.years)), days, WITHOUT_END)

    def short(self, which: np.ndarray | list[int], core_days: np.ndarray, budget: float) -> Slopes:
        """How many statutory days of some years posts' days (P,) and associates within a budget leave."""
        program = self.program
        return statutory_shortfall(program.core, program.core_costs, self.years[which], core_days, budget)

    def worst(self, core_days: np.ndarray, budget: float, most: int, *, every: bool = False) -> np.ndarray:
        """Which years that must be covered are not, the worst first, at most so many; of `every` such year,
        or only of those by which it can be told whether all are covered.
        """
        waiting = np.flatnonzero(self.must) if every else self._telling()
        short = self._days_short(waiting, core_days, budget)
        order = np.argsort(-short)[:most]
        return waiting[order[short[order] > NOTHING_MISSED]]

    def _days_short(self, which: np.ndarray, core_days: np.ndarray, budget: float) -> np.ndarray:
        program = self.program
        return shortfall_days(program.core, program.core_costs, self.years[which], core_days, budget)

    def _telling(self) -> np.ndarray:
        """The years that must be covered and ask for more of something than any one other such year does:
        where these are covered, all are.
        """
        if self.telling is None:
            waiting = np.flatnonzero(self.must)
            self.telling = waiting[unmatched(self.years[waiting])]
        return self.telling

    def let_go(self, which: np.ndarray) -> list[int]:
        """Leaves these years to emergency days; the cuts that stood for them."""
        self.must[which], self.telling = False, None
        self.may_go -= len(which)
        gone = set(which.tolist())
        self.hard = [year for year in self.hard if year not in gone]
        return [row for year in gone for row in self.rows.pop(year, [])]

    @property
    def gone(self) -> int:
        """How many years are left to emergency days."""
        return int((~self.must).sum())
