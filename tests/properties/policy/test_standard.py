"""What must hold for any school, any figures and any floor standard."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from schoolward.analysis.policy.standard import STATUSES, judge
from schoolward.datasets.rulebook import load_rulebook
from schoolward.terms.rulebook import ResultRule, comparisons_of

RULEBOOK = load_rulebook()
RULES = [rule for rule in RULEBOOK.of(ResultRule) if rule.topic.startswith("floor") and rule.condition]


@st.composite
def judged_schools(draw):
    rule = draw(st.sampled_from(RULES))
    measures = sorted({test.measure for test in comparisons_of(rule.condition)})
    figure = st.one_of(st.none(), st.integers(-120, 120).map(lambda tenths: tenths / 1.0))
    count = draw(st.integers(1, 8))
    rows = [
        {
            "urn": 900_001 + n,
            "la_code": 990,
            "mainstream": draw(st.sampled_from([True, True, False, None])),
            "state_funded": draw(st.sampled_from([True, True, False, None])),
            "school_type": "CY",
            "cohort": draw(st.one_of(st.none(), st.integers(0, 200).map(float))),
            **{measure: draw(figure) for measure in measures},
        }
        for n in range(count)
    ]
    medians = {test.measure: draw(figure) for test in comparisons_of(rule.condition) if test.uses_median}
    schema = {"urn": pl.Int64, "la_code": pl.Int64, "mainstream": pl.Boolean, "state_funded": pl.Boolean}
    schema |= {"school_type": pl.String, "cohort": pl.Float64} | dict.fromkeys(measures, pl.Float64)
    return rule, measures, medians, pl.DataFrame(rows, schema=schema)


@given(judged_schools(), st.sampled_from(["include", "exclude"]))
@settings(deadline=None, max_examples=80)
def test_judge_any_schools_counts_each_once(drawn, closed) -> None:
    rule, _, medians, frame = drawn
    result = judge(frame, rule, rule.first_exam_year, medians=medians, closed=closed)
    assert result.eligible + result.unknown + sum(result.excluded.values()) == len(frame)
    assert result.eligible == result.below + result.not_below
    assert set(result.frame["status"]) <= set(STATUSES)
    assert result.frame["urn"].to_list() == frame["urn"].to_list()


@given(judged_schools())
@settings(deadline=None, max_examples=80)
def test_judge_school_with_any_figure_missing_is_never_eligible(drawn) -> None:
    rule, measures, medians, frame = drawn
    result = judge(frame, rule, rule.first_exam_year, medians=medians)
    for row in result.rows():
        lacks_median = any(value is None for value in medians.values())
        if lacks_median or any(row[measure] is None for measure in measures):
            assert row["status"] in ("unknown", "excluded")
            assert row["reason"]


@given(judged_schools(), st.data())
@settings(deadline=None, max_examples=80)
def test_judge_blanking_a_figure_never_makes_a_school_pass_or_fail(drawn, data) -> None:
    rule, measures, medians, frame = drawn
    before = judge(frame, rule, rule.first_exam_year, medians=medians).frame["status"]
    gone = data.draw(st.sampled_from(measures))
    blanked = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(gone))
    after = judge(blanked, rule, rule.first_exam_year, medians=medians).frame["status"]
    for was, now in zip(before, after, strict=True):
        assert now == ("excluded" if was == "excluded" else "unknown")
