"""One year's results, one row a school, from the fullest file that tells of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import polars as pl

from schoolward.datasets.attributes import ABOUT, add_attributes, with_own_type
from schoolward.datasets.ks2 import schema as ks2
from schoolward.datasets.ks4 import schema as ks4
from schoolward.datasets.store import Part, Store
from schoolward.terms.codes import NOT_CARRIED
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.phases import KeyStage

MEASURES = {KeyStage.KS2: ks2.MEASURES, KeyStage.KS4: ks4.MEASURES}
_SCHOOLS = ("mainstream school", "special school", "other")


def results(
    store: Store,
    key_stage: KeyStage | str,
    exam_year: int,
    as_at: date | None = None,
    measures: Collection[str] | None = None,
) -> pl.DataFrame:
    """One row a school with every measure of the key stage, its code where there is no figure, and its type.

    Where several files tell of a school, a published one is used before a provisional one, and then the
    fuller; `part` says which. `measures` keeps to some of them, for a question that needs no more: the others
    are not even read. Raises NotEnoughData when nothing was published by `as_at`.
    """
    stage = KeyStage(key_stage)
    parts = result_parts(store, stage, exam_year, as_at)
    wanted = [name for name in MEASURES[stage] if measures is None or name in measures]
    rows = _with_absent(_one_a_school(_rows(store, parts, wanted)), wanted)
    frame = add_attributes(rows, store, exam_year, as_at)
    about = [name for name in ABOUT if name in frame.columns]
    leading = [*about, *(column for name in wanted for column in (name, f"{name}_code"))]
    return frame.select(*leading, pl.exclude(leading))


def _one_a_school(rows: pl.DataFrame) -> pl.DataFrame:
    """Each school's first row, in order of their numbers: rows are chosen first, and moved only once."""
    is_school = pl.col("row_kind").is_null() | pl.col("row_kind").is_in(_SCHOOLS)
    chosen = (
        rows.select("urn", "row_kind")
        .with_row_index("row")
        .filter(is_school & pl.col("urn").is_not_null())
        .filter(pl.col("urn").is_first_distinct())
        .sort("urn")
    )
    return rows[chosen["row"]]


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
    parts = result_parts(store, stage, exam_year, as_at)
    rows = _rows(store, parts, MEASURES[stage]).filter(pl.col("row_kind") == kind)
    rows = rows.unique("la_code", keep="first", maintain_order=True)
    return _with_absent(rows.drop("own_type", "own_mainstream"), MEASURES[stage])


def _rows(store: Store, parts: list[Part], measures: Sequence[str]) -> pl.DataFrame:
    """The files' rows below one another, with every measure that one of them carries."""
    met = {name for part in parts for name in store.columns(part)}
    carried = [name for name in measures if name in met]
    # In one piece: moving rows of several takes many times as long.
    return pl.concat([_rows_of(store, part, carried) for part in parts], how="diagonal").rechunk()


def _rows_of(store: Store, part: Part, measures: list[str]) -> pl.DataFrame:
    """A file's rows with their own type and where they come from; a measure it has no column for says so."""
    columns = set(store.columns(part))
    about = [name for name in ABOUT if name in columns]
    carried = [name for name in measures if name in columns]
    frame = store.frame(part, (*about, *carried, *(f"{name}_code" for name in carried)))
    frame = with_own_type(_with_absent(frame, measures))
    return frame.with_columns(
        pl.lit(part.key).alias("part"),
        pl.lit(part.variant).alias("variant"),
        pl.lit(part.published_on).alias("published_on"),
        pl.lit(part.provisional).alias("provisional"),
    )


def _with_absent(rows: pl.DataFrame, measures: Sequence[str]) -> pl.DataFrame:
    """The rows with every measure; one they have no column for is null and coded as not carried."""
    absent = [name for name in measures if name not in rows.columns]
    return rows.with_columns(
        *(pl.lit(None, pl.Float64).alias(name) for name in absent),
        *(pl.lit(NOT_CARRIED).alias(f"{name}_code") for name in absent),
    )
