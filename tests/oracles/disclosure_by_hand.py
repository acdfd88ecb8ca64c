"""Every table of whole numbers that would have been printed alike, one by one: dull, and without a solver."""

from collections.abc import Iterator
from itertools import product


def worlds(statements: list, most: int) -> Iterator[dict]:
    """All fillings of the cells with nought to `most` that agree with what is printed."""
    cells = list(dict.fromkeys(cell for each in statements for cell in each.of))
    for values in product(range(most + 1), repeat=len(cells)):
        world = dict(zip(cells, values, strict=True))
        if all(each.low - 1e-6 <= total(each.of, world) <= each.high + 1e-6 for each in statements):
            yield world


def total(of: dict, world: dict) -> float:
    return sum(times * world[cell] for cell, times in of.items())


def between(statements: list, of: dict, most: int) -> tuple[float, float]:
    """The least and the most that a sum can be in any of those worlds."""
    values = [total(of, world) for world in worlds(statements, most)]
    return min(values), max(values)
