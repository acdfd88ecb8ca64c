"""Coasting by results: three years must each meet their part; a year that is missing gives unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from schoolward.analysis.policy.standard import StandardResult
from schoolward.analysis.policy.working import Working
from schoolward.terms.errors import BadInput
from schoolward.terms.rulebook import CoastingRule, Measure

MET = {"below": "met", "not_below": "not met", "unknown": "unknown", "excluded": "excluded"}


@dataclass(frozen=True)
class CoastingResult:
    """Every school with results in the last year, under one coasting definition.

    `frame` has `urn`, `name`, `la_code`, one column `part <year>` a year (met, not met, unknown, excluded, or
    null for a year without results), `status` (coasting, not_coasting, unknown or excluded) and `reason`.
    """

    rule: CoastingRule
    parts: Mapping[int, StandardResult] = field(repr=False)
    frame: pl.DataFrame = field(repr=False)

    @cached_property
    def _counts(self) -> dict[str, int]:
        return dict(self.frame.group_by("status").len().rows())

    @property
    def coasting(self) -> int:
        """Schools that met their part in every year."""
        return self._counts.get("coasting", 0)

    @property
    def not_coasting(self) -> int:
        """Schools with every year's figures that did not meet their part in one of them."""
        return self._counts.get("not_coasting", 0)

    @property
    def eligible(self) -> int:
        """Schools judged: coasting and not coasting."""
        return self.coasting + self.not_coasting

    @property
    def unknown(self) -> int:
        """Schools that lack a year, or a figure in one of the years."""
        return self._counts.get("unknown", 0)

    @cached_property
    def excluded(self) -> dict[str, int]:
        """Reason to number of schools not judged for it."""
        left_out = self.frame.filter(pl.col("status") == "excluded")
        return dict(sorted(left_out.group_by("reason").len().rows()))

    @property
    def sentence(self) -> str:
        """One sentence that says what was found."""
        return (
            f"{self.coasting:,} of {self.eligible:,} schools are coasting; {self.unknown:,} are unknown "
            f"and {sum(self.excluded.values()):,} are not judged."
        )

    def of_authority(self, la_code: int) -> CoastingResult:
        """The same result for one authority's schools."""
        return replace(self, frame=self.frame.filter(pl.col("la_code") == la_code))

    def working(self, urn: int, measures: Mapping[str, Measure]) -> dict[int, tuple[Working, ...]]:
        """Each year's comparisons for one school; a year without results is not there."""
        found = {}
        for year, part in self.parts.items():
            try:
                found[year] = part.working(urn, measures)
            except BadInput:
                continue
        return found


def judge_coasting(rule: CoastingRule, parts: Mapping[int, StandardResult]) -> CoastingResult:
    """Every school in the last year's part under `rule`; `parts` holds those years that have results at all.

    A school must be judged in every year. The first year, from the last backwards, in which it was left out,
    is missing or is unknown gives the reason.
    """
    last = rule.years[-1]
    schools = parts[last].frame.select("urn", "name", "la_code")
    for year in rule.years:
        schools = schools.join(_part(year, parts.get(year)), on="urn", how="left")
    backwards = sorted(rule.years, reverse=True)
    columns = [pl.col(f"part {year}") for year in rule.years]
    excluded = pl.any_horizontal((column == "excluded").fill_null(False) for column in columns)
    unknown = pl.any_horizontal((column == "unknown") | column.is_null() for column in columns)
    status = (
        pl.when(excluded)
        .then(pl.lit("excluded"))
        .when(unknown)
        .then(pl.lit("unknown"))
        .when(pl.all_horizontal(column == "met" for column in columns))
        .then(pl.lit("coasting"))
        .otherwise(pl.lit("not_coasting"))
    )
    frame = schools.with_columns(status.alias("status")).with_columns(_reason(backwards).alias("reason"))
    return CoastingResult(rule, parts, frame.drop(f"why {year}" for year in rule.years))


def _part(year: int, part: StandardResult | None) -> pl.DataFrame:
    if part is None:
        kinds = {"urn": pl.Int64, f"part {year}": pl.String, f"why {year}": pl.String}
        return pl.DataFrame(schema=kinds)
    return part.frame.select(
        "urn",
        pl.col("status").replace_strict(MET, return_dtype=pl.String).alias(f"part {year}"),
        pl.col("reason").alias(f"why {year}"),
    )


def _reason(years: list[int]) -> pl.Expr:
    left_out = [
        pl.when((pl.col("status") == "excluded") & (pl.col(f"part {y}") == "excluded")).then(
            pl.format("{} in {}", f"why {y}", pl.lit(y))
        )
        for y in years
    ]
    missing = [
        pl.when((pl.col("status") == "unknown") & pl.col(f"part {y}").is_null()).then(
            pl.lit(f"no results in {y}")
        )
        for y in years
    ]
    unknown = [
        pl.when((pl.col("status") == "unknown") & (pl.col(f"part {y}") == "unknown")).then(
            pl.format("{} in {}", f"why {y}", pl.lit(y))
        )
        for y in years
    ]
    return pl.coalesce(*left_out, *missing, *unknown)
