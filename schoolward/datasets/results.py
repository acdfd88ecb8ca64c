"""One year's results, one row a school, from the fullest file that tells of it."""

from __future__ import annotations

from datetime import date

import polars as pl

from schoolward.datasets.attributes import add_attributes
from schoolward.datasets.ks2 import schema as ks2
from schoolward.datasets.ks4 import schema as ks4
from schoolward.datasets.store import Part, Store
from schoolward.terms.codes import NOT_CARRIED
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.phases import KeyStage

MEASURES = {KeyStage.KS2: ks2.MEASURES, KeyStage.KS4: ks4.MEASURES}
_SCHOOLS = ("mainstream school", "special school", "other")
_ABOUT = ("urn", "name", "la_code", "row_kind", "nftype", "type_name", "type_group", "iclose", "academy_urn")


def results(
    store: Store, key_stage: KeyStage | str, exam_year: int, as_at: date | None = None
) -> pl.DataFrame:
    """One row a school with every measure of the key stage, its code where there is no figure, and its type.

    Where several files tell of a school, a published one is used before a provisional one, and then the
    fuller; `part` says which. Raises NotEnoughData when nothing was published by `as_at`.
    """
    stage = KeyStage(key_stage)
    parts = result_parts(store, stage, exam_year, as_at)
    rows = pl.concat([_complete(store.frame(p), p, MEASURES[stage]) for p in parts], how="diagonal")
    if "row_kind" in rows.columns:
        rows = rows.filter(pl.col("row_kind").is_null() | pl.col("row_kind").is_in(_SCHOOLS))
    rows = rows.filter(pl.col("urn").is_not_null()).unique("urn", keep="first", maintain_order=True)
    return add_attributes(rows, store, exam_year, as_at).sort("urn")


def result_parts(store: Store, stage: KeyStage, exam_year: int, as_at: date | None) -> list[Part]:
    """The files with the year's results known by the day, in the order in which they are believed."""
    parts = [p for p in store.parts(stage.value) if p.exam_year == exam_year]
    known = [p for p in parts if as_at is None or p.published_on <= as_at]
    if known:
        return sorted(
            known, key=lambda p: (not p.provisional, p.fullness, p.published_on, p.key), reverse=True
        )
    if parts:
        first = min(p.published_on for p in parts)
        raise NotEnoughData(
            f"The {stage.label} results of {exam_year} were not published by {as_at}.",
            do=f"The earliest in this store is of {first}.",
        )
    raise NotEnoughData(
        f"There are no {stage.label} results of {exam_year} in this store.",
        where=str(store.path),
        do="Import the published file; `schoolward data` lists what is there.",
    )


def exam_years(store: Store, key_stage: KeyStage | str, as_at: date | None = None) -> tuple[int, ...]:
    """The exam years with results known by the day, earliest first."""
    parts = store.parts(KeyStage(key_stage).value)
    return tuple(sorted({p.exam_year for p in parts if as_at is None or p.published_on <= as_at}))


def national(
    store: Store, key_stage: KeyStage | str, exam_year: int, as_at: date | None = None
) -> pl.DataFrame:
    """England's own row, state-funded schools; no rows where no file carries it."""
    return _other_rows(store, KeyStage(key_stage), exam_year, as_at, "national, state-funded schools")


def authority_results(
    store: Store, key_stage: KeyStage | str, exam_year: int, as_at: date | None = None
) -> pl.DataFrame:
    """One row an authority, as the publisher worked it out; no rows where no file carries them."""
    return _other_rows(store, KeyStage(key_stage), exam_year, as_at, "authority")


def _other_rows(store: Store, stage: KeyStage, exam_year: int, as_at: date | None, kind: str) -> pl.DataFrame:
    parts = [p for p in result_parts(store, stage, exam_year, as_at) if "row_kind" in store.frame(p).columns]
    frames = [_complete(store.frame(p), p, MEASURES[stage]).filter(pl.col("row_kind") == kind) for p in parts]
    if not frames:
        return _complete(pl.DataFrame(schema={"urn": pl.Int64}), None, MEASURES[stage])
    rows = pl.concat([pl.DataFrame(schema={"la_code": pl.Int64}), *frames], how="diagonal")
    return rows.unique("la_code", keep="first", maintain_order=True)


def _complete(frame: pl.DataFrame, part: Part | None, measures: tuple[str, ...]) -> pl.DataFrame:
    """The rows with every measure of the key stage; one that the file has no column for says so."""
    columns: list[pl.Expr] = [pl.col(name) for name in _ABOUT if name in frame.columns]
    for measure in measures:
        if measure in frame.columns:
            columns += [pl.col(measure), pl.col(f"{measure}_code")]
        else:
            columns += [
                pl.lit(None, pl.Float64).alias(measure),
                pl.lit(NOT_CARRIED).alias(f"{measure}_code"),
            ]
    frame = frame.select(columns)
    if part is None:
        return frame
    return frame.with_columns(
        pl.lit(part.key).alias("part"),
        pl.lit(part.variant).alias("variant"),
        pl.lit(part.published_on).alias("published_on"),
        pl.lit(part.provisional).alias("provisional"),
    )
