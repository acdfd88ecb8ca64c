"""Facts that carry their own date: inspections, links, and the yearly totals of money and staff."""

from __future__ import annotations

from datetime import date

import polars as pl

from schoolward.datasets.ofsted.reader import AREAS
from schoolward.datasets.releases import release_table
from schoolward.datasets.store import Part, Store

STATED, BY_LAG = "stated", "inspection day and a lag"


def inspections(store: Store, as_at: date | None = None) -> pl.DataFrame:
    """One row an inspection published by the day, under the number the school had at the time.

    `grade` and `category` are in words, null where none was given; `event` is a graded inspection, an
    ungraded one or a report card; `published_basis` says whether the file gave the day of publication.
    """
    kinds = {
        "urn": pl.Int64, "school_urn": pl.Int64, "inspected_on": pl.Date, "published_on": pl.Date,
        "published_basis": pl.String, "grade": pl.String, "category": pl.String, "event": pl.String,
        "inspection_number": pl.String, **dict.fromkeys(AREAS, pl.String), "source": pl.String,
        "part": pl.String,
    }  # fmt: skip
    parts = sorted(store.parts("inspections"), key=lambda p: (p.fullness, p.period, p.key), reverse=True)
    lag = release_table().lag("inspections")
    frames = [
        store.frame(part).with_columns(pl.lit(part.variant).alias("source"), pl.lit(part.key).alias("part"))
        for part in parts
    ]
    rows = pl.concat([pl.DataFrame(schema=kinds), *frames], how="diagonal").unique(
        ["urn", "inspected_on", "event"], keep="first", maintain_order=True
    )
    rows = rows.with_columns(
        pl.when(pl.col("published_on").is_null()).then(pl.lit(BY_LAG)).otherwise(pl.lit(STATED))
        .alias("published_basis"),
        pl.coalesce("published_on", pl.col("inspected_on") + lag).alias("published_on"),
    )  # fmt: skip
    if as_at is not None:
        rows = rows.filter(pl.col("published_on") <= as_at)
    return rows.select(kinds.keys()).sort("urn", "inspected_on", "event")


def links(store: Store, as_at: date | None = None) -> pl.DataFrame:
    """Links between schools known on the day: `urn`, `link_urn`, `link_type`, `link_name`, `linked_on`."""
    schema = {"urn": pl.Int64, "link_urn": pl.Int64, "link_type": pl.String, "link_name": pl.String,
              "linked_on": pl.Date}  # fmt: skip
    frames = [store.frame(part).select(schema.keys()) for part in _newest_first(store.parts("links"))]
    rows = pl.concat([pl.DataFrame(schema=schema), *frames])
    rows = rows.unique(["urn", "link_urn", "link_type"], keep="first", maintain_order=True)
    if as_at is not None:
        rows = rows.filter(pl.col("linked_on") + release_table().lag("links") <= as_at)
    return rows.sort("urn", "linked_on", "link_urn", nulls_last=True)


def finance(store: Store, as_at: date | None = None) -> pl.DataFrame:
    """Each school's income, expenditure and balance by financial year, from files published by the day."""
    measures = ("income_pence", "expenditure_pence", "balance_pence")
    schema = {"urn": pl.Int64, "financial_year_end": pl.Int64}
    return _yearly(store, "finance", as_at, schema, dict.fromkeys(measures, pl.Int64), "financial_year_end")


def workforce(store: Store, as_at: date | None = None) -> pl.DataFrame:
    """Each school's teachers, assistants, pupils per teacher and mean pay by school year, as published."""
    measures = dict.fromkeys(
        ("teachers", "assistants", "teachers_fte", "assistants_fte", "pupils_per_teacher"), pl.Float64
    ) | {"mean_teacher_pay_pence": pl.Int64}
    return _yearly(store, "workforce", as_at, {"urn": pl.Int64, "exam_year": pl.Int64}, measures, "exam_year")


def _yearly(
    store: Store, product: str, as_at: date | None, keys: dict, measures: dict, year: str
) -> pl.DataFrame:
    """A product's rows, the newest file of each year first, with the day each was published."""
    columns = {c: kind for m, k in measures.items() for c, kind in ((m, k), (f"{m}_code", pl.String))}
    schema = {**keys, **columns, "published_on": pl.Date, "part": pl.String}
    frames = [pl.DataFrame(schema=schema)]
    for part in _newest_first(store.parts(product)):
        if as_at is None or part.published_on <= as_at:
            frames.append(
                store.frame(part).with_columns(
                    pl.lit(int(part.period[:4]), pl.Int64).alias(year),
                    pl.lit(part.published_on).alias("published_on"),
                    pl.lit(part.key).alias("part"),
                )
            )
    rows = pl.concat(frames, how="diagonal").select(schema.keys())
    return rows.unique(["urn", year], keep="first", maintain_order=True).sort("urn", year)


def _newest_first(parts: tuple[Part, ...]) -> list[Part]:
    return sorted(parts, key=lambda p: (p.published_on, p.fullness, p.key), reverse=True)
