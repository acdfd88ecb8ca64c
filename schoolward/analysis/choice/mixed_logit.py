"""Mixed logit by simulated maximum likelihood: tastes that differ between people, one normal for each
mixed fact.

A person's choices share one taste (a panel). The likelihood is averaged over draws of tastes that are the
same for every trial of the coefficients, so it is smooth and has an exact gradient (`train-2009`). The
start has spreads of one: from nought the search stops at the plain logit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri

from schoolward.terms.errors import NotEnoughData

NEVER = -1e9  # the utility of a way that is not open
GRADIENT = 1e-2


@dataclass(frozen=True)
class Choices:
    """Facts (N, A, F), open ways (N, A), the way taken (N,), whose choice it was (N,), rows of a person
    together.
    """

    facts: np.ndarray
    available: np.ndarray
    taken: np.ndarray
    person: np.ndarray

    @property
    def starts(self) -> np.ndarray:
        """The first row of each person (P,)."""
        return np.r_[0, np.flatnonzero(np.diff(self.person)) + 1]


@dataclass(frozen=True)
class Estimate:
    """Coefficients (F,), spreads of the mixed ones, and the log-likelihood where the search ended."""

    coefficient: np.ndarray
    spread: np.ndarray
    log_likelihood: float
    converged: bool


def even_normals(people: int, draws: int, mixed: int, rng: np.random.Generator) -> np.ndarray:
    """Normal draws (P, M, R): for every person each of R like slices of the normal once, in a random
    order.
    """
    place = np.argsort(rng.random((people, mixed, draws)), axis=2)
    return ndtri((place + rng.random((people, mixed, 1))) / draws)


def fit(choices: Choices, mixed: tuple[int, ...], normals: np.ndarray) -> Estimate:
    """The estimate with the facts numbered in `mixed` differing between people, on draws (P, M, R)."""
    if not choices.available[np.arange(len(choices.taken)), choices.taken].all():
        raise NotEnoughData("A way was taken that was not open.", do="Mend the table of choices.")
    facts = choices.facts.shape[2]
    start = np.r_[np.zeros(facts), np.ones(len(mixed))]
    found = minimize(
        lambda theta: _loss(theta, choices, mixed, normals),
        start,
        jac=True,
        method="BFGS",
        options={"gtol": GRADIENT},
    )
    spread = np.abs(found.x[facts:])
    return Estimate(found.x[:facts], spread, -float(found.fun), bool(np.abs(found.jac).max() < 0.1))


def _loss(
    theta: np.ndarray, choices: Choices, mixed: tuple[int, ...], normals: np.ndarray
) -> tuple[float, np.ndarray]:
    """The log-likelihood's negative and its gradient."""
    value, slope = log_likelihood(theta, choices, mixed, normals)
    return -value, -slope


def log_likelihood(
    theta: np.ndarray, choices: Choices, mixed: tuple[int, ...], normals: np.ndarray
) -> tuple[float, np.ndarray]:
    """The simulated log-likelihood and its gradient at coefficients and spreads (F + M,).

    A person without mixed facts has one draw, and this is the plain logit's.
    """
    facts, starts = choices.facts.shape[2], choices.starts
    group = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(choices.taken)]))
    own = normals[group]  # (N, M, R)
    utility = np.repeat((choices.facts @ theta[:facts])[:, :, None], normals.shape[2], axis=2)
    for place, fact in enumerate(mixed):
        utility += choices.facts[:, :, fact, None] * (theta[facts + place] * own[:, None, place])
    utility[~choices.available] = NEVER
    utility -= utility.max(axis=1, keepdims=True)
    chance = np.exp(utility)
    chance /= chance.sum(axis=1, keepdims=True)
    row = np.arange(len(choices.taken))
    logs = np.add.reduceat(np.log(np.maximum(chance[row, choices.taken], 1e-300)), starts)  # (P, R)
    top = logs.max(axis=1, keepdims=True)
    weight = np.exp(logs - top)
    total = weight.sum(axis=1)
    value = float((np.log(total / normals.shape[2]) + top[:, 0]).sum())
    by_row = (weight / total[:, None])[group]  # (N, R)
    surprise = -chance
    surprise[row, choices.taken] += 1
    slope = np.zeros_like(theta)
    slope[:facts] = np.einsum("nar,nr,naf->f", surprise, by_row, choices.facts, optimize=True)
    for place, fact in enumerate(mixed):
        by_draw = np.einsum("nar,na->nr", surprise, choices.facts[:, :, fact])
        slope[facts + place] = (by_draw * by_row * own[:, place]).sum()
    return value, slope
