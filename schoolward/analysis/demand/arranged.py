"""What schools would have the council arrange from others: modelled apart, since only a fee of it is income.

A school that ticks "arranged by the council" for a service is counted; each service's share lies about its
category's, and that about the whole (beta-binomial, strengths fixed at eight schools' worth each). Silent
schools are taken to be like those that ticked. A tick is worth what a tick for the council turns out to be
worth in the main model: the share of such ticks that end in a purchase.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

from schoolward.analysis.demand.evidence import ROUTES, Evidence
from schoolward.analysis.demand.fitting import Posterior
from schoolward.analysis.demand.purchases import Range, range_of

STRENGTH = 8.0
ARRANGED = ROUTES.index("arranged")


@dataclass(frozen=True)
class Arranged:
    """Turnover in pence at list prices to be placed through the council, and buyers by service (J,)."""

    turnover_pence: Range
    buyers: tuple[Range, ...]
    ticked: tuple[int, ...]
    asked: tuple[int, ...]


def arranged(evidence: Evidence, posterior: Posterior, rng: np.random.Generator) -> Arranged | None:
    """The ranges; None where no school was given the tick-list."""
    ticks, services = evidence.ticks, evidence.services
    if not len(ticks.school):
        return None
    asked = np.bincount(ticks.service, minlength=services)
    ticked = np.bincount(ticks.service, weights=ticks.route == ARRANGED, minlength=services)
    member = np.eye(evidence.categories)[evidence.category]
    whole = (ticked.sum() + 0.5) / (asked.sum() + 1)
    group = (ticked @ member + STRENGTH * whole) / (asked @ member + STRENGTH)
    prior = STRENGTH * group[evidence.category]
    draws = len(posterior.slope)
    share = rng.beta(ticked + prior + 1e-6, asked - ticked + STRENGTH - prior + 1e-6, size=(draws, services))
    chance = kept(posterior)[:, None]
    unasked = evidence.schools - asked
    buyers = rng.binomial(ticked.astype(int), chance) + rng.binomial(unasked, share * chance)
    return Arranged(
        range_of(buyers @ evidence.list_price_pence.astype(float)),
        tuple(range_of(column) for column in buyers.T),
        tuple(int(count) for count in ticked),
        tuple(int(count) for count in asked),
    )


def kept(posterior: Posterior) -> np.ndarray:
    """By draw (D,), the share of ticks for the council that end in a purchase."""
    known = posterior.unknowns
    spread = np.sqrt(known["talk_school"] ** 2 + known["talk_pair"] ** 2 + known["noise"] ** 2)
    found = np.empty(len(spread))
    for start in range(0, len(found), 250):
        here = slice(start, start + 250)
        logits = posterior.logits[here].reshape(len(spread[here]), -1)
        expected = known["optimism"][here, None] + known["scale"][here, None] * logits
        weight = ndtr((expected - known["tick_high"][here, None]) / spread[here, None]) + 1e-12
        found[here] = (weight * expit(logits)).sum(axis=1) / weight.sum(axis=1)
    return found
