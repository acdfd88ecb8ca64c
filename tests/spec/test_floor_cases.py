"""The floor standards at their boundaries, case by case, from schoolward/rules/cases."""

import polars as pl
import pytest

from schoolward.analysis.policy.standard import judge
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.worked_cases import WorkedCase, load_cases

RULEBOOK = load_rulebook()
TYPES = {"mainstream": pl.Boolean, "state_funded": pl.Boolean, "school_type": pl.String}
DAYS = {"closed_on": pl.Date, "continued_as_converter": pl.Boolean}
CASES = [*load_cases("floor_ks2"), *load_cases("floor_ks4")]


def school(figures: dict, codes: dict) -> pl.DataFrame:
    """One school's row; a measure the case does not name is one its file does not carry."""
    kinds = {name: TYPES.get(name) or DAYS.get(name) or pl.Float64 for name in figures}
    row = pl.DataFrame({name: [value] for name, value in figures.items()}, schema=kinds, strict=False)
    marks = {f"{name}_code": [code] for name, code in codes.items()}
    return pl.concat(
        [pl.DataFrame({"urn": [900001], "la_code": [990]}), row, pl.DataFrame(marks)], how="horizontal"
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_floor_worked_case_gives_its_status(case: WorkedCase) -> None:
    given = case.given
    result = judge(
        school(given["figures"], given.get("codes", {})),
        RULEBOOK.rule(given["rule"]),
        given["exam_year"],
        medians=given.get("medians", {}),
        closed=given.get("closed", "include"),
    )
    row = result.frame.row(0, named=True)
    assert {key: row[key] for key in case.expected} == case.expected, case.says


def test_every_floor_rule_with_a_condition_has_cases_on_both_sides_of_its_line() -> None:
    for topic in ("floor_ks2", "floor_ks4"):
        for rule in RULEBOOK.topics[topic].values:
            if rule.condition is not None:
                met = {case.expected["status"] for case in CASES if case.given["rule"] == rule.id}
                assert {"below", "not_below"} <= met, rule.id
