"""Tables of answers that are safe to print."""

import numpy as np
import pytest

from schoolward.analysis.survey.tables import ALL, OTHERS, answer_table, merged_groups, sum_table
from schoolward.analysis.survey.weighting import weigh
from schoolward.terms.errors import NotEnoughData

ANSWERS = ("council", "elsewhere", "ourselves")


def survey(seed: int = 5, count: int = 98):
    dice = np.random.default_rng(seed)
    phase = dice.choice(["Primary", "Secondary", "Special"], count, p=[0.72, 0.18, 0.10])
    status = dice.choice(["Maintained", "Academy"], count)
    answered = dice.random(count) < 0.75
    chosen = dice.choice(len(ANSWERS), count, p=[0.6, 0.3, 0.1])
    said = {answer: (chosen == n) & answered for n, answer in enumerate(ANSWERS)}
    weights = weigh({"phase": phase.tolist()}, answered).weights
    return said, answered, weights, {"phase": phase.tolist(), "status": status.tolist()}


@pytest.fixture(scope="module")
def printed():
    return answer_table(*survey())


def test_no_small_count_is_printed_and_none_can_be_worked_out(printed):
    assert printed.attacked
    assert printed.holds
    assert not [n for n in printed.lines if n.share and 0 < n.share.said < 5]
    assert [n for n in printed.lines if n.share is None]


def test_most_of_what_concerns_all_schools_is_printed(printed):
    shares = [printed.line(answer).share for answer in ANSWERS]
    assert sum(share is not None for share in shares) >= 2
    for share in filter(None, shares):
        assert share.silent_against <= share.share <= share.silent_for
        assert round(share.share * 100) == pytest.approx(share.share * 100)


def test_groups_too_small_are_put_together_and_with_another_where_that_is_not_enough():
    groups = ["p"] * 10 + ["s"] * 6 + ["x"] * 3 + ["y"] * 1
    everyone = np.ones(20, bool)
    assert set(merged_groups(groups, everyone)) == {"p", OTHERS}
    assert set(merged_groups(groups[:16], everyone[:16])) == {"p", "s"}


def test_answers_of_which_several_may_be_given_are_protected_one_by_one():
    said, answered, weights, breakdowns = survey()
    dice = np.random.default_rng(1)
    many = {name: answered & (dice.random(len(answered)) < 0.4) for name in said}
    found = answer_table(many, answered, weights, breakdowns, several=True)
    assert found.holds
    assert found.line("council").share.said == int(many["council"].sum())


def test_too_few_answers_to_print_anything_of_are_refused():
    said, answered, weights, breakdowns = survey(count=98)
    few = answered & (np.cumsum(answered) <= 4)
    with pytest.raises(NotEnoughData):
        answer_table({k: v & few for k, v in said.items()}, few, weights, breakdowns)


def test_sum_that_one_school_dominates_is_withheld_and_cannot_be_worked_out():
    _, answered, weights, breakdowns = survey()
    dice = np.random.default_rng(2)
    given = dice.integers(1_000, 30_000, len(answered)).astype(float) * 100
    special = np.array(breakdowns["phase"]) == "Special"
    given[np.flatnonzero(special & answered)[0]] = 90_000_000_00.0
    found = sum_table(given, answered, weights, breakdowns["phase"], breakdowns["phase"], step=100_000.0)
    lines = {line.group: line for line in found.lines}
    assert lines["Special"].total is None
    assert lines[ALL].total is None or lines["Secondary"].total is None
    assert found.holds
