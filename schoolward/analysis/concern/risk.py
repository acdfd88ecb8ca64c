"""The chance of an adverse inspection, learnt from earlier days whose outcome was known by the day asked.

A ridge logistic model (waiting times bent at knots by grade, results by grade, kind of school), learnt from
the last two years alone: older days foretell worse, for the pace of inspection and what it finds move. A day
whose fourteen months were not over yet is learnt from too, by as much of them as had passed and been
reported. Boosted trees were tried beside it and foretold later years no better.

The interval is meant to hold the chance itself nine times in ten. Two things widen it: which schools there
were to learn from (a delete-a-group jackknife: the whole fit again without each fifth of the schools), and
that the pace and severity of inspection shift between the days learnt from and the day asked about (the
spread of past shifts of the whole level). Neither says how well a single school can be foretold.

Shapes: N rows (a school on a day), M rows to be judged, K features, G groups of schools, D days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from scipy.special import expit, logit

from schoolward.analysis.concern.risk_logistic import Logistic, Subject, fit_logistic
from schoolward.terms.errors import NotEnoughData

GROUPS = 5
LEAST_ADVERSE = 50
Z90 = 1.645
KNOWN_SHARE = 0.02  # a feature that fewer rows have cannot be learnt from
RIDGE = 60.0  # the same school comes back on six days
HORIZON_MONTHS = 14


NEEDED = (
    "grade_last", "grade_before", "months_since", "months_since_change", "months_open", "attainment",
    "progress",
)  # fmt: skip


@dataclass(frozen=True)
class Lessons:
    """What is learnt from: features (N, K) with their names, and by row (N,) the rest.

    `school` only joins the rows of one school; `months_watched` is for how long after the row's day its
    outcome was seen, at most the horizon. `past_counts` (D,) are adverse inspections and schools on days a
    horizon apart.
    """

    names: tuple[str, ...]
    x: np.ndarray
    adverse: np.ndarray
    school: np.ndarray
    months_watched: np.ndarray
    past_counts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Chances:
    """Chances (M,) and the ends of their intervals (M,)."""

    probability: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Fit:
    """A fitted model, and which of the features it reads."""

    columns: np.ndarray
    logistic: Logistic

    def logit(self, x: np.ndarray) -> np.ndarray:
        """The logit (M,) for features (M, K)."""
        return self.logistic.logit(x[:, self.columns])


@dataclass(frozen=True)
class RiskModel:
    """The fit to all schools, the fits without each group, and the sd of past shifts of level."""

    whole: Fit
    without: tuple[Fit, ...]
    shift_sd: float

    def chances(self, x: np.ndarray) -> Chances:
        """Each school's chance and interval, from features (M, K)."""
        centre = self.whole.logit(x)
        others = np.stack([each.logit(x) for each in self.without])
        groups = len(others)
        jackknife = (groups - 1) / groups * ((others - others.mean(axis=0)) ** 2).sum(axis=0)
        reach = Z90 * np.sqrt(jackknife + self.shift_sd**2)
        low, middle, high = (expit(centre + side * reach) for side in (-1, 0, 1))
        return Chances(middle, low, high)

    def pulls(self, x: np.ndarray) -> dict[Subject, np.ndarray]:
        """By subject, how far it moves each school's logit (M,) from the average school's."""
        return self.whole.logistic.pulls(x[:, self.whole.columns])


def fit_risk(lessons: Lessons, ridge: float = RIDGE) -> RiskModel:
    """The model learnt from the lessons; the same whatever the order and the numbers of the schools."""
    now, groups = in_order(lessons)
    if now.adverse.sum() < LEAST_ADVERSE:
        raise NotEnoughData(
            f"{int(now.adverse.sum())} adverse inspections are too few to learn from.",
            do=f"Import the inspections of more schools or years; at least {LEAST_ADVERSE} are needed.",
        )
    without = tuple(_fit(_taken(now, groups != g), ridge) for g in range(GROUPS))
    return RiskModel(_fit(now, ridge), without, shift_sd(lessons.past_counts))


def in_order(lessons: Lessons) -> tuple[Lessons, np.ndarray]:
    """The lessons in order, and each row's group (N,): both rest on what the rows say and on nothing else."""
    said = np.column_stack([lessons.x, lessons.adverse, lessons.months_watched]).round(6)
    marks = np.array([_mark(row) for row in said], dtype=np.uint64)
    _, place = np.unique(lessons.school, return_inverse=True)
    whole = np.zeros(place.max() + 1, dtype=np.uint64)
    np.add.at(whole, place, marks)  # wraps round: a sum does not depend on the order of its terms
    of_school = whole[place]
    # rows alike stand by what else their schools say
    order = np.lexsort((of_school, marks, lessons.months_watched))
    return _taken(lessons, order), (of_school % np.uint64(GROUPS))[order].astype(int)


def _mark(row: np.ndarray) -> int:
    return int.from_bytes(blake2b((row + 0.0).tobytes(), digest_size=8).digest())


def _taken(lessons: Lessons, rows: np.ndarray) -> Lessons:
    by_row = ("x", "adverse", "school", "months_watched")
    return replace(lessons, **{name: getattr(lessons, name)[rows] for name in by_row})


def _fit(lessons: Lessons, ridge: float) -> Fit:
    always = np.isin(lessons.names, NEEDED)
    columns = np.flatnonzero(always | (np.mean(~np.isnan(lessons.x), axis=0) >= KNOWN_SHARE))
    names = [lessons.names[k] for k in columns]
    part_seen = np.log(lessons.months_watched / HORIZON_MONTHS)
    y = lessons.adverse.astype(float)
    return Fit(columns, fit_logistic(lessons.x[:, columns], y, part_seen, names, ridge))


def shift_sd(past_counts: tuple[tuple[int, int], ...]) -> float:
    """How far the level of all chances moved, on the logit scale, from one day to that a horizon later.

    What small numbers of schools move by luck alone is taken off.
    """
    if len(past_counts) < 2:
        return 0.0
    adverse, schools = np.array(past_counts, dtype=float).T
    rate = (adverse + 0.5) / (schools + 1)
    by_luck = 1 / ((schools + 1) * rate * (1 - rate))
    moved = np.mean(np.diff(logit(rate)) ** 2 - by_luck[:-1] - by_luck[1:])
    return float(np.sqrt(max(moved, 0.0)))
