"""Logistic regression held to a library's."""

import numpy as np
import pytest

from schoolward.analysis.survey.logistic import fit_logistic


@pytest.mark.parametrize("seed", range(4))
def test_weights_are_those_of_a_library(seed):
    from sklearn.linear_model import LogisticRegression

    dice = np.random.default_rng(seed)
    rows = dice.random((40, 90)) * (dice.random((40, 90)) < 0.1)
    labels = rows[:, 0] + dice.normal(0, 0.1, 40) > 0.05
    if seed == 3:  # told apart without fail: only the strength keeps the weights finite
        labels = np.arange(40) < 5
        rows[:, 1] = labels
    library = LogisticRegression(C=8.0, class_weight="balanced", tol=1e-10, max_iter=5_000).fit(rows, labels)
    weights, constant = fit_logistic(rows, labels, strength=8.0)
    assert weights == pytest.approx(library.coef_[0], abs=1e-4)
    assert constant == pytest.approx(library.intercept_[0], abs=1e-3)
