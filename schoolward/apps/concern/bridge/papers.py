"""Floor standards counted for a paper: the authority and England, year by year, as known on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from schoolward.apps.performance import bridge as performance
from schoolward.datasets import frames
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.store import Store
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.phases import KeyStage
from schoolward.terms.years import exam_year_of

LATEST_WITHIN_YEARS = 2  # an older floor standard says nothing of schools today


@dataclass(frozen=True)
class FloorCount:
    """Schools below the floor of one exam year and key stage, of those to which it applied."""

    exam_year: int
    key_stage: KeyStage
    below: int
    eligible: int
    national_below: int
    national_eligible: int


def floor_counts(store_path: Path, authority_code: int, as_at: date) -> list[FloorCount]:
    """Oldest first; empty where no standard was in force for results of the last years."""
    store, rulebook = Store(store_path), load_rulebook()
    found = []
    for stage in (KeyStage.KS2,):
        for year in frames.exam_years(store, stage, as_at):
            if not rulebook.floor(stage, year).condition:
                continue
            national = performance.floor(store, rulebook, stage, year, closed="exclude", as_at=as_at)
            try:
                own = national.of_authority(authority_code)
            except NotEnoughData:
                continue
            counts = (own.below, own.eligible, national.below, national.eligible)
            found.append(FloorCount(year, stage, *counts))
    recent = [each for each in found if each.exam_year >= exam_year_of(as_at) - LATEST_WITHIN_YEARS]
    return found if recent else []
