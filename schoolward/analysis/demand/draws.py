"""The random draws that the sampler is made of."""

import numpy as np
from polyagamma import random_polyagamma
from scipy.linalg.lapack import dpotrf, dtrtrs
from scipy.special import ndtr, ndtri

SPREADS = np.exp(np.linspace(np.log(0.005), np.log(4.0), 140))
_LOG_SPREADS = np.log(SPREADS)


def polya_gamma(logits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Weights (N,) that make a yes or no with these logits (N,) a normal observation [polya-gamma]."""
    if not len(logits):
        return np.zeros(0)
    return random_polyagamma(z=logits, random_state=rng, disable_checks=True)


def normal_between(
    mean: np.ndarray, sd: float | np.ndarray, low: np.ndarray, high: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Normal draws (N,) that fall between low and high, by inverting the distribution in its nearer tail."""
    a, b = (low - mean) / sd, (high - mean) / sd
    flip = a + b > 0
    near, far = np.where(flip, -b, a), np.where(flip, -a, b)
    below, upto = ndtr(near), ndtr(far)
    share = below + rng.random(len(mean)) * (upto - below)
    found = np.clip(ndtri(np.clip(share, 1e-300, 1 - 1e-16)), near, far)
    return mean + sd * np.where(flip, -found, found)


def share_between(mean: np.ndarray, sd: float | np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The chance (N,) that a normal draw falls between low and high."""
    a, b = (low - mean) / sd, (high - mean) / sd
    flip = a + b > 0
    return ndtr(np.where(flip, -a, b)) - ndtr(np.where(flip, -b, a))


def spreads(
    squares: np.ndarray, counts: np.ndarray, priors: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """One spread for each sum of squares of so many normal draws, given the sd of its half-normal prior.

    Drawn on a fine grid, since the product has no standard form.
    """
    log_density = (
        (1 - counts)[:, None] * _LOG_SPREADS
        - 0.5 * squares[:, None] / SPREADS**2
        - 0.5 * SPREADS**2 / priors[:, None] ** 2
    )
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    reached = np.cumsum(density, axis=1)
    share = rng.random(len(squares)) * reached[:, -1]
    place = (reached < share[:, None]).sum(axis=1)
    step = _LOG_SPREADS[1] - _LOG_SPREADS[0]
    return SPREADS[place] * np.exp(step * (rng.random(len(squares)) - 0.5))


def regression(
    columns: np.ndarray,
    weight: np.ndarray | float,
    target: np.ndarray,
    prior_mean: np.ndarray,
    prior_precision: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Coefficients drawn given weights; `target` is weight times observation, summed by column here."""
    weighted = columns * (weight[:, None] if isinstance(weight, np.ndarray) else weight)
    precision = weighted.T @ columns + np.diag(prior_precision)
    return normal_by_precision(precision, columns.T @ target + prior_precision * prior_mean, rng)


def normal_by_precision(precision: np.ndarray, shift: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A draw from the normal distribution with this precision and precision times mean."""
    lower, wrong = dpotrf(precision, lower=1)
    assert wrong == 0, "a precision that is not positive"
    half = dtrtrs(lower, shift, lower=1)[0]
    return dtrtrs(lower, half + rng.standard_normal(len(shift)), lower=1, trans=1)[0]


def spread_of_effects(
    precision: np.ndarray, shift: np.ndarray, prior: float, rng: np.random.Generator
) -> float:
    """The spread of normal effects about 0, the effects summed out, from what rows say of each (N,)."""
    squares = SPREADS[::2, None] ** 2
    grown = 1 + precision * squares
    told = (0.5 * shift**2 * squares / grown - 0.5 * np.log(grown)).sum(axis=1)
    told += _LOG_SPREADS[::2] - 0.5 * squares[:, 0] / prior**2
    reached = np.cumsum(np.exp(told - told.max()))
    place = int((reached < rng.random() * reached[-1]).sum())
    step = _LOG_SPREADS[2] - _LOG_SPREADS[0]
    return float(SPREADS[::2][place] * np.exp(step * (rng.random() - 0.5)))


def step_spread(
    at: float, precision: np.ndarray, shift: np.ndarray, prior: float, rng: np.random.Generator
) -> float:
    """Two Metropolis steps towards the same, for effects too many for a grid."""

    def log_density(spread: float) -> float:
        grown = 1 + precision * spread**2
        told = 0.5 * float((shift**2 * spread**2 / grown - np.log(grown)).sum())
        return told + np.log(spread) - 0.5 * (spread / prior) ** 2

    now = log_density(at)
    for step in (0.25, 0.8):
        tried = at * float(np.exp(step * rng.normal()))
        then = log_density(tried)
        if np.log(rng.random()) < then - now:
            at, now = tried, then
    return at
