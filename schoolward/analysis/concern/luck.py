"""Which line of a floor standard luck is asked about, and the chance for one school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from schoolward.analysis.concern.chance import (
    Chance,
    Cohort,
    ScoreSpread,
    Spread,
    fit_score_spread,
    fit_spread,
    score_chance,
    share_chance,
)
from schoolward.terms.rulebook import Comparison, ResultRule, comparisons_of

SCORES = {"p8": "p8_upper_ci"}


def attainment_line(rule: ResultRule) -> Comparison | None:
    """The first comparison of a share of pupils, or of a score with limits, with a fixed line."""
    if rule.condition is None:
        return None
    for each in comparisons_of(rule.condition):
        fixed = isinstance(each.threshold, float) and each.operator == "<"
        if fixed and (each.measure.endswith("_pct") or each.measure in SCORES):
            return each
    return None


def spread_of(schools: pl.DataFrame, line: Comparison) -> Spread | ScoreSpread:
    """How schools differ on the line's measure; `schools` are those judged in the year."""
    if line.measure in SCORES:
        upper = SCORES[line.measure]
        known = schools.drop_nulls([line.measure, upper])
        return fit_score_spread(known[line.measure].to_list(), known[upper].to_list())
    known = schools.drop_nulls([line.measure, "cohort"])
    reached = (known["cohort"] * known[line.measure] / 100).round()
    return fit_spread(known["cohort"].to_list(), reached.to_list())


def chance_for(
    years: Sequence[tuple[int, Mapping]], line: Comparison, spread: Spread | ScoreSpread
) -> Chance | None:
    """Luck for a school; `years` are its figures, oldest first, ending with the year shown.

    None where the year shown lacks a figure.
    """
    if isinstance(spread, ScoreSpread):
        score, upper = (years[-1][1].get(name) for name in (line.measure, SCORES[line.measure]))
        return None if score is None or upper is None else score_chance(score, upper, spread, line.threshold)
    cohorts = [_cohort(year, row, line.measure) for year, row in years]
    if cohorts[-1] is None:
        return None
    return share_chance([cohort for cohort in cohorts if cohort], spread, line.threshold)


def _cohort(year: int, row: Mapping, measure: str) -> Cohort | None:
    pupils, share = row.get("cohort"), row.get(measure)
    if share is None or not pupils:
        return None
    return Cohort(year, int(pupils), round(pupils * share / 100))
