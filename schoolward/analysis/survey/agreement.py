"""How far suggestions agree with what people decided, and how far two people agree with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schoolward.terms.errors import NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TIMES = 1_000
_TAIL = 0.05  # on each side


@dataclass(frozen=True, slots=True)
class Agreement:
    """F1 over all texts and themes with its 90% interval, precision, recall, and on how many texts."""

    texts: int
    f1: float
    low: float
    high: float
    precision: float
    recall: float


def agreement(
    suggested: Sequence[frozenset[str]], decided: Sequence[frozenset[str]], *, rng: np.random.Generator
) -> Agreement:
    """Suggestions against decisions, every pair of text and theme counting the same (micro-averaged F1).

    The interval draws whole texts anew (bootstrap): themes of one text are not independent of one another.
    """
    if len(suggested) != len(decided) or not decided:
        raise NotEnoughData("nothing has been decided yet", do="Code some texts first.")
    both = np.array([len(s & d) for s, d in zip(suggested, decided, strict=True)], float)
    offered = np.array([len(s) for s in suggested], float)
    chosen = np.array([len(d) for d in decided], float)
    drawn = rng.integers(0, len(decided), (_TIMES, len(decided)))
    many = _f1(both[drawn].sum(axis=1), offered[drawn].sum(axis=1), chosen[drawn].sum(axis=1))
    low, high = np.quantile(many, [_TAIL, 1 - _TAIL])
    f1 = float(_f1(both.sum(), offered.sum(), chosen.sum()))
    return Agreement(
        len(decided),
        f1,
        float(low),
        float(high),
        _part(both.sum(), offered.sum()),
        _part(both.sum(), chosen.sum()),
    )


def _f1(both: NDArray, offered: NDArray, chosen: NDArray) -> NDArray:
    """Of nothing suggested and nothing chosen: full agreement."""
    whole = np.asarray(offered + chosen, float)
    return np.where(whole > 0, 2 * both / np.where(whole > 0, whole, 1), 1.0)


def _part(both: float, whole: float) -> float:
    return float(both / whole) if whole else 1.0
