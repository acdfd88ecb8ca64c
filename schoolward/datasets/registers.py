"""The register as known on a day: one row a school, each column from the newest edition that has it."""

from __future__ import annotations

from datetime import date

import polars as pl

from schoolward.datasets.attributes import BACK_CAST, SAME_EDITION
from schoolward.datasets.authorities import authorities
from schoolward.datasets.school_types import school_type
from schoolward.datasets.store import Part, Store
from schoolward.datasets.successions import closures, newest_first, successors
from schoolward.terms.errors import NotEnoughData

COLUMNS = (
    "urn", "name", "la_code", "la_name", "estab", "phase", "type_name", "type_group", "status",
    "opened_on", "closed_on", "low_age", "high_age", "gender", "religious_character", "admissions_policy",
    "roll", "capacity", "fsm_share", "street", "locality", "town", "postcode", "district", "urban_rural",
    "easting", "northing", "trust_name", "trust_id", "website", "telephone",
    "head_title", "head_first_name", "head_last_name", "head_job_title",
    "ofsted_last_inspected_on", "ofsted_rating",
)  # fmt: skip
_WHOLE = ("urn", "la_code", "estab", "low_age", "high_age")
_FRACTIONS = ("roll", "capacity", "fsm_share", "easting", "northing")
# What changes from year to year is never carried back from a later edition.
PASSING = (
    "roll", "capacity", "fsm_share", "trust_name", "trust_id", "website", "telephone", "head_title",
    "head_first_name", "head_last_name", "head_job_title", "ofsted_last_inspected_on", "ofsted_rating",
)  # fmt: skip
CLOSED, OPEN, LEFT_OUT = "Closed", "Open", "Not in the latest edition"
_NATIONAL_ROWS = 15_000


def schools(store: Store, as_at: date | None = None) -> pl.DataFrame:
    """One row a school known on the day, in the register's own words, with `basis` and `edition_on`.

    Raises NotEnoughData when no edition of the register was imported.
    """
    ordered = _in_order(store, as_at)
    if not ordered:
        raise NotEnoughData(
            "There is no register of schools in this store.",
            where=str(store.path),
            do="Import the full download of Get Information about Schools.",
        )
    frames = [(part, basis, _with_places(store, part)) for part, basis in ordered]
    rows = pl.concat(
        frame.select(
            "urn", pl.lit(date.fromisoformat(p.period)).alias("edition_on"), pl.lit(b).alias("basis")
        )
        for p, b, frame in frames
    )
    rows = _newest(rows.filter(pl.col("urn").is_first_distinct()), frames)
    rows = (
        _place(rows, store)
        .drop("closed_on")
        .join(
            closures(store, as_at).select("urn", "closed_on", "closure_kind", "other_urn"),
            on="urn",
            how="left",
        )
    )
    rows = _status(rows, ordered, store, as_at)
    if as_at is not None:
        rows = rows.filter((pl.col("opened_on") <= as_at).fill_null(True))
    return rows.select(*COLUMNS, "closure_kind", "other_urn", "basis", "edition_on").sort("urn")


def _in_order(store: Store, as_at: date | None) -> list[tuple[Part, str]]:
    """Editions known on the day, newest first; then later ones, the earliest first, as back-casts."""
    parts = store.parts("register")
    known = tuple(p for p in parts if as_at is None or p.published_on <= as_at)
    later = tuple(p for p in parts if p not in known)
    return [(p, SAME_EDITION) for p in newest_first(known)] + [
        (p, BACK_CAST) for p in reversed(newest_first(later))
    ]


def _with_places(store: Store, part: Part) -> pl.DataFrame:
    """An edition's rows, joined with its file of rolls and capacity where these are published apart."""
    frame = store.frame(part, [n for n in store.columns(part) if n in COLUMNS or n == "school_key"])
    if "school_key" not in frame.columns:
        return frame
    day = date.fromisoformat(part.period)
    beside = [
        p for p in store.parts("register places") if abs((date.fromisoformat(p.period) - day).days) < 120
    ]
    if not beside:
        return frame
    places = store.frame(newest_first(tuple(beside))[0])
    return frame.join(places.drop("line", strict=False), on="school_key", how="left", suffix="_places")


def _newest(rows: pl.DataFrame, frames: list[tuple[Part, str, pl.DataFrame]]) -> pl.DataFrame:
    """The rows with each column's value from the first edition that has the school and the column."""
    together: dict[tuple[int, ...], list[str]] = {}  # columns that the same editions have
    for column in COLUMNS:
        if column != "urn":
            having = tuple(
                number
                for number, (_, basis, frame) in enumerate(frames)
                if column in frame.columns and not (basis == BACK_CAST and column in PASSING)
            )
            together.setdefault(having, []).append(column)
    absent = together.pop((), [])
    for having, columns in together.items():
        editions = pl.concat(frames[number][2].select("urn", *columns) for number in having)
        first = editions.filter(pl.col("urn").is_first_distinct())
        rows = rows.join(first, on="urn", how="left", maintain_order="left")
    return rows.with_columns(pl.lit(None, _kind(name)).alias(name) for name in absent)


def _kind(column: str) -> pl.DataType:
    if column.endswith("_on"):
        return pl.Date()
    if column in _WHOLE:
        return pl.Int64()
    return pl.Float64() if column in _FRACTIONS else pl.String()


def _place(rows: pl.DataFrame, store: Store) -> pl.DataFrame:
    """Authority code and name; a school without a code gets that of its district, which lies in one."""
    by_district = (
        rows.drop_nulls(["district", "la_code"])
        .group_by("district", "la_code").len()
        .sort("len", "la_code", descending=True)
        .unique("district", keep="first", maintain_order=True)
        .select("district", pl.col("la_code").alias("district_la"))
    )  # fmt: skip
    names = authorities(store).select("la_code", pl.col("la_name").alias("authority_name"))
    rows = rows.join(by_district, on="district", how="left")
    rows = rows.with_columns(pl.coalesce("la_code", "district_la").alias("la_code"))
    rows = rows.join(names, on="la_code", how="left")
    return rows.with_columns(
        pl.coalesce("authority_name", "la_name").alias("la_name"),
        school_type(pl.col("type_name")).alias("type_name"),
    ).drop("district_la", "authority_name")


def _status(
    rows: pl.DataFrame, ordered: list[tuple[Part, str]], store: Store, as_at: date | None
) -> pl.DataFrame:
    """Open or closed on the day; a school that the newest full edition no longer lists is said to be so."""
    day = as_at or max((date.fromisoformat(p.period) for p, _ in ordered), default=date.max)
    closed = (pl.col("closed_on") <= day).fill_null(False)
    rows = rows.with_columns(
        pl.when(closed).then(pl.lit(CLOSED))
        .when(pl.col("status").is_null() | (pl.col("status") == CLOSED)).then(pl.lit(OPEN))
        .otherwise("status").alias("status")
    )  # fmt: skip
    known = [p for p, basis in ordered if basis == SAME_EDITION and p.rows >= _NATIONAL_ROWS]
    if not known:
        return rows
    newest = store.frame(known[0])
    if "type_name" not in newest.columns:
        return rows
    covered = newest.select(school_type(pl.col("type_name")).unique()).to_series().drop_nulls()
    gone = (
        (pl.col("edition_on") < date.fromisoformat(known[0].period))
        & (pl.col("status") != CLOSED)
        & pl.col("type_name").is_in(covered.implode())
    )
    heirs = successors(store, as_at)["urn"].unique()
    return rows.with_columns(
        pl.when(gone & pl.col("urn").is_in(heirs.implode())).then(pl.lit(CLOSED))
        .when(gone).then(pl.lit(LEFT_OUT))
        .otherwise("status").alias("status")
    )  # fmt: skip
