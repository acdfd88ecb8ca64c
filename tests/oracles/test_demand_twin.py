"""The block that sums unknowns out one after another against its dull twin, which solves for all at once."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from benchmarks.demand_authorities import Nature, draw_authority
from schoolward.analysis.demand.block import draw_block, pair_sums
from schoolward.analysis.demand.layout import lay_out
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.state import first_state

spec = importlib.util.spec_from_file_location("demand_by_hand", Path(__file__).with_name("demand_by_hand.py"))
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)


class NoDice:
    """Every draw is its mean, and no proposal is taken."""

    def normal(self, size=None):
        return 0.0 if size is None else np.zeros(size)

    def standard_normal(self, size):
        return np.zeros(size)

    def random(self):
        return 1.0


class SoSure:
    """Stands for silence, with a given word on keenness."""

    queue = None

    def __init__(self, precision, shift):
        self.word = precision, shift
        self.silence = self

    def tell(self, _):
        return self.word


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("nature", [Nature(), Nature(tick_list=True, history=True)], ids=["plain", "ticks"])
def test_block_gives_the_means_of_the_whole_system(seed, nature):
    evidence = draw_authority(seed, nature, schools=6, services=4, categories=2, asked=3).evidence(3)
    layout, priors, dice = lay_out(evidence), Priors(), np.random.default_rng(seed)
    state = first_state(layout, priors, dice)
    rows, stated = len(evidence.revealed.school), len(layout.stated_pair)
    weight, observed, latent = dice.random(rows) + 0.1, dice.normal(size=rows), dice.normal(size=stated)
    keen_precision, keen_shift = dice.random(6), dice.normal(size=6)
    told = pair_sums(layout, state, weight, observed, latent)
    whole = by_hand.solve(layout, state, priors, weight, observed, latent, keen_precision, keen_shift)
    draw_block(layout, state, priors, told, SoSure(keen_precision, keen_shift), NoDice())
    for name, values in whole.items():
        assert np.ravel(getattr(state, name)) == pytest.approx(values, abs=1e-9), name
