"""Clocks and grounds by the law of the day."""

from datetime import date

import pytest

from schoolward.analysis.policy.inspections import Inspection, read
from schoolward.analysis.policy.intervention import (
    academy_order_duty,
    consultation_days,
    grounds_for,
    in_force,
    notice_periods,
)
from schoolward.datasets.rulebook import load_rulebook
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.rulebook import InspectionScale, Provision

RULEBOOK = load_rulebook()
PROVISIONS = RULEBOOK.of(Provision)


def reading(day, grade, category=None):
    found = Inspection(day, day, "graded inspection", grade, category)
    return read(found, RULEBOOK.of(InspectionScale))


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        (date(2011, 3, 22), date(2011, 4, 12)),
        (date(2011, 4, 11), date(2011, 5, 6)),  # over Easter, the royal wedding and the May holiday
        (date(2010, 12, 20), date(2011, 1, 13)),  # over Christmas and New Year
        (date(2011, 3, 26), date(2011, 4, 15)),  # given on a Saturday
    ],
)
def test_notice_first_period_ends_on_the_fifteenth_working_day(given, ends) -> None:
    periods = notice_periods(given, PROVISIONS)
    assert periods.first_period_ends_on == ends
    assert "Chief Inspector" in periods.sentence


def test_notice_since_2016_states_its_own_period() -> None:
    periods = notice_periods(date(2018, 3, 1), PROVISIONS, comply_by=date(2018, 4, 30))
    assert periods.first_period_ends_on is None
    assert periods.rule == "s60-2016"
    assert "30 April 2018" in periods.sentence


def test_notice_before_the_law_is_refused() -> None:
    with pytest.raises(NotEnoughData, match="no warning notice"):
        notice_periods(date(2006, 1, 1), PROVISIONS)


@pytest.mark.parametrize(
    ("category", "section"),
    [
        ("special measures", "62"),
        ("serious weaknesses", "61"),
        ("notice to improve", "61"),
        ("requires significant improvement", "61"),
    ],
)
def test_grounds_of_a_maintained_school_in_a_category(category, section) -> None:
    latest = reading(date(2014, 5, 1), "Inadequate", category)
    assert [ground.section for ground in grounds_for("maintained", latest)] == [section]


def test_grounds_academy_never_and_good_school_never() -> None:
    assert grounds_for("academy", reading(date(2014, 5, 1), "Inadequate", "special measures")) == []
    assert grounds_for("maintained", reading(date(2014, 5, 1), "Good")) == []
    assert grounds_for("maintained", None, notice_not_complied_with=True)[0].section == "60"


def test_academy_order_duty_is_for_inadequate_maintained_schools_since_2016() -> None:
    latest = reading(date(2015, 5, 1), "Inadequate")
    assert academy_order_duty("maintained", latest, PROVISIONS, date(2017, 1, 1))
    assert not academy_order_duty("maintained", latest, PROVISIONS, date(2015, 6, 1))
    assert not academy_order_duty("academy", latest, PROVISIONS, date(2017, 1, 1))
    good = reading(date(2016, 5, 1), "Good")
    assert not academy_order_duty("maintained", good, PROVISIONS, date(2017, 1, 1))


@pytest.mark.parametrize(
    ("dismissals", "on", "days"),
    [
        (19, date(2011, 4, 1), 0),
        (20, date(2011, 4, 1), 30),
        (99, date(2011, 4, 1), 30),
        (100, date(2011, 4, 1), 90),
        (100, date(2013, 4, 5), 90),
        (100, date(2013, 4, 6), 45),
    ],
)
def test_consultation_days_by_number_and_day(dismissals, on, days) -> None:
    assert consultation_days(dismissals, on, PROVISIONS) == days


def test_in_force_reaches_only_the_route() -> None:
    assert "s60-2007" in {each.id for each in in_force(PROVISIONS, date(2011, 3, 22), "maintained")}
    assert not in_force(PROVISIONS, date(2011, 3, 22), "academy"), "no power over schools reaches one"
