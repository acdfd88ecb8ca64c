"""The chance of an adverse inspection, learnt from earlier days whose outcome was known by the day asked.

A ridge logistic model (waiting times bent at knots by grade, results by grade) and boosted trees that start
from it are averaged, with weights found on schools that took no part in the fit.

The interval is meant to hold the chance itself nine times in ten. Two things widen it: which schools there
were to learn from (a delete-a-group jackknife: the whole fit again without each fifth of the schools), and
that the pace and severity of inspection shift between the days learnt from and the day asked about (the
spread of past shifts of the whole level). Neither says how well a single school can be foretold.

Shapes: N rows (a school on a day), M rows to be judged, K features, G groups of schools.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from scipy.special import expit, logit

from schoolward.analysis.concern.risk_logistic import Logistic, fit_logistic
from schoolward.analysis.concern.risk_trees import Forest, TreeSettings, fit_forest
from schoolward.terms.errors import NotEnoughData

GROUPS = 5
LEAST_ADVERSE = 50
Z90 = 1.645
BLENDS = np.linspace(0, 1, 11)
KNOWN_SHARE = 0.02  # a feature that fewer rows have cannot be learnt from
SHIFT_MONTHS = 14.0  # from a day learnt from to the first that its outcome can serve


NEEDED = (
    "grade_last", "grade_before", "months_since", "months_since_change", "months_open", "attainment",
    "progress",
)  # fmt: skip


@dataclass(frozen=True)
class Lessons:
    """What is learnt from: features (N, K) with their names, and by row (N,) the rest.

    `school` only joins the rows of one school; `months_ago` is how long before the day asked about the
    row's day lies.
    """

    names: tuple[str, ...]
    x: np.ndarray
    adverse: np.ndarray
    school: np.ndarray
    months_ago: np.ndarray


@dataclass(frozen=True)
class Settings:
    """How the past is weighed and the models held back."""

    ridge: float = 30.0
    half_life_months: float = 24.0
    recent_months: float = 64.0  # days before are used for the shifts of level only
    trees: TreeSettings = field(default_factory=TreeSettings)


@dataclass(frozen=True)
class Chances:
    """Chances (M,) and the ends of their intervals (M,)."""

    probability: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Fit:
    """Both models, and which of the features they read."""

    columns: np.ndarray
    logistic: Logistic
    forest: Forest

    def logits(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The logits (M,) of either model for features (M, K)."""
        mine = x[:, self.columns]
        plain = self.logistic.logit(mine)
        return plain, self.forest.logit(mine, plain)


@dataclass(frozen=True)
class RiskModel:
    """The fit to all schools, the fits without each group, and the sd of past shifts of level."""

    whole: Fit
    without: tuple[Fit, ...]
    blend: float
    shift_sd: float

    def chances(self, x: np.ndarray) -> Chances:
        """Each school's chance and interval, from features (M, K)."""
        centre = self._logit(self.whole, x)
        others = np.stack([self._logit(each, x) for each in self.without])
        groups = len(others)
        jackknife = (groups - 1) / groups * ((others - others.mean(axis=0)) ** 2).sum(axis=0)
        reach = Z90 * np.sqrt(jackknife + self.shift_sd**2)
        low, middle, high = (expit(centre + side * reach) for side in (-1, 0, 1))
        return Chances(middle, low, high)

    def _logit(self, fit: Fit, x: np.ndarray) -> np.ndarray:
        plain, grown = fit.logits(x)
        return (1 - self.blend) * plain + self.blend * grown


def fit_risk(lessons: Lessons, settings: Settings | None = None) -> RiskModel:
    """The model learnt from the lessons; the same whatever the order and the numbers of the schools."""
    settings = settings or Settings()
    ordered, group = in_order(lessons)
    recent = ordered.months_ago <= max(settings.recent_months, ordered.months_ago.min())
    now, groups = _taken(ordered, recent), group[recent]
    if now.adverse.sum() < LEAST_ADVERSE:
        raise NotEnoughData(
            f"{int(now.adverse.sum())} adverse inspections are too few to learn from.",
            do=f"Import the inspections of more schools or years; at least {LEAST_ADVERSE} are needed.",
        )
    without = tuple(_fit(_taken(now, groups != g), settings) for g in range(GROUPS))
    return RiskModel(_fit(now, settings), without, _blend(without, now, groups), shift_sd(ordered))


def in_order(lessons: Lessons) -> tuple[Lessons, np.ndarray]:
    """The lessons in order, and each row's group (N,): both rest on what the rows say and on nothing else."""
    said = np.column_stack([lessons.x, lessons.adverse, lessons.months_ago]).round(6)
    marks = np.array([_mark(row) for row in said], dtype=np.uint64)
    _, place = np.unique(lessons.school, return_inverse=True)
    whole = np.zeros(place.max() + 1, dtype=np.uint64)
    np.add.at(whole, place, marks)  # wraps round: a sum does not depend on the order of its terms
    order = np.lexsort((marks, lessons.months_ago))
    return _taken(lessons, order), (whole[place] % np.uint64(GROUPS))[order].astype(int)


def _mark(row: np.ndarray) -> int:
    return int.from_bytes(blake2b((row + 0.0).tobytes(), digest_size=8).digest())


def _taken(lessons: Lessons, rows: np.ndarray) -> Lessons:
    return Lessons(
        lessons.names,
        lessons.x[rows],
        lessons.adverse[rows],
        lessons.school[rows],
        lessons.months_ago[rows],
    )


def _weights(lessons: Lessons, settings: Settings) -> np.ndarray:
    return 0.5 ** ((lessons.months_ago - lessons.months_ago.min()) / settings.half_life_months)


def _fit(lessons: Lessons, settings: Settings) -> Fit:
    always = np.isin(lessons.names, NEEDED)
    columns = np.flatnonzero(always | (np.mean(~np.isnan(lessons.x), axis=0) >= KNOWN_SHARE))
    x, y = lessons.x[:, columns], lessons.adverse.astype(float)
    names = [lessons.names[k] for k in columns]
    weight = _weights(lessons, settings)
    plain = fit_logistic(x, y, weight, names, settings.ridge)
    return Fit(columns, plain, fit_forest(x, y, weight, plain.logit(x), settings.trees))


def _blend(without: Sequence[Fit], lessons: Lessons, groups: np.ndarray) -> float:
    """The share of the trees that foretells left-out schools best by log likelihood."""
    plain, grown = np.empty(len(lessons.x)), np.empty(len(lessons.x))
    for g, fit in enumerate(without):
        plain[groups == g], grown[groups == g] = fit.logits(lessons.x[groups == g])
    worth = [_likelihood((1 - share) * plain + share * grown, lessons.adverse) for share in BLENDS]
    return float(BLENDS[int(np.argmax(worth))])


def _likelihood(logits: np.ndarray, adverse: np.ndarray) -> float:
    return float(np.sum(adverse * logits - np.logaddexp(0, logits)))


def shift_sd(lessons: Lessons) -> float:
    """How far the level of all chances moved, on the logit scale, between days one outcome window apart."""
    days = np.unique(lessons.months_ago)
    rates = np.array([lessons.adverse[lessons.months_ago == day].mean() for day in days])
    levels = logit(np.clip(rates, 1e-4, 1 - 1e-4))
    served = [np.flatnonzero(days[:n] <= day - SHIFT_MONTHS) for n, day in enumerate(days)]
    moves = [levels[before[-1]] - levels[n] for n, before in enumerate(served) if len(before)]
    return float(np.sqrt(np.mean(np.square(moves)))) if moves else 0.0
