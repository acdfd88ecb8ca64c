"""What the sampler knows at one moment of its walk: every unknown of the model has a value."""

from dataclasses import dataclass

import numpy as np

from schoolward.analysis.demand.layout import Layout
from schoolward.analysis.demand.priors import Priors

SPREADS = (
    "service", "school", "category", "pair", "price_own", "talk_school", "talk_pair", "noise", "shock",
)  # fmt: skip
TASTES = (
    "service",
    "school",
    "category",
    "pair",
    "price_own",
    "shock",
)  # on the scale of orders, not of talk


@dataclass
class State:
    """The unknowns. Tastes make η = base + taste − slope·log price; talk turns η into what is said.

    level, appeal (J,), pull (K, P): the mean, each service's own, and what facts about a school do.
    keen (S,), leaning (S, K), taste (S, J): a school's own liking, in all, by category and by service.
    price, price_own (S,): how fast liking falls with the log of price.
    optimism, scale, talk (S,), talk_pair (S, J): the gap between what is said and what is done.
    shock (1 + Y, J), drift (1 + Y,): how a year differs, by service and in all; this year's drift is 0.
    """

    level: float
    appeal: np.ndarray
    pull: np.ndarray
    price: float
    optimism: float
    optimism_weight: float
    scale: float
    keen: np.ndarray
    leaning: np.ndarray
    price_own: np.ndarray
    talk: np.ndarray
    taste: np.ndarray
    talk_pair: np.ndarray
    shock: np.ndarray
    drift: np.ndarray
    spread: dict[str, float]
    heaps: np.ndarray
    heaping: float
    tick_low: float
    tick_high: float
    silence: np.ndarray
    silence_keen: float
    queue: np.ndarray
    queue_keen: float
    queue_sd: float

    def base(self, layout: Layout) -> np.ndarray:
        """η at the list price (S, J) without the year's shock and the pair's own taste."""
        evidence = layout.evidence
        by_category = evidence.facts @ self.pull.T + self.leaning
        return by_category @ layout.in_category.T + self.appeal + self.keen[:, None]

    def logits(self, layout: Layout, rng: np.random.Generator) -> np.ndarray:
        """The logit (S, J) of buying this year at the list price; tastes without evidence are drawn here."""
        unknown = self.spread["pair"] * rng.standard_normal(self.taste.shape)
        return self.base(layout) + np.where(layout.pair_known, self.taste, unknown) + self.shock[0]

    def slope(self) -> np.ndarray:
        """(S,)."""
        return self.price + self.price_own


def first_state(layout: Layout, priors: Priors, rng: np.random.Generator) -> State:
    """A start drawn loosely about the prior means, so that chains start apart."""
    evidence = layout.evidence
    schools, services, categories = evidence.schools, evidence.services, evidence.categories
    facts, occasions = evidence.facts.shape[1], 1 + evidence.years
    spread = {name: 0.7 * getattr(priors, f"spread_{name}") * np.exp(0.2 * rng.normal()) for name in SPREADS}
    return State(
        level=rng.normal(*priors.level),
        appeal=rng.normal(priors.level[0], 0.5, services),
        pull=np.zeros((categories, facts)),
        price=rng.normal(*priors.price),
        optimism=rng.normal(*priors.optimism),
        optimism_weight=1.0,
        scale=max(rng.normal(*priors.scale), 2 * priors.scale_least),
        keen=rng.normal(0, 0.3, schools),
        leaning=np.zeros((schools, categories)),
        price_own=np.zeros(schools),
        talk=np.zeros(schools),
        taste=np.zeros((schools, services)),
        talk_pair=np.zeros((schools, services)),
        shock=np.zeros((occasions, services)),
        drift=np.zeros(occasions),
        spread=spread,
        heaps=layout.may_heap.copy(),
        heaping=priors.heaping[0] / sum(priors.heaping),
        tick_low=priors.tick_low[0],
        tick_high=priors.tick_high[0],
        silence=np.zeros(facts + 1),
        silence_keen=priors.silence[0],
        queue=np.zeros(facts + 1),
        queue_keen=priors.queue[0],
        queue_sd=0.8,
    )
