"""Evidence about invented schools: what is said, since when, and what is kept quiet."""

from datetime import date

import pytest

from schoolward.analysis.concern.decide import Found
from schoolward.analysis.concern.evidence import Account, Known, YearResult, evidence_about
from schoolward.analysis.concern.gather import route_of, stages_of
from schoolward.analysis.concern.trend import falling
from schoolward.analysis.policy.inspections import Inspection
from schoolward.apps.concern.bridge import law_on
from schoolward.datasets.rulebook import load_rulebook
from schoolward.terms.phases import KeyStage

RULEBOOK = load_rulebook()
DAY = date(2018, 12, 31)
TABLES_OUT = date(2018, 12, 13)


def year(exam_year, status="not_below", stage=KeyStage.KS2, **row) -> YearResult:
    figures = {"cohort": 30.0, "prog_read": 0.0, "prog_writ": 0.0, "prog_maths": 0.0} | row
    return YearResult(exam_year, stage, figures, TABLES_OUT, "ks2-2016", "Floor standard", status)


def graded(day, grade, **more) -> Inspection:
    return Inspection(day, day, "graded inspection", grade, more.pop("category", None), **more)


def school(**facts) -> Known:
    given = {
        "urn": 900001,
        "name": "Reed Bank",
        "key_stages": (KeyStage.KS2,),
        "phase_words": "community school",
    }
    return Known(**given | facts)


def codes(known: Known, on: date = DAY, exam_year: int = 2019) -> dict[str, str]:
    return {
        found.code: found.sentence for found in evidence_about(known, law_on(RULEBOOK, on), on, exam_year)
    }


def test_evidence_latest_results_decide_and_earlier_ones_do_not() -> None:
    found = codes(school(results=(year(2017, "below"), year(2018, "not_below"))))
    assert "floor_not_below" in found
    assert "floor_below" not in found


def test_evidence_floor_is_quiet_once_the_table_no_longer_speaks_of_it() -> None:
    found = codes(school(results=(year(2018, "below", prog_read=-6.0),)), date(2019, 12, 31), 2020)
    assert "floor_below" not in found
    assert "Reading progress is −6" in found["progress_well_below"]


def test_evidence_a_missing_progress_score_says_neither_low_nor_fine() -> None:
    found = codes(school(results=(year(2018, "unknown", prog_read=None),)))
    assert not {"progress_well_below", "progress_not_low"} & found.keys()
    assert "floor_unknown" in found


def test_evidence_results_three_years_back_are_old() -> None:
    found = codes(school(results=(year(2016, "below"),)))
    assert "too old to judge by" in found["results_old"]
    assert "floor_below" not in found


def test_evidence_school_that_should_have_results_and_has_none_says_so() -> None:
    assert "no_results" in codes(school())
    assert "no_data_phase" in codes(school(key_stages=(), phase_words="local authority nursery school"))


def test_evidence_own_inspection_comes_before_the_predecessors() -> None:
    old = graded(date(2016, 1, 1), "Inadequate", of_predecessor=True)
    assert "inadequate" in codes(school(inspections=(old,)))
    assert "predecessor" in codes(school(inspections=(old,)))["inadequate"]
    both = codes(school(inspections=(old, graded(date(2018, 1, 1), "Good"))))
    assert "inspection_good" in both
    assert "inadequate" not in both


def test_evidence_category_is_told_by_name() -> None:
    found = codes(school(inspections=(graded(date(2018, 1, 1), "Inadequate", category="special measures"),)))
    assert "special measures" in found["inspection_category"]
    assert "inadequate" not in found


def test_evidence_twice_below_good_names_the_law_of_the_day() -> None:
    events = (
        graded(date(2018, 1, 1), "Requires improvement"),
        graded(date(2021, 10, 1), "Requires improvement"),
    )
    law = law_on(RULEBOOK, date(2023, 1, 1))
    found = evidence_about(school(key_stages=(), inspections=events), law, date(2023, 1, 1), 2023)
    assert next(each for each in found if each.code == "requires_improvement_twice").rule == "coast-2ri"


def test_evidence_report_card_without_its_category_is_warned_about() -> None:
    card = Inspection(
        date(2026, 1, 20), date(2026, 2, 20), "report card", None, None, {"leadership": "Urgent improvement"}
    )
    found = codes(school(key_stages=(), inspections=(card,)), date(2026, 3, 1), 2026)
    assert {"urgent_improvement", "category_check"} <= found.keys()


@pytest.mark.parametrize(("balance", "told"), [(-2_500, False), (-2_501, True), (10, False)])
def test_evidence_overspend_is_told_beyond_its_line(balance, told) -> None:
    found = codes(school(accounts=(Account(2018, TABLES_OUT, 100_000, balance),)))
    assert ("overspend" in found) is told


def test_evidence_old_accounts_are_not_evidence() -> None:
    assert "overspend" not in codes(school(accounts=(Account(2016, TABLES_OUT, 100_000, -50_000),)))


def test_evidence_new_school_without_predecessor_is_new_for_two_years() -> None:
    assert "new_school" in codes(school(opened_on=date(2017, 9, 1)))
    assert "new_school" not in codes(school(opened_on=date(2016, 9, 1)))
    assert "new_school" not in codes(school(opened_on=date(2017, 9, 1), has_predecessor=True))


def test_evidence_of_officers_is_kept_as_given() -> None:
    word = Found("governance", "The board lacks a chair.", DAY, "concern-2012")
    assert codes(school(officers=(word,)))["governance"] == "The board lacks a chair."


@pytest.mark.parametrize(
    ("figures", "fell"),
    [
        ({2015: 80, 2016: 75, 2017: 70, 2018: 65}, (2015, 2018)),
        ({2016: 80, 2017: 75, 2018: 70}, None),
        ({2016: 80, 2018: 60}, (2016, 2018)),
        ({2016: 80, 2018: 61}, None),
        ({2014: 90, 2018: 60}, None),
        ({2015: 80, 2016: 75, 2018: 65}, None),
        ({2018: 10}, None),
        ({2016: 40, 2017: 90, 2018: 60}, (2017, 2018)),
    ],
)
def test_falling_run_or_one_large_fall(figures, fell) -> None:
    found = falling(figures, consecutive_falls=3, drop=20, within_years=2)
    assert (found and (found.from_year, found.to_year)) == fell


@pytest.mark.parametrize(
    ("row", "stages"),
    [
        ({"type_name": "Community school", "phase": "Primary", "low_age": 4, "high_age": 11}, ["ks2"]),
        ({"type_name": "Community school", "phase": "Primary", "low_age": 4, "high_age": 10}, ["ks2"]),
        ({"type_name": "Community school", "phase": "Primary", "low_age": 4, "high_age": 7}, []),
        ({"type_name": "Community school", "phase": "Primary", "low_age": None, "high_age": None}, ["ks2"]),
        ({"type_name": "Academy converter", "phase": "Secondary", "low_age": 11, "high_age": 18}, ["ks4"]),
        (
            {"type_name": "Academy converter", "phase": "All-through", "low_age": 3, "high_age": 18},
            ["ks2", "ks4"],
        ),
        (
            {"type_name": "Academy special converter", "phase": "All-through", "low_age": 3, "high_age": 18},
            [],
        ),
        ({"type_name": "Pupil referral unit", "phase": "Secondary", "low_age": 11, "high_age": 16}, []),
        (
            {"type_name": "Local authority nursery school", "phase": "Nursery", "low_age": 3, "high_age": 5},
            [],
        ),
    ],
)
def test_stages_of_school_follow_its_kind_and_ages(row, stages) -> None:
    assert list(stages_of(row)) == stages


def test_route_of_academies_is_the_trust() -> None:
    assert route_of("Free schools") == route_of("Academy sponsor led") == "academy"
    assert route_of("Voluntary aided school") == route_of(None) == "maintained"


def test_evidence_own_visits_that_gave_no_grade_leave_the_predecessors_standing() -> None:
    before = graded(date(2012, 5, 1), "Good", of_predecessor=True)
    visit = Inspection(date(2018, 3, 6), date(2018, 4, 6), "ungraded inspection", None, None)
    found = codes(school(inspections=(visit, before), has_predecessor=True))
    assert found["inspection_good"] == "Good at the inspection of its predecessor of 1 May 2012."
    assert "no_inspection" not in found
