"""Schools judged by the dated rules on one day's knowledge of their results, and whose results they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import polars as pl

from schoolward.analysis.policy.coasting import CoastingResult, judge_coasting
from schoolward.analysis.policy.standard import Closed, StandardResult, judge
from schoolward.datasets import frames
from schoolward.datasets.store import Store
from schoolward.datasets.successions import CONVERTED
from schoolward.terms.errors import BadInput, NotEnoughData
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import ResultRule, Rulebook, comparisons_of


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
    """Every school's results of one year under any rule that tests results, with the measures it tests."""
    medians = rulebook.medians_for(rule.key_stage, exam_year)
    if rule.condition is None:
        return judge(pl.DataFrame(), rule, exam_year, medians=medians, closed=closed)
    frame = _results(_asked(store, rule.key_stage, exam_year, as_at, _tested(rule)))
    if authority is not None:
        frame = _of_authority(frame, authority, rule.key_stage, exam_year)
    return judge(_with_closures(frame), rule, exam_year, medians=medians, closed=closed)


@dataclass(frozen=True)
class _Asked:
    """Which results of which edition: editions never change, so two of one key have one answer."""

    path: str
    edition: str
    key_stage: KeyStage
    exam_year: int
    as_at: date | None
    measures: frozenset[str] | None
    store: Store = field(compare=False, repr=False)


def results(store: Store, key_stage: KeyStage, exam_year: int, as_at: date | None) -> pl.DataFrame:
    """One row a school with its figures and type, kept in memory while the edition is in use."""
    return _results(_asked(store, KeyStage(key_stage), exam_year, as_at, None))


def _tested(rule: ResultRule) -> frozenset[str]:
    """The measures that a rule speaks of."""
    conditions = [rule.condition, *(each.when for each in (*rule.exclusions, *rule.cautions))]
    return frozenset(test.measure for condition in conditions for test in comparisons_of(condition))


def _asked(
    store: Store, key_stage: KeyStage, exam_year: int, as_at: date | None, measures: frozenset[str] | None
) -> _Asked:
    pinned = store.pinned()
    return _Asked(str(store.path), pinned.edition, key_stage, exam_year, as_at, measures, pinned)


@lru_cache(maxsize=8)
def _results(asked: _Asked) -> pl.DataFrame:
    return frames.results(asked.store, asked.key_stage, asked.exam_year, asked.as_at, asked.measures)


def _of_authority(frame: pl.DataFrame, authority: int, key_stage: KeyStage, exam_year: int) -> pl.DataFrame:
    mine = frame.filter(pl.col("la_code") == authority)
    if mine.is_empty():
        raise NotEnoughData(
            f"Authority {authority} has no school in the results at {key_stage.label} in {exam_year}.",
            do="Check the code, or import the register, which gives each school's authority.",
        )
    return mine


def coasting(
    store: Store,
    rulebook: Rulebook,
    key_stage: KeyStage,
    exam_year: int,
    *,
    authority: int | None = None,
    closed: Closed = "include",
    as_at: date | None = None,
) -> CoastingResult:
    """Every school under the coasting definition decided on an exam year's results.

    A converter academy has its predecessor's results for the years before it opened: it is the same school. A
    sponsored academy has not. Raises NotEnoughData where there was no definition by results for the year.
    """
    stage = KeyStage(key_stage)
    rule = rulebook.coasting(stage, exam_year)
    if rule is None:
        raise NotEnoughData(
            f"There was no coasting definition by results for {stage.label} in {exam_year}.",
            do="It was decided on the results of 2016, 2017 and 2018; inspections decided it later.",
        )
    known = frames.exam_years(store, stage, as_at)
    parts = {
        year: _part(store, rulebook, stage, year, closed, as_at)
        for year in rule.years
        if year in known or year == rule.years[-1]
    }
    result = judge_coasting(rule, parts)
    return result.of_authority(authority) if authority is not None else result


def _part(
    store: Store, rulebook: Rulebook, stage: KeyStage, year: int, closed: Closed, as_at: date | None
) -> StandardResult:
    rule = rulebook.coasting_part(stage, year)
    frame = _with_closures(results(store, stage, year, as_at))
    medians = rulebook.medians_for(stage, year)
    return judge(_with_converters(frame, store, as_at), rule, year, medians=medians, closed=closed)


def _with_closures(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns((pl.col("closure_kind") == CONVERTED).alias("continued_as_converter"))


def _with_converters(frame: pl.DataFrame, store: Store, as_at: date | None) -> pl.DataFrame:
    """The frame with each predecessor's row also under the number of the converter academy that has none."""
    became = frames.closures(store, as_at).filter(pl.col("closure_kind") == CONVERTED)
    heirs = became.select("urn", pl.col("other_urn").alias("heir")).drop_nulls()
    inherited = frame.join(heirs, on="urn").filter(~pl.col("heir").is_in(frame["urn"].implode()))
    renamed = inherited.with_columns(pl.col("heir").alias("urn")).unique(
        "urn", keep="first", maintain_order=True
    )
    return pl.concat([frame, renamed.select(frame.columns)])


def history(store: Store, urn: int, as_at: date | None = None) -> list[dict]:
    """A school's published results, oldest first, each row saying whether they are a predecessor's.

    Rows have `key_stage`, `exam_year`, `of_urn`, `before_change` (True for a predecessor's), every measure
    with its code, and where the figures come from.
    """
    numbers = [urn, *sorted(ancestors(store, [urn], as_at).get(urn, ()))]
    rows = []
    for stage in KeyStage:
        for year in frames.exam_years(store, stage, as_at):
            found = results(store, stage, year, as_at).filter(pl.col("urn").is_in(numbers))
            rows += [
                {
                    **row,
                    "key_stage": stage,
                    "exam_year": year,
                    "of_urn": row["urn"],
                    "before_change": row["urn"] != urn,
                }
                for row in found.iter_rows(named=True)
            ]
    return sorted(rows, key=lambda row: (row["key_stage"], row["exam_year"], not row["before_change"]))


def ancestors(
    store: Store, urns: Sequence[int], as_at: date | None, *, steps: int = 4
) -> dict[int, set[int]]:
    """For each school, the numbers of the schools it replaced, those of theirs, and so on for `steps`."""
    links = frames.successors(store, as_at).select("urn", "successor_urn")
    found: dict[int, set[int]] = {urn: set() for urn in urns}
    numbers = {"root": pl.Int64, "successor_urn": pl.Int64}
    level = pl.DataFrame({"root": list(urns), "successor_urn": list(urns)}, schema_overrides=numbers)
    for _ in range(steps):
        level = level.join(links, on="successor_urn").select("root", pl.col("urn").alias("successor_urn"))
        if level.is_empty():
            break
        for root, urn in level.iter_rows():
            found[root].add(urn)
    return {urn: olds - {urn} for urn, olds in found.items()}
