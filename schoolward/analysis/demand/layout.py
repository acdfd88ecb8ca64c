"""Where each row of evidence belongs: worked out once, so that a sweep of the sampler only adds up."""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from schoolward.analysis.demand.evidence import Evidence

HEAPS = (0, 5, 10)
FAR = 60.0  # stands for no bound: finite, so that no arithmetic meets infinity less infinity
LOW, MIDDLE, HIGH = 0, 1, 2
TICK_LEVEL = np.array([HIGH, LOW, LOW, LOW, LOW, MIDDLE])  # in the order of ROUTES


@dataclass(frozen=True)
class Layout:
    """Rows by pair of school and service (`pair` = s·J + j), masks of what has evidence, and bounds.

    `known` lists the pairs (M,) that have any evidence; `…_at` is the place of a row's pair in that list.

    Stated rows are the answers (the first `answers` of them) and then the ticks, at the list price.
    """

    evidence: Evidence
    known: np.ndarray
    known_school: np.ndarray
    revealed_at: np.ndarray
    stated_at: np.ndarray
    revealed_pair: np.ndarray
    stated_school: np.ndarray
    stated_pair: np.ndarray
    stated_log_price: np.ndarray
    answers: int
    exact_low: np.ndarray
    exact_high: np.ndarray
    heaped_low: np.ndarray
    heaped_high: np.ndarray
    may_heap: np.ndarray
    tick_level: np.ndarray
    stated_counts: np.ndarray
    pair_known: np.ndarray
    pair_stated: np.ndarray
    school_stated: np.ndarray
    school_priced: np.ndarray
    category_known: np.ndarray
    in_category: np.ndarray
    same_category: np.ndarray
    fact_products: np.ndarray
    revealed_at_list: bool


def lay_out(evidence: Evidence, *, heaping: bool = True) -> Layout:
    """The layout of some evidence; without `heaping` no school is taken to answer only 0, 5 or 10."""
    said, ticks, seen = evidence.statements, evidence.ticks, evidence.revealed
    schools, services = evidence.schools, evidence.services
    pairs = schools * services
    pair = np.concatenate([said.school * services + said.service, ticks.school * services + ticks.service])
    log_price = np.concatenate([said.log_price, np.zeros(len(ticks.school))])
    counts = np.stack([np.bincount(pair, weights=log_price**power, minlength=pairs) for power in (0, 1, 2)])
    revealed_pair = seen.school * services + seen.service
    stated = counts[0] > 0
    revealed = np.bincount(revealed_pair, minlength=pairs) > 0
    known = stated | revealed
    priced = np.concatenate([said.school[said.log_price != 0], seen.school[seen.log_price != 0]])
    in_category = np.eye(evidence.categories)[evidence.category]
    known_square = known.reshape(schools, services)
    places = np.cumsum(known) - 1
    return Layout(
        evidence,
        np.flatnonzero(known),
        np.flatnonzero(known) // services,
        places[revealed_pair],
        places[pair],
        revealed_pair,
        pair // services,
        pair,
        log_price,
        len(said.school),
        *_exact(said.chance, said.tied),
        *_heaped(said.chance, said.tied),
        _may_heap(evidence) & heaping,
        TICK_LEVEL[ticks.route],
        counts[:, known],
        known_square,
        stated.reshape(schools, services),
        np.bincount(pair // services, minlength=schools) > 0,
        np.bincount(priced, minlength=schools) > 0,
        known_square @ in_category > 0,
        in_category,
        in_category @ in_category.T,
        (evidence.facts[:, :, None] * evidence.facts[:, None, :]).reshape(schools, -1),
        not np.any(seen.log_price),
    )


def _exact(chance: np.ndarray, tied: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds on the logit of the chance behind an answer given to the nearest of eleven."""
    low = np.where(chance <= 0, -FAR, _edge(chance - 0.5))
    high = np.where((chance >= 10) | tied, FAR, _edge(chance + 0.5))
    return low, high


def _heaped(chance: np.ndarray, tied: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same where a school answers only 0, 5 or 10."""
    low = np.where(chance <= 2, -FAR, _edge(np.where(chance <= 7, 2.5, 7.5)))
    high = np.where((chance >= 8) | tied, FAR, _edge(np.where(chance <= 2, 2.5, 7.5)))
    return low, high


def _edge(tenths: np.ndarray) -> np.ndarray:
    return logit(np.clip(tenths / 10, 1e-9, 1 - 1e-9))


def _may_heap(evidence: Evidence) -> np.ndarray:
    """Schools (S,) all of whose answers are 0, 5 or 10."""
    said = evidence.statements
    answers = np.bincount(said.school, minlength=evidence.schools)
    others = np.bincount(said.school, weights=~np.isin(said.chance, HEAPS), minlength=evidence.schools)
    return (answers > 0) & (others == 0)
