"""What schools said: the latent liking behind each answer and tick, heaping, and the gap to what is done.

A stated answer is a liking T + scale·η + talk_pair + noise seen through a bracket; a tick is the same liking
at the list price, seen as low, middle or high. So a service ticked away is an answer too, and detail that
was asked only after a tick is no riddle: the tick that let it be asked is in the model.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from schoolward.analysis.demand.draws import normal_between, regression, share_between
from schoolward.analysis.demand.layout import FAR, HIGH, LOW, MIDDLE, Layout
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import State
from schoolward.analysis.demand.stretch import Stretch

TINY = 1e-300
# the two together, one at a time; small for whoever has thousands of ticks, large for whoever has dozens
TICK_STEPS = ((0.05, 0.05), (0.02, 0.02), (0.02, 0.0), (0.0, 0.02), (0.1, 0.0), (0.0, 0.1))
APART_EVERY = 2
APART_STEPS = ((0.12, 0.0), (0.0, 0.05), (0.05, 0.03))  # of the noise, of the scale


@dataclass(frozen=True)
class Taste:
    """The pairs' own tastes (S·J,) as purchases alone show them; likings are drawn with them summed out."""

    mean: np.ndarray
    variance: np.ndarray


def taste_shown(layout: Layout, state: State, weight: np.ndarray, left: np.ndarray) -> Taste:
    """From the weights of revealed rows (N,) and what they leave over, weighted, without taste."""
    size = layout.pair_known.size
    told = np.bincount(layout.revealed_pair, weights=weight, minlength=size)
    variance = 1 / (told + state.spread["pair"] ** -2)
    return Taste(variance * np.bincount(layout.revealed_pair, weights=left, minlength=size), variance)


class Said:
    """The liking behind each stated row (N,), as it stands in the walk.

    Rows of one pair share the pair's own talk and its taste. Each row is drawn with these summed out given
    the pair's other rows and its purchases, in turns of one row of each pair. Drawn given them, likings and
    the pair's taste and talk would hold each other fast, and what all pairs share with them.
    """

    def __init__(self, layout: Layout, state: State, rng: np.random.Generator) -> None:
        self.layout = layout
        self.turns = _turns(layout)
        self.others = (
            np.bincount(layout.stated_pair, minlength=layout.pair_known.size)[layout.stated_pair] - 1
        )
        self.low, self.high = bounds(layout, state)
        self.latent = normal_between(np.zeros(len(self.low)), 1.0, self.low, self.high, rng)
        self.sweeps = 0

    def draw(
        self, state: State, priors: Priors, base: np.ndarray, taste: Taste, rng: np.random.Generator
    ) -> None:
        """Every liking anew, with who heaps and where ticks divide; `base` (S, J) is without taste."""
        layout = self.layout
        if not len(layout.stated_pair):
            state.tick_low, state.tick_high = _fresh_ticks(priors, rng)
            state.heaping = rng.beta(*priors.heaping)
            return
        if self.sweeps % APART_EVERY == 0:
            self._draw_apart(state, priors, base + state.taste, rng)
        self.sweeps += 1
        own = base.ravel() + taste.mean
        mean, variance, sharp = self._alone(state, own, taste)
        left = np.bincount(layout.stated_pair, weights=self.latent - mean, minlength=len(own))
        for rows in self.turns:
            pair, old = layout.stated_pair[rows], self.latent[rows]
            centre = mean[rows] + sharp * variance[rows] * (left[pair] - (old - mean[rows]))
            spread = np.sqrt(variance[rows] + 1 / sharp)
            self.latent[rows] = normal_between(centre, spread, self.low[rows], self.high[rows], rng)
            left[pair] += self.latent[rows] - old
        if layout.answers == len(self.latent):
            state.tick_low, state.tick_high = _fresh_ticks(priors, rng)
        else:
            self._draw_ticks(state, priors, own, taste, rng)

    def _alone(self, state: State, own: np.ndarray, taste: Taste) -> tuple[np.ndarray, np.ndarray, float]:
        """Each row's mean (N,) without what its pair's rows share, the variance (N,) that their others leave
        of that, and how sharp rows are; `own` (S·J,) is what is liked with the taste that purchases show."""
        shared, sharp = _shared(state, taste)[self.layout.stated_pair], state.spread["noise"] ** -2
        mean = told(self.layout, state) + state.scale * likings(self.layout, state, own)
        return mean, 1 / (1 / shared + self.others * sharp), sharp

    def _draw_ticks(
        self, state: State, priors: Priors, own: np.ndarray, taste: Taste, rng: np.random.Generator
    ) -> None:
        """Where ticks divide, and the likings behind them, given those behind the answers."""
        layout = self.layout
        rows, answers = slice(layout.answers, None), slice(layout.answers)
        for about_mean in (False, True):
            mean, shared = self._alone(state, own, taste)[0], _shared(state, taste)
            pivot = float(mean[rows].mean()) if about_mean else state.tick_high
            Stretch(layout, state, priors, self.latent, mean, shared).draw(pivot, rng)
        mean, variance, sharp = self._alone(state, own, taste)
        off = (self.latent - mean)[answers]
        left = np.bincount(layout.stated_pair[answers], weights=off, minlength=len(own))
        centre = mean[rows] + sharp * variance[rows] * left[layout.stated_pair[rows]]
        spread = np.sqrt(variance[rows] + 1 / sharp)
        _step_ticks(layout, state, priors, centre, spread, rng)
        self.low, self.high = bounds(layout, state)
        self.latent[rows] = normal_between(centre, spread, self.low[rows], self.high[rows], rng)

    def _draw_apart(self, state: State, priors: Priors, base: np.ndarray, rng: np.random.Generator) -> None:
        """Who heaps, the scale and noise of answers, the likings summed out; so theirs are drawn right after.

        The scale turns about the mean answer: optimism gives way, or every answer would move.
        """
        layout = self.layout
        mean, tilt = expected(layout, state, base), state.scale * likings(layout, state, base)
        _draw_heaps(layout, state, priors, mean[: layout.answers], rng)
        self.low, self.high = low, high = bounds(layout, state)
        middle = float(tilt.mean())
        optimism_sd = priors.optimism[1] / np.sqrt(state.optimism_weight)

        def log_density(noise: float, factor: float) -> float:
            if state.scale * factor < priors.scale_least:
                return -np.inf
            at = mean + (factor - 1) * (tilt - middle)
            found = float(np.log(np.maximum(share_between(at, noise, low, high), TINY)).sum())
            found += np.log(noise) - 0.5 * (noise / priors.spread_noise) ** 2 + np.log(factor)
            found -= 0.5 * ((state.scale * factor - priors.scale[0]) / priors.scale[1]) ** 2
            optimism = state.optimism - (factor - 1) * middle
            return found - 0.5 * ((optimism - priors.optimism[0]) / optimism_sd) ** 2

        noise, factor = state.spread["noise"], 1.0
        now = log_density(noise, factor)
        for step, turn in APART_STEPS:
            tried = noise * float(np.exp(step * rng.normal())), factor * float(np.exp(turn * rng.normal()))
            then = log_density(*tried)
            if np.log(rng.random()) < then - now:
                (noise, factor), now = tried, then
        state.spread["noise"] = noise
        state.scale *= factor
        state.optimism -= (factor - 1) * middle
        self.latent = normal_between(mean + (factor - 1) * (tilt - middle), noise, low, high, rng)


def _shared(state: State, taste: Taste) -> np.ndarray:
    """The variance (S·J,) of what the stated rows of a pair share."""
    return state.spread["talk_pair"] ** 2 + state.scale**2 * taste.variance


def _turns(layout: Layout) -> list[np.ndarray]:
    """The answers in turns that hold each pair at most once."""
    turns, left = [], np.arange(layout.answers)
    while len(left):
        _, first = np.unique(layout.stated_pair[left], return_index=True)
        turns.append(left[first])
        left = np.delete(left, first)
    return turns


def likings(layout: Layout, state: State, base: np.ndarray) -> np.ndarray:
    """η (N,) at the price of each stated row; `base` (S, J) or (S·J,) is that at list price."""
    return base.ravel()[layout.stated_pair] - state.slope()[layout.stated_school] * layout.stated_log_price


def told(layout: Layout, state: State) -> np.ndarray:
    """What each stated row (N,) has of optimism and of its school's way of talking."""
    return (state.optimism + state.talk)[layout.stated_school]


def expected(layout: Layout, state: State, base: np.ndarray) -> np.ndarray:
    """What the stated rows (N,) are expected to show; `base` (S, J) is η at list price without the shock."""
    talk = told(layout, state) + state.talk_pair.ravel()[layout.stated_pair]
    return talk + state.scale * likings(layout, state, base)


def bounds(layout: Layout, state: State) -> tuple[np.ndarray, np.ndarray]:
    """The brackets (N,) of the stated rows as they stand."""
    heaped = state.heaps[layout.stated_school[: layout.answers]]
    low = np.where(heaped, layout.heaped_low, layout.exact_low)
    high = np.where(heaped, layout.heaped_high, layout.exact_high)
    ticks = layout.tick_level
    from_ = np.array([-FAR, state.tick_low, state.tick_high])[ticks]
    upto = np.array([state.tick_low, state.tick_high, FAR])[ticks]
    return np.concatenate([low, from_]), np.concatenate([high, upto])


def _draw_heaps(
    layout: Layout, state: State, priors: Priors, mean: np.ndarray, rng: np.random.Generator
) -> None:
    """Which schools answer only 0, 5 or 10, of those whose answers allow it."""
    schools = layout.evidence.schools
    able = layout.may_heap
    if able.any():
        rows = np.flatnonzero(able[layout.stated_school[: layout.answers]])
        noise, mean = state.spread["noise"], mean[rows]
        wide = share_between(mean, noise, layout.heaped_low[rows], layout.heaped_high[rows])
        close = share_between(mean, noise, layout.exact_low[rows], layout.exact_high[rows])
        favour = np.bincount(
            layout.stated_school[rows],
            weights=np.log(np.maximum(wide, TINY)) - np.log(np.maximum(close, TINY)),
            minlength=schools,
        )
        odds = favour + np.log(state.heaping) - np.log1p(-state.heaping)
        state.heaps = able & (rng.logistic(size=schools) < odds)
    asked = np.bincount(layout.stated_school[: layout.answers], minlength=schools) > 0
    heaps = int(state.heaps.sum())
    state.heaping = rng.beta(priors.heaping[0] + heaps, priors.heaping[1] + int(asked.sum()) - heaps)


def _step_ticks(
    layout: Layout, state: State, priors: Priors, mean: np.ndarray, sd: np.ndarray, rng: np.random.Generator
) -> None:
    """Where 'would not' ends and 'the council' begins, the liking behind the ticks summed out."""
    places = [np.flatnonzero(layout.tick_level == level) for level in (LOW, MIDDLE, HIGH)]
    by_level, spread = [mean[place] for place in places], [sd[place] for place in places]

    def log_chance(low: float, high: float) -> float:
        chances = (
            ndtr((low - by_level[LOW]) / spread[LOW]),
            ndtr((high - by_level[MIDDLE]) / spread[MIDDLE])
            - ndtr((low - by_level[MIDDLE]) / spread[MIDDLE]),
            ndtr((by_level[HIGH] - high) / spread[HIGH]),
        )
        told = sum(float(np.log(np.maximum(each, TINY)).sum()) for each in chances)
        for value, (centre, sd) in ((low, priors.tick_low), (high, priors.tick_high)):
            told -= 0.5 * ((value - centre) / sd) ** 2
        return told

    low, high = state.tick_low, state.tick_high
    now = log_chance(low, high)
    for step in TICK_STEPS:
        turn = rng.normal()
        tried = low + step[0] * turn, high + step[1] * turn
        if tried[0] < tried[1]:
            then = log_chance(*tried)
            if np.log(rng.random()) < then - now:
                (low, high), now = tried, then
    state.tick_low, state.tick_high = low, high


def _fresh_ticks(priors: Priors, rng: np.random.Generator) -> tuple[float, float]:
    while True:
        low, high = rng.normal(*priors.tick_low), rng.normal(*priors.tick_high)
        if low < high:
            return float(low), float(high)


def draw_gap(
    layout: Layout,
    state: State,
    priors: Priors,
    base: np.ndarray,
    latent: np.ndarray,
    rng: np.random.Generator,
) -> float:
    """The sum of squared noise about the latent likings, after optimism and scale were drawn together."""
    df = priors.optimism_df
    off = ((state.optimism - priors.optimism[0]) / priors.optimism[1]) ** 2
    state.optimism_weight = rng.gamma((df + 1) / 2, 2 / (df + off))
    liking = likings(layout, state, base)
    talk = state.talk[layout.stated_school] + state.talk_pair.ravel()[layout.stated_pair]
    sharp = state.spread["noise"] ** -2
    columns = np.column_stack([np.ones(len(liking)), liking])
    mean = np.array([priors.optimism[0], priors.scale[0]])
    precision = np.array([state.optimism_weight * priors.optimism[1] ** -2, priors.scale[1] ** -2])
    for _ in range(20):  # the scale's prior ends at its least: draw until it lies above
        optimism, scale = regression(columns, sharp, sharp * (latent - talk), mean, precision, rng)
        if scale > priors.scale_least:
            state.optimism, state.scale = float(optimism), float(scale)
            break
    return float(((latent - talk - state.optimism - state.scale * liking) ** 2).sum())
