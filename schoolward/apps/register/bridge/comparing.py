"""What is in the store: its editions, their files, and how two editions differ; needs no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from schoolward.datasets import frames
from schoolward.datasets.store import EMPTY, Part, Store
from schoolward.terms.errors import NotEnoughData

_WATCHED = ("name", "la_code", "type_name", "status", "trust_name")


@dataclass(frozen=True)
class Edition:
    """A state of the store: its content key, when its newest file came, and how many it holds."""

    key: str
    newest_on: date | None
    files: int


@dataclass(frozen=True)
class Difference:
    """A school that one edition has otherwise than another."""

    urn: int
    name: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Compared:
    """Two editions side by side: files and schools."""

    added: tuple[Part, ...]
    dropped: tuple[Part, ...]
    schools: tuple[Difference, ...]


def editions(store_path: Path) -> list[Edition]:
    """Every edition ever in force, newest first."""
    store = Store(store_path)
    found = []
    for key in reversed(store.editions()):
        parts = store.at(key).parts()
        found.append(Edition(key, max((p.first_imported_on for p in parts), default=None), len(parts)))
    return found


def parts_of(store_path: Path, edition: str) -> list[Part]:
    """The files of an edition by product, the newest period first."""
    if edition == EMPTY:
        return []
    parts = sorted(Store(store_path).at(edition).parts(), key=lambda p: p.period, reverse=True)
    return sorted(parts, key=lambda part: part.product)


def compare(store_path: Path, older: str, newer: str, authority_code: int) -> Compared:
    """What the newer edition has that the older has not, and which of the authority's schools differ."""
    store = Store(store_path)
    before, after = ({part.key: part for part in store.at(key).parts()} for key in (older, newer))
    return Compared(
        added=tuple(part for key, part in after.items() if key not in before),
        dropped=tuple(part for key, part in before.items() if key not in after),
        schools=tuple(_differences(store.at(older), store.at(newer), authority_code)),
    )


def _differences(older: Store, newer: Store, authority_code: int) -> list[Difference]:
    before, after = _schools(older), _schools(newer)
    both = before.join(after, on="urn", how="full", suffix="_after", coalesce=True).filter(
        (pl.col("la_code") == authority_code) | (pl.col("la_code_after") == authority_code)
    )
    return [found for row in both.sort("urn").iter_rows(named=True) for found in _told(row)]


def _schools(store: Store) -> pl.DataFrame:
    try:
        return frames.schools(store, None).select("urn", *_WATCHED)
    except NotEnoughData:
        return pl.DataFrame(
            schema={"urn": pl.Int64, **dict.fromkeys(_WATCHED, pl.String), "la_code": pl.Int64}
        )


def _told(row: dict) -> list[Difference]:
    if row["name"] is None:
        return [Difference(row["urn"], row["name_after"] or "", "new here", "", row["status_after"] or "")]
    if row["name_after"] is None:
        return [Difference(row["urn"], row["name"], "no longer here", row["status"] or "", "")]
    words = {"la_code": "authority", "type_name": "type", "trust_name": "trust"}
    return [
        Difference(row["urn"], row["name_after"], words.get(name, name), str(was or ""), str(now or ""))
        for name in _WATCHED
        if (was := row[name]) != (now := row[f"{name}_after"])
    ]
