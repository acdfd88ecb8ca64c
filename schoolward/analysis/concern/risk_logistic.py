"""A ridge logistic model of an adverse inspection: waiting times by grade, results by grade, kind of school.

Shapes: N rows, K features, P columns of the design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from scipy.special import expit

KNOTS = (12.0, 18.0, 24.0, 36.0, 48.0, 60.0, 84.0)  # months since the last inspection
# months since a school took its present form: first visits come in the third year
OPEN_KNOTS = (24.0, 36.0, 48.0)
NEWTON_STEPS, CLOSE = 40, 1e-7
BY_GRADE = ("attainment", "progress")


class Subject(StrEnum):
    """What a column of the design is about, as a person would say it."""

    INSPECTION = "the last inspection and the time since"
    EARLIER = "earlier inspections"
    RESULTS = "results"
    KIND = "the kind of school and its changes"
    MONEY = "income and balance"
    AREA = "what inspections find in the area"


PLAIN = {
    Subject.EARLIER: ("grade_mean", "visits", "adverse_visits", "last_of_predecessor", "gap_last"),
    Subject.RESULTS: ("high_attainment", "attainment_change", "progress_change"),
    Subject.KIND: (
        "sponsored", "converter", "free", "voluntary", "foundation", "special", "independent",
        "has_predecessor", "low_age", "high_age", "cohort_log",
    ),
    Subject.MONEY: ("balance_share", "income_log"),
    Subject.AREA: ("area_adverse_share",),
}  # fmt: skip


@dataclass(frozen=True)
class Logistic:
    """Coefficients (P,) for a standardised design, with its centre and scale (P,) and what each is about."""

    names: tuple[str, ...]
    centre: np.ndarray
    scale: np.ndarray
    intercept: float
    beta: np.ndarray
    subjects: tuple[Subject, ...]

    def logit(self, x: np.ndarray) -> np.ndarray:
        """The logit (N,) of features (N, K)."""
        return self.intercept + self._pulls(x).sum(axis=1)

    def pulls(self, x: np.ndarray) -> dict[Subject, np.ndarray]:
        """By subject, how far it moves each row's logit (N,) from that of the average school."""
        each = self._pulls(x)
        mine = np.array(self.subjects)
        return {subject: each[:, mine == subject].sum(axis=1) for subject in Subject}

    def _pulls(self, x: np.ndarray) -> np.ndarray:
        return (design(x, self.names)[0] - self.centre) / self.scale * self.beta


def design(x: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, tuple[Subject, ...]]:
    """The design (N, P) of features (N, K) called `names`, and what each column is about.

    What is missing has a column of its own.
    """
    column = dict(zip(names, x.T, strict=True))
    by_subject = {
        Subject.INSPECTION: _last_inspection(column),
        Subject.EARLIER: [(column["grade_before"] == g).astype(float) for g in (0, 1, 2, 3, 4)],
        Subject.RESULTS: _results(column),
        Subject.KIND: _changes(column),
    }
    for subject, plain in PLAIN.items():
        there = [np.nan_to_num(column[name]) for name in plain if name in column]
        by_subject[subject] = [*by_subject.get(subject, ()), *there]
    columns = [each for found in by_subject.values() for each in found]
    subjects = tuple(subject for subject, found in by_subject.items() for _ in found)
    return np.column_stack(columns), subjects


def _is_grade(column: dict[str, np.ndarray]) -> list[np.ndarray]:
    return [(column["grade_last"] == g).astype(float) for g in (1, 2, 3, 4)]


def _last_inspection(column: dict[str, np.ndarray]) -> list[np.ndarray]:
    flags = _is_grade(column)
    return [*flags, *(ramp * flag for ramp in _ramps(column["months_since"], KNOTS) for flag in flags)]


def _changes(column: dict[str, np.ndarray]) -> list[np.ndarray]:
    changed = np.nan_to_num(column["months_since_change"], nan=0.0)
    opened = np.nan_to_num(column["months_open"], nan=180.0)
    return [*_ramps(changed, OPEN_KNOTS), *_ramps(opened, OPEN_KNOTS)]


def _results(column: dict[str, np.ndarray]) -> list[np.ndarray]:
    columns = [np.isnan(column["progress"]).astype(float)]
    for name in BY_GRADE:
        figure = np.clip(np.nan_to_num(column[name]), -3, 3)
        columns += [figure * flag for flag in _is_grade(column)]
        columns += [np.minimum(figure, 0.0) ** 2]
        columns += [figure * np.minimum(column["months_since"], 60) / 60]
    return columns


def _ramps(months: np.ndarray, knots: Sequence[float]) -> list[np.ndarray]:
    """Straight pieces between knots, each from 0 to 1: a hazard that bends at every knot."""
    edges = (0.0, *knots)
    return [np.clip((months - a) / (b - a), 0, 1) for a, b in pairwise(edges)]


def fit_logistic(
    x: np.ndarray, y: np.ndarray, offset: np.ndarray, names: Sequence[str], ridge: float
) -> Logistic:
    """The coefficients that best explain outcomes (N,) by Newton's steps, held back by `ridge`.

    `offset` (N,) is added to each row's logit and belongs to no school: how much shorter than the whole its
    time under watch was.
    """
    raw, subjects = design(x, names)
    centre = raw.mean(axis=0)
    scale = raw.std(axis=0)
    scale = np.where(scale > 1e-9, scale, np.inf)  # a column that never varies takes no part
    z = np.column_stack([np.ones(len(raw)), (raw - centre) / scale])
    held = np.full(z.shape[1], ridge)
    held[0] = 0.0
    beta = np.zeros(z.shape[1])
    rate = y.mean()
    beta[0] = np.log((rate + 1e-6) / (1 - rate + 1e-6))
    worth = -np.inf
    step = np.zeros_like(beta)
    for _ in range(NEWTON_STEPS):
        logit = z @ (beta + step) + offset
        now = (y * logit - np.logaddexp(0, logit)).sum() - held @ (beta + step) ** 2 / 2
        if now < worth - CLOSE:  # too far: Newton's step overshoots where the curve is flat
            step = step / 2
            continue
        beta, gained, worth = beta + step, now - worth, now
        if gained < CLOSE * len(y):
            break
        chance = expit(logit)
        slope = z.T @ (y - chance) - held * beta
        bend = (z * (chance * (1 - chance))[:, None]).T @ z + np.diag(held)
        bend[np.diag_indices_from(bend)] += 1e-9
        step = np.linalg.solve(bend, slope)
    return Logistic(tuple(names), centre, scale, float(beta[0]), beta[1:], subjects)
