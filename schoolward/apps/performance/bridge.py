"""Published results brought together with the dated rules; importable without Django set up."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from schoolward.analysis.policy.standard import Closed, StandardResult, judge
from schoolward.datasets import frames
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
    rule = _floor_rule(rulebook, key_stage, exam_year, rule_id)
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
    frame = pl.DataFrame() if rule.condition is None else results(store, rule.key_stage, exam_year, as_at)
    if authority is not None and not frame.is_empty():
        frame = frame.filter(pl.col("la_code") == authority)
        _check_some(frame, f"authority {authority}", rule.key_stage, exam_year)
    if closed == "exclude" and not frame.is_empty():
        frame = frame.with_columns(
            pl.col("urn").is_in(converted(store, as_at)).alias("continued_as_converter")
        )
    return judge(frame, rule, exam_year, medians=medians, closed=closed)


def results(store: Store, key_stage: KeyStage, exam_year: int, as_at: date | None) -> pl.DataFrame:
    """One row per school with its figures of the year, as known on `as_at`."""
    frame = frames.results(store, key_stage, exam_year, as_at)
    _check_some(frame, "any school", key_stage, exam_year, as_at)
    return frame


def _check_some(
    frame: pl.DataFrame, whose: str, key_stage: KeyStage, exam_year: int, as_at: date | None = None
) -> None:
    if frame.is_empty():
        by = f" by {as_at:%d %B %Y}" if as_at else ""
        raise NotEnoughData(
            f"There are no results of {whose} at {key_stage.label} in {exam_year}{by}.",
            do="Import that year's performance tables with 'schoolward import', or choose another year.",
        )


def converted(store: Store, as_at: date | None) -> Sequence[int]:
    """Schools whose successor is a converter academy: the same school under a new number."""
    successors = frames.links(store).filter(pl.col("link_type").str.starts_with("Successor"))
    types = frames.schools(store, as_at).select(link_urn="urn", type_name="type_name")
    converters = successors.join(types, on="link_urn").filter(
        pl.col("type_name").str.contains("(?i)converter")
    )
    return converters["urn"].unique().to_list()
