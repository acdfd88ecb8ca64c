"""What must hold of similar schools whatever the schools are."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from schoolward.analysis.performance.similar import similar_schools

FACTS = ("meals", "language", "needs", "size")


@st.composite
def pools(draw):
    count = draw(st.integers(2, 30))
    fact = st.one_of(st.just(float("nan")), st.integers(-20, 20).map(float))
    intake = {
        name: np.array(draw(st.lists(fact, min_size=count, max_size=count)), dtype=float) for name in FACTS
    }
    return np.arange(900_001, 900_001 + count), intake


@given(pools(), st.integers(1, 25))
@settings(deadline=None, max_examples=150)
def test_no_school_is_its_own_neighbour_nor_stands_twice_and_the_nearest_come_first(pool, nearest):
    urns, intake = pool
    found = similar_schools(urns, intake, urns.tolist(), nearest=nearest)
    for urn, others in found.nearest.items():
        numbers = [other for other, _ in others]
        assert urn not in numbers
        assert len(set(numbers)) == len(numbers) <= nearest
        assert set(numbers) <= set(urns.tolist())
        assert list(others) == sorted(others, key=lambda pair: (pair[1], pair[0]))


@given(pools(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_the_order_in_which_schools_are_given_changes_nothing(pool, chance):
    urns, intake = pool
    order = list(range(len(urns)))
    chance.shuffle(order)
    shuffled = {name: fact[order] for name, fact in intake.items()}
    assert similar_schools(urns[order], shuffled, urns.tolist()) == similar_schools(
        urns, intake, urns.tolist()
    )


@given(pools(), st.sampled_from(FACTS), st.integers(-8, 8))
@settings(deadline=None, max_examples=100)
def test_the_unit_a_fact_is_given_in_changes_nothing(pool, name, power):
    urns, intake = pool
    other_unit = intake | {name: intake[name] * 2.0**power}
    assert similar_schools(urns, other_unit, urns.tolist()) == similar_schools(urns, intake, urns.tolist())


@given(pools())
@settings(deadline=None, max_examples=100)
def test_who_else_is_asked_about_changes_no_answer(pool):
    urns, intake = pool
    together = similar_schools(urns, intake, urns.tolist())
    for urn in urns.tolist():
        alone = similar_schools(urns, intake, [urn])
        assert alone.nearest.get(urn) == together.nearest.get(urn)
