"""Similar schools reckoned at once against their dull twin, pair by pair, with gaps, ties and dull facts."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from schoolward.analysis.performance.similar import similar_schools

spec = importlib.util.spec_from_file_location(
    "similar_by_hand", Path(__file__).with_name("similar_by_hand.py")
)
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)

SCHOOLS = 150


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("how_many", [1, 5, 20, SCHOOLS + 1])
def test_similar_schools_are_the_ones_found_pair_by_pair(seed, how_many):
    dice = np.random.default_rng(seed)
    urns = 900_001 + dice.permutation(SCHOOLS)
    # few values a fact, so that many pairs tie; one fact is the same for all, one is known of a third
    intake = {name: dice.integers(0, 4, SCHOOLS).astype(float) for name in ("meals", "language", "needs")}
    intake |= {"size": np.log(dice.integers(8, 90, SCHOOLS)), "same": np.full(SCHOOLS, 3.0)}
    intake["seldom"] = np.where(dice.random(SCHOOLS) < 0.3, dice.normal(size=SCHOOLS), np.nan)
    for name in ("meals", "language", "needs"):
        intake[name][dice.random(SCHOOLS) < 0.25] = np.nan
        intake[name][7] = np.nan  # of this school too little is known to compare it
    rows = {
        int(urn): {
            name: None if np.isnan(fact[place]) else float(fact[place]) for name, fact in intake.items()
        }
        for place, urn in enumerate(urns)
    }
    found = similar_schools(urns, intake, set(rows), nearest=how_many)
    assert found.facts == ("meals", "language", "needs", "size")
    for urn in rows:
        dull = by_hand.similar(rows, urn, how_many)
        assert found.of(urn) == tuple(other for other, _ in dull)
        assert [gap for _, gap in found.nearest.get(urn, ())] == pytest.approx([gap for _, gap in dull])
    assert not found.of(int(urns[7]))
