"""Luck in closed form against simulation."""

import numpy as np
import pytest
from scipy import stats

from schoolward.analysis.concern.chance import (
    Cohort,
    ScoreSpread,
    Spread,
    chance_below,
    fit_score_spread,
    fit_spread,
    most_below,
    score_chance,
    share_chance,
)
from schoolward.terms.errors import NotEnoughData

RUNS = 200_000


def published_pct(reached, pupils):
    """A whole percentage, halves upwards, as published."""
    return np.floor(100 * reached / pupils + 0.5)


@pytest.mark.parametrize(("pupils", "rate"), [(11, 0.7), (20, 0.65), (30, 0.6), (60, 0.72), (200, 0.66)])
def test_chance_below_small_cohort_equals_simulation(pupils, rate) -> None:
    rng = np.random.default_rng(65)
    shown = published_pct(rng.binomial(pupils, rate, RUNS), pupils)
    simulated = (shown < 65).mean()
    assert chance_below(pupils, rate, 65) == pytest.approx(simulated, abs=4 * np.sqrt(0.25 / RUNS))


@pytest.mark.parametrize("pupils", range(1, 120))
def test_most_below_any_cohort_is_the_last_that_shows_below(pupils) -> None:
    reached = np.arange(pupils + 1)
    below = reached[published_pct(reached, pupils) < 65]
    assert most_below(pupils, 65) == (below.max() if len(below) else -1)


@pytest.mark.parametrize("pupils", [1, 11, 29, 60, 210])
def test_chances_equal_the_closed_forms_of_a_library(pupils) -> None:
    most = most_below(pupils, 65)
    assert chance_below(pupils, 0.63, 65) == pytest.approx(stats.binom.cdf(most, pupils, 0.63), abs=1e-12)
    shown = pupils // 2
    chance = share_chance([Cohort(2018, pupils, shown)], Spread(12, 7, 14_000), 65)
    after = stats.beta(12 + shown, 7 + pupils - shown)
    again = stats.betabinom.cdf(most, pupils, 12 + shown, 7 + pupils - shown)
    assert chance.below_again == pytest.approx(again, abs=1e-10)
    assert chance.by_luck == pytest.approx(after.sf(0.65), abs=1e-12)
    assert (chance.low, chance.high) == pytest.approx(after.ppf([0.05, 0.95]))


def test_chance_below_larger_cohort_of_a_better_school_falls() -> None:
    chances = [chance_below(pupils, 0.75, 65) for pupils in (20, 40, 80, 160, 320)]
    assert chances == sorted(chances, reverse=True)


def test_fit_spread_simulated_schools_recovers_their_spread() -> None:
    rng = np.random.default_rng(7)
    pupils = rng.integers(11, 90, 14_000)
    reached = rng.binomial(pupils, rng.beta(8, 5, len(pupils)))
    spread = fit_spread(pupils, reached)
    assert spread.a / (spread.a + spread.b) == pytest.approx(8 / 13, abs=0.004)
    assert spread.a + spread.b == pytest.approx(13, rel=0.05)


def test_fit_spread_schools_alike_but_for_luck_finds_almost_no_spread() -> None:
    rng = np.random.default_rng(8)
    pupils = rng.integers(11, 90, 14_000)
    spread = fit_spread(pupils, rng.binomial(pupils, 0.64))
    assert spread.a + spread.b > 1_000


def test_fit_spread_few_schools_is_refused() -> None:
    with pytest.raises(NotEnoughData, match="too few"):
        fit_spread([20] * 5, [10] * 5)


def test_share_chance_of_schools_below_is_calibrated_on_simulated_schools() -> None:
    rng = np.random.default_rng(9)
    pupils = rng.integers(11, 60, 6_000)
    rates = rng.beta(10, 5, len(pupils))
    reached = rng.binomial(pupils, rates)
    spread = Spread(10, 5, len(pupils))
    below = np.flatnonzero(published_pct(reached, pupils) < 65)
    said = [share_chance([Cohort(2018, int(pupils[i]), int(reached[i]))], spread, 65).by_luck for i in below]
    lucky = rates[below] >= 0.65
    assert np.mean(said) == pytest.approx(lucky.mean(), abs=0.02)
    likely = np.array(said) > 0.3
    assert lucky[likely].mean() == pytest.approx(np.array(said)[likely].mean(), abs=0.04)


def test_share_chance_below_again_equals_simulation() -> None:
    rng = np.random.default_rng(10)
    spread = Spread(12, 7, 14_000)
    cohorts = [Cohort(2016, 28, 18), Cohort(2018, 22, 12)]
    chance = share_chance(cohorts, spread, 65)
    rates = rng.beta(12 + 30, 7 + 20, RUNS)
    shown = published_pct(rng.binomial(22, rates), 22)
    assert chance.below_again == pytest.approx((shown < 65).mean(), abs=0.006)
    assert chance.by_luck == pytest.approx((rates >= 0.65).mean(), abs=0.006)
    assert "by luck" in chance.sentence


def test_share_chance_school_not_below_speaks_of_no_luck() -> None:
    chance = share_chance([Cohort(2018, 30, 24)], Spread(12, 7, 14_000), 65)
    assert chance.by_luck is None
    assert chance.low < chance.estimate < chance.high


def test_score_chance_equals_simulation() -> None:
    rng = np.random.default_rng(11)
    true = rng.normal(0, 0.4, 2_000_000)
    shown = true + rng.normal(0, 0.2, len(true))
    alike = np.abs(shown + 0.6) < 0.01
    chance = score_chance(-0.6, -0.6 + 1.96 * 0.2, ScoreSpread(0, 0.4, 3_000), -0.5)
    assert chance.by_luck == pytest.approx((true[alike] >= -0.5).mean(), abs=0.02)
    assert chance.estimate == pytest.approx(true[alike].mean(), abs=0.01)


def test_fit_score_spread_takes_error_out() -> None:
    rng = np.random.default_rng(12)
    error = rng.uniform(0.1, 0.3, 3_000)
    shown = rng.normal(0.02, 0.35, 3_000) + rng.normal(0, error)
    spread = fit_score_spread(shown, shown + 1.96 * error)
    assert spread.sd == pytest.approx(0.35, rel=0.06)


@pytest.mark.parametrize("reached", [0, 20])
def test_fit_spread_all_pupils_alike_is_refused(reached) -> None:
    with pytest.raises(NotEnoughData, match="alike"):
        fit_spread([20] * 40, [reached] * 40)
