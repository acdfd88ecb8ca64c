"""Who works the days sold: days by post and category, associates' and refunded days, scenario by scenario."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schoolward.analysis.structure.reach import Reach
from schoolward.analysis.structure.recourse import TradedCosts

ROUNDS = 40
SETTLED = 1e-7  # by how much of itself a share may still shrink


@dataclass(frozen=True)
class Work:
    """Days by category (S, K): worked by posts, by associates, refunded."""

    staffed: np.ndarray
    associates: np.ndarray
    refunded: np.ndarray


def work(reach: Reach, costs: TradedCosts, need: np.ndarray, capacity: np.ndarray) -> Work:
    """The cheapest way to work the days sold (S, K): posts take first what would cost most without them.

    What posts can cover together is a polymatroid, so taking the dearest days first is best (`edmonds-1970`).
    """
    staffed = np.zeros_like(need)
    beyond = np.maximum(need - costs.most_days, 0.0)
    pieces = [(costs.refund[k], k, beyond[:, k]) for k in range(need.shape[1])]
    pieces += [(costs.associate[k], k, need[:, k] - beyond[:, k]) for k in range(need.shape[1])]
    for _, k, days in sorted(pieces, key=lambda piece: -piece[0]):
        staffed[:, k] += np.clip(_room(reach, staffed, capacity, k), 0.0, days)
    left = need - staffed
    associates = np.minimum(left, costs.most_days)
    return Work(staffed, associates, left - associates)


def _room(reach: Reach, staffed: np.ndarray, capacity: np.ndarray, k: int) -> np.ndarray:
    """How many more days of a category posts could work (S,) beside what they already do."""
    for part in reach.parts:
        holds = part.within[:, k]
        if holds.any():
            used = staffed @ part.within[holds].T.astype(float)
            return (part.posts[holds] @ capacity - used).min(axis=1)
    return np.zeros(len(staffed))


def shared_out(reach: Reach, staffed: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Days by post and category (S, P, K): every post's share as even as skills and its own days allow.

    Proportional fitting: each share is a factor of its post times one of its category wherever the post has
    the skill, so only the factors are fitted.
    """
    able = reach.skills.astype(float)
    by_post = np.tile(capacity.astype(float), (len(staffed), 1))
    by_category = np.ones_like(staffed, dtype=float)
    for _ in range(ROUNDS):
        by_category *= _ratio(staffed, by_category * (by_post @ able))
        less = np.minimum(_ratio(capacity, by_post * (by_category @ able.T)), 1.0)
        by_post *= less
        if (less > 1 - SETTLED)[:, able.any(axis=1)].all():
            break
    by_category *= _ratio(staffed, by_category * (by_post @ able))
    return able * by_post[:, :, None] * by_category[:, None, :]


def _ratio(wanted: np.ndarray, there: np.ndarray) -> np.ndarray:
    return np.where(there > 1e-12, wanted / np.maximum(there, 1e-12), 0.0)
