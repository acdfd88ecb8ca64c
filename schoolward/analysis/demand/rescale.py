"""All tastes divided, and what multiplies them multiplied, by one factor: a step no other draw can make.

What is said fixes only the product of scale and tastes; what is done fixes the tastes, but weakly while few
forms are back. Without this step the walk along that ridge takes thousands of sweeps.
"""

import numpy as np

from schoolward.analysis.demand.caps import Caps
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
    caps: Caps | None,
    rng: np.random.Generator,
) -> float:
    """The factor taken, of two tries by Metropolis's rule with the weights of revealed rows summed out."""
    bought, logits = layout.evidence.revealed.bought, revealed_logits
    plain = np.ones(len(bought), dtype=bool)
    if caps:
        plain[caps.row] = False

    def log_density(factor: float) -> float:
        if state.scale * factor < priors.scale_least:
            return -np.inf
        scaled = logits[plain] / factor
        told = float((bought[plain] * scaled - np.logaddexp(0, scaled)).sum())
        told += caps.log_density(logits / factor) if caps else 0.0
        return told + _believed(state, priors, factor, queued)

    now = log_density(1.0)
    total = 1.0
    for _ in range(2):
        factor = float(np.exp(STEP * rng.normal()))
        then = log_density(total * factor)
        if np.log(rng.random()) < then - now:
            total, now = total * factor, then
    if total != 1.0:
        _apply(state, total, queued)
    return total


def _off(value: float, belief: tuple[float, float]) -> float:
    return -0.5 * ((value - belief[0]) / belief[1]) ** 2


def _believed(state: State, priors: Priors, factor: float, queued: bool) -> float:
    """The log density of the priors and of the change of scale itself."""
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
    return told + (grown - shrunk) * np.log(factor)


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
