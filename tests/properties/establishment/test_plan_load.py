"""What holds of late education plans, whatever the load."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schoolward.analysis.establishment.plan_load import PlanLoad, late_plans

LOADS = st.builds(PlanLoad, st.integers(0, 600), st.floats(1, 4), st.floats(0.1, 1.5), st.floats(0, 120))


def late(load: PlanLoad, fte: float) -> float:
    """Mean plans late with so many posts, in the same years drawn."""
    return late_plans(load, fte, 150.0, np.random.default_rng(1), years=200).late


@given(LOADS, st.floats(0.1, 4))
@settings(max_examples=60, deadline=None)
def test_twice_the_posts_never_leave_more_plans_late(load, fte):
    assert late(load, 2 * fte) <= late(load, fte)


@given(LOADS, st.floats(0.1, 4))
@settings(max_examples=40, deadline=None)
def test_late_plans_are_never_more_than_fall_due(load, fte):
    found = late_plans(load, fte, 150.0, np.random.default_rng(2), years=200)
    assert 0 <= found.late <= 1.5 * load.children * load.plans_a_year + 5
    assert 0 <= found.share_of_years <= 1


def test_load_followed_by_hand():
    """300 plans of half a day and 30 other days are 180 days; 120 days leave 90 for plans: 180 of them."""
    load = PlanLoad(100, 3.0, 0.5, 30.0)
    assert load.days == 180.0
    found = late_plans(load, 0.8, 150.0, np.random.default_rng(3), years=4_000)
    assert found.late == pytest.approx(300 - 180, abs=1.5)
    assert found.share_of_years == 1.0
    assert late_plans(load, 3.0, 150.0, np.random.default_rng(3)).late == 0.0
