"""An authority's schools in groups by their chance of an adverse inspection; needs no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from schoolward.analysis.concern.risk import fit_risk
from schoolward.analysis.concern.risk_groups import Pull, facts_of, group_of, told_pulls
from schoolward.apps.concern.bridge import chances
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.store import Store
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import Rulebook

PLACES = 4


@dataclass(frozen=True)
class Band:
    """One school of one key stage: its chance with an interval, its group, and what moved it."""

    urn: int
    stage: KeyStage
    probability: float
    low: float
    high: float
    group: str
    pulls: tuple[Pull, ...]

    def document(self) -> dict[str, float | str]:
        """As the contract promises it, for a concern list."""
        return {"probability": self.probability, "low": self.low, "high": self.high, "group": self.group}


@dataclass(frozen=True)
class Bands:
    """The bands of an authority, and why a key stage has none."""

    bands: tuple[Band, ...]
    without: dict[str, str]


def bands_at(store_path: Path | str, authority_code: int, as_at: date) -> Bands:
    """What the store at a path tells; learnt from every authority's schools, told of one's."""
    return authority_bands(Store(store_path).pinned(), load_rulebook(), authority_code, as_at)


def authority_bands(store: Store, rulebook: Rulebook, authority_code: int, as_at: date) -> Bands:
    """The bands of an authority's open schools at both key stages, where there is enough to learn from."""
    found: list[Band] = []
    without: dict[str, str] = {}
    for stage in KeyStage:
        try:
            found += _stage_bands(store, rulebook, stage, authority_code, as_at)
        except NotEnoughData as trouble:
            without[stage.label] = str(trouble)
    return Bands(tuple(found), without)


def by_urn(bands: Bands) -> dict[int, dict[str, float | str]]:
    """For each school the document of its graver band: an all-through school has two."""
    ordered = sorted(bands.bands, key=lambda band: band.probability)
    return {band.urn: band.document() for band in ordered}


def _stage_bands(
    store: Store, rulebook: Rulebook, stage: KeyStage, authority_code: int, as_at: date
) -> list[Band]:
    known = chances.sources(store, rulebook, stage, as_at)
    everyone = chances.snapshot(known, as_at)
    mine = known.register.filter(pl.col("la_code") == authority_code)["urn"]
    schools = everyone.filter(pl.col("school").is_in(mine.implode()))
    if schools.is_empty():
        return []
    model = fit_risk(chances.lessons(known))
    average = float(model.chances(chances.features(everyone)[1]).probability.mean())
    x = chances.features(schools)[1]
    found, pulls = model.chances(x), model.pulls(x)
    bands = []
    for n, row in enumerate(schools.to_dicts()):
        low, high = float(found.low[n]), float(found.high[n])
        told = told_pulls({subject: float(each[n]) for subject, each in pulls.items()}, facts_of(row))
        bands.append(
            Band(
                urn=row["school"],
                stage=stage,
                probability=round(float(found.probability[n]), PLACES),
                low=round(low, PLACES),
                high=round(high, PLACES),
                group=group_of(low, high, average),
                pulls=told,
            )
        )
    return bands
