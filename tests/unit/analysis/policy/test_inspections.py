"""Inspections on the scale of their day, two running, and grades that do not go with a category."""

from datetime import date

import pytest

from schoolward.analysis.policy.inspections import Inspection, full_readings, matches, read, warnings
from schoolward.datasets.rulebook import load_rulebook
from schoolward.terms.rulebook import InspectionPattern, InspectionScale, ReportCardCheck, Standing

RULEBOOK = load_rulebook()
SCALES, CHECKS = RULEBOOK.of(InspectionScale), RULEBOOK.of(ReportCardCheck)


def inspection(day, grade=None, **more) -> Inspection:
    fields = {"event": "graded inspection", "category": None} | more
    return Inspection(inspected_on=day, published_on=day, grade=grade, **fields)


def report_card(day=date(2026, 1, 20), category=None, safeguarding="Met", **areas) -> Inspection:
    return inspection(day, event="report card", areas=areas, safeguarding=safeguarding, category=category)


@pytest.mark.parametrize(
    ("day", "grade", "standing"),
    [
        (date(2011, 3, 1), "Satisfactory", Standing.BELOW_GOOD),
        (date(2011, 3, 1), "Requires improvement", None),
        (date(2013, 3, 1), "Requires improvement", Standing.BELOW_GOOD),
        (date(2013, 3, 1), "Outstanding", Standing.GOOD),
        (date(2013, 3, 1), "Inadequate", Standing.INADEQUATE),
        (date(2026, 1, 1), "Expected standard", Standing.GOOD),
    ],
)
def test_read_grade_is_of_the_scale_of_its_day(day, grade, standing) -> None:
    assert read(inspection(day, grade), SCALES).standing is standing


def test_read_without_headline_takes_the_worse_of_the_decisive_areas() -> None:
    areas = {"quality_of_education": "Good", "leadership": "Requires improvement", "behaviour": "Outstanding"}
    found = read(inspection(date(2025, 2, 1), areas=areas), SCALES)
    assert found.standing is Standing.BELOW_GOOD
    assert found.words == "requires improvement in leadership"


def test_read_without_headline_an_area_of_no_weight_does_not_decide() -> None:
    areas = {"quality_of_education": "Good", "leadership": "Good", "behaviour": "Requires improvement"}
    assert read(inspection(date(2025, 2, 1), areas=areas), SCALES).standing is Standing.GOOD


def test_read_with_no_grade_at_all_is_unknown_and_not_good() -> None:
    assert read(inspection(date(2025, 2, 1)), SCALES).standing is None


def test_read_report_card_urgent_anywhere_or_unsafe_is_the_gravest() -> None:
    urgent = report_card(leadership="Expected standard", inclusion="Urgent improvement")
    unsafe = report_card(leadership="Expected standard", curriculum="Strong standard", safeguarding="Not met")
    assert read(urgent, SCALES).standing is Standing.INADEQUATE
    assert read(unsafe, SCALES).words == "safeguarding not met"


def test_read_older_than_every_scale_is_left_out() -> None:
    assert read(inspection(date(2004, 1, 1), "Good"), SCALES) is None


def test_full_readings_are_latest_first_without_ungraded_ones() -> None:
    events = [
        inspection(date(2014, 1, 1), "Good"),
        inspection(date(2018, 1, 1), event="ungraded inspection"),
        inspection(date(2016, 1, 1), "Requires improvement"),
    ]
    assert [r.inspection.inspected_on.year for r in full_readings(events, SCALES)] == [2016, 2014]


@pytest.mark.parametrize(
    ("latest", "previous", "fits"),
    [
        ("Requires improvement", "Requires improvement", True),
        ("Requires improvement", "Inadequate", True),
        ("Requires improvement", "Good", False),
        ("Inadequate", "Requires improvement", False),
        ("Good", "Requires improvement", False),
    ],
)
def test_matches_coasting_by_inspection_of_2022(latest, previous, fits) -> None:
    pattern = RULEBOOK.rule("coast-2ri")
    assert isinstance(pattern, InspectionPattern)
    events = [inspection(date(2019, 5, 1), previous), inspection(date(2022, 10, 1), latest)]
    assert matches(pattern, full_readings(events, SCALES)) is fits


def test_matches_satisfactory_before_requires_improvement_fits() -> None:
    events = [
        inspection(date(2012, 5, 1), "Satisfactory"),
        inspection(date(2023, 1, 1), "Requires improvement"),
    ]
    assert matches(RULEBOOK.rule("coast-2ri"), full_readings(events, SCALES))


def test_matches_one_inspection_or_an_unread_law() -> None:
    one = full_readings([inspection(date(2022, 10, 1), "Requires improvement")], SCALES)
    assert matches(RULEBOOK.rule("coast-2ri"), one) is False
    assert matches(RULEBOOK.rule("coast-2025"), one) is None


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (report_card(inclusion="Urgent improvement"), ["rc-rsi"]),
        (report_card(inclusion="Urgent improvement", category="requires significant improvement"), []),
        (report_card(leadership="Expected standard", safeguarding="Not met"), ["rc-rsi"]),
        (report_card(leadership="Urgent improvement", inclusion="Urgent improvement"), ["rc-rsi", "rc-sm"]),
        (
            report_card(
                leadership="Urgent improvement",
                inclusion="Urgent improvement",
                category="requires significant improvement",
            ),
            ["rc-sm"],
        ),
        (
            report_card(
                leadership="Urgent improvement", inclusion="Urgent improvement", category="special measures"
            ),
            [],
        ),
        (report_card(leadership="Urgent improvement", category="requires significant improvement"), []),
        (report_card(leadership="Needs attention"), []),
    ],
)
def test_warnings_grades_without_their_category_are_told(card, said) -> None:
    assert [check.id for check in warnings(card, CHECKS)] == said
