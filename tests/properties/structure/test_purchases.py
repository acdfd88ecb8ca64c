"""What holds of purchases and plans whatever the numbers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from schoolward.analysis.structure.purchases import Draws, bought, bought_at_each, throw

MENU = np.array([0.8, 1.0, 1.3])


@st.composite
def drawn(draw) -> Draws:
    """A few schools and services with any tastes, limits and orders."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    schools, services = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    shape = (draw(st.integers(1, 4)), schools, services)
    cap = rng.uniform(500, 5_000, shape[:2]) if draw(st.booleans()) else np.full(shape[:2], np.inf)
    return Draws(
        urn=np.arange(schools),
        service=tuple(f"s{j}" for j in range(services)),
        list_price_pence=rng.integers(200, 3_000, services),
        eta=rng.normal(0, 2, shape).astype(np.float32),
        slope=rng.uniform(0, 4, shape[:2]).astype(np.float32),
        cap_pence=cap.astype(np.float32),
        ordered=rng.choice([-1, -1, 0, 1], size=(schools, services)).astype(np.int8),
    )


@given(drawn(), st.integers(0, 1_000))
@settings(max_examples=40, deadline=None)
def test_nobody_buys_at_a_price_who_would_not_at_a_lower_one(draws, seed):
    dice = throw(draws, 20, np.random.default_rng(seed))
    prices = np.round(draws.list_price_pence[:, None] * MENU).astype(np.int64)
    everything = np.ones(len(draws.service), dtype=bool)
    units = bought_at_each(draws, dice, prices, draws.list_price_pence, everything)
    assert (np.diff(units, axis=2) <= 0).all()
    assert (units <= len(draws.urn)).all()
    assert (units >= 0).all()


@given(drawn(), st.integers(0, 1_000))
@settings(max_examples=40, deadline=None)
def test_the_menus_counts_at_a_plans_own_prices_are_the_plans(draws, seed):
    dice = throw(draws, 20, np.random.default_rng(seed))
    prices = np.round(draws.list_price_pence[:, None] * MENU).astype(np.int64)
    everything = np.ones(len(draws.service), dtype=bool)
    at_list = bought_at_each(draws, dice, prices, prices[:, 1], everything)[:, :, 1]
    assert np.array_equal(at_list, bought(draws, dice, prices[:, 1]))


@given(drawn(), st.integers(0, 1_000))
@settings(max_examples=40, deadline=None)
def test_no_school_spends_above_its_limit_and_orders_stand(draws, seed):
    dice = throw(draws, 10, np.random.default_rng(seed))
    counts = bought(draws, dice, draws.list_price_pence)
    most = draws.cap_pence[dice.draw].sum(axis=1)
    assert (counts @ draws.list_price_pence <= most + 1).all()
    if not np.isfinite(draws.cap_pence).any():
        assert (counts >= (draws.ordered == 1).sum(axis=0)).all()
        assert (counts <= (draws.ordered != 0).sum(axis=0)).all()
