"""How far pairs of school and service differ in taste and in talk, with the tastes and talk summed out.

Statements fix only the sum of the two; orders tell them apart. A walk that holds the one while it moves the
other creeps along their ridge: of a thousand draws four were worth anything.
"""

import numpy as np

from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import State

FREE, TURN, FAR_TURN = 0.1, 0.3, 0.8
EDGE = 0.02  # a turn may not make either vanish


def tell_apart(
    state: State,
    priors: Priors,
    base: np.ndarray,
    tie: np.ndarray,
    talk: np.ndarray,
    base_left: np.ndarray,
    talk_left: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Draws both spreads, from each known pair's precision of base and talk, their tie, and what is left."""
    crossed, mixed = base * talk - tie**2, 2 * tie * base_left * talk_left
    base_square, talk_square = base_left**2, talk_left**2

    def log_density(taste_sd: float, talk_sd: float) -> float:
        by_taste, by_talk = taste_sd**-2, talk_sd**-2
        det = crossed + base * by_talk + talk * by_taste + by_taste * by_talk
        fit = ((talk + by_talk) * base_square + (base + by_taste) * talk_square - mixed) / det
        told = 0.5 * float((fit - np.log(det)).sum()) + 0.5 * len(base) * np.log(by_taste * by_talk)
        told += np.log(taste_sd * talk_sd)
        return told - 0.5 * ((taste_sd / priors.spread_pair) ** 2 + (talk_sd / priors.spread_talk_pair) ** 2)

    at = state.spread["pair"], state.spread["talk_pair"]
    now = log_density(*at)
    for step in (FREE, TURN, FAR_TURN):
        tried = _freely(at, rng) if step == FREE else _turned(at, state.scale, step * rng.normal())
        if tried is None:
            continue
        then = log_density(*tried)
        stretch = 0.0 if step == FREE else np.log(at[0] * at[1]) - np.log(tried[0] * tried[1])
        if np.log(rng.random()) < then - now + stretch:
            at, now = tried, then
    state.spread["pair"], state.spread["talk_pair"] = at


def _freely(at: tuple[float, float], rng: np.random.Generator) -> tuple[float, float]:
    first, second = np.exp(FREE * rng.normal()), np.exp(FREE * rng.normal())
    return float(at[0] * first), float(at[1] * second)


def _turned(at: tuple[float, float], scale: float, angle: float) -> tuple[float, float] | None:
    """Round the circle on which what is said varies as much; None where one of the two would vanish."""
    radius = np.hypot(scale * at[0], at[1])
    turned = np.arctan2(at[1], scale * at[0]) + angle
    if not EDGE < turned < np.pi / 2 - EDGE:
        return None
    return float(radius * np.cos(turned) / scale), float(radius * np.sin(turned))
