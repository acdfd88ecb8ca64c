"""Schools with an intake like a school's own: the nearest of all, each fact of intake counting the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAREST = 20
LEAST_SHARED = 2  # facts that both schools of a pair must have
UNKNOWN_GAP = 2.0  # what two schools drawn at random differ by, squared, in a fact of variance 1
_LEAST_KNOWN = 0.5  # of the schools must have a fact, or nobody is compared by it
_AT_ONCE = 64  # wanted schools reckoned in one go: 64 × 16,000 distances are 8 MB
_DIGITS = 9  # distances closer than this are the same, whatever order they were added up in


@dataclass(frozen=True)
class Similar:
    """The nearest schools of each, nearest first, and the facts they were compared by."""

    facts: tuple[str, ...]
    nearest: Mapping[int, tuple[tuple[int, float], ...]]

    def of(self, urn: int) -> tuple[int, ...]:
        """The schools like this one, nearest first; none where too little is known of it."""
        return tuple(other for other, _ in self.nearest.get(urn, ()))


def similar_schools(
    urns: NDArray[np.int64],
    intake: Mapping[str, NDArray[np.float64]],
    wanted: Collection[int],
    *,
    nearest: int = NEAREST,
) -> Similar:
    """The schools nearest in intake to each wanted one, never the school itself.

    Every fact is brought to mean 0 and variance 1 over the schools that have it; the distance of two schools
    is the root of the sum of their squared gaps. A fact that one of the two lacks counts as the gap that two
    schools drawn at random have, so that not knowing never makes schools alike; two schools must share two
    known facts. A fact that fewer than half of the schools have, or in which all are the same, is left out.

    Parameters
    ----------
    urns : (N,) numbers of the schools that may be compared, each once
    intake : D facts by name, each (N,); NaN where unknown. Sizes go in as their logarithm.
    wanted : W numbers; those not among `urns` have no entry in the answer
    nearest : how many schools at most are given for each

    Notes
    -----
    Schools at the same distance stand in the order of their numbers. Source key: similar-schools.
    """
    order = np.argsort(urns, kind="stable")
    urns = np.asarray(urns)[order]
    facts = {
        name: z for name, each in intake.items() if (z := _standard(np.asarray(each)[order])) is not None
    }
    if len(facts) < LEAST_SHARED:
        return Similar(tuple(facts), {})
    places = np.flatnonzero(np.isin(urns, list(wanted)))
    found = {}
    for start in range(0, len(places), _AT_ONCE):
        found.update(_rows(urns, np.array(list(facts.values())), places[start : start + _AT_ONCE], nearest))
    return Similar(tuple(facts), found)


def _standard(fact: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The fact at mean 0 and variance 1; None where it tells schools apart too seldom or not at all."""
    known = fact[~np.isnan(fact)]
    if len(known) < max(2, _LEAST_KNOWN * len(fact)) or known.min() == known.max():
        return None
    return (fact - known.mean()) / known.std()


def _rows(
    urns: NDArray[np.int64], facts: NDArray[np.float64], places: NDArray[np.intp], nearest: int
) -> Iterator[tuple[int, tuple[tuple[int, float], ...]]]:
    for place, squared in zip(places, _squared(facts, places), strict=True):
        squared[place] = np.inf  # never the school itself
        near = _smallest(squared, nearest)
        if len(near):
            distances = np.sqrt(squared[near]).tolist()
            yield int(urns[place]), tuple(zip(urns[near].tolist(), distances, strict=True))


def _smallest(squared: NDArray[np.float64], nearest: int) -> NDArray[np.intp]:
    """Places of the smallest, in order: only those near enough are sorted, not the thousands of others."""
    last = np.partition(squared, nearest - 1)[nearest - 1] if len(squared) > nearest else np.inf
    near = np.flatnonzero((squared <= last) & np.isfinite(squared))
    return near[np.argsort(squared[near], kind="stable")][:nearest]


def _squared(facts: NDArray[np.float64], places: NDArray[np.intp]) -> NDArray[np.float64]:
    """Squared distances (W, N); infinite where two schools share too few facts."""
    total = np.zeros((len(places), facts.shape[1]))
    shared = np.zeros(total.shape, np.int8)
    for fact in facts:
        gap = (fact[places, None] - fact) ** 2
        known = ~np.isnan(gap)
        shared += known
        total += np.where(known, gap, UNKNOWN_GAP)
    return np.where(shared >= LEAST_SHARED, np.round(total, _DIGITS), np.inf)
