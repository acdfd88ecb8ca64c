"""How far schools do as they say, in a sentence: "of ten schools that say 8 in 10, about five order"."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtr

from schoolward.analysis.demand.fitting import Posterior
from schoolward.analysis.demand.purchases import Range, range_of

SAID = (2, 5, 8, 10)
MOST_DRAWS = 400
WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Discount:
    """Of those that say a chance at list price, the share that orders."""

    said: int
    share: Range
    sentence: str


def discounts(posterior: Posterior) -> list[Discount]:
    """For each of a few answers, over all schools and services of this authority and this year."""
    draws = np.linspace(0, len(posterior.slope) - 1, min(MOST_DRAWS, len(posterior.slope))).astype(int)
    logits = posterior.logits[draws].reshape(len(draws), -1)
    known = {name: values[draws][:, None] for name, values in posterior.unknowns.items()}
    expected = known["optimism"] + known["scale"] * logits
    spread = np.sqrt(known["talk_school"] ** 2 + known["talk_pair"] ** 2 + known["noise"] ** 2)
    return [_discount(said, expit(logits), expected, spread) for said in SAID]


def _discount(said: int, chance: np.ndarray, expected: np.ndarray, spread: np.ndarray) -> Discount:
    low = -np.inf if said <= 0 else logit((said - 0.5) / 10)
    high = np.inf if said >= 10 else logit((said + 0.5) / 10)
    weight = ndtr((high - expected) / spread) - ndtr((low - expected) / spread) + 1e-12
    share = range_of((weight * chance).sum(axis=1) / weight.sum(axis=1))
    low_word, high_word = (WORDS[round(10 * each)] for each in (share.p05, share.p95))
    about = WORDS[round(10 * share.mean)]
    between = f" (between {low_word} and {high_word})" if low_word != high_word else ""
    do = "orders" if about == "one" else "order"
    return Discount(
        said, share, f"Of ten schools that say {said} in 10 at the list price, about {about} {do}{between}."
    )
