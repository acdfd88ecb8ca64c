"""Published estimates on real choices, found again by our own estimator.

The whole of it, 500 draws, is `benchmarks/mixed_logit.py`; here are the plain logit and the likelihood at the
published place.
"""

import numpy as np
import pytest

from schoolward.analysis.choice.mixed_logit import even_normals, fit, log_likelihood
from tests.real_data import swissmetro

pytestmark = pytest.mark.skipif(not swissmetro.PATH.exists(), reason="shared/data is not beside the project")


@pytest.fixture(scope="module")
def choices():
    """The 6,768 choices of 752 people."""
    return swissmetro.choices()


def test_plain_logit_is_the_published_one(choices):
    found = fit(choices, (), np.zeros((752, 0, 1)))
    assert len(choices.taken) == 6768
    assert found.log_likelihood == pytest.approx(-5331.252, abs=0.01)
    assert found.coefficient == pytest.approx([-0.154633, -0.701187, -1.083790, -1.277859], abs=2e-3)


def test_mixed_logit_at_its_published_optimum_has_the_published_likelihood(choices):
    normals = even_normals(752, 200, 1, np.random.default_rng(1))
    at = np.array([0.281, -0.574, -1.655, -3.217, 3.648])
    value, slope = log_likelihood(at, choices, (swissmetro.TIME,), normals)
    assert value == pytest.approx(-4360.2, abs=4)
    away = log_likelihood(at + 0.3 * np.eye(5)[3], choices, (swissmetro.TIME,), normals)[0]
    assert away < value
    assert np.abs(slope).max() < 60
