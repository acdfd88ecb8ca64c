"""The store's register as rows for the database; needs no Django."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pyproj

from schoolward.datasets import frames
from schoolward.datasets.store import EMPTY, Store
from schoolward.publishing.maps import simplify

WORDS = (
    "authority_name", "phase", "type_name", "type_group", "status", "gender", "religious_character",
    "street", "town", "postcode", "trust_name", "trust_code", "closure_kind", "basis",
)  # fmt: skip
WHOLE = ("authority_code", "estab", "low_age", "high_age", "roll", "capacity", "successor_urn")
DAYS = ("opened_on", "closed_on", "edition_on")
FIGURES = ("fsm_share", "easting", "northing", "latitude", "longitude")
RENAMED = {
    "la_code": "authority_code", "la_name": "authority_name", "trust_id": "trust_code",
    "other_urn": "successor_urn",
}  # fmt: skip
THINNED_DEGREES = 0.0005  # some 40 m
NOTHING = EMPTY  # the edition of a store before its first import
CLOSED = "Closed"
CONVERSIONS = ("converted to an academy", "became a sponsored academy")
CHANGES = {"name": "renamed", "authority_code": "moved", "trust_code": "joined trust"}
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
    outlines: list[dict] = field(default_factory=list)


def edition_of(store_path: Path) -> str:
    """The content key of what is in the store now."""
    return Store(store_path).edition


def read_register(store_path: Path) -> Register:
    """Schools, their dated facts and what happened to them, as the store's current edition has them."""
    store = Store(store_path)
    store = store.at(store.edition)  # one edition throughout, whatever is imported meanwhile
    if not store.parts("register"):  # results may come before any register
        return Register(store.edition, [], [], [], {}, outline_rows(frames.boundaries(store)))
    # Without an authority a school is one that closed before any register that says where it was.
    placed = frames.schools(store, None).filter(pl.col("la_code").is_not_null())
    names = authority_names(store, placed)
    facts = dated_facts(_registers(store)).filter(pl.col("urn").is_in(placed["urn"].implode()))
    schools = school_rows(placed, names)
    events, outlines = event_rows(facts), outline_rows(frames.boundaries(store))
    return Register(store.edition, schools, fact_rows(facts), events, names, outlines)


def authority_names(store: Store, schools: pl.DataFrame) -> dict[int, str]:
    """Authority code to name: as the list of authorities has it, else as most of its schools do."""
    told = schools.drop_nulls("la_name").group_by("la_code", "la_name").len().sort("len", "la_name")
    listed = frames.authorities(store).select("la_code", "la_name").drop_nulls()
    return dict(told.select("la_code", "la_name").iter_rows()) | dict(listed.iter_rows())


def school_rows(schools: pl.DataFrame, authorities: dict[int, str]) -> list[dict]:
    """One row a school with the model's field names; words are never missing, though they may be empty."""
    frame = _complete(_renamed(schools), authorities)
    return frame.with_columns(pl.Series("content_key", _content_keys(frame))).to_dicts()


def _renamed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rename({old: new for old, new in RENAMED.items() if old in frame.columns})


def _complete(frame: pl.DataFrame, authorities: dict[int, str]) -> pl.DataFrame:
    kinds = {"urn": pl.Int64, "name": pl.String, **dict.fromkeys(WORDS, pl.String)}
    kinds |= (
        dict.fromkeys(WHOLE, pl.Int64) | dict.fromkeys(DAYS, pl.Date) | dict.fromkeys(FIGURES, pl.Float64)
    )
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
    # Registers of before 2023 name a trust without its number; its name then stands in for one.
    named = pl.col("trust_name").str.to_lowercase()
    frame = frame.with_columns(
        pl.coalesce("trust_code", named.map_elements(_trust_code, return_dtype=pl.String))
    )
    cut = [pl.col(name).fill_null("").str.slice(0, LENGTHS.get(name, 80)) for name in WORDS]
    return frame.with_columns(*cut, pl.col("name").str.slice(0, LENGTHS["name"]))


def _trust_code(name: str) -> str:
    """A code for a trust known by name alone: the same for the same name, and unlike any number."""
    return f"name-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _located(frame: pl.DataFrame) -> pl.DataFrame:
    """With latitude and longitude where there is a grid reference."""
    if not {"easting", "northing"} <= set(frame.columns) or "latitude" in frame.columns:
        return frame
    at = frame.select("urn", "easting", "northing").drop_nulls().filter(pl.col("easting") > 0)
    to_wgs84 = pyproj.Transformer.from_crs(27700, 4326, always_xy=True)
    longitude, latitude = to_wgs84.transform(at["easting"].to_numpy(), at["northing"].to_numpy())
    places = at.select("urn").with_columns(
        pl.Series("latitude", latitude).round(6), pl.Series("longitude", longitude).round(6)
    )
    return frame.join(places, on="urn", how="left")


def _content_keys(frame: pl.DataFrame) -> list[str]:
    plain = pl.all().cast(pl.String).fill_null("\x00")
    lines = frame.select(pl.concat_str(plain, separator="\x1f").alias("line"))["line"]
    return [hashlib.blake2b(line.encode(), digest_size=8).hexdigest() for line in lines]


def _registers(store: Store) -> list[tuple[date, pl.DataFrame]]:
    """What was known of schools on the day of each register, oldest first."""
    days = sorted({part.published_on for part in store.parts("register")})
    return [(day, frames.schools(store, day)) for day in days]


def dated_facts(registers: list[tuple[date, pl.DataFrame]]) -> pl.DataFrame:
    """A row whenever a register first gives a school another authority, name, type, trust or status."""
    seen = []
    for day, schools in registers:
        words = [pl.col(name).cast(pl.String).fill_null("").str.slice(0, 200) for name in TRACKED[1:]]
        plain = _renamed(schools).select(
            pl.col("urn").cast(pl.Int64),
            pl.col("authority_code").cast(pl.Int64),
            *words,
            pl.lit(day).alias("known_from"),
            "opened_on",
            "closed_on",
            "closure_kind",
            "successor_urn",
        )
        seen.append(plain)
    told = pl.concat(seen).sort("urn", "known_from")
    changed = [pl.col(name).ne_missing(pl.col(name).shift(1).over("urn")) for name in TRACKED]
    first = pl.col("urn").ne_missing(pl.col("urn").shift(1))
    return told.filter(first | pl.any_horizontal(changed))


def fact_rows(facts: pl.DataFrame) -> list[dict]:
    """The dated facts as the database keeps them."""
    return facts.select("urn", "known_from", *TRACKED).to_dicts()


def event_rows(facts: pl.DataFrame) -> list[dict]:
    """What happened to schools, told by the differences between one register and the next."""
    if facts.is_empty():
        return []
    days = facts["known_from"].unique().sort()
    previous = pl.DataFrame({"known_from": days, "last_day": days.shift(1)})
    facts = facts.join(previous, on="known_from", how="left", maintain_order="left")
    was = {name: pl.col(name).shift(1).over("urn") for name in (*TRACKED, "known_from")}
    rows = facts.with_columns(before.alias(f"was_{name}") for name, before in was.items())
    return [event for row in rows.iter_rows(named=True) for event in _events_of(row)]


def _events_of(row: dict) -> Iterator[dict]:
    first = row["was_known_from"] is None
    if first:
        if row["last_day"] and row["opened_on"] and row["last_day"] < row["opened_on"] <= row["known_from"]:
            yield _event(row, "opened", row["opened_on"], "", row["name"])
        return
    if row["status"] == CLOSED and row["was_status"] != CLOSED:
        kind = "converted" if row["closure_kind"] in CONVERSIONS else "closed"
        yield _event(row, kind, row["closed_on"], row["was_status"], row["status"], row["successor_urn"])
    for name, kind in CHANGES.items():
        if row[name] != row[f"was_{name}"] and row[name] and row[f"was_{name}"]:
            yield _event(row, kind, None, str(row[f"was_{name}"]), str(row[name]))


def _event(
    row: dict, kind: str, happened_on: date | None, before: str, after: str, other_urn: int | None = None
) -> dict:
    return {
        "urn": row["urn"],
        "kind": kind,
        "happened_on": happened_on,
        "after_edition_on": row["last_day"],
        "by_edition_on": row["known_from"],
        "before": before,
        "after": after,
        "other_urn": other_urn,
    }


def outline_rows(features: list[dict]) -> list[dict]:
    """Authorities' outlines with no more points than a map of a page's width can show."""
    return [row for feature in features if (row := _outline(feature))]


def _outline(feature: dict) -> dict | None:
    shape = feature["geometry"]
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    rings = [simplify([(x, y) for x, y, *_ in ring], THINNED_DEGREES) for part in polygons for ring in part]
    rings = [[[round(x, 5), round(y, 5)] for x, y in ring] for ring in rings if len(ring) > 3]
    if not rings:
        return None
    xs, ys = ([point[n] for ring in rings for point in ring] for n in (0, 1))
    return {
        "area_code": feature["properties"]["new_la_code"],
        "authority_code": feature["properties"]["la_code"],
        "name": feature["properties"]["name"][:120],
        "rings": rings,
        "west": min(xs),
        "south": min(ys),
        "east": max(xs),
        "north": max(ys),
    }
