"""What is believed before any answer is read, with where each belief comes from.

Sources are keys of docs/sources.md. A belief is (mean, sd) of a normal distribution, or the sd of a normal
distribution cut off at zero for a spread; optimism's has the heavier tails of Student's t. The logit of a
chance of 0.5 is 0; a step of 1 takes 0.5 to 0.73.
"""

import math
from dataclasses import dataclass

from scipy.special import stdtrit


@dataclass(frozen=True)
class Priors:
    """The beliefs by name; `sentences` says the ones that a user may want to argue with."""

    level: tuple[float, float] = (-0.5, 1.0)
    fact_sd: float = 0.4
    price: tuple[float, float] = (2.0, 0.5)
    optimism: tuple[float, float] = (0.5, 0.6)
    optimism_df: float = 4.0
    scale: tuple[float, float] = (0.9, 0.2)
    scale_least: float = 0.2
    silence: tuple[float, float] = (0.5, 0.6)
    silence_fact_sd: float = 1.5
    queue: tuple[float, float] = (0.4, 0.8)
    queue_fact_sd: float = 0.3
    tick_low: tuple[float, float] = (-0.6, 0.7)
    tick_high: tuple[float, float] = (0.6, 0.7)
    heaping: tuple[float, float] = (2.0, 4.0)
    drift_sd: float = 0.5
    earmark_log_sd: float = 0.25
    spread_service: float = 1.0
    spread_school: float = 1.0
    spread_category: float = 0.7
    spread_pair: float = 0.7
    spread_price_own: float = 0.4
    spread_talk_school: float = 0.7
    spread_talk_pair: float = 0.7
    spread_noise: float = 1.0
    spread_shock: float = 0.15


@dataclass(frozen=True)
class Belief:
    """A prior as a sentence that a reader can argue with, and the source it rests on (docs/sources.md)."""

    name: str
    sentence: str
    source: str


def sentences(priors: Priors) -> list[Belief]:
    """What is believed before any answer is read."""
    far = float(stdtrit(priors.optimism_df, 0.95)) * priors.optimism[1]
    low, high = priors.optimism[0] - far, priors.optimism[0] + far
    cheap, dear = (priors.price[0] + sign * 1.645 * priors.price[1] for sign in (-1, 1))
    return [
        Belief(
            "optimism",
            f"Schools say more than they do: a school that is as likely as not to order says about "
            f"{10 * _share(priors.optimism[0]):.0f} in 10 (nine times in ten between "
            f"{10 * _share(low):.0f} and {10 * _share(high):.0f}). Order forms soon outweigh this.",
            "hypothetical-bias",
        ),
        Belief(
            "scale",
            f"Differences between answers are about {priors.scale[0]:.0%} of the differences between chances "
            "of ordering, give or take a fifth.",
            "real-hypothetical-sd",
        ),
        Belief(
            "price",
            f"A price a tenth higher takes about {_fewer(priors.price[0]):.0%} off the orders of a service "
            f"that half of schools would buy (between {_fewer(cheap):.0%} and {_fewer(dear):.0%}).",
            "own-judgement",
        ),
        Belief(
            "level",
            f"Before anything is known, a service is bought by about {_share(priors.level[0]):.0%} of "
            "schools; anything from one in twenty to three quarters would not surprise.",
            "own-judgement",
        ),
        Belief(
            "silence",
            "Schools that answer are keener than those that stay silent, by an amount that is learnt; it may "
            "be nothing.",
            "own-judgement",
        ),
        Belief(
            "queue",
            "Schools that order early by themselves are keener than the rest, by an amount that is learnt; "
            "schools drawn at random to order early are not.",
            "own-judgement",
        ),
        Belief(
            "shock",
            f"A service sells better or worse from year to year for all schools alike: typically by up to "
            f"{100 * (_share(priors.spread_shock) - 0.5):.0f} in a hundred schools either way.",
            "own-judgement",
        ),
        Belief(
            "earmark",
            f"What governors earmark is kept to within about {priors.earmark_log_sd:.0%} either way, two "
            "times in three.",
            "own-judgement",
        ),
    ]


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _fewer(slope: float) -> float:
    """The share of orders lost at a price a tenth higher, from one half."""
    return 1 - 2 * _share(-slope * math.log(1.1))
