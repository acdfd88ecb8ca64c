"""Similar schools by intake, on cases small enough to reckon in one's head."""

import numpy as np
import pytest

from schoolward.analysis.performance.similar import similar_schools

NAN = float("nan")


def find(rows, wanted=None, **how):
    urns = np.array(list(rows))
    facts = np.array(list(rows.values()), dtype=float).T
    intake = dict(zip(("meals", "language", "needs"), facts, strict=False))
    return similar_schools(urns, intake, rows if wanted is None else wanted, **how)


def test_similar_schools_are_the_nearest_in_all_facts_together():
    found = find({1: (0, 0), 2: (1, 0), 3: (0, 3), 4: (4, 4)}, wanted=[1], nearest=2)
    assert found.of(1) == (2, 3)


def test_distance_counts_each_fact_by_its_own_spread():
    # meals spread by 2, language by 20: a gap of one spread in each is the same distance
    found = find({1: (0, 0), 2: (4, 0), 3: (0, 40), 4: (4, 40)}, wanted=[1])
    assert [round(gap, 6) for _, gap in found.nearest[1]] == [2, 2, 2.828427]
    assert found.of(1) == (2, 3, 4)


def test_schools_equally_near_stand_in_the_order_of_their_numbers():
    found = find({7: (1, 1), 5: (1, 1), 9: (1, 1), 2: (0, 0), 6: (1, 1)}, wanted=[9], nearest=2)
    assert found.of(9) == (5, 6)


def test_an_unknown_fact_is_a_gap_as_between_two_schools_at_random():
    rows = {1: (0, 0, 0), 2: (0, 0, NAN), 3: (0, 0, 1), 4: (0, 0, 0.2), 5: (9, 9, 1), 6: (9, 9, 0)}
    found = find(rows, wanted=[1])
    assert dict(found.nearest[1])[2] == pytest.approx(2**0.5)
    # nearer than where the gap is known to be large, further than where it is known to be small
    assert found.of(1)[:3] == (4, 2, 3)


def test_schools_that_share_fewer_than_two_known_facts_are_not_compared():
    rows = {1: (0, 0, NAN), 2: (NAN, 0, 0), 3: (3, 3, 3), 4: (5, 5, NAN), 5: (NAN, NAN, 1)}
    found = find(rows)
    assert found.of(1) == (3, 4)
    assert found.of(5) == ()
    assert 5 not in found.nearest


def test_a_fact_few_schools_have_or_all_have_alike_is_left_out():
    rows = {1: (0, 0, 7), 2: (1, 1, 7), 3: (2, 2, 7), 4: (3, 3, 7)}
    assert find(rows).facts == ("meals", "language")
    rows = {1: (0, 0, 7), 2: (1, 1, NAN), 3: (2, 2, NAN), 4: (3, 3, NAN)}
    assert find(rows).facts == ("meals", "language")


def test_with_fewer_than_two_facts_no_school_is_called_similar():
    found = find({1: (0, NAN, 7), 2: (1, NAN, 7), 3: (2, NAN, 7)})
    assert found.facts == ("meals",)
    assert found.nearest == {}


def test_a_school_that_is_not_among_them_has_no_similar_schools():
    assert find({1: (0, 0), 2: (1, 1), 3: (2, 2)}, wanted=[8]).nearest == {}
    assert similar_schools(np.array([], dtype=np.int64), {}, [8]).nearest == {}
