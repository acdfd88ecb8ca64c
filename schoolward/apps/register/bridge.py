"""The store's register as rows for the database; needs no Django."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from pyproj import Transformer

from schoolward.datasets import frames
from schoolward.datasets.store import Store

WORDS = (
    "authority_name", "phase", "type_name", "type_group", "status", "gender", "religious_character",
    "street", "town", "postcode", "trust_name", "trust_code", "basis",
)  # fmt: skip
WHOLE = ("authority_code", "estab", "low_age", "high_age", "roll", "capacity")
DAYS = ("opened_on", "closed_on", "edition_on")
FIGURES = ("fsm_share", "easting", "northing", "latitude", "longitude")
MEASURES = ("roll", "capacity", "fsm_share")
RENAMED = {"la_code": "authority_code", "la_name": "authority_name", "trust_id": "trust_code"}
TRACKED = ("authority_code", "name", "type_name", "trust_code", "status")
LENGTHS = {"name": 200, "authority_name": 120, "street": 160, "trust_name": 200, "town": 80, "postcode": 10}


@dataclass(frozen=True)
class Register:
    """Everything the database keeps of one edition: rows are dictionaries named as the model's fields."""

    edition: str
    schools: list[dict]
    facts: list[dict]
    events: list[dict]
    authorities: dict[int, str]


def edition_of(store_path: Path) -> str:
    """The content key of what is in the store now."""
    return Store(store_path).edition


def read_register(store_path: Path) -> Register:
    """Schools, their dated facts and what happened to them, as the store's current edition has them."""
    store = Store(store_path)
    store = store.at(store.edition)  # one edition throughout, whatever is imported meanwhile
    names = authority_names(store)
    schools = school_rows(frames.schools(store, None), names)
    return Register(store.edition, schools, fact_rows(_registers(store)), event_rows(store), names)


def authority_names(store: Store) -> dict[int, str]:
    """Authority code to name, as published."""
    frame = frames.authorities(store)
    return {int(code): name for code, name in frame.select("la_code", "name").iter_rows() if code and name}


def school_rows(schools: pl.DataFrame, authorities: dict[int, str]) -> list[dict]:
    """One row a school with the model's field names; words never missing, figures with their codes."""
    frame = schools.rename({old: new for old, new in RENAMED.items() if old in schools.columns})
    frame = _complete(frame, authorities)
    keys = _content_keys(frame)
    rows = frame.to_dicts()
    for row, key in zip(rows, keys, strict=True):
        row["codes"] = {name: code for name in MEASURES if (code := row.pop(f"{name}_code"))}
        row["content_key"] = key
    return rows


def _complete(frame: pl.DataFrame, authorities: dict[int, str]) -> pl.DataFrame:
    kinds = {"urn": pl.Int64, "name": pl.String, **dict.fromkeys(WORDS, pl.String)}
    kinds |= (
        dict.fromkeys(WHOLE, pl.Int64) | dict.fromkeys(DAYS, pl.Date) | dict.fromkeys(FIGURES, pl.Float64)
    )
    kinds |= {f"{name}_code": pl.String for name in MEASURES}
    frame = _located(frame)
    absent = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in kinds.items() if name not in frame.columns
    ]
    frame = frame.with_columns(absent).select(pl.col(name).cast(kind) for name, kind in kinds.items())
    frame = frame.with_columns(
        pl.coalesce(
            pl.col("authority_code").replace_strict(authorities, default=None, return_dtype=pl.String),
            "authority_name",
        ).alias("authority_name"),
        pl.col("name").fill_null(pl.format("URN {}", "urn")),
    )
    cut = [pl.col(name).fill_null("").str.slice(0, LENGTHS.get(name, 80)) for name in WORDS]
    return frame.with_columns(*cut, pl.col("name").str.slice(0, LENGTHS["name"]))


def _located(frame: pl.DataFrame) -> pl.DataFrame:
    """With latitude and longitude where there is a grid reference."""
    if not {"easting", "northing"} <= set(frame.columns) or "latitude" in frame.columns:
        return frame
    at = frame.select("urn", "easting", "northing").drop_nulls().filter(pl.col("easting") > 0)
    to_wgs84 = Transformer.from_crs(27700, 4326, always_xy=True)
    longitude, latitude = to_wgs84.transform(at["easting"].to_numpy(), at["northing"].to_numpy())
    places = at.select("urn").with_columns(
        pl.Series("latitude", latitude).round(6), pl.Series("longitude", longitude).round(6)
    )
    return frame.join(places, on="urn", how="left")


def _content_keys(frame: pl.DataFrame) -> list[str]:
    lines = frame.select(
        pl.concat_str(pl.all().cast(pl.String), separator="\x1f", ignore_nulls=False).alias("l")
    )
    if lines["l"].null_count():
        plain = pl.all().cast(pl.String).fill_null("\x00")
        lines = frame.select(pl.concat_str(plain, separator="\x1f").alias("l"))
    return [hashlib.blake2b(line.encode(), digest_size=8).hexdigest() for line in lines["l"]]


def _registers(store: Store) -> list[tuple[date, pl.DataFrame]]:
    """What was known of schools on the day of each register, oldest first."""
    days = sorted({part.published_on for part in store.parts("register")})
    return [(day, frames.schools(store, day)) for day in days]


def fact_rows(registers: list[tuple[date, pl.DataFrame]]) -> list[dict]:
    """A row whenever a register first gives a school another authority, name, type, trust or status."""
    seen = []
    for day, schools in registers:
        frame = schools.rename({old: new for old, new in RENAMED.items() if old in schools.columns})
        frame = frame.with_columns(
            pl.lit(None, dtype=pl.String).alias(n) for n in TRACKED if n not in frame.columns
        )
        words = [pl.col(name).cast(pl.String).fill_null("").str.slice(0, 200) for name in TRACKED[1:]]
        code = pl.col("authority_code").cast(pl.Int64)
        seen.append(frame.select(pl.col("urn").cast(pl.Int64), code, *words, pl.lit(day).alias("known_from")))
    if not seen:
        return []
    told = pl.concat(seen).sort("urn", "known_from")
    changed = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(name).shift(1).over("urn")) for name in TRACKED
    )
    first = pl.col("urn").ne_missing(pl.col("urn").shift(1))
    return told.filter(first | changed).to_dicts()


def event_rows(store: Store) -> list[dict]:
    """What happened to schools, from the differences between registers and their own dates."""
    return [dict(row) for row in frames.differences(store).iter_rows(named=True)]
