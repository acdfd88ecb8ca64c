"""Conditions of the rulebook as Polars expressions over a frame with one row per school.

A missing figure gives null, never false. In a standard that is strict: one missing operand and the whole is
null. In an exclusion it is three-valued logic: any exclusion that surely holds excludes, whatever else is
missing; and a measure that the product does not carry at all is not tested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from operator import and_, ge, gt, le, lt, or_

import polars as pl

from schoolward.terms.codes import NOT_CARRIED
from schoolward.terms.errors import NotEnoughData, RulesError
from schoolward.terms.rulebook import Comparison, Condition, Flag, Group, comparisons_of

COMPARE: dict[str, Callable] = {"<": lt, "<=": le, ">": gt, ">=": ge}

Medians = Mapping[str, float | None]
type Facts = Mapping[str, pl.Expr]


def code_column(measure: str) -> str:
    """The column that says why a measure has no figure."""
    return f"{measure}_code"


def year_end(exam_year: int) -> date:
    """The last day of the school year."""
    return date(exam_year, 8, 31)


def school_facts(exam_year: int) -> dict[str, pl.Expr]:
    """The flags that rules may name, as expressions over a frame of results.

    `closed`: as the results file itself flags it; where it has no flag, closed by 31 August of the exam
    year and not carried on by a converter academy, which is the same school under a new number. The flag
    in the key stage 4 file of 2018 marks just such schools, and leaves those that became converters open.
    """
    gone = (pl.col("closed_on") <= year_end(exam_year)).fill_null(False)
    carried_on = pl.col("continued_as_converter").fill_null(False)
    return {
        "special_school": ~pl.col("mainstream"),
        "not_state_funded": ~pl.col("state_funded"),
        "closed": pl.coalesce(pl.col("iclose") == 1, gone & ~carried_on),
    }


def strict(condition: Condition, medians: Medians, facts: Facts) -> pl.Expr:
    """True, false, or null as soon as any figure the condition speaks of is missing."""
    tests = list(comparisons_of(condition))
    if any(limit(test, medians) is None for test in tests):
        return pl.lit(None, dtype=pl.Boolean)
    known = pl.all_horizontal(pl.col(test.measure).is_not_null() for test in tests)
    return pl.when(known).then(holds(condition, medians, facts))


def exclusion(condition: Condition, medians: Medians, facts: Facts) -> pl.Expr:
    """True, false or null, where a measure the product does not carry counts as not tested."""
    return holds(condition, medians, facts, missing_is_false=True)


def holds(condition: Condition, medians: Medians, facts: Facts, *, missing_is_false: bool = False) -> pl.Expr:
    """The condition in three-valued logic."""
    match condition:
        case Comparison():
            return _test(condition, medians, missing_is_false)
        case Flag(name):
            return _fact(name, facts)
        case Group(combine, terms):
            parts = [holds(term, medians, facts, missing_is_false=missing_is_false) for term in terms]
            return reduce(and_ if combine == "all" else or_, parts)
    raise AssertionError(condition)


def limit(test: Comparison, medians: Medians) -> float | str | None:
    """The threshold as a value: a number, words joined by commas, or None for a median not found."""
    if test.uses_median:
        return medians.get(test.measure)
    return ", ".join(test.threshold) if isinstance(test.threshold, tuple) else test.threshold


def _test(test: Comparison, medians: Medians, missing_is_false: bool) -> pl.Expr:
    code = pl.col(code_column(test.measure))
    if test.operator == "is":
        return (code == test.threshold).fill_null(False)
    if test.operator == "in":
        return pl.col(test.measure).is_in(list(test.threshold))
    value = limit(test, medians)
    compared = COMPARE[test.operator](pl.col(test.measure), pl.lit(value, dtype=pl.Float64))
    if not missing_is_false:
        return compared
    return pl.when(code.eq_missing(NOT_CARRIED)).then(pl.lit(False)).otherwise(compared)


def _fact(name: str, facts: Facts) -> pl.Expr:
    if name not in facts:
        raise RulesError(f"'{name}' is not a fact that can be tested.", do=f"Known: {', '.join(facts)}.")
    return facts[name]


def with_measures(frame: pl.DataFrame, conditions: list[Condition]) -> pl.DataFrame:
    """The frame with every measure the conditions name: those it lacks are null and coded as not carried."""
    if missing := {"urn", "mainstream", "state_funded"} - set(frame.columns):
        raise NotEnoughData(f"The results lack {', '.join(sorted(missing))}.", do="Import the files again.")
    optional = {
        "closed_on": pl.Date,
        "continued_as_converter": pl.Boolean,
        "iclose": pl.Int64,
        "school_type": pl.String,
    }
    added = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in optional.items() if name not in frame.columns
    ]
    measures = {test.measure for condition in conditions for test in comparisons_of(condition)}
    for measure in sorted(measures - set(optional)):
        carried = measure in frame.columns
        if not carried:
            added.append(pl.lit(None, dtype=pl.Float64).alias(measure))
        if not carried or code_column(measure) not in frame.columns:
            code = None if carried else NOT_CARRIED
            added.append(pl.lit(code, dtype=pl.String).alias(code_column(measure)))
    return frame.with_columns(added)
