"""The estimator on invented choices: its gradient, a known truth, and what it refuses."""

import numpy as np
import pytest

from schoolward.analysis.choice.mixed_logit import Choices, even_normals, fit, log_likelihood
from schoolward.terms.errors import NotEnoughData

TRUE, SPREAD = np.array([0.5, -1.0]), 0.8


def invented(people: int = 250, each: int = 6, seed: int = 2) -> Choices:
    """Three ways with two facts, the second valued differently by each person."""
    rng = np.random.default_rng(seed)
    rows = people * each
    facts = rng.normal(size=(rows, 3, 2))
    person = np.repeat(np.arange(people), each)
    taste = TRUE + np.array([0, SPREAD]) * rng.normal(size=(people, 1))
    utility = (facts * taste[person][:, None]).sum(axis=2) + rng.gumbel(size=(rows, 3))
    available = rng.random((rows, 3)) < 0.9
    available[:, 0] |= ~available.any(axis=1)
    taken = np.where(available, utility, -np.inf).argmax(axis=1)
    return Choices(facts, available, taken, person)


def test_gradient_is_that_of_the_likelihood():
    choices = invented(people=20)
    normals = even_normals(20, 30, 1, np.random.default_rng(0))
    at = np.array([0.3, -0.7, 0.6])
    _, slope = log_likelihood(at, choices, (1,), normals)
    for place in range(3):
        step = np.eye(3)[place] * 1e-5
        up, down = (log_likelihood(at + sign * step, choices, (1,), normals)[0] for sign in (1, -1))
        assert slope[place] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-4)


def test_known_truth_is_found_again():
    choices = invented()
    found = fit(choices, (1,), even_normals(250, 60, 1, np.random.default_rng(1)))
    assert found.converged
    assert found.coefficient == pytest.approx(TRUE, abs=0.25)
    assert found.spread == pytest.approx([SPREAD], abs=0.3)


def test_draws_cover_the_normal_evenly():
    normals = even_normals(3, 100, 2, np.random.default_rng(4))
    assert normals.shape == (3, 2, 100)
    assert np.abs(normals.mean(axis=2)).max() < 0.1
    assert normals.std(axis=2) == pytest.approx(np.ones((3, 2)), abs=0.05)


def test_a_way_taken_that_was_not_open_is_refused():
    choices = invented(people=5)
    choices.available[np.arange(30), choices.taken] = False
    with pytest.raises(NotEnoughData):
        fit(choices, (), np.zeros((5, 0, 1)))
