"""The cuts so far as arrays: what many plans must cost at least, without the solver."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Cuts:
    """Lower bounds on the master's columns that are linear in a plan, by column and the master's row.

    A cut says: column ≥ fixed + by_whole · (steps, prices) + by_budget · associates.
    """

    held: dict[int, dict[int, np.ndarray]] = field(default_factory=dict)
    stacked: dict[int, np.ndarray] = field(default_factory=dict)

    def add(self, row: int, column: int, fixed: float, by_whole: np.ndarray, by_budget: float = 0.0) -> None:
        """One more cut."""
        self.held.setdefault(column, {})[row] = np.concatenate([by_whole, [by_budget, fixed]])
        self.stacked.pop(column, None)

    def drop(self, column: int, row: int) -> None:
        """One that holds no more."""
        self.held[column].pop(row, None)
        self.stacked.pop(column, None)

    def least(self, column: int, points: np.ndarray) -> np.ndarray:
        """The least value of a column (n,) at points (n, whole + 2): steps and prices, associates, one."""
        if not self.held.get(column):
            return np.full(len(points), -np.inf)
        if column not in self.stacked:
            self.stacked[column] = np.array(list(self.held[column].values()))
        return (points @ self.stacked[column].T).max(axis=1)
