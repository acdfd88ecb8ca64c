"""Coasting over three years, case by case, and each year's part at its lines."""

import polars as pl
import pytest

from schoolward.analysis.policy.coasting import judge_coasting
from schoolward.analysis.policy.standard import judge
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.worked_cases import WorkedCase, load_cases

RULEBOOK = load_rulebook()
# Figures of one year that come to each outcome under the part of 2016 to 2018.
YEARS = {
    "met": {"cohort": 30.0, "exp_rwm_pct": 84.0, "prog_read": -2.6, "prog_writ": 0.0, "prog_maths": 0.0},
    "not met": {"cohort": 30.0, "exp_rwm_pct": 85.0, "prog_read": -2.6, "prog_writ": 0.0, "prog_maths": 0.0},
    "unknown": {"cohort": 30.0, "exp_rwm_pct": 40.0, "prog_read": None, "prog_writ": 0.0, "prog_maths": 0.0},
    "excluded": {"cohort": 10.0, "exp_rwm_pct": 40.0, "prog_read": -9.0, "prog_writ": 0.0, "prog_maths": 0.0},
}


def year_of(outcome: str, year: int):
    school = {"urn": 900001, "name": "Reed Bank", "la_code": 990, "mainstream": True, "state_funded": True}
    kinds = dict.fromkeys(YEARS["met"], pl.Float64)
    frame = pl.DataFrame([school | YEARS[outcome]], schema_overrides=kinds)
    return judge(frame, RULEBOOK.coasting_part("ks2", year), year, medians={})


@pytest.mark.parametrize("case", load_cases("coasting"), ids=str)
def test_coasting_worked_case_gives_its_status(case: WorkedCase) -> None:
    parts = {year: year_of(outcome, year) for year, outcome in case.given["years"].items()}
    result = judge_coasting(RULEBOOK.coasting("ks2", case.given["exam_year"]), parts)
    row = result.frame.row(0, named=True)
    assert {key: row[key] for key in case.expected} == case.expected, case.says


@pytest.mark.parametrize(
    ("figures", "status"),
    [
        ({"exp_rwm_pct": 84, "prog_read": -2.6, "prog_writ": 0, "prog_maths": 0}, "below"),
        ({"exp_rwm_pct": 85, "prog_read": -9, "prog_writ": -9, "prog_maths": -9}, "not_below"),
        ({"exp_rwm_pct": 84, "prog_read": -2.5, "prog_writ": -3.5, "prog_maths": -2.5}, "not_below"),
        ({"exp_rwm_pct": 84, "prog_read": 0, "prog_writ": -3.6, "prog_maths": 0}, "below"),
    ],
)
def test_coasting_part_ks2_at_its_lines(figures, status) -> None:
    frame = pl.DataFrame(
        {"urn": [1], "la_code": [990], "mainstream": [True], "state_funded": [True], "cohort": [30.0]}
    )
    frame = frame.with_columns(pl.lit(float(value)).alias(name) for name, value in figures.items())
    result = judge(frame, RULEBOOK.coasting_part("ks2", 2017), 2017, medians={})
    assert result.frame["status"].item() == status


@pytest.mark.parametrize(
    ("p8", "upper", "status"),
    [(-0.26, -0.01, "below"), (-0.25, -0.01, "not_below"), (-0.9, 0.0, "not_below")],
)
def test_coasting_part_ks4_at_its_lines(p8, upper, status) -> None:
    frame = pl.DataFrame(
        {"urn": [1], "la_code": [990], "mainstream": [True], "state_funded": [True], "school_type": ["CY"]}
        | {"cohort": [150.0], "p8": [p8], "p8_upper_ci": [upper], "coverage_pct": [95.0]}
    )
    result = judge(frame, RULEBOOK.coasting_part("ks4", 2018), 2018, medians={})
    assert result.frame["status"].item() == status


def test_coasting_years_roll_forward_and_end() -> None:
    assert RULEBOOK.coasting("ks2", 2016).years == (2014, 2015, 2016)
    assert RULEBOOK.coasting("ks4", 2017).years == (2015, 2016, 2017)
    assert RULEBOOK.coasting("ks2", 2018).years == (2016, 2017, 2018)
    assert RULEBOOK.coasting("ks2", 2019) is None
    assert RULEBOOK.coasting_part("ks2", 2019).condition is None
