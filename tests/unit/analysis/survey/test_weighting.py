"""Weights for schools that did not answer."""

import numpy as np
import pytest

from schoolward.analysis.survey.weighting import kinds_of, post_stratify, rake, weigh
from schoolward.terms.errors import NotEnoughData


def schools(seed: int = 3, count: int = 120) -> tuple[dict[str, list[str]], np.ndarray]:
    dice = np.random.default_rng(seed)
    margins = {
        "phase": dice.choice(["primary", "secondary", "special"], count, p=[0.75, 0.17, 0.08]).tolist(),
        "size": dice.choice(["small", "middle", "large"], count).tolist(),
        "type": dice.choice(["maintained", "academy"], count).tolist(),
    }
    keen = np.where(np.array(margins["phase"]) == "primary", 0.8, 0.5)
    return margins, dice.random(count) < keen


def test_post_stratified_weights_add_up_to_the_schools_asked_in_every_kind():
    kinds = ["a"] * 6 + ["b"] * 4
    answered = np.array([True] * 3 + [False] * 3 + [True] * 4)
    found = post_stratify(kinds, answered)
    assert found.weights.tolist() == [2, 2, 2, 0, 0, 0, 1, 1, 1, 1]


def test_post_stratified_weights_keep_the_ratios_of_the_design():
    design = np.array([1.0, 3.0, 2.0, 2.0])
    found = post_stratify(["a"] * 4, np.array([True, True, False, False]), design=design)
    assert found.weights.tolist() == [2.0, 6.0, 0.0, 0.0]


def test_kind_in_which_too_few_answered_is_put_together_and_no_school_is_lost():
    margins, answered = schools()
    kinds = kinds_of(margins, answered, least=3)
    for kind in set(kinds):
        assert sum(k == kind and yes for k, yes in zip(kinds, answered, strict=True)) >= 3
    assert len(kinds) == len(answered)
    assert len(set(kinds)) > 3


def test_kinds_keep_phase_longest_as_it_is_named_first():
    margins = {"phase": ["p"] * 6 + ["s"] * 3, "size": list("abcdef") + ["a"] * 3}
    kinds = kinds_of(margins, np.ones(9, bool), least=3)
    assert kinds == ("p",) * 6 + ("s · a",) * 3


def test_raked_weights_reach_every_total_and_start_from_the_design():
    margins = {"phase": ["p", "p", "s", "s"], "type": ["m", "a", "m", "a"]}
    totals = {"phase": {"p": 60.0, "s": 40.0}, "type": {"m": 30.0, "a": 70.0}}
    design = np.array([1.0, 2.0, 1.0, 5.0])
    weights = rake(design, margins, totals)
    assert weights[:2].sum() == pytest.approx(60)
    assert weights[[0, 2]].sum() == pytest.approx(30)
    # the association in the design (odds ratio) is what raking leaves alone
    before = design[0] * design[3] / (design[1] * design[2])
    assert weights[0] * weights[3] / (weights[1] * weights[2]) == pytest.approx(before)


def test_raking_keeps_the_ratio_of_design_weights_of_schools_that_are_alike():
    weights = rake(np.array([1.0, 3.0, 1.0]), {"phase": ["p", "p", "s"]}, {"phase": {"p": 8.0, "s": 5.0}})
    assert weights.tolist() == pytest.approx([2.0, 6.0, 5.0])


@pytest.mark.parametrize(
    ("totals", "says"),
    [
        ({"phase": {"p": 5.0, "s": 5.0}, "type": {"m": 4.0, "a": 5.0}}, "differ"),
        ({"phase": {"p": 5.0, "s": 4.0, "x": 1.0}, "type": {"m": 5.0, "a": 5.0}}, "nobody"),
        # one margin says half, the other a third, of the very same schools
        ({"phase": {"p": 5.0, "s": 5.0}, "type": {"m": 3.0, "a": 7.0}}, "no weights"),
    ],
)
def test_totals_that_cannot_be_reached_are_refused(totals, says):
    margins = {"phase": ["p", "s"], "type": ["m", "a"]}
    with pytest.raises(NotEnoughData, match=says):
        rake(np.ones(2), margins, totals)


@pytest.mark.parametrize("seed", range(5))
def test_weights_of_a_survey_add_up_to_all_schools_and_to_each_phase(seed):
    margins, answered = schools(seed)
    found = weigh(margins, answered)
    assert found.weights.sum() == pytest.approx(len(answered))
    assert not found.weights[~answered].any()
    for phase in set(margins["phase"]):
        within = np.array([each == phase for each in margins["phase"]])
        if (within & answered).sum() >= 3:
            assert found.weights[within].sum() == pytest.approx(within.sum())
    assert found.spread >= 1


def test_nobody_answered_is_refused():
    margins, answered = schools()
    with pytest.raises(NotEnoughData):
        weigh(margins, np.zeros_like(answered))
