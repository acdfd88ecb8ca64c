"""Shares and sums over all schools, from the weighted answers of some, with what is not known beside them.

Two different doubts are kept apart. The **interval** is about which schools happened to answer, if those that
were silent are otherwise like them. The **bounds** suppose nothing of the silent: all against, all for.
Source keys: wilson, effective-size.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from schoolward.terms.errors import NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL = 0.9
_Z = {0.8: 1.2815515655446004, 0.9: 1.6448536269514722, 0.95: 1.959963984540054}


@dataclass(frozen=True, slots=True)
class Share:
    """The share of schools that would say so: the central figure, its interval, and its bounds."""

    said: int
    answered: int
    asked: int
    share: float
    low: float
    high: float
    silent_against: float
    silent_for: float


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over all schools in the unit of what was given; bounds where a most per school can be named."""

    answered: int
    asked: int
    total: float
    low: float
    high: float
    silent_nothing: float
    silent_most: float | None


def weighted_share(
    said: NDArray[np.bool_],
    answered: NDArray[np.bool_],
    weights: NDArray[np.float64],
    *,
    level: float = LEVEL,
) -> Share:
    """The weighted share of the schools asked that say so, silent ones taken to be like their kind.

    Parameters
    ----------
    said : (N,) true where a school gave this answer
    answered : (N,) true where it answered this question at all
    weights : (N,) how many schools each stands for

    Notes
    -----
    The interval is Wilson's at the effective number of answers: their number less what unequal weights cost,
    raised by the finite population (where every school answered, nothing is left to chance).
    """
    asked, replied = len(said), int(answered.sum())
    if not replied or weights[answered].sum() <= 0:
        raise NotEnoughData("no school answered this question", do="Leave it out of the findings.")
    used = weights[answered]
    share = float(np.sum(used * said[answered]) / used.sum())
    low, high = wilson(share, effective_number(used, asked), level=level)
    count = int((said & answered).sum())
    sure, possible = count / asked, (count + asked - replied) / asked
    low, high = max(low, sure), min(high, possible)  # what is certain is no matter of chance
    return Share(count, replied, asked, share, low, high, count / asked, (count + asked - replied) / asked)


def effective_number(weights: NDArray[np.float64], asked: int) -> float:
    """As how many answers drawn at random from a population without end these count; infinite where all
    answered."""
    count = len(weights)
    if count >= asked:
        return float("inf")
    kish = float(weights.sum() ** 2 / np.sum(weights**2))
    return kish * (asked - 1) / (asked - count)


def wilson(share: float, number: float, *, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval for a share found among so many."""
    if number == float("inf"):
        return share, share
    z2 = _Z[level] ** 2
    middle = (share + z2 / (2 * number)) / (1 + z2 / number)
    half = _Z[level] / (1 + z2 / number) * sqrt(share * (1 - share) / number + z2 / (4 * number**2))
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def weighted_total(
    given: NDArray[np.float64],
    answered: NDArray[np.bool_],
    weights: NDArray[np.float64],
    kinds: NDArray[np.int64],
    *,
    most: NDArray[np.float64] | None = None,
    level: float = LEVEL,
) -> Total:
    """The weighted sum of what schools gave, over all that were asked.

    Parameters
    ----------
    given : (N,) what each gave; read only where it answered
    kinds : (N,) a number for each school's kind; the variance is within kinds, with the finite population
    most : (N,) the most that each silent school could have given, if that can be said
    """
    asked, replied = len(given), int(answered.sum())
    if replied < 2:
        raise NotEnoughData("fewer than two schools gave a sum", do="Leave it out of the findings.")
    total = float(np.sum(weights[answered] * given[answered]))
    half = _Z[level] * sqrt(_variance(given, answered, weights, kinds))
    nothing = float(given[answered].sum())
    top = nothing + float(most[~answered].sum()) if most is not None else None
    return Total(replied, asked, total, max(nothing, total - half), total + half, nothing, top)


def _variance(
    given: NDArray[np.float64],
    answered: NDArray[np.bool_],
    weights: NDArray[np.float64],
    kinds: NDArray[np.int64],
) -> float:
    """Of a weighted sum; a kind with one answer borrows the spread of all."""
    overall = float(np.var(given[answered], ddof=1))
    variance = 0.0
    for kind in np.unique(kinds[answered]):
        within = (kinds == kind) & answered
        count, asked = int(within.sum()), float(weights[within].sum())
        spread = float(np.var(given[within], ddof=1)) if count > 1 else overall
        variance += asked**2 * max(0.0, 1 - count / asked) * spread / count
    return variance
