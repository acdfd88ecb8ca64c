"""How good chances of an adverse inspection were: AUC, capture, Brier score, calibration.

Shapes: N schools; every function takes `chance` (N,) and `happened` (N,) of 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

BANDS = 10


@dataclass(frozen=True)
class Scores:
    """Figures for one day's chances, once what happened is known; shares from 0 to 1."""

    schools: int
    adverse: int
    auc: float
    capture_10: float
    capture_20: float
    brier: float
    brier_base: float  # of giving every school the rate that came about
    mean_chance: float
    calibration_error: float

    @property
    def rate(self) -> float:
        """The share of schools that had an adverse inspection."""
        return self.adverse / self.schools


def score(chance: np.ndarray, happened: np.ndarray) -> Scores:
    """All figures at once."""
    rate = happened.mean()
    return Scores(
        schools=len(chance),
        adverse=int(happened.sum()),
        auc=auc(chance, happened),
        capture_10=capture(chance, happened, 0.1),
        capture_20=capture(chance, happened, 0.2),
        brier=float(np.mean((chance - happened) ** 2)),
        brier_base=float(rate * (1 - rate)),
        mean_chance=float(chance.mean()),
        calibration_error=calibration_error(chance, happened),
    )


def auc(chance: np.ndarray, happened: np.ndarray) -> float:
    """The chance that a school with an adverse inspection was given more than one without; ties are half."""
    adverse = int(happened.sum())
    others = len(happened) - adverse
    if not adverse or not others:
        return float("nan")
    ranks = rankdata(chance)[happened == 1].sum()
    return float((ranks - adverse * (adverse + 1) / 2) / (adverse * others))


def capture(chance: np.ndarray, happened: np.ndarray, share: float) -> float:
    """The share of adverse inspections among the riskiest `share` of schools.

    Schools tied at the edge count by the part of them that fits, so no order among equals matters.
    """
    room = share * len(chance)
    values, place = np.unique(-chance, return_inverse=True)
    size = np.bincount(place, minlength=len(values))
    adverse = np.bincount(place, weights=happened, minlength=len(values))
    before = np.cumsum(size) - size
    part = np.clip((room - before) / size, 0, 1)
    return float((part * adverse).sum() / happened.sum()) if happened.any() else float("nan")


def calibration_bands(chance: np.ndarray, happened: np.ndarray) -> list[tuple[int, float, float]]:
    """Ten bands of rising chance: schools, mean chance, share that happened."""
    order = np.argsort(chance, kind="stable")
    return [
        (len(band), float(chance[band].mean()), float(happened[band].mean()))
        for band in np.array_split(order, BANDS)
        if len(band)
    ]


def calibration_error(chance: np.ndarray, happened: np.ndarray) -> float:
    """The mean distance between chance and what happened over the bands, weighted by schools."""
    bands = calibration_bands(chance, happened)
    return sum(schools * abs(mean - share) for schools, mean, share in bands) / len(chance)
