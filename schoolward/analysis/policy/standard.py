"""A year's results judged against a dated standard, with the working."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import polars as pl

from schoolward.analysis.policy.expressions import (
    Facts,
    Medians,
    exclusion,
    holds,
    limit,
    school_facts,
    strict,
    with_measures,
)
from schoolward.analysis.policy.working import School, Working, working_of
from schoolward.terms.errors import BadInput
from schoolward.terms.rulebook import Condition, Exclusion, Measure, ResultRule, comparisons_of

Closed = Literal["include", "exclude"]
Status = Literal["below", "not_below", "unknown", "excluded"]
STATUSES: tuple[Status, ...] = ("below", "not_below", "unknown", "excluded")


@dataclass(frozen=True)
class StandardResult:
    """Every school of one exam year under one rule.

    `frame` has the figures given, with `status`, `reason` and `caution` added. `standard` is False where the
    law set no standard for the year: then nothing was judged, and `sentence` says so.
    """

    exam_year: int
    rule: ResultRule
    closed: Closed
    medians: Medians
    frame: pl.DataFrame = field(repr=False)

    @property
    def phase(self) -> str:
        """'ks2' or 'ks4'."""
        return str(self.rule.key_stage)

    @property
    def standard(self) -> bool:
        """False where no standard was in force for the exam year."""
        return self.rule.condition is not None

    @cached_property
    def _counts(self) -> dict[str, int]:
        return dict(self.frame.group_by("status").len().rows())

    @property
    def below(self) -> int:
        """Schools for which every condition holds."""
        return self._counts.get("below", 0)

    @property
    def not_below(self) -> int:
        """Schools with every figure, for which the conditions do not all hold."""
        return self._counts.get("not_below", 0)

    @property
    def eligible(self) -> int:
        """Schools judged: below and not below."""
        return self.below + self.not_below

    @property
    def unknown(self) -> int:
        """Schools that lack a figure which a threshold needs."""
        return self._counts.get("unknown", 0)

    @cached_property
    def excluded(self) -> dict[str, int]:
        """Reason to number of schools not judged for it; a school counts under the first that holds."""
        left_out = self.frame.filter(pl.col("status") == "excluded")
        return dict(sorted(left_out.group_by("reason").len().rows()))

    @cached_property
    def cautions(self) -> dict[str, int]:
        """Caution to number of schools below that carry it."""
        return dict(self.frame.drop_nulls("caution").group_by("caution").len().sort("caution").rows())

    @property
    def sentence(self) -> str:
        """One sentence that says what was found, fit for a page."""
        if not self.standard:
            return f"{self.rule.title}. {self.rule.note}"
        return (
            f"{self.below:,} of {self.eligible:,} schools are below; {self.unknown:,} are unknown "
            f"and {sum(self.excluded.values()):,} are not judged."
        )

    def of_authority(self, la_code: int) -> StandardResult:
        """The same result for one authority's schools."""
        return replace(self, frame=self.frame.filter(pl.col("la_code").cast(pl.Int64) == la_code))

    def of_schools(self, urns: Sequence[int]) -> StandardResult:
        """The same result for some schools."""
        return replace(self, frame=self.frame.filter(pl.col("urn").is_in(list(urns))))

    def row(self, urn: int) -> dict:
        """One school's figures with its status."""
        found = self.frame.filter(pl.col("urn") == urn)
        if found.is_empty():
            year = f"{self.rule.key_stage.label} in {self.exam_year}"
            raise BadInput(f"There are no results for URN {urn} at {year}.")
        return found.row(0, named=True)

    def working(self, urn: int, measures: Mapping[str, Measure]) -> tuple[Working, ...]:
        """Each comparison made for one school, with its figure, threshold and outcome."""
        return self.working_of(self.row(urn), measures)

    def working_of(self, row: dict, measures: Mapping[str, Measure]) -> tuple[Working, ...]:
        """The same for a row at hand."""
        school = School(row, self.exam_year, self.medians, measures)
        return working_of(school, self.rule, tested(self.rule, self.closed))

    def rows(self) -> Iterator[dict]:
        """Every school's row, in the frame's order."""
        return self.frame.iter_rows(named=True)


def judge(
    frame: pl.DataFrame, rule: ResultRule, exam_year: int, *, medians: Medians, closed: Closed = "include"
) -> StandardResult:
    """Every school in `frame` (one row each, figures of `exam_year`) under `rule`.

    `medians` are the national ones of that exam year; `closed` says whether closed schools stay in.
    """
    if rule.condition is None:
        kinds = {
            "urn": pl.Int64,
            "la_code": pl.Int64,
            "status": pl.String,
            "reason": pl.String,
            "caution": pl.String,
        }
        return StandardResult(exam_year, rule, closed, medians, pl.DataFrame(schema=kinds))
    left_out = tested(rule, closed)
    conditions = [rule.condition, *(each.when for each in left_out), *(each.when for each in rule.cautions)]
    ready = with_measures(frame, conditions)
    judged = _judged(ready, rule, left_out, medians, school_facts(exam_year))
    return StandardResult(exam_year, rule, closed, medians, judged)


def tested(rule: ResultRule, closed: Closed) -> tuple[Exclusion, ...]:
    """The exclusions that are tested: without `closed` where closed schools stay in."""
    return tuple(each for each in rule.exclusions if closed == "exclude" or each.reason != "closed")


def _judged(
    frame: pl.DataFrame, rule: ResultRule, left_out: tuple[Exclusion, ...], medians: Medians, facts: Facts
) -> pl.DataFrame:
    holding = {each.reason: pl.col(f"_excluded {each.reason}") for each in left_out}
    tests = [exclusion(each.when, medians, facts).alias(f"_excluded {each.reason}") for each in left_out]
    frame = frame.with_columns(*tests, strict(rule.condition, medians, facts).alias("_below"))
    frame = frame.with_columns(_status(list(holding.values())).alias("status"))
    reason = pl.coalesce(
        *(pl.when(holds_).then(pl.lit(name)) for name, holds_ in holding.items()),
        pl.when(pl.col("status") == "unknown").then(_open_question(rule.condition, holding, medians)),
    )
    added = frame.with_columns(reason.alias("reason"), _caution(rule, medians, facts).alias("caution"))
    return added.drop("_below", *(f"_excluded {each.reason}" for each in left_out))


def _status(holding: list[pl.Expr]) -> pl.Expr:
    excluded = pl.any_horizontal(pl.lit(False), *(each.fill_null(False) for each in holding))
    unknown = pl.any_horizontal(pl.col("_below").is_null(), *(each.is_null() for each in holding))
    return (
        pl.when(excluded)
        .then(pl.lit("excluded"))
        .when(unknown)
        .then(pl.lit("unknown"))
        .when(pl.col("_below"))
        .then(pl.lit("below"))
        .otherwise(pl.lit("not_below"))
    )


def _open_question(condition: Condition, holding: dict[str, pl.Expr], medians: Medians) -> pl.Expr:
    """What first made a school unknown: an exclusion that cannot be decided, a figure, or a median."""
    tests = list(comparisons_of(condition))
    return pl.coalesce(
        *(pl.when(each.is_null()).then(pl.lit(name)) for name, each in holding.items()),
        *(pl.when(pl.col(test.measure).is_null()).then(pl.lit(test.measure)) for test in tests),
        *(pl.lit(f"median {test.measure}") for test in tests if limit(test, medians) is None),
    )


def _caution(rule: ResultRule, medians: Medians, facts: Facts) -> pl.Expr:
    notes = [pl.when(holds(each.when, medians, facts)).then(pl.lit(each.name)) for each in rule.cautions]
    return pl.when(pl.col("status") == "below").then(pl.coalesce(*notes, pl.lit(None, dtype=pl.String)))
