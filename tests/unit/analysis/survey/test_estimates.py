"""Shares and sums over all schools, their intervals and bounds."""

import numpy as np
import pytest
from scipy import stats

from schoolward.analysis.survey.estimates import effective_number, weighted_share, weighted_total, wilson
from schoolward.analysis.survey.weighting import weigh
from schoolward.terms.errors import NotEnoughData


def test_share_of_unweighted_answers_is_the_plain_one_with_wilson_s_interval():
    answered = np.array([True] * 20 + [False] * 1_000_000)
    said = np.array([True] * 5 + [False] * 1_000_015)
    found = weighted_share(said, answered, np.where(answered, 1.0, 0.0))
    assert found.share == 0.25
    library = stats.binomtest(5, 20).proportion_ci(0.9, method="wilson")
    assert (found.low, found.high) == pytest.approx((library.low, library.high), abs=1e-4)


def test_every_school_answered_leaves_nothing_to_chance():
    said = np.array([True, False, False, True])
    found = weighted_share(said, np.ones(4, bool), np.ones(4))
    assert found.share == found.low == found.high == found.silent_against == found.silent_for == 0.5


def test_bounds_suppose_the_silent_all_against_and_all_for():
    answered = np.array([True] * 6 + [False] * 4)
    said = np.array([True] * 3 + [False] * 7)
    found = weighted_share(said, answered, np.where(answered, 10 / 6, 0.0))
    assert (found.silent_against, found.silent_for) == (0.3, 0.7)
    assert found.silent_against <= found.low <= found.share <= found.high <= found.silent_for


def test_bounds_widen_as_answers_are_taken_away():
    said = np.array([True, False] * 20)
    widths = []
    for left in (40, 30, 20, 10):
        answered = np.arange(40) < left
        found = weighted_share(said, answered, np.where(answered, 40 / left, 0.0))
        widths.append(found.silent_for - found.silent_against)
    assert widths == sorted(widths)
    assert widths[0] == 0 < widths[-1]


def test_unequal_weights_count_as_fewer_answers_and_few_silent_as_more():
    assert effective_number(np.ones(10), 1_000_000) == pytest.approx(10, rel=1e-4)
    assert effective_number(np.array([1.0] * 5 + [3.0] * 5), 1_000_000) == pytest.approx(8, rel=1e-4)
    assert effective_number(np.ones(10), 12) > 40


def test_interval_of_none_and_of_all_is_not_a_point():
    assert wilson(0.0, 12)[1] > 0.1
    assert wilson(1.0, 12)[0] < 0.9


def test_question_nobody_answered_is_refused():
    with pytest.raises(NotEnoughData):
        weighted_share(np.ones(3, bool), np.zeros(3, bool), np.zeros(3))


def test_weighted_total_stands_for_the_silent_and_says_what_is_certain():
    given = np.array([100.0, 300.0, 0.0, 0.0])
    answered = np.array([True, True, False, False])
    found = weighted_total(
        given, answered, np.where(answered, 2.0, 0.0), np.zeros(4, int), most=np.full(4, 500.0)
    )
    assert (found.total, found.silent_nothing, found.silent_most) == (800.0, 400.0, 1_400.0)
    assert 400 <= found.low < 800 < found.high


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Schools answer by chance within kinds: nine in ten intervals must hold the share of all of them."""
    dice = np.random.default_rng(7)
    held = total = 0
    for _ in range(150):
        phase = dice.choice(["primary", "secondary", "special"], 100, p=[0.7, 0.2, 0.1])
        would = dice.random(100) < np.where(phase == "primary", 0.3, 0.6)
        answered = dice.random(100) < np.where(phase == "primary", 0.75, 0.5)
        weights = weigh({"phase": phase.tolist()}, answered).weights
        found = weighted_share(would, answered, weights)
        held += found.low <= would.mean() <= found.high
        total += 1
    assert 0.86 <= held / total <= 0.98
