"""Estuary's published files: a fictional coast in the publishers' own formats, for the importers to read.

`write_estuary` writes one folder for each day of publication, so that a loader can say when each file came
out: `folder/2018-12-13/england_ks2final_2017-18.csv`.
"""

from datetime import date
from pathlib import Path

from schoolward.demo.published.places import AUTHORITIES, ESTUARY
from schoolward.demo.published.releases import releases
from schoolward.demo.published.schools import World, build_world
from schoolward.terms.errors import BadInput

SEED = 20110322  # the day of the paper this began with
EARLIEST_FIRST_DAY = date(2026, 1, 1)  # the story needs report cards, which began in November 2025

__all__ = ["AUTHORITIES", "EARLIEST_FIRST_DAY", "ESTUARY", "SEED", "World", "build_world", "write_estuary"]


def write_estuary(folder: Path, *, first_day: date, seed: int = SEED) -> list[Path]:
    """The files written, oldest publication first; the same bytes for the same day and seed."""
    if first_day < EARLIEST_FIRST_DAY:
        raise BadInput(
            f"Estuary's story cannot start on {first_day}.",
            do=f"Give a first day from {EARLIEST_FIRST_DAY} on.",
        )
    world = build_world(first_day, seed)
    return [write(folder / day.isoformat()) for day, write in releases(world)]
