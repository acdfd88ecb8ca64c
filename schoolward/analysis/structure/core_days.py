"""Days of core work by category as scenarios, from the list of duties with a stated spread.

Callers who know their schools (concern list, risk) give their own; this is what the command line uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schoolward.analysis.structure.inputs import Duty


@dataclass(frozen=True)
class CoreDays:
    """Days needed (S, K) and the statutory part of them (S, K)."""

    need: np.ndarray
    statutory: np.ndarray

    def __post_init__(self) -> None:
        assert self.need.shape == self.statutory.shape
        assert (self.statutory <= self.need + 1e-9).all()

    def __len__(self) -> int:
        return len(self.need)

    def taken(self, rows: np.ndarray) -> CoreDays:
        """These scenarios only."""
        return CoreDays(self.need[rows], self.statutory[rows])


def draw_core_days(
    duties: Sequence[Duty],
    categories: Sequence[str],
    *,
    days_per_case: float,
    spread: float,
    scenarios: int,
    rng: np.random.Generator,
) -> CoreDays:
    """Core days whose means are the duties' own: gamma-Poisson counts of cases.

    How hard the year is (a gamma with mean 1 and this spread) is shared by all duties; given that, each duty
    meets a Poisson number of cases of so many days each.
    """
    shape = 1 / max(spread, 1e-3) ** 2
    year = rng.gamma(shape, 1 / shape, size=scenarios)
    need = np.zeros((scenarios, len(categories)))
    statutory = np.zeros_like(need)
    for duty in duties:
        at = categories.index(duty.category)
        days = days_per_case * rng.poisson(year * duty.days / days_per_case)
        need[:, at] += days
        if duty.statutory:
            statutory[:, at] += days
    return CoreDays(need, statutory)
