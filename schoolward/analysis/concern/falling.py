"""The chance that a school's share of pupils at a standard falls below a line next year.

Each school's true share moves slowly on the logit scale: a lasting level, and a deviation from it that dies
away by a share `persistence` a year. What is seen is a count of a small cohort, so luck is told from movement
by arithmetic and not by eye. The spreads are learnt from all schools together by maximum posterior density;
levels of single schools are filtered, exactly for a linear model around each year's forecast. Source:
methods of the analysis core, part 4 (`kalman-1960`, `west-harrison-1985` in docs/sources.md).

Shapes: S schools, T years, P covariates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import binom

from schoolward.terms.errors import NotEnoughData

LEAST_SCHOOLS = 30
NODES, WEIGHTS = hermegauss(21)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
PERSISTENCE_PRIOR = (8.0, 2.0)  # Beta: about four fifths of a deviation is left after a year
SPREAD_PRIOR = 0.3  # half-normal scale, logit units
COVARIATE_PRIOR = 1.0
SHARE_EDGE = 0.02


@dataclass(frozen=True)
class Panel:
    """Pupils and pupils at the standard (S, T), oldest year first, 0 pupils where nothing is known; (S, P).

    `new_head` (S, T + 1) is 1 in years that began with another head, the year to be foretold included.
    """

    pupils: np.ndarray
    passed: np.ndarray
    covariates: np.ndarray
    new_head: np.ndarray | None = None

    def heads(self, year: int) -> np.ndarray:
        """Which schools (S,) have another head in a year."""
        return np.zeros(len(self.pupils)) if self.new_head is None else self.new_head[:, year]


@dataclass(frozen=True)
class Movement:
    """How schools differ and move: the level's intercept and slopes (P,), and spreads on the logit scale.

    `head_shift` and `head_sd` are added to a year's movement and to its spread where the head is another.
    """

    intercept: float
    slopes: np.ndarray
    persistence: float
    level_sd: float
    year_sd: float
    head_shift: float = 0.0
    head_sd: float = 0.0

    def forecast(self, panel: Panel) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance (S,) of each school's logit in the year after the panel's last."""
        mean, variance, _ = _filtered(self, panel)
        return mean, variance


def learn_movement(panel: Panel) -> Movement:
    """The movement that all schools' counts speak for, with the priors named above."""
    if (panel.pupils > 0).any(axis=1).sum() < LEAST_SCHOOLS:
        raise NotEnoughData(
            "Too few schools have results to learn from.",
            do=f"Import the results of more schools; at least {LEAST_SCHOOLS} are needed.",
        )
    share = np.clip(panel.passed.sum() / panel.pupils.sum(), SHARE_EDGE, 1 - SHARE_EDGE)
    heads = [] if panel.new_head is None else [0.0, -2.0]
    slopes = panel.covariates.shape[1]
    start = np.concatenate([[logit(share)], np.zeros(slopes), [1.0, -1.2, -1.5], heads])
    found = minimize(lambda words: -_density(_movement(words, slopes), panel), start, method="L-BFGS-B")
    return _movement(found.x, slopes)


def chance_below(movement: Movement, panel: Panel, line: float, next_pupils: np.ndarray) -> np.ndarray:
    """The chance (S,) that fewer than a share `line` of `next_pupils` (S,) reach the standard next year."""
    mean, variance = movement.forecast(panel)
    most = np.ceil(line * next_pupils - 1e-9) - 1
    at = expit(mean[:, None] + np.sqrt(variance)[:, None] * NODES)
    return binom.cdf(most[:, None], next_pupils[:, None], at) @ WEIGHTS


def _movement(words: np.ndarray, slopes: int) -> Movement:
    """From the numbers that are searched, all of them free of bounds."""
    stays, level, year, *heads = words[1 + slopes :]
    shift, spread = heads or (0.0, -np.inf)
    return Movement(
        intercept=float(words[0]),
        slopes=words[1 : 1 + slopes],
        persistence=float(expit(stays)),
        level_sd=float(np.exp(level)),
        year_sd=float(np.exp(year)),
        head_shift=float(shift),
        head_sd=float(np.exp(spread)),
    )


def _density(movement: Movement, panel: Panel) -> float:
    _, _, likelihood = _filtered(movement, panel)
    a, b = PERSISTENCE_PRIOR
    prior = a * np.log(movement.persistence) + b * np.log1p(-movement.persistence)
    for spread in (movement.level_sd, movement.year_sd, movement.head_sd):
        prior += (np.log(spread) if spread else 0.0) - spread**2 / (2 * SPREAD_PRIOR**2)
    prior -= movement.head_shift**2 / (2 * COVARIATE_PRIOR**2)
    return likelihood + prior - float(movement.slopes @ movement.slopes) / (2 * COVARIATE_PRIOR**2)


def _filtered(movement: Movement, panel: Panel) -> tuple[np.ndarray, np.ndarray, float]:
    """Kalman's filter on (deviation, level); each count enters as a logit made around its own forecast."""
    centre = movement.intercept + panel.covariates @ movement.slopes
    stays = movement.persistence
    deviation, level = np.zeros(len(centre)), np.zeros(len(centre))
    v_dev = np.full(len(centre), movement.year_sd**2 / (1 - stays**2))
    v_level, v_both = np.full(len(centre), movement.level_sd**2), np.zeros(len(centre))
    likelihood = 0.0
    for year, (pupils, passed) in enumerate(zip(panel.pupils.T, panel.passed.T, strict=True)):
        seen = pupils > 0
        expected = centre + deviation + level
        spread = v_dev + 2 * v_both + v_level
        noise, miss = _surprise(np.maximum(pupils, 1), passed, expected, spread)
        total = spread + noise
        gain_dev = np.where(seen, (v_dev + v_both) / total, 0)
        gain_level = np.where(seen, (v_level + v_both) / total, 0)
        likelihood -= 0.5 * np.sum((np.log(total) + miss**2 / total)[seen])
        deviation, level = deviation + gain_dev * miss, level + gain_level * miss
        v_dev, v_both, v_level = (
            v_dev - gain_dev * (v_dev + v_both),
            v_both - gain_dev * (v_level + v_both),
            v_level - gain_level * (v_level + v_both),
        )
        heads = panel.heads(year + 1)
        moves = (movement.year_sd + movement.head_sd * heads) ** 2
        deviation = stays * deviation + movement.head_shift * heads
        v_dev, v_both = stays**2 * v_dev + moves, stays * v_both
    return centre + deviation + level, v_dev + 2 * v_both + v_level, float(likelihood)


def _surprise(
    pupils: np.ndarray, passed: np.ndarray, expected: np.ndarray, spread: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A count as a logit with its noise, and how far it lies from what was expected.

    The noise is that of a share between the forecast and what was seen, weighed by how sure each is: a share
    of all or none would otherwise look certain.
    """
    prior_pupils = 1 / np.maximum(spread * expit(expected) * (1 - expit(expected)), 1e-6)
    share = (passed + prior_pupils * expit(expected)) / (pupils + prior_pupils)
    share = np.clip(share, 1e-4, 1 - 1e-4)
    weight = pupils * share * (1 - share)
    working = logit(share) + (passed / pupils - share) / (share * (1 - share))
    return 1 / weight, working - expected
