"""What schools said: the latent liking behind each answer and tick, heaping, and the gap to what is done.

A stated answer is a liking T + scale·η + talk_pair + noise seen through a bracket; a tick is the same liking
at the list price, seen as low, middle or high. So a service ticked away is an answer too, and detail that
was asked only after a tick is no riddle: the tick that let it be asked is in the model.
"""

import numpy as np
from scipy.special import ndtr

from schoolward.analysis.demand.draws import normal_between, regression, share_between
from schoolward.analysis.demand.layout import FAR, HIGH, LOW, MIDDLE, Layout
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import State

TINY = 1e-300
STEP = 0.08


def expected(layout: Layout, state: State, base: np.ndarray) -> np.ndarray:
    """What the stated rows (N,) are expected to show; `base` (S, J) is η at list price without the shock."""
    liking = base.ravel()[layout.stated_pair] - state.slope()[layout.stated_school] * layout.stated_log_price
    talk = state.optimism + state.talk[layout.stated_school] + state.talk_pair.ravel()[layout.stated_pair]
    return talk + state.scale * liking


def draw_latent(
    layout: Layout, state: State, priors: Priors, base: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The liking behind each stated row (N,), after who heaps and where ticks divide were drawn anew."""
    if not len(layout.stated_pair):
        return np.zeros(0)
    mean, noise = expected(layout, state, base), state.spread["noise"]
    _draw_heaps(layout, state, priors, mean[: layout.answers], rng)
    _draw_ticks(layout, state, priors, mean[layout.answers :], rng)
    low, high = bounds(layout, state)
    return normal_between(mean, noise, low, high, rng)


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


def _draw_ticks(
    layout: Layout, state: State, priors: Priors, mean: np.ndarray, rng: np.random.Generator
) -> None:
    """Where 'would not' ends and 'the council' begins, the liking behind the ticks summed out."""
    if not len(mean):
        state.tick_low, state.tick_high = _fresh_ticks(priors, rng)
        return
    noise = state.spread["noise"]
    by_level = [mean[layout.tick_level == level] for level in (LOW, MIDDLE, HIGH)]

    def log_chance(low: float, high: float) -> float:
        chances = (
            ndtr((low - by_level[LOW]) / noise),
            ndtr((high - by_level[MIDDLE]) / noise) - ndtr((low - by_level[MIDDLE]) / noise),
            ndtr((by_level[HIGH] - high) / noise),
        )
        told = sum(float(np.log(np.maximum(each, TINY)).sum()) for each in chances)
        for value, (centre, sd) in ((low, priors.tick_low), (high, priors.tick_high)):
            told -= 0.5 * ((value - centre) / sd) ** 2
        return told

    now = log_chance(state.tick_low, state.tick_high)
    for _ in range(2):
        low, high = state.tick_low + STEP * rng.normal(), state.tick_high + STEP * rng.normal()
        if low < high:
            then = log_chance(low, high)
            if np.log(rng.random()) < then - now:
                state.tick_low, state.tick_high, now = low, high, then


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
    liking = base.ravel()[layout.stated_pair] - state.slope()[layout.stated_school] * layout.stated_log_price
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
