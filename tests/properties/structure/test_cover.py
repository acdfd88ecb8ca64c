"""What holds of plans: more of anything never makes the duties harder to keep."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from schoolward.analysis.structure.plan import Plan, outcomes
from tests.factories.structure_questions import study

SMALL = study()
STEPS = st.lists(st.integers(0, 6), min_size=2, max_size=2).map(np.array)
PLANS = st.builds(
    Plan, STEPS, STEPS, st.lists(st.integers(-1, 2), min_size=2, max_size=2).map(np.array), st.floats(0, 60)
)


@given(PLANS, st.integers(0, 1))
@settings(max_examples=40, deadline=None)
def test_more_of_a_post_never_covers_less(plan, which):
    worlds = SMALL.worlds(plan, 0)
    before = outcomes(SMALL.program, plan, worlds)
    more = replace(plan, core_steps=plan.core_steps + np.eye(2, dtype=int)[which])
    after = outcomes(SMALL.program, more, worlds)
    assert (after.core.cost <= before.core.cost + 1e-9).all()
    assert (after.emergency_days <= before.emergency_days + 1e-9).all()


@given(PLANS, st.floats(0, 40))
@settings(max_examples=40, deadline=None)
def test_more_for_associates_never_covers_less(plan, more):
    worlds = SMALL.worlds(plan, 0)
    before = outcomes(SMALL.program, plan, worlds)
    after = outcomes(SMALL.program, replace(plan, associate_budget=plan.associate_budget + more), worlds)
    assert (after.core.cost <= before.core.cost + 1e-9).all()


@given(PLANS)
@settings(max_examples=40, deadline=None)
def test_emergency_days_make_every_year_possible_and_are_never_below_nil(plan):
    seen = outcomes(SMALL.program, plan, SMALL.worlds(plan, 0))
    assert np.isfinite(seen.core.cost).all()
    assert (seen.emergency_days >= -1e-9).all()
    assert (seen.discretionary_missed >= 0).all()
