"""A ridge logistic model of an adverse inspection: waiting times by grade, results by grade, kind of school.

Shapes: N rows, K features, P columns of the design.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import expit

KNOTS = (12.0, 18.0, 24.0, 36.0, 48.0, 60.0, 84.0)  # months since the last inspection
OPEN_KNOTS = (
    24.0,
    36.0,
    48.0,
)  # months since a school took its present form: first visits come in the third year
NEWTON_STEPS, CLOSE = 40, 1e-7
BY_GRADE = ("attainment", "progress")
PLAIN = (
    "grade_mean", "visits", "adverse_visits", "last_of_predecessor", "area_adverse_share", "gap_last",
    "sponsored", "converter", "free", "voluntary", "foundation", "special", "independent", "has_predecessor",
    "low_age", "high_age", "balance_share", "income_log", "cohort_log", "high_attainment",
    "attainment_change", "progress_change",
)  # fmt: skip


@dataclass(frozen=True)
class Logistic:
    """Coefficients (P,) for a standardised design, with its centre and scale (P,), and their covariance."""

    names: tuple[str, ...]
    centre: np.ndarray
    scale: np.ndarray
    intercept: float
    beta: np.ndarray

    def logit(self, x: np.ndarray) -> np.ndarray:
        """The logit (N,) of features (N, K)."""
        z = (design(x, self.names) - self.centre) / self.scale
        return self.intercept + z @ self.beta


def design(x: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The design (N, P) of features (N, K) called `names`; what is missing has a column of its own."""
    column = dict(zip(names, x.T, strict=True))
    grade = column["grade_last"]
    is_grade = [(grade == g).astype(float) for g in (1, 2, 3, 4)]
    before = column["grade_before"]
    columns = [*is_grade, *((before == g).astype(float) for g in (0, 1, 2, 3, 4))]
    wait = _ramps(column["months_since"], KNOTS)
    columns += [ramp * flag for ramp in wait for flag in is_grade]
    changed = np.nan_to_num(column["months_since_change"], nan=0.0)
    columns += [
        *_ramps(changed, OPEN_KNOTS),
        *_ramps(np.nan_to_num(column["months_open"], nan=180.0), OPEN_KNOTS),
    ]
    for name in BY_GRADE:
        figure = np.clip(np.nan_to_num(column[name]), -3, 3)
        columns += [figure * flag for flag in is_grade]
        columns += [np.minimum(figure, 0.0) ** 2]
        columns += [figure * np.minimum(column["months_since"], 60) / 60]
    columns.append(np.isnan(column["progress"]).astype(float))
    columns += [np.nan_to_num(column[name]) for name in PLAIN if name in column]
    return np.column_stack(columns)


def _ramps(months: np.ndarray, knots: Sequence[float]) -> list[np.ndarray]:
    """Straight pieces between knots, each from 0 to 1: a hazard that bends at every knot."""
    edges = (0.0, *knots)
    return [np.clip((months - a) / (b - a), 0, 1) for a, b in pairwise(edges)]


def fit_logistic(
    x: np.ndarray, y: np.ndarray, weight: np.ndarray, names: Sequence[str], ridge: float
) -> Logistic:
    """The coefficients that best explain outcomes (N,) by Newton's steps, held back by `ridge`."""
    raw = design(x, names)
    share = weight / weight.sum()
    centre = share @ raw
    scale = np.sqrt(share @ (raw - centre) ** 2)
    scale = np.where(scale > 1e-9, scale, np.inf)  # a column that never varies takes no part
    z = np.column_stack([np.ones(len(raw)), (raw - centre) / scale])
    held = np.full(z.shape[1], ridge)
    held[0] = 0.0
    beta = np.zeros(z.shape[1])
    rate = share @ y
    beta[0] = np.log((rate + 1e-6) / (1 - rate + 1e-6))
    worth = -np.inf
    step = np.zeros_like(beta)
    for _ in range(NEWTON_STEPS):
        logit = z @ (beta + step)
        now = weight @ (y * logit - np.logaddexp(0, logit)) - held @ (beta + step) ** 2 / 2
        if now < worth - CLOSE:  # too far: Newton's step overshoots where the curve is flat
            step = step / 2
            continue
        beta, gained, worth = beta + step, now - worth, now
        if gained < CLOSE * len(y):
            break
        chance = expit(logit)
        slope = z.T @ (weight * (y - chance)) - held * beta
        bend = (z * (weight * chance * (1 - chance))[:, None]).T @ z + np.diag(held)
        bend[np.diag_indices_from(bend)] += 1e-9
        step = np.linalg.solve(bend, slope)
    return Logistic(tuple(names), centre, scale, float(beta[0]), beta[1:])
