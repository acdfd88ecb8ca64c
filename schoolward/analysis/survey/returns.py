"""How many schools will have answered by the deadline, as a range; and which kinds of school are behind.

Each school that is asked answers by the deadline with an unknown chance p, and those who answer have done so
by now with an unknown share g of the whole. What has arrived is one draw from p·g; what is still to come
follows. Both are learnt from the answers so far, from earlier surveys, and from priors that are stated here.
Source keys: beta-binomial, own-judgement, fisher-exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, lgamma
from typing import TYPE_CHECKING

import numpy as np

from schoolward.terms.errors import NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Priors of our own (own-judgement). Three in five schools answer a survey of this kind. Of those who answer,
# half come evenly and half in the rush before the deadline. No two years are alike: however many surveys are
# known, the next one's share is known no better than from the answers of twelve schools.
USUAL_RATE = 0.6
EVENLY_SHARE, RUSH_POWER = 0.5, 5.0
BEST_KNOWN = 12.0
OUR_VIEW_IS_WORTH = 0.5  # of a survey: authorities differ from each other as well
GRID = 60
LOW, HIGH = 0.05, 0.95
BEHIND_CHANCE = 0.05
LEAST_IN_A_GROUP = 5


@dataclass(frozen=True)
class EarlierSurvey:
    """A survey that is over: how many were asked, and when those came who answered by its deadline."""

    asked: int
    arrivals: tuple[float, ...]  # shares of its time: 0 opening, 1 deadline


@dataclass(frozen=True)
class Forecast:
    """How many will have answered by the deadline; `low` and `high` hold nine in ten outcomes."""

    asked: int
    answered: int
    likely: int
    low: int
    high: int
    earlier: int  # how many earlier surveys it leans on


def forecast(
    *, asked: int, answered: int, time_share: float, earlier: Sequence[EarlierSurvey] = ()
) -> Forecast:
    """The schools that will have answered by the deadline (beta-binomial).

    Parameters
    ----------
    asked, answered
        Schools, N and n.
    time_share
        How much of the time from opening to deadline is over, 0 to 1.
    earlier
        Surveys that are over.

    Raises
    ------
    NotEnoughData
        Where nobody was asked.
    """
    if asked < 1:
        raise NotEnoughData("No school is asked, so none can be expected to answer.")
    assert 0 <= answered <= asked, f"{answered} of {asked}"
    share = min(max(time_share, 0.0), 1.0)
    if share >= 1.0 or answered == asked:
        return Forecast(asked, answered, answered, answered, answered, len(earlier))
    to_come = _to_come(asked, answered, share, earlier)
    reached = np.cumsum(to_come)
    low, middle, high = (int(np.searchsorted(reached, q)) + answered for q in (LOW, 0.5, HIGH))
    return Forecast(asked, answered, middle, low, high, len(earlier))


def expected_course(share: float) -> float:
    """What share of all answers has come, by our own prior, when this share of the time is over."""
    return EVENLY_SHARE * share + (1 - EVENLY_SHARE) * share**RUSH_POWER


def _to_come(
    asked: int, answered: int, share: float, earlier: Sequence[EarlierSurvey]
) -> NDArray[np.float64]:
    """The chance of each number of answers still to come, 0 to N − n."""
    rates, rate_weights = _beta_grid(*_rate_prior(earlier))
    shares, share_weights = _beta_grid(*_course_prior(share, earlier))
    p, g = np.meshgrid(rates, shares, indexing="ij")
    arrived = np.clip(p * g, 1e-9, 1 - 1e-9)
    log_weight = np.log(rate_weights)[:, None] + np.log(share_weights)[None, :]
    log_weight += answered * np.log(arrived) + (asked - answered) * np.log1p(-arrived)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    still = np.clip(p * (1 - g) / (1 - arrived), 1e-9, 1 - 1e-9)
    return _mixed_binomial(asked - answered, still.ravel(), weight.ravel())


def _rate_prior(earlier: Sequence[EarlierSurvey]) -> tuple[float, float]:
    return _prior(USUAL_RATE, [len(each.arrivals) / each.asked for each in earlier])


def _course_prior(share: float, earlier: Sequence[EarlierSurvey]) -> tuple[float, float]:
    """The share that has come by now, from our own course and those of earlier surveys."""
    come = [
        sum(arrival <= share for arrival in each.arrivals) / len(each.arrivals)
        for each in earlier
        if each.arrivals
    ]
    return _prior(expected_course(share), come)


def _prior(ours: float, seen: Sequence[float]) -> tuple[float, float]:
    """A beta distribution for the next survey's share; our own view counts as half a survey seen.

    The mean of k surveys is off by a k-th of how much surveys differ, and the next differs once more.
    """
    known = OUR_VIEW_IS_WORTH + len(seen)
    mean = min(max((OUR_VIEW_IS_WORTH * ours + sum(seen)) / known, 0.002), 0.998)
    size = BEST_KNOWN / (1 + 1 / known)
    return mean * size, (1 - mean) * size


def _beta_grid(a: float, b: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points between 0 and 1 with the weight that a beta distribution gives each."""
    points = (np.arange(GRID) + 0.5) / GRID
    log_density = (a - 1) * np.log(points) + (b - 1) * np.log1p(-points)
    density = np.exp(log_density - log_density.max()) + 1e-12
    return points, density / density.sum()


def _mixed_binomial(
    count: int, chances: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The chance of 0 to `count` successes where the chance itself is one of several."""
    bins = np.minimum((chances * 400).astype(int), 399)
    heavy = np.bincount(bins, weights, minlength=400)
    used = np.flatnonzero(heavy > 1e-12)
    chance = (used + 0.5) / 400
    k = np.arange(count + 1)
    # the logarithm of how many ways there are; the standard library's, since scipy is slow to import
    ways = np.array([lgamma(count + 1) - lgamma(n + 1) - lgamma(count - n + 1) for n in range(count + 1)])
    log_pmf = ways + k * np.log(chance)[:, None] + (count - k) * np.log1p(-chance)[:, None]
    mixed = heavy[used] @ np.exp(log_pmf)
    return mixed / mixed.sum()


def is_behind(*, answered: int, asked: int, all_answered: int, all_asked: int) -> bool:
    """True where so few of a group would have answered by chance less than one time in twenty (fisher-exact).

    A group of fewer than five schools is never called behind: one school would decide it.
    """
    rest_asked = all_asked - asked
    if (
        asked < LEAST_IN_A_GROUP
        or rest_asked < LEAST_IN_A_GROUP
        or answered * all_asked >= all_answered * asked
    ):
        return False
    as_few = sum(
        comb(asked, k) * comb(rest_asked, all_answered - k)
        for k in range(max(0, all_answered - rest_asked), answered + 1)
    )
    return as_few < BEHIND_CHANCE * comb(all_asked, all_answered)
