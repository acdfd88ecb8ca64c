"""All tastes divided, and what multiplies them multiplied, by one factor: a step no other draw can make.

What is said fixes only the product of scale and tastes; what is done fixes the tastes, but weakly while few
forms are back. Without this step the walk along that ridge takes thousands of sweeps.
"""

import numpy as np

from schoolward.analysis.demand.layout import Layout
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import TASTES, State

STEP = 0.07


def rescale(
    layout: Layout,
    state: State,
    priors: Priors,
    revealed_logits: np.ndarray,
    queued: bool,
    rng: np.random.Generator,
) -> None:
    """Two tries, each taken or left by Metropolis's rule, the weights of revealed rows summed out."""
    bought = layout.evidence.revealed.bought
    now = _log_density(state, priors, 1.0, bought, revealed_logits, queued)
    total = 1.0
    for _ in range(2):
        factor = float(np.exp(STEP * rng.normal()))
        then = _log_density(state, priors, total * factor, bought, revealed_logits, queued)
        if np.log(rng.random()) < then - now:
            total, now = total * factor, then
    if total != 1.0:
        _apply(state, total, queued)


def _off(value: float, belief: tuple[float, float]) -> float:
    return -0.5 * ((value - belief[0]) / belief[1]) ** 2


def _log_density(
    state: State, priors: Priors, factor: float, bought: np.ndarray, logits: np.ndarray, queued: bool
) -> float:
    if state.scale * factor < priors.scale_least:
        return -np.inf
    told = _off(state.scale * factor, priors.scale) + _off(state.silence_keen * factor, priors.silence)
    told += _off(state.level / factor, priors.level) + _off(state.price / factor, priors.price)
    told += -0.5 * float((state.pull**2).sum()) / (priors.fact_sd * factor) ** 2
    told += -0.5 * float((state.drift[1:] ** 2).sum()) / (priors.drift_sd * factor) ** 2
    for name in TASTES:
        told += -0.5 * (state.spread[name] / (factor * getattr(priors, f"spread_{name}"))) ** 2
    grown, shrunk = 2, 2 + state.pull.size + len(state.drift) - 1 + len(TASTES)
    if queued:
        told += _off(state.queue_keen * factor, priors.queue)
        grown += 1
    told += (grown - shrunk) * np.log(factor)
    scaled = logits / factor
    return told + float((bought * scaled - np.logaddexp(0, scaled)).sum())


def _apply(state: State, factor: float, queued: bool) -> None:
    state.scale *= factor
    state.silence_keen *= factor
    if queued:
        state.queue_keen *= factor
    state.level /= factor
    state.price /= factor
    for name in ("appeal", "pull", "keen", "leaning", "taste", "price_own", "shock", "drift"):
        setattr(state, name, getattr(state, name) / factor)
    for name in TASTES:
        state.spread[name] /= factor
