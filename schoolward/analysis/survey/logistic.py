"""Logistic regression on few texts and many words, by Newton's steps in as many unknowns as there are texts.

A library gives the same to six figures, and the tests hold this to it; but loading one takes longer than all
the fits of a survey together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS = 50
_NEAR = 1e-9
_LEAST = 1e-9  # of a weight: where a text is told for certain, its weight is as good as nought


def fit_logistic(
    rows: NDArray[np.float64], labels: NDArray[np.bool_], *, strength: float
) -> tuple[NDArray[np.float64], float]:
    """The words' weights (words,) and the constant, both kinds of text counting the same in all.

    Minimises half the square of the weights plus `strength` times the loss, the constant free. The weights
    are a sum over the texts, so the steps need only the texts' likeness to one another.

    Parameters
    ----------
    rows : (T, words)
    labels : (T,) some true and some false
    """
    count, chosen = len(labels), int(labels.sum())
    assert 0 < chosen < count, "both kinds are needed"
    cost = strength * np.where(labels, count / (2 * chosen), count / (2 * (count - chosen)))
    alike = rows @ rows.T
    told = np.zeros(count + 1)  # of each text its part in the weights; last the constant
    system = np.zeros((count + 1, count + 1))
    system[:count, count] = system[count, :count] = 1.0
    for _ in range(_STEPS):
        score = alike @ told[:count] + told[count]
        chance = 1 / (1 + np.exp(-np.clip(score, -500, 500)))
        slope = np.maximum(chance * (1 - chance), _LEAST)
        aim = score + (labels - chance) / slope
        system[:count, :count] = alike
        system[np.arange(count), np.arange(count)] += 1 / (cost * slope)
        before, told = told, np.linalg.solve(system, np.append(aim, 0.0))
        if np.max(np.abs(told - before)) <= _NEAR * max(1.0, float(np.max(np.abs(told)))):
            break
    return rows.T @ told[:count], float(told[count])
