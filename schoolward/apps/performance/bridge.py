"""Published results brought together with the dated rules; importable without Django set up."""

from datetime import date

import polars as pl

from schoolward.analysis.policy.standard import Closed, StandardResult, judge
from schoolward.datasets import frames
from schoolward.datasets.attributes import CONVERTED
from schoolward.datasets.store import Store
from schoolward.terms.errors import BadInput, NotEnoughData
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import ResultRule, Rulebook


def floor(
    store: Store,
    rulebook: Rulebook,
    key_stage: KeyStage,
    exam_year: int,
    *,
    authority: int | None = None,
    closed: Closed = "include",
    as_at: date | None = None,
    rule_id: str | None = None,
) -> StandardResult:
    """Every school under the floor standard of its exam year, or under `rule_id` if given.

    `as_at` keeps to what was published by that day; `closed` says whether schools closed by the end of the
    school year stay in. A year without a standard gives a result that says so.
    """
    rule = _floor_rule(rulebook, KeyStage(key_stage), exam_year, rule_id)
    return judged(store, rulebook, rule, exam_year, authority=authority, closed=closed, as_at=as_at)


def _floor_rule(rulebook: Rulebook, key_stage: KeyStage, exam_year: int, rule_id: str | None) -> ResultRule:
    if rule_id is None:
        return rulebook.floor(key_stage, exam_year)
    rule = rulebook.rule(rule_id)
    if not isinstance(rule, ResultRule) or rule.key_stage != key_stage:
        raise BadInput(f"'{rule_id}' is not a test of results at {key_stage.label}.")
    return rule


def judged(
    store: Store,
    rulebook: Rulebook,
    rule: ResultRule,
    exam_year: int,
    *,
    authority: int | None = None,
    closed: Closed = "include",
    as_at: date | None = None,
) -> StandardResult:
    """Every school's results of one year under any rule that tests results."""
    medians = rulebook.medians_for(rule.key_stage, exam_year)
    if rule.condition is None:
        return judge(pl.DataFrame(), rule, exam_year, medians=medians, closed=closed)
    frame = frames.results(store, rule.key_stage, exam_year, as_at)
    if authority is not None:
        frame = _of_authority(frame, authority, rule.key_stage, exam_year)
    carried_on = pl.col("closure_kind") == CONVERTED
    frame = frame.with_columns(carried_on.alias("continued_as_converter"))
    return judge(frame, rule, exam_year, medians=medians, closed=closed)


def _of_authority(frame: pl.DataFrame, authority: int, key_stage: KeyStage, exam_year: int) -> pl.DataFrame:
    mine = frame.filter(pl.col("la_code") == authority)
    if mine.is_empty():
        raise NotEnoughData(
            f"Authority {authority} has no school in the results at {key_stage.label} in {exam_year}.",
            do="Check the code, or import the register, which gives each school's authority.",
        )
    return mine
