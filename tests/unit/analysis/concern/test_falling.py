"""Chances of falling below a line: against a plain model and known truth, and what each piece must do."""

import numpy as np
import pytest

from benchmarks.falling import LINE, invent, measure
from schoolward.analysis.concern.falling import Movement, Panel, chance_below, learn_movement
from schoolward.terms.errors import NotEnoughData

STILL = Movement(intercept=0.0, slopes=np.zeros(0), persistence=0.7, level_sd=1e-4, year_sd=1e-4)


def panel(pupils, passed) -> Panel:
    pupils, passed = np.atleast_2d(np.array(pupils, float)), np.atleast_2d(np.array(passed, float))
    return Panel(pupils, passed, np.zeros((len(pupils), 0)))


def test_chances_foretell_better_than_a_plain_model_and_near_who_knows_the_truth():
    found = measure(authorities=1, panels=12)
    assert found["gain_over_logistic"] > 0
    assert found["excess"] < 0.2


def test_what_made_the_schools_is_found_again():
    found = learn_movement(invent(8, 7).panel)
    assert found.persistence == pytest.approx(0.7, abs=0.15)
    assert found.level_sd == pytest.approx(0.38, abs=0.08)
    assert found.head_shift == pytest.approx(-0.15, abs=0.08)
    assert found.slopes[0] == pytest.approx(-2.2, abs=0.4)


def test_school_that_never_moves_has_the_chance_of_its_cohort_s_luck():
    chance = chance_below(STILL, panel([20], [10]), 0.5, np.array([4.0]))
    assert chance[0] == pytest.approx(5 / 16, abs=1e-3)  # fewer than 2 of 4 with even odds


def test_share_exactly_on_the_line_is_not_below_it():
    assert chance_below(STILL, panel([20], [10]), 0.65, np.array([20.0]))[0] == pytest.approx(
        0.8684, abs=1e-3
    )  # twelve of twenty or fewer; thirteen are the line


def test_years_without_results_leave_the_forecast_wide_and_teach_nothing():
    moving = Movement(0.5, np.zeros(0), 0.7, 0.3, 0.2)
    none_mean, none_variance = moving.forecast(panel([0, 0], [0, 0]))
    mean, variance = moving.forecast(panel([40, 40], [10, 12]))
    assert none_mean[0] == pytest.approx(0.5)
    assert none_variance[0] == pytest.approx(0.3**2 + 0.2**2 / (1 - 0.49))
    assert mean[0] < none_mean[0]
    assert variance[0] < none_variance[0]


def test_more_pupils_move_the_forecast_further_and_all_or_none_stay_finite():
    moving = Movement(0.5, np.zeros(0), 0.7, 0.3, 0.2)
    few, many = moving.forecast(panel([[10, 10], [100, 100]], [[0, 0], [0, 0]]))[0]
    assert np.isfinite([few, many]).all()
    assert many < few < 0.5


def test_too_few_schools_are_refused():
    with pytest.raises(NotEnoughData, match="Too few schools"):
        learn_movement(panel(np.full((5, 2), 30), np.full((5, 2), 20)))


def test_order_of_schools_changes_nothing():
    world = invent(1, 3)
    back = slice(None, None, -1)
    p = world.panel
    turned = Panel(p.pupils[back], p.passed[back], p.covariates[back], p.new_head[back])
    ours = chance_below(learn_movement(p), p, LINE, world.next_pupils)
    theirs = chance_below(learn_movement(turned), turned, LINE, world.next_pupils[back])
    assert theirs[back] == pytest.approx(ours, abs=2e-4)
