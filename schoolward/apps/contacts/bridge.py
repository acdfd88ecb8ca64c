"""Heads as the published register names them; needs no Django."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schoolward.datasets import frames
from schoolward.datasets.store import Store

PARTS = ("head_title", "head_first_name", "head_last_name")


@dataclass(frozen=True)
class HeadProposal:
    """A head's name as published."""

    urn: int
    name: str


def read_heads(store_path: Path, authority_code: int) -> list[HeadProposal]:
    """The heads of the authority's schools, by URN; a school whose head is not named is left out."""
    store = Store(store_path)
    schools = frames.schools(store.at(store.edition), None)
    return heads_in(schools.filter(pl.col("la_code") == authority_code))


def heads_in(schools: pl.DataFrame) -> list[HeadProposal]:
    """The heads named in a frame of schools; none where it has no such columns."""
    if "head_last_name" not in schools.columns:
        return []
    known = [part for part in PARTS if part in schools.columns]
    named = schools.filter(pl.col("head_last_name").fill_null("").str.strip_chars() != "").sort("urn")
    rows = named.select("urn", *known).iter_rows()
    return [HeadProposal(int(urn), " ".join(" ".join(filter(None, words)).split())) for urn, *words in rows]
