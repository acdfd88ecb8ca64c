"""Whatever the day and the seed, the coast's story holds together."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from schoolward.demo.dice import dice
from schoolward.demo.names import name_for
from schoolward.demo.people import people_of_estuary
from schoolward.demo.published import EARLIEST_FIRST_DAY, build_world
from schoolward.demo.published.grid import to_wgs84
from schoolward.demo.published.inspections import inspections
from schoolward.demo.published.ks2 import group_cells
from schoolward.demo.published.pupils import ks2_pupils
from schoolward.demo.published.releases import releases

first_days = st.dates(EARLIEST_FIRST_DAY, date(2035, 12, 31))
seeds = st.integers(0, 2**32 - 1)


@given(first_days, seeds)
@settings(max_examples=25, deadline=None)
def test_a_school_is_one_establishment_at_a_time(first_day, seed):
    world = build_world(first_day, seed)
    for ones in world.by_school.values():
        for one, following in pairwise(ones):
            assert one.closed + timedelta(days=1) == following.opened
    assert len(world.by_urn) == len(world.establishments)


@given(first_days, seeds)
@settings(max_examples=25, deadline=None)
def test_every_successor_knows_its_predecessor(first_day, seed):
    world = build_world(first_day, seed)
    for one in world.establishments:
        assert all(one.urn in world.by_urn[urn].made_from for urn in one.became)
        assert all(one.urn in world.by_urn[urn].became for urn in one.made_from)


@given(first_days, seeds)
@settings(max_examples=8, deadline=None)
def test_every_inspection_is_of_a_school_open_that_day_and_published_by_the_first(first_day, seed):
    world = build_world(first_day, seed)
    for one in inspections(world):
        assert world.by_urn[one.urn].is_open(one.day)
        assert one.published <= first_day


@given(first_days, seeds)
@settings(max_examples=10, deadline=None)
def test_no_open_school_was_left_inadequate_for_longer_than_re_inspection_takes(first_day, seed):
    world = build_world(first_day, seed)
    for school, ones in _inspected(world).items():
        full = [one for one in ones if one.kind != "ungraded"]
        if full and world.at(world.by_urn[full[-1].urn].school, first_day):
            weak = full[-1].overall == 4 or full[-1].category
            assert not weak or (first_day - full[-1].day).days <= 2.5 * 366, school


@given(first_days, seeds)
@settings(max_examples=10, deadline=None)
def test_an_ungraded_visit_keeps_the_grade_it_was_made_on(first_day, seed):
    for ones in _inspected(build_world(first_day, seed)).values():
        grade = None
        for one in ones:
            if one.kind != "ungraded":
                grade = one.overall
                continue
            assert grade in (1, 2)
            if one.outcome.startswith("School remains"):
                assert one.outcome.split()[2] == {1: "Outstanding", 2: "Good"}[grade]


def _inspected(world):
    found = {}
    for one in inspections(world):
        found.setdefault(world.by_urn[one.urn].school.key, []).append(one)
    return {key: sorted(ones, key=lambda one: one.day) for key, ones in found.items()}


@given(first_days, seeds)
@settings(max_examples=10, deadline=None)
def test_releases_are_in_order_and_never_in_the_future(first_day, seed):
    days = [day for day, _ in releases(build_world(first_day, seed))]
    assert days == sorted(days)
    assert days[-1] <= first_day


@given(first_days, seeds)
@settings(max_examples=8, deadline=None)
def test_people_share_an_address_only_with_themselves(first_day, seed):
    owners = {}
    for person in people_of_estuary(first_day, seed):
        assert owners.setdefault(person.email, person.name) == person.name


@given(seeds, st.sampled_from([2016, 2017, 2018, 2019, 2023]), st.integers(0, 130))
@settings(max_examples=40, deadline=None)
def test_groups_of_pupils_add_up_to_the_school(seed, year, number):
    schools = [s for s in build_world(date(2026, 11, 23), 1).schools if s.kind.ks2]
    cells = group_cells(ks2_pupils(schools[number % len(schools)], seed, year), year)
    size = int(cells["TELIG"])
    if size < 6:
        assert cells["PTRWM_EXP"] == "SUPP"
        return
    assert int(cells["BELIG"]) + int(cells["GELIG"]) == size
    bands = (int(cells[f"TKS1GROUP_{band}"]) for band in ("L", "M", "H", "NA"))
    assert sum(bands) == size
    assert int(cells["PTRWM_HIGH"].rstrip("%")) <= int(cells["PTRWM_EXP"].rstrip("%"))
    least = min(int(cells[f"PT{name}_EXP"].rstrip("%")) for name in ("READ", "MAT", "WRITTA"))
    assert int(cells["PTRWM_EXP"].rstrip("%")) <= least


@given(seeds, st.text(max_size=8))
def test_dice_thrown_for_the_same_thing_fall_the_same(seed, key):
    assert dice(seed, key).random() == dice(seed, key).random()
    assert name_for(seed, key) == name_for(seed, key)


@given(st.floats(100_000, 690_000), st.floats(50_000, 900_000))
def test_grid_goes_east_and_north_with_longitude_and_latitude(easting, northing):
    lon, lat = to_wgs84(easting, northing)
    assert -8.5 < lon < 3.6
    assert 49.5 < lat < 58.5
    assert to_wgs84(easting + 500, northing)[0] > lon
    assert to_wgs84(easting, northing + 500)[1] > lat
