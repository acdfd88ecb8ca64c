"""Whether printed tables keep what was withheld: by other worlds printed alike, and else by an attack.

Source key: complementary-suppression.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schoolward.analysis.disclosure import (
    TOLERANCE,
    Cell,
    Figure,
    Statement,
    attack,
    order_of,
    rows_over,
    statements,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Found:
    """What of an unsafe figure the printed ones leave open: that much at least, and whether it is enough."""

    name: str
    low: float
    high: float
    holds: bool


def audit(
    cells: Mapping[Cell, float],
    figures: Sequence[Figure],
    withheld: Iterable[str],
    *,
    whole: bool = True,
    worlds: NDArray | None = None,
) -> tuple[Found, ...]:
    """What a reader of the printed figures can find of every unsafe one, and whether its need is met.

    No reader can tell from the truth another world in which all that is printed is the same, so a need met by
    such `worlds` (W, cells) is met. Only what they leave open is searched for.
    """
    unsafe = [figure for figure in figures if figure.need]
    known = statements(cells, figures, withheld)
    found = _between_worlds(cells, known, unsafe, whole, worlds) if worlds is not None else {}
    sought = [figure for figure in unsafe if figure.name not in found]
    ranges = attack(known, {figure.name: figure.forms[0].of for figure in sought}, whole=whole)
    for figure in sought:
        found[figure.name] = _found(figure, figure.forms[0].value(cells), ranges[figure.name])
    return tuple(found[figure.name] for figure in unsafe)


def _between_worlds(
    cells: Mapping[Cell, float],
    known: Sequence[Statement],
    unsafe: Sequence[Figure],
    whole: bool,
    worlds: NDArray,
) -> dict[str, Found]:
    """The unsafe figures whose need is met by worlds that are printed alike, held against what is printed."""
    order = order_of([cells])
    low, high = np.array([(each.low, each.high) for each in known]).reshape(-1, 2).T
    slack = TOLERANCE * np.maximum(1, np.abs(low))
    told = worlds @ rows_over([each.of for each in known], order).T
    alike = np.all((told >= low - slack) & (told <= high + slack), axis=1) & np.all(worlds >= 0, axis=1)
    if whole:
        alike &= np.all(worlds == np.round(worlds), axis=1)
    among = np.concatenate([np.array(list(cells.values()), float)[None], worlds[alike]])
    values = among @ rows_over([figure.forms[0].of for figure in unsafe], order).T
    ranges = zip(values.min(axis=0).tolist(), values.max(axis=0).tolist(), strict=True)
    found = [
        _found(figure, value, each) for figure, value, each in zip(unsafe, values[0], ranges, strict=True)
    ]
    return {each.name: each for each in found if each.holds}


def _found(figure: Figure, value: float, between: tuple[float, float]) -> Found:
    low, high = between
    room = TOLERANCE * max(1, abs(value)) * 4
    need = figure.need
    holds = (
        high - low >= need.across - room
        and low <= value - need.below + room
        and high >= value + need.above - room
    )
    return Found(figure.name, low, high, holds)
