"""One chain of the sampler: from evidence to draws of every unknown, and of what each school would buy."""

from dataclasses import dataclass

import numpy as np

from schoolward.analysis.demand.block import draw_block, pair_sums
from schoolward.analysis.demand.caps import Caps, forms
from schoolward.analysis.demand.draws import polya_gamma, spread_of_effects, spreads
from schoolward.analysis.demand.evidence import Evidence
from schoolward.analysis.demand.keenness import Hints
from schoolward.analysis.demand.layout import Layout, lay_out
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.rescale import rescale
from schoolward.analysis.demand.said import Said, draw_gap, taste_shown
from schoolward.analysis.demand.silence import Queue, Silence
from schoolward.analysis.demand.state import SPREADS, State, first_state

TRACED = (
    "optimism",
    "scale",
    "price",
    "level",
    "silence_keen",
    "queue_keen",
    "heaping",
    "tick_low",
    "tick_high",
)


@dataclass(frozen=True)
class Length:
    """How far a chain walks: sweeps thrown away, draws kept, sweeps to a draw."""

    burn: int = 100
    draws: int = 1000
    every: int = 1


@dataclass(frozen=True)
class Chain:
    """Draws: logits (D, S, J) of buying at list price, slopes (D, S), and unknowns (D,) by name."""

    logits: np.ndarray
    slope: np.ndarray
    unknowns: dict[str, np.ndarray]


@dataclass(frozen=True)
class Parts:
    """Parts of the model that a comparison with another engine may leave out."""

    shocks: bool = True
    heaping: bool = True
    logits: bool = True


def walk(
    evidence: Evidence,
    priors: Priors,
    length: Length,
    rng: np.random.Generator,
    parts: Parts = Parts(),
) -> Chain:
    """One chain."""
    layout = lay_out(evidence, heaping=parts.heaping)
    sweep = Sweep(layout, priors, rng, parts.shocks)
    for _ in range(length.burn):
        sweep.step()
    kept = length.draws if parts.logits else 0
    logits = np.empty((kept, evidence.schools, evidence.services), dtype=np.float32)
    slope = np.empty((length.draws, evidence.schools), dtype=np.float32)
    unknowns = {name: np.empty(length.draws) for name in (*TRACED, *SPREADS)}
    for draw in range(length.draws):
        for _ in range(length.every):
            sweep.step()
        slope[draw] = sweep.state.slope()
        if parts.logits:
            logits[draw] = sweep.state.logits(layout, rng)
        for name in TRACED:
            unknowns[name][draw] = getattr(sweep.state, name)
        for name in SPREADS:
            unknowns[name][draw] = sweep.state.spread[name]
    return Chain(logits, slope, unknowns)


class Sweep:
    """A state and the steps that move it once through all unknowns."""

    def __init__(self, layout: Layout, priors: Priors, rng: np.random.Generator, shocks: bool) -> None:
        self.layout, self.priors, self.rng, self.shocks = layout, priors, rng, shocks
        self.state: State = first_state(layout, priors, rng)
        self.plain = self.state.base(layout)
        self.said = Said(layout, self.state, rng)
        self.silence = Silence(layout, priors)
        found = forms(layout.evidence)
        self.caps = Caps(found, priors.earmark_log_sd) if found else None
        self.queue = Queue(layout, priors) if layout.evidence.arrival is not None else None
        self.prior_spread = np.array([getattr(priors, f"spread_{name}") for name in SPREADS[:-1]])
        if not shocks:
            self.state.spread["shock"] = 1e-3

    def step(self) -> None:
        """One sweep."""
        layout, state, priors, rng = self.layout, self.state, self.priors, self.rng
        seen = layout.evidence.revealed
        plain = self.plain
        base = plain + state.taste
        offset = (state.shock + state.drift[:, None])[seen.occasion, seen.service]
        logits = self._liking(base) + offset
        weight = polya_gamma(logits, rng)
        observed = (seen.bought - 0.5) - weight * offset
        if self.caps:
            self.caps.draw(logits, rng)
            self.caps.weigh(weight, observed, logits, offset, rng)
        shown = taste_shown(layout, state, weight, observed - weight * self._liking(plain))
        self.said.draw(state, priors, plain, shown, rng)
        latent = self.said.latent
        self.silence.weigh(state, rng)
        told = pair_sums(layout, state, weight, observed, latent)
        plain = draw_block(layout, state, priors, told, Hints(self.silence, self.queue), rng)
        base = plain + state.taste
        liking = self._liking(base)
        if self.shocks:
            self._draw_years(weight, observed + weight * (offset - liking))
        squares = draw_gap(layout, state, priors, base, latent, rng)
        self.silence.draw(state, rng)
        left = self.queue.draw(state, rng) if self.queue else None
        self._draw_spreads(squares, len(latent), left)
        was, offset = offset, (state.shock + state.drift[:, None])[seen.occasion, seen.service]
        if len(state.drift) > 1:
            now = seen.occasion == 0
            moved = self._shift(weight[now], (observed + weight * (was - offset - liking))[now])
            plain, liking, offset = plain + moved, liking + moved, np.where(now, offset, offset - moved)
        factor = rescale(layout, state, priors, liking + offset, self.queue is not None, self.caps, rng)
        self.plain = plain / factor

    def _liking(self, base: np.ndarray) -> np.ndarray:
        """The logit behind each revealed row (N,) in a year without shock."""
        seen = self.layout.evidence.revealed
        found = base.ravel()[self.layout.revealed_pair]
        if not self.layout.revealed_at_list:
            found = found - self.state.slope()[seen.school] * seen.log_price
        return found

    def _draw_years(self, weight: np.ndarray, left: np.ndarray) -> None:
        """Each year's shock to each service, and each earlier year's drift."""
        seen, state = self.layout.evidence.revealed, self.state
        place = seen.occasion * state.shock.shape[1] + seen.service
        shape, size = state.shock.shape, state.shock.size
        precision = np.bincount(place, weights=weight, minlength=size).reshape(shape)
        shift = np.bincount(place, weights=left, minlength=size).reshape(shape)
        free = shift - precision * state.drift[:, None]
        state.spread["shock"] = spread_of_effects(
            precision.ravel(), free.ravel(), self.priors.spread_shock, self.rng
        )
        own = state.spread["shock"] ** -2
        if len(state.drift) > 1:  # drift with the year's shocks summed out
            kept = own / (precision + own)
            for year in range(1, len(state.drift)):
                told = float((precision[year] * kept[year]).sum()) + self.priors.drift_sd**-2
                mean = float((shift[year] * kept[year]).sum()) / told
                state.drift[year] = mean + self.rng.normal() / np.sqrt(told)
        shift = shift - precision * state.drift[:, None]
        variance = 1 / (precision + own)
        state.shock = variance * shift + np.sqrt(variance) * self.rng.normal(size=shape)

    def _shift(self, weight: np.ndarray, left: np.ndarray) -> float:
        """Liking in general up, earlier years' drifts and optimism down by as much; gives how far.

        Neither earlier purchases nor statements notice, so no other draw can walk this way but in small
        steps. Only beliefs and this year's forms hold it: their weights, and what they leave over, weighted.
        """
        state, priors = self.state, self.priors
        level, drift = priors.level[1] ** -2, priors.drift_sd**-2
        optimism = state.optimism_weight * (state.scale / priors.optimism[1] ** 2)
        precision = level + (len(state.drift) - 1) * drift + optimism * state.scale + float(weight.sum())
        pull = level * (priors.level[0] - state.level) + drift * float(state.drift.sum())
        pull += optimism * (state.optimism - priors.optimism[0]) + float(left.sum())
        moved = pull / precision + self.rng.normal() / np.sqrt(precision)
        state.level += moved
        state.appeal = state.appeal + moved
        state.drift[1:] -= moved
        state.optimism -= state.scale * moved
        return float(moved)

    def _draw_spreads(self, squares: float, stated: int, queue: tuple[float, int] | None) -> None:
        """Each spread from the values that have evidence, and the level of appeal."""
        layout, state, rng = self.layout, self.state, self.rng
        services = len(state.appeal)
        precision = services * state.spread["service"] ** -2 + self.priors.level[1] ** -2
        shift = (
            state.appeal.sum() * state.spread["service"] ** -2
            + self.priors.level[0] * self.priors.level[1] ** -2
        )
        state.level = float(shift / precision + rng.normal() / np.sqrt(precision))
        groups = (
            state.appeal - state.level,
            state.keen,
            state.leaning[layout.category_known],
            state.taste[layout.pair_known],
            state.price_own[layout.school_priced],
            state.talk[layout.school_stated],
            state.talk_pair[layout.pair_stated],
        )
        sums = [float((group**2).sum()) for group in groups] + [squares]
        counts = [group.size for group in groups] + [stated]
        prior = self.prior_spread
        if queue is not None:
            sums, counts, prior = [*sums, queue[0]], [*counts, queue[1]], np.append(prior, 1.0)
        found = spreads(np.array(sums), np.array(counts, dtype=float), prior, rng)
        for name, value in zip(SPREADS[:-1], found, strict=False):
            state.spread[name] = float(value)
        if queue is not None:
            state.queue_sd = float(found[-1])
