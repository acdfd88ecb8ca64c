"""Learning chances from schools with known ones: order, numbers, sense and refusal."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from schoolward.analysis.concern import risk_scores
from schoolward.analysis.concern.risk import Lessons, fit_risk, in_order, shift_sd
from schoolward.analysis.concern.risk_history import adverse_within, area_rates, history_features
from schoolward.analysis.concern.risk_logistic import Subject
from schoolward.analysis.concern.risk_results import shrunk
from schoolward.terms.errors import NotEnoughData

NAMES = (
    "grade_last", "grade_before", "months_since", "months_since_change", "months_open", "attainment",
    "progress", "grade_mean",
)  # fmt: skip

RIDGE = 20.0  # a twentieth of the real rows, so held back less


def invented(seed: int, schools: int = 1500, days: int = 3) -> tuple[Lessons, np.ndarray]:
    """Lessons of invented schools, and the true chance of each row."""
    rng = np.random.default_rng(seed)
    grade = rng.choice([1, 2, 3, 4], schools, p=[0.2, 0.6, 0.15, 0.05])
    before, progress = rng.integers(0, 5, schools), rng.normal(size=schools)
    wait = rng.uniform(1, 70, schools)
    changed = np.where(rng.random(schools) < 0.2, rng.uniform(1, 60, schools), np.nan)
    one = np.column_stack([grade, before, wait, changed, changed, 0.5 * progress, progress, grade])
    one[rng.random(schools) < 0.1, 5:7] = np.nan
    logits = -4 + 0.9 * (grade - 2) + 0.03 * wait - 0.8 * np.nan_to_num(one[:, 6])
    x = np.concatenate([one + np.array([0, 0, 4, 0, 0, 0, 0, 0]) * (days - 1 - d) for d in range(days)])
    chance = np.tile(expit(logits), days)
    lessons = Lessons(
        names=NAMES,
        x=x,
        adverse=(rng.random(len(x)) < chance).astype(int),
        school=np.tile(np.arange(schools) + 900_001, days),
        months_watched=np.full(len(x), 14.0),
    )
    return lessons, chance


@pytest.fixture(scope="module")
def learnt():
    lessons, _ = invented(1)
    return fit_risk(lessons, RIDGE)


def test_chances_follow_the_truth_they_were_drawn_from(learnt) -> None:
    fresh, truth = invented(2)
    found = learnt.chances(fresh.x)
    assert np.corrcoef(np.log(found.probability), np.log(truth))[0, 1] > 0.85
    assert found.probability.mean() == pytest.approx(truth.mean(), rel=0.15)
    best = risk_scores.auc(truth, fresh.adverse)
    assert risk_scores.auc(found.probability, fresh.adverse) > best - 0.02


def test_chances_lie_within_their_intervals_and_intervals_hold_the_truth(learnt) -> None:
    fresh, truth = invented(3)
    found = learnt.chances(fresh.x)
    assert ((found.low > 0) & (found.low <= found.probability) & (found.probability <= found.high)).all()
    assert (found.high < 1).all()
    assert np.mean((found.low <= truth) & (truth <= found.high)) > 0.7


def test_chances_worse_progress_longer_wait_and_worse_grade_raise_them(learnt) -> None:
    good = np.array([[2, 2, 40.0, np.nan, np.nan, 0.4, 0.8, 2]])
    for name, worse in (("progress", -1.5), ("grade_last", 4), ("months_since", 66.0)):
        other = good.copy()
        other[0, NAMES.index(name)] = worse
        if name == "progress":
            other[0, NAMES.index("attainment")] = worse / 2
        assert learnt.chances(other).probability[0] > learnt.chances(good).probability[0], name


def test_chances_do_not_change_with_the_numbers_or_the_order_of_schools(learnt) -> None:
    lessons, _ = invented(1)
    rng = np.random.default_rng(7)
    mixed = rng.permutation(len(lessons.x))
    numbers = rng.permutation(lessons.school.max() + 1)[lessons.school]
    other = Lessons(
        NAMES, lessons.x[mixed], lessons.adverse[mixed], numbers[mixed], lessons.months_watched[mixed]
    )
    fresh, _ = invented(4)
    ours, theirs = learnt.chances(fresh.x), fit_risk(other, RIDGE).chances(fresh.x)
    for name in ("probability", "low", "high"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name


def test_groups_keep_a_school_together_and_are_of_like_size() -> None:
    ordered, group = in_order(invented(5)[0])
    together = {school: set(group[ordered.school == school]) for school in np.unique(ordered.school)[:200]}
    assert all(len(groups) == 1 for groups in together.values())
    assert np.bincount(group).min() > 0.7 * len(group) / 5


def test_shift_is_nothing_without_days_far_apart_and_grows_with_the_rates_moves() -> None:
    assert shift_sd(()) == shift_sd(((50, 1000),)) == 0.0
    assert shift_sd(((50_000, 10**6), (60_000, 10**6), (50_000, 10**6))) == pytest.approx(0.193, abs=0.001)
    assert shift_sd(((500, 10_000), (1500, 10_000), (500, 10_000))) > 1.0
    assert shift_sd(((4, 80), (6, 80), (5, 80))) == 0.0, "so few schools move as much by luck"


def test_half_the_time_under_watch_gives_half_the_outcomes_and_the_same_chances(learnt) -> None:
    """Adverse inspections of the second half were not seen yet; who was watched how long is known."""
    lessons, _ = invented(1)
    early = np.random.default_rng(11).random(len(lessons.adverse)) < 0.5
    half = replace(lessons, adverse=lessons.adverse * early, months_watched=np.full(len(early), 7.0))
    fresh, truth = invented(2)
    found = fit_risk(half, RIDGE).chances(fresh.x).probability
    assert found.mean() == pytest.approx(learnt.chances(fresh.x).probability.mean(), rel=0.12)
    assert np.corrcoef(np.log(found), np.log(truth))[0, 1] > 0.8


def test_pulls_say_what_moves_a_school_and_add_up_to_its_chance(learnt) -> None:
    fresh, _ = invented(4)
    pulls = learnt.pulls(fresh.x)
    whole = learnt.whole.logistic.intercept + sum(pulls.values())
    assert expit(whole) == pytest.approx(learnt.chances(fresh.x).probability)
    progress = np.nan_to_num(fresh.x[:, NAMES.index("progress")])
    by_results = pulls[Subject.RESULTS]
    assert by_results[progress > 1].mean() < 0 < by_results[progress < -1].mean()


def test_too_few_adverse_inspections_are_refused() -> None:
    lessons, _ = invented(8)
    few = replace(lessons, adverse=(np.arange(len(lessons.adverse)) < 10).astype(int))
    with pytest.raises(NotEnoughData, match="10 adverse inspections are too few"):
        fit_risk(few)


def visits(*rows: tuple[int, date, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(school, day, grade, False) for school, day, grade in rows],
        schema={"school": pl.Int64, "inspected_on": pl.Date, "grade": pl.Int64, "of_predecessor": pl.Boolean},
        orient="row",
    )


def test_history_one_visit_has_no_grade_before_and_no_gap() -> None:
    row = history_features(visits((1, date(2016, 1, 1), 2)), date(2017, 1, 1)).row(0, named=True)
    assert (row["grade_last"], row["grade_before"], row["grade_third"], row["gap_last"]) == (2, 0, 0, None)
    assert row["months_since"] == pytest.approx(12, abs=0.05)


def test_history_three_visits_are_read_in_order_of_their_days() -> None:
    rows = visits((1, date(2016, 1, 1), 3), (1, date(2010, 1, 1), 2), (1, date(2013, 1, 1), 4))
    row = history_features(rows, date(2017, 1, 1)).row(0, named=True)
    assert (row["grade_last"], row["grade_before"], row["grade_third"]) == (3, 4, 2)
    assert (row["visits"], row["adverse_visits"], row["grade_worst"]) == (3, 2, 4)
    assert row["gap_last"] == pytest.approx(36, abs=0.1)


def test_history_of_two_visits_on_one_day_the_graver_counts() -> None:
    rows = visits((1, date(2016, 1, 1), 3), (1, date(2016, 1, 1), 2))
    assert history_features(rows, date(2017, 1, 1))["grade_last"].to_list() == [3]


def test_outcome_counts_after_the_day_up_to_the_last_and_adverse_only() -> None:
    on, until = date(2018, 1, 1), date(2019, 3, 1)
    rows = visits(
        (1, on, 4), (2, date(2018, 1, 2), 3), (3, until, 4), (4, date(2019, 3, 2), 4), (5, until, 2)
    )
    assert adverse_within(rows, on, until)["school"].to_list() == [2, 3]


def test_area_share_of_few_inspections_stays_near_the_nations() -> None:
    day = date(2017, 1, 1)
    rows = pl.DataFrame(
        {"la_code": [1] * 100 + [2], "inspected_on": [day] * 101, "grade": [2] * 90 + [3] * 10 + [3]}
    )
    shares = dict(area_rates(rows, date(2018, 1, 1)).iter_rows())
    assert shares[1] == pytest.approx(0.1, abs=0.01)
    assert 0.1 < shares[2] < 0.2


def test_shrunk_takes_noise_out_of_small_cohorts() -> None:
    rng = np.random.default_rng(10)
    pupils = rng.choice([8.0, 60.0], 4000)
    true = rng.normal(0, 2, 4000)
    seen = true + rng.normal(0, 6 / np.sqrt(pupils))
    found = 2 * shrunk(seen, pupils)
    small = pupils == 8
    assert np.mean((found - true)[small] ** 2) < 0.75 * np.mean((seen - seen.mean() - true)[small] ** 2)
    assert np.isnan(shrunk(np.full(5, 1.0), np.full(5, 30.0))).all()


def test_scores_of_a_drawn_case() -> None:
    chance, happened = np.array([0.9, 0.8, 0.3, 0.1, 0.1]), np.array([1, 0, 1, 0, 0])
    assert risk_scores.auc(chance, happened) == pytest.approx(5 / 6)
    assert risk_scores.capture(chance, happened, 0.2) == 0.5
    assert risk_scores.capture(chance, happened, 0.3) == 0.5
    assert risk_scores.capture(chance, happened, 0.6) == 1.0


def test_capture_of_equal_chances_is_the_share_asked_about() -> None:
    assert risk_scores.capture(np.full(50, 0.2), np.arange(50) % 5 == 0, 0.1) == pytest.approx(0.1)
