"""The vectorised floor standard against its dull twin, row by row, on schools drawn near every line."""

import importlib.util
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from schoolward.analysis.policy.standard import judge
from schoolward.datasets.rulebook import load_rulebook

spec = importlib.util.spec_from_file_location("floor_by_hand", Path(__file__).with_name("floor_by_hand.py"))
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)

SCHOOLS = 4_000
DRAWN = {
    "ks2": {
        "cohort": [4, 10, 11, 12, 30, 60],
        "exp_rwm_pct": [40, 64, 65, 66, 90],
        "prog_read": [-9, -5.1, -5, -4.9, 0],
        "prog_writ": [-9, -7.1, -7, -6.9, 0],
        "prog_maths": [-9, -5.1, -5, -4.9, 0],
        "coverage_read_pct": [49, 50, 90, 95, 100],
        "coverage_writ_pct": [49, 50, 90, 95, 100],
        "coverage_maths_pct": [49, 50, 90, 95, 100],
    },
    "ks4": {
        "cohort": [5, 6, 100, 150],
        "p8": [-1.2, -0.51, -0.5, -0.49, 0.3],
        "p8_upper_ci": [-0.3, -0.01, 0, 0.01],
        "coverage_pct": [49, 50, 90, 95, 100],
    },
}


def drawn_schools(phase: str, rng: np.random.Generator) -> pl.DataFrame:
    """Schools whose figures lie on and about the lines, some missing for each reason publishers give."""
    columns = {"urn": np.arange(SCHOOLS) + 900_001, "la_code": np.full(SCHOOLS, 990)}
    for name, values in DRAWN[phase].items():
        missing = rng.random(SCHOOLS) < 0.08
        codes = rng.choice(["SUPP", "NE", "LOWCOV", "blank", "not carried"], SCHOOLS)
        figures = rng.choice(values, SCHOOLS).astype(float)
        columns[name] = [None if gone else figure for gone, figure in zip(missing, figures, strict=True)]
        columns[f"{name}_code"] = [code if gone else None for gone, code in zip(missing, codes, strict=True)]
    for name in ("mainstream", "state_funded"):
        drawn = rng.choice(["true", "true", "true", "true", "true", "false", "unknown"], SCHOOLS)
        columns[name] = [{"true": True, "false": False}.get(str(each)) for each in drawn]
    columns["school_type"] = [
        str(each) or None for each in rng.choice(["CY", "AC", "UTC", "SS", ""], SCHOOLS)
    ]
    return pl.DataFrame(columns)


@pytest.mark.parametrize(("phase", "twin"), [("ks2", by_hand.ks2), ("ks4", by_hand.ks4)])
def test_floor_drawn_schools_agree_with_the_twin(phase, twin) -> None:
    frame = drawn_schools(phase, np.random.default_rng(20110322))
    if phase == "ks4":  # the twin knows cohort and coverage as figures or as missing, never as not carried
        frame = frame.with_columns(pl.col("cohort_code", "coverage_pct_code").replace("not carried", "blank"))
    else:
        frame = frame.with_columns(pl.col("cohort_code").replace("not carried", "blank"))
    result = judge(frame, load_rulebook().floor(phase, 2018), 2018, medians={})
    expected = [twin(row) for row in frame.iter_rows(named=True)]
    assert result.frame["status"].to_list() == expected
    assert set(expected) == {"below", "not_below", "unknown", "excluded"}


@pytest.mark.parametrize("phase", ["ks2", "ks4"])
def test_working_of_every_drawn_school_explains_its_status(phase) -> None:
    rulebook = load_rulebook()
    frame = drawn_schools(phase, np.random.default_rng(7)).head(600)
    result = judge(frame, rulebook.floor(phase, 2018), 2018, medians={})
    for row in result.rows():
        lines = result.working_of(row, rulebook.measures)
        excluded = {line.reason for line in lines if line.role == "exclusion" and line.holds}
        standard = [line.holds for line in lines if line.role == "standard"]
        match row["status"]:
            case "excluded":
                assert row["reason"] in excluded
            case "unknown":
                assert not excluded
                assert None in standard or any(line.holds is None for line in lines if line.tested)
            case "below":
                assert not excluded
                assert standard[0] is True
                assert True in standard[1:]
                assert None not in standard
            case "not_below":
                assert not excluded
                assert False in standard
                assert None not in standard
