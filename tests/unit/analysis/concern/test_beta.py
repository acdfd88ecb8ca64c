"""The beta distribution held to a library's."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import special

from schoolward.analysis.concern.beta import point_with, share_above, share_below

SIZES = some.floats(0.05, 3_000)
INSIDE = some.floats(1e-6, 1 - 1e-6)


@given(INSIDE, SIZES, SIZES)
def test_shares_at_any_point_equal_a_library_s(point, a, b) -> None:
    assert share_below(point, a, b) == pytest.approx(special.betainc(a, b, point), abs=1e-10)
    assert share_above(point, a, b) == pytest.approx(special.betaincc(a, b, point), abs=1e-10)


def test_share_above_far_in_the_tail_keeps_its_figures() -> None:
    assert share_above(0.9, 30, 70) == pytest.approx(special.betaincc(30, 70, 0.9), rel=1e-9)
    assert 0 < share_above(0.9, 30, 70) < 1e-30


@given(INSIDE, SIZES, SIZES)
def test_point_with_any_share_has_that_share_below_it(share, a, b) -> None:
    point = point_with(share, a, b)
    nearest = special.betaincinv(a, b, share)
    assert point == pytest.approx(nearest, rel=1e-8, abs=1e-12) or special.betainc(
        a, b, point
    ) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize(("point", "below"), [(-1, 0), (0, 0), (1, 1), (2, 1)])
def test_shares_beyond_the_ends_are_nothing_or_all(point, below) -> None:
    assert share_below(point, 2, 3) == below
    assert share_above(point, 2, 3) == 1 - below
