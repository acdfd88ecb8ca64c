"""The random draws that the sampler is made of."""

import numpy as np
from polyagamma import random_polyagamma
from scipy.special import ndtr, ndtri

SPREADS = np.exp(np.linspace(np.log(0.02), np.log(4.0), 200))
_LOG_SPREADS = np.log(SPREADS)


def polya_gamma(logits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Weights (N,) that make a yes or no with these logits (N,) a normal observation [polya-gamma]."""
    if not len(logits):
        return np.zeros(0)
    return random_polyagamma(z=logits, random_state=rng, disable_checks=True)


def normal_between(
    mean: np.ndarray, sd: float, low: np.ndarray, high: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Normal draws (N,) that fall between low and high, by inverting the distribution in its nearer tail."""
    a, b = (low - mean) / sd, (high - mean) / sd
    flip = a + b > 0
    near, far = np.where(flip, -b, a), np.where(flip, -a, b)
    below, upto = ndtr(near), ndtr(far)
    share = below + rng.random(len(mean)) * (upto - below)
    found = np.clip(ndtri(np.clip(share, 1e-300, 1 - 1e-16)), near, far)
    return mean + sd * np.where(flip, -found, found)


def share_between(mean: np.ndarray, sd: float, low: np.ndarray, high: np.ndarray) -> np.ndarray:
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
    lower = np.linalg.cholesky(precision)
    half = np.linalg.solve(lower, shift)
    return np.linalg.solve(lower.T, half + rng.normal(size=len(shift)))
