"""An expert's option: a balanced design, where each school is asked in detail about some services. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np


def balanced_design(
    schools: Sequence[int], services: Sequence[str], services_each: int, rng: np.random.Generator
) -> dict[int, tuple[str, ...]]:
    """Which services each school is asked about: each service by equally many schools, give or take one.

    Each school gets the services asked least so far, ties broken by which pairs have met least and then by
    lot; so pairs of services are asked together about equally often too.
    """
    each = min(services_each, len(services))
    asked = np.zeros(len(services), dtype=int)
    together = np.zeros((len(services), len(services)), dtype=int)
    design = {}
    for school in schools:
        chosen = _choose(asked, together, each, rng)
        asked[chosen] += 1
        for one, other in combinations(chosen, 2):
            together[one, other] += 1
            together[other, one] += 1
        design[school] = tuple(services[n] for n in sorted(chosen))
    return design


def _choose(asked: np.ndarray, together: np.ndarray, each: int, rng: np.random.Generator) -> list[int]:
    chosen: list[int] = []
    lot = rng.permutation(len(asked))
    for _ in range(each):
        met = together[:, chosen].sum(axis=1)
        order = np.lexsort((lot, met, asked))
        chosen.append(next(int(n) for n in order if int(n) not in chosen))
    return chosen
