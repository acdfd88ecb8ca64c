"""How strongly liking, talk and the cut points of ticks count together: a step that no other draw can make.

A tick tells only on which side of a cut a liking lies. So where ticks outnumber answers, scale, optimism,
talk, cuts and price can all stretch about one point and hardly any row notices: drawn in turn, each held
where the others stand, they creep. Here all are stretched by one factor, with the ticks' likings and the
pairs' own taste and talk summed out; the answers' likings stay as they are, and hold it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from schoolward.analysis.demand.layout import LOW, MIDDLE, Layout
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import State

TINY = 1e-300
STEPS = (0.04, 0.12)


@dataclass(frozen=True)
class Stretch:
    """The rows as they stand: `latent` and `mean` (N,); `shared` (S·J,) is the variance of what a pair's
    rows share, `scale` included."""

    layout: Layout
    state: State
    priors: Priors
    latent: np.ndarray
    mean: np.ndarray
    shared: np.ndarray

    def draw(self, pivot: float, rng: np.random.Generator) -> float:
        """The factor taken by Metropolis's rule.

        The pivot is the upper cut, or the mean tick: neither moves, and each makes the same change of scale.
        """
        factor = float(np.exp(rng.choice(STEPS) * rng.normal()))
        change = self._log_density(pivot, factor) - self._log_density(pivot, 1.0)
        if np.log(rng.random()) >= change:
            return 1.0
        self._apply(pivot, factor)
        return factor

    def _apply(self, pivot: float, factor: float) -> None:
        state = self.state
        for name in ("optimism", "tick_low", "tick_high"):
            setattr(state, name, pivot + factor * (getattr(state, name) - pivot))
        state.scale *= factor
        state.talk = state.talk * factor
        for name in ("talk_pair", "talk_school"):
            state.spread[name] *= factor
        if self._with_price:
            state.price /= factor

    @property
    def _with_price(self) -> bool:
        """Purchases at other than list prices would notice if the price moved."""
        return self.layout.revealed_at_list

    def _log_density(self, pivot: float, factor: float) -> float:
        """With all priors, and the change of scale itself."""
        state, priors = self.state, self.priors
        scale = state.scale * factor
        if scale < priors.scale_least:
            return -np.inf
        optimism, low, high = (
            pivot + factor * (value - pivot) for value in (state.optimism, state.tick_low, state.tick_high)
        )
        found = _off(scale, priors.scale) + _off(low, priors.tick_low) + _off(high, priors.tick_high)
        found += state.optimism_weight * _off(optimism, priors.optimism) + 5 * np.log(factor)
        for name in ("talk_pair", "talk_school"):
            found -= 0.5 * (state.spread[name] * factor / getattr(priors, f"spread_{name}")) ** 2
        mean = pivot + factor * (self.mean - pivot)
        if self._with_price:
            price = state.price / factor
            mean = mean - scale * (price - state.price) * self.layout.stated_log_price
            found += _off(price, priors.price) - np.log(factor)
        return float(found) + self._rows(mean, factor**2 * self.shared, low, high)

    def _rows(self, mean: np.ndarray, shared: np.ndarray, low: float, high: float) -> float:
        """Of the answers' likings and the ticks, what pairs share summed out."""
        layout, noise = self.layout, self.state.spread["noise"] ** 2
        said, ticked = np.split(layout.stated_pair, [layout.answers])
        off = self.latent[: layout.answers] - mean[: layout.answers]
        count = np.bincount(said, minlength=len(shared))
        summed = np.bincount(said, weights=off, minlength=len(shared))
        whole = noise + count * shared
        found = -0.5 * (float(off @ off) - float((shared * summed**2 / whole).sum())) / noise
        found -= 0.5 * float(np.log(whole[count > 0]).sum())
        centre = mean[layout.answers :] + (shared * summed / whole)[ticked]
        spread = np.sqrt(noise + (shared * noise / whole)[ticked])
        below, above = ndtr((low - centre) / spread), ndtr((centre - high) / spread)
        level = layout.tick_level
        chance = np.where(level == LOW, below, np.where(level == MIDDLE, 1 - below - above, above))
        return found + float(np.log(np.maximum(chance, TINY)).sum())


def _off(value: float, belief: tuple[float, float]) -> float:
    return -0.5 * ((value - belief[0]) / belief[1]) ** 2
