"""What schools' inspections up to a day say about the next: grades, gaps and how long each has waited.

A school is known by its history alone: its number only joins rows, so renumbering a school changes nothing.
"""

from __future__ import annotations

from datetime import date

import polars as pl

MONTH_DAYS = 365.25 / 12
ADVERSE = 3  # requires improvement, satisfactory before it, or needs attention; 4 is graver
RECENT_MONTHS = 24
AREA_PRIOR = 12  # inspections' worth of national rate that an authority's own rate is mixed with


def months_since(day: str | pl.Expr, on: date) -> pl.Expr:
    """Mean months from a column's day to `on`."""
    column = pl.col(day) if isinstance(day, str) else day
    return (pl.lit(on) - column).dt.total_days() / MONTH_DAYS


def history_features(visits: pl.DataFrame, on: date) -> pl.DataFrame:
    """Each school's history in figures: one row a school of `visits`.

    `visits` has `school`, `inspected_on`, `grade` (1 the best to 4) and `of_predecessor`, only those known
    on the day. A grade that does not exist is 0; a duration that does not exist is null.
    """
    # Of two visits on one day (two predecessors of a merged school) the graver comes last and so counts.
    ordered = visits.sort("school", "inspected_on", "grade", "of_predecessor")
    return ordered.group_by("school", maintain_order=True).agg(
        pl.col("grade").last().alias("grade_last"),
        pl.col("grade").slice(-2, 1).first().alias("_second"),
        pl.col("grade").slice(-3, 1).first().alias("_third"),
        pl.col("grade").mean().alias("grade_mean"),
        pl.col("grade").max().alias("grade_worst"),
        pl.len().alias("visits"),
        (pl.col("grade") >= ADVERSE).sum().alias("adverse_visits"),
        months_since(pl.col("inspected_on").last(), on).alias("months_since"),
        (pl.col("inspected_on").diff().dt.total_days().last() / MONTH_DAYS).alias("gap_last"),
        pl.col("of_predecessor").last().cast(pl.Float64).alias("last_of_predecessor"),
    ).with_columns(
        pl.when(pl.col("visits") > 1).then("_second").otherwise(0).alias("grade_before"),
        pl.when(pl.col("visits") > 2).then("_third").otherwise(0).alias("grade_third"),
    ).drop("_second", "_third")  # fmt: skip


def area_rates(visits: pl.DataFrame, on: date) -> pl.DataFrame:
    """Each authority's share of adverse among its recent inspections, drawn towards the national share.

    `visits` has `la_code`, `inspected_on` and `grade`.
    """
    recent = visits.filter(months_since("inspected_on", on) <= RECENT_MONTHS)
    national = (recent["grade"] >= ADVERSE).mean() or 0.0
    return recent.drop_nulls("la_code").group_by("la_code").agg(
        (((pl.col("grade") >= ADVERSE).sum() + AREA_PRIOR * national) / (pl.len() + AREA_PRIOR))
        .alias("area_adverse_share")
    ).sort("la_code")  # fmt: skip


def adverse_within(visits: pl.DataFrame, on: date, until: date) -> pl.DataFrame:
    """The schools with an adverse inspection after `on` and up to `until`: `school`, `adverse` (1)."""
    during = (pl.col("inspected_on") > on) & (pl.col("inspected_on") <= until)
    found = visits.filter(during & (pl.col("grade") >= ADVERSE)).select("school").unique()
    return found.sort("school").with_columns(pl.lit(1, pl.Int8).alias("adverse"))
