"""Weights that let the schools that answered stand for all that were asked.

A survey here asks every school, so a weight says how many schools of its kind one that answered stands for.
Kinds are phase by size by type; a kind in which too few answered is put together with its neighbours.
Source keys: post-stratification, raking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schoolward.terms.errors import NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_IN_A_KIND = 3  # that answered; with fewer, one school's answer would stand for too many others
_ROUNDS = 500
_NEAR = 1e-10


@dataclass(frozen=True)
class Weighted:
    """A weight for each school that answered (nought for the silent), and the kinds that were used."""

    weights: NDArray[np.float64]
    kinds: tuple[str, ...]

    @property
    def spread(self) -> float:
        """How much the unequal weights blow a variance up (Kish's 1 + cv²)."""
        used = self.weights[self.weights > 0]
        return float(len(used) * np.sum(used**2) / np.sum(used) ** 2)


def kinds_of(
    margins: Mapping[str, Sequence[str]], answered: NDArray[np.bool_], *, least: int = LEAST_IN_A_KIND
) -> tuple[str, ...]:
    """Each school's kind: its margins joined, the last named given up first where too few answered.

    What is left over in a kind after that is put together with the largest kind that shares most of its
    margins, so that every kind has at least `least` that answered.
    """
    columns = [tuple(str(each) for each in column) for column in margins.values()]
    parts = list(zip(*columns, strict=True))
    kinds: list[tuple[str, ...]] = list(parts)
    for kept in range(len(columns) - 1, 0, -1):
        poor = _poor(kinds, answered, least)
        kinds = [kind[:kept] if kind in poor else kind for kind in kinds]
    while (poor := _poor(kinds, answered, least)) and len(set(kinds)) > 1:
        one = min(poor, key=lambda kind: (len(kind), kind))
        other = _nearest(one, kinds)
        kinds = [other if kind == one else kind for kind in kinds]
    return tuple(" · ".join(kind) for kind in kinds)


def _poor(kinds: Sequence[tuple[str, ...]], answered: NDArray[np.bool_], least: int) -> set[tuple[str, ...]]:
    count = Counter(kind for kind, yes in zip(kinds, answered, strict=True) if yes)
    return {kind for kind in kinds if count[kind] < least}


def _nearest(one: tuple[str, ...], kinds: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    def shared(kind: tuple[str, ...]) -> int:
        return sum(a == b for a, b in zip(one, kind, strict=False))

    sizes = Counter(kinds)
    return max((kind for kind in sizes if kind != one), key=lambda kind: (shared(kind), sizes[kind], kind))


def post_stratify(
    kinds: Sequence[str], answered: NDArray[np.bool_], *, design: NDArray[np.float64] | None = None
) -> Weighted:
    """Weights by which those that answered add up, kind by kind, to all that were asked.

    Parameters
    ----------
    kinds : (N,) of every school asked
    answered : (N,)
    design : (N,) how many schools each stands for by the way it was drawn; one each where all were asked
    """
    design = np.ones(len(kinds)) if design is None else np.asarray(design, float)
    weights = np.zeros(len(kinds))
    for kind in set(kinds):
        within = np.array([each == kind for each in kinds])
        replied = within & answered
        if not replied.any():
            raise NotEnoughData(f"no school of the kind “{kind}” answered", do="Put kinds together first.")
        weights[replied] = design[replied] * design[within].sum() / design[replied].sum()
    return Weighted(weights, tuple(kinds))


def rake(
    design: NDArray[np.float64],
    margins: Mapping[str, Sequence[str]],
    totals: Mapping[str, Mapping[str, float]],
) -> NDArray[np.float64]:
    """Weights as near as can be to the design's, whose sums are the totals on every margin.

    Each round brings one margin after another to its totals by multiplying, so weights that agree already are
    left as they are, and two schools alike on every margin keep the ratio of their design weights.

    Parameters
    ----------
    design : (n,) weights to start from, all above nought
    margins : by name, the category of each of the n
    totals : by name, what the weights of each category must add up to

    Raises
    ------
    NotEnoughData : a category has a total and nobody in it, totals of two margins differ, or no weights fit.
    """
    weights = np.asarray(design, float).copy()
    masks = []
    for name, column in margins.items():
        codes = np.array([str(each) for each in column])
        for category, total in totals[name].items():
            within = codes == category
            if total > 0 and not within.any():
                raise NotEnoughData(f"nobody answered of {name} “{category}”", do="Put categories together.")
            masks.append((within, float(total)))
    sums = {name: round(sum(each.values()), 6) for name, each in totals.items()}
    if len(set(sums.values())) > 1:
        raise NotEnoughData(
            f"the totals differ between margins: {sums}", do="Count the same schools in each."
        )
    for _ in range(_ROUNDS):
        for within, total in masks:
            if within.any():
                weights[within] *= total / weights[within].sum()
        gap = max(abs(weights[within].sum() - total) for within, total in masks)
        if gap <= _NEAR * max(1.0, weights.sum()):
            return weights
    raise NotEnoughData("no weights fit all the totals", do="Put categories together, or drop a margin.")


def weigh(
    margins: Mapping[str, Sequence[str]],
    answered: NDArray[np.bool_],
    *,
    design: NDArray[np.float64] | None = None,
    least: int = LEAST_IN_A_KIND,
) -> Weighted:
    """Weights for a survey of every school: by kind, then brought to the totals of each margin that can be.

    A margin with a category in which nobody answered is left to the kinds, which put it together with others.
    """
    if not answered.any():
        raise NotEnoughData("no school has answered", do="Wait for the first answers.")
    done = post_stratify(kinds_of(margins, answered, least=least), answered, design=design)
    start = np.ones(len(answered)) if design is None else np.asarray(design, float)
    usable, totals = {}, {}
    for name, column in margins.items():
        codes = np.array([str(each) for each in column])
        if set(codes) == set(codes[answered]):
            usable[name] = codes[answered].tolist()
            totals[name] = {str(each): float(start[codes == each].sum()) for each in set(codes)}
    weights = done.weights.copy()
    if usable:
        try:
            weights[answered] = rake(weights[answered], usable, totals)
        except NotEnoughData:  # margins that pull against each other: the kinds' own weights stand
            return done
    return Weighted(weights, done.kinds)
