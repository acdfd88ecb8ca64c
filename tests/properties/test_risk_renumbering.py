"""A school's number says nothing: renumbered schools have the same history, outcome and place in learning."""

from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schoolward.analysis.concern.risk import Lessons, in_order
from schoolward.analysis.concern.risk_history import adverse_within, history_features
from schoolward.analysis.concern.risk_scores import auc, capture

START = date(2010, 1, 1)
VISITS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 3000), st.integers(1, 4), st.booleans()),
    min_size=1,
    max_size=30,
)
NUMBERS = st.permutations(range(7))


def frame(rows, numbers) -> pl.DataFrame:
    return pl.DataFrame(
        [(900_001 + numbers[s], START + timedelta(days=d), g, p) for s, d, g, p in rows],
        schema={"school": pl.Int64, "inspected_on": pl.Date, "grade": pl.Int64, "of_predecessor": pl.Boolean},
        orient="row",
    )


@settings(deadline=None, max_examples=50)
@given(VISITS, NUMBERS, st.randoms(use_true_random=False))
def test_history_and_outcome_do_not_change_with_numbers_or_order(rows, numbers, shuffler) -> None:
    on, until = START + timedelta(days=3001), START + timedelta(days=3100)
    mixed = list(rows)
    shuffler.shuffle(mixed)
    back = {900_001 + new: 900_001 + old for old, new in enumerate(numbers)}
    ours, theirs = frame(rows, range(7)), frame(mixed, numbers)
    renamed = history_features(theirs, on).with_columns(pl.col("school").replace_strict(back))
    assert renamed.sort("school").equals(history_features(ours, on).sort("school"))
    during = (START, until)
    after = adverse_within(theirs, *during).with_columns(pl.col("school").replace_strict(back))
    assert after.sort("school").equals(adverse_within(ours, *during))


@example(250, 15)  # two rows alike in schools of different groups
@given(st.integers(0, 10_000), st.integers(5, 30))
@settings(deadline=None, max_examples=50)
def test_order_and_groups_of_learning_do_not_change_with_numbers(seed, schools) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2 * schools, 3)).round(2)
    x[rng.random(x.shape) < 0.2] = np.nan
    school, months = np.tile(np.arange(schools), 2), np.repeat([8.0, 14.0], schools)
    adverse, mixed = rng.integers(0, 2, 2 * schools), rng.permutation(2 * schools)
    numbers = rng.permutation(schools)
    one, group = in_order(Lessons(("a", "b", "c"), x, adverse, school, months))
    other, group_too = in_order(
        Lessons(("a", "b", "c"), x[mixed], adverse[mixed], numbers[school][mixed], months[mixed])
    )
    assert np.array_equal(one.x, other.x, equal_nan=True)
    assert np.array_equal(one.adverse, other.adverse)
    assert np.array_equal(group, group_too)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=60), st.floats(0.01, 1))
def test_scores_do_not_change_with_order_and_rise_with_the_share(rows, share) -> None:
    chance, happened = np.array([c / 20 for c, _ in rows]), np.array([int(h) for _, h in rows])
    back = slice(None, None, -1)
    assert np.isclose(auc(chance, happened), auc(chance[back], happened[back]), equal_nan=True)
    found = capture(chance, happened, share)
    assert np.isclose(found, capture(chance[back], happened[back], share), equal_nan=True)
    if happened.any():
        assert found <= capture(chance, happened, 1.0) + 1e-12 <= 1 + 1e-9
