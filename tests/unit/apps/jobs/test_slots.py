from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolward.apps.jobs.slots import Daily, Monthly, Weekly
from schoolward.terms.calendar import LONDON


def _london(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=LONDON, fold=fold)


@pytest.mark.parametrize(
    ("slots", "now", "expected"),
    [
        (Daily(time(6)), _london(2026, 11, 23, 6, 0), _london(2026, 11, 23, 6)),
        (Daily(time(6)), _london(2026, 11, 23, 5, 59), _london(2026, 11, 22, 6)),
        (Daily(time(6)), _london(2026, 7, 1, 6, 0), datetime(2026, 7, 1, 5, tzinfo=UTC)),
        (Weekly(0, time(7)), _london(2026, 11, 23, 8), _london(2026, 11, 23, 7)),
        (Weekly(1, time(7)), _london(2026, 11, 23, 8), _london(2026, 11, 17, 7)),
        (Monthly(31, time(9)), _london(2027, 3, 1, 8), _london(2027, 2, 28, 9)),
        (Monthly(31, time(9)), _london(2027, 3, 30, 8), _london(2027, 2, 28, 9)),
        (Monthly(1, time(9)), _london(2027, 1, 1, 8), _london(2026, 12, 1, 9)),
    ],
)
def test_latest_slot(slots, now, expected):
    assert slots.latest(now) == expected.astimezone(UTC)


def test_time_left_out_in_march_is_an_hour_later():
    assert Daily(time(1, 30)).latest(_london(2027, 3, 28, 12)) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_time_that_comes_twice_in_october_is_one_slot():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    daily = Daily(time(1, 30))
    assert daily.latest(_london(2026, 10, 25, 1, 30)) == first
    assert daily.latest(_london(2026, 10, 25, 1, 15, fold=1)) == first  # later, though the wall says earlier
    assert daily.latest(_london(2026, 10, 25, 1, 45, fold=1)) == first


@given(
    start=st.integers(0, 26_000).map(lambda hour: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hour)),
    hours=st.lists(st.integers(1, 20), min_size=1, max_size=60),
    at=st.times(),
)
def test_daily_slots_go_up_by_a_day_and_are_never_in_the_future(start, hours, at):
    now, seen = start, []
    for hour in hours:
        now += timedelta(hours=hour)
        slot = Daily(at).latest(now)
        assert now - timedelta(hours=26) < slot <= now
        seen.append(slot.astimezone(LONDON).date())
    assert all(b - a in (timedelta(0), timedelta(days=1)) for a, b in pairwise(seen))
