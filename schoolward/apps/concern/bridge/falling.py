"""The chance of falling below the floor standard of the day in next year's results; needs no Django.

Two things must happen: the share of pupils at the standard falls below the line, and progress does not save
the school. The first is foretold from its past counts. The second is learnt from the schools below the line
in the last year, by their progress, over what each school's progress may become in a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression

from schoolward.analysis.concern.falling import NODES, WEIGHTS, Panel, chance_below, learn_movement
from schoolward.analysis.concern.luck import attainment_line
from schoolward.analysis.policy.standard import StandardResult
from schoolward.apps.performance import bridge as performance
from schoolward.datasets import frames
from schoolward.datasets.store import Store
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import Rulebook

YEARS = 5
LEAST_PAIRS, LEAST_UNDER = 60, 60
PROGRESS_STAYS = 0.6
PROGRESS = ("prog_read", "prog_writ", "prog_maths")
JUDGED = ("below", "not_below")


@dataclass(frozen=True)
class _Year:
    """Each judged school's cohort, share at the standard, progress and status in one exam year."""

    exam_year: int
    rows: pl.DataFrame


def falling(store: Store, rulebook: Rulebook, as_at: date) -> pl.DataFrame:
    """`urn`, `probability`, `below_line`: every school judged in the last year known on the day."""
    results = _judged(store, rulebook, as_at)
    line = attainment_line(results[-1].rule)
    if line is None or not line.measure.endswith("_pct"):
        raise NotEnoughData(
            "The standard of that year has no share of pupils to foretell.", do="Choose another day."
        )
    years = [_rows(each, line.measure) for each in results]
    now = years[-1].rows
    panel = _panel(years, now["urn"])
    below_line = chance_below(learn_movement(panel), panel, line.threshold / 100, now["cohort"].to_numpy())
    unsaved = _unsaved(years, line.threshold)
    return now.select(
        "urn",
        pl.Series("probability", below_line * unsaved),
        pl.Series("below_line", below_line),
    ).sort("urn")


def _judged(store: Store, rulebook: Rulebook, as_at: date) -> list[StandardResult]:
    """The years known on the day with a standard on the same measure as the last of them, oldest first."""
    found = []
    for year in sorted(frames.exam_years(store, KeyStage.KS2, as_at), reverse=True):
        result = performance.floor(store, rulebook, KeyStage.KS2, year, as_at=as_at)
        if not result.standard:
            break
        if found and attainment_line(result.rule).measure != attainment_line(found[0].rule).measure:
            break
        if found and found[0].exam_year - year >= YEARS:
            break
        found.append(result)
    if not found:
        raise NotEnoughData(
            f"No results under a floor standard are the latest known on {format_day(as_at)}.",
            do="Choose a day while a standard was in force and its results were out.",
        )
    return found[::-1]


def _rows(result: StandardResult, measure: str) -> _Year:
    rows = result.frame.filter(pl.col("status").is_in(JUDGED)).drop_nulls([measure, "cohort"])
    return _Year(
        result.exam_year,
        rows.filter(pl.col("cohort") > 0).select(
            "urn",
            pl.col("cohort").cast(pl.Float64),
            pl.col(measure).cast(pl.Float64).alias("pct"),
            *PROGRESS,
            pl.mean_horizontal(PROGRESS).alias("progress"),
            (pl.col("status") == "below").alias("below"),
        ),
    )


def _panel(years: list[_Year], schools: pl.Series) -> Panel:
    """Counts of the schools by year, with nothing where a year or a school's figure is missing."""
    first, last = years[0].exam_year, years[-1].exam_year
    shape = (len(schools), last - first + 1)
    pupils, passed = np.zeros(shape), np.zeros(shape)
    for year in years:
        rows = schools.to_frame("urn").join(year.rows, on="urn", how="left").fill_null(0)
        pupils[:, year.exam_year - first] = rows["cohort"].to_numpy()
        passed[:, year.exam_year - first] = (rows["cohort"] * rows["pct"] / 100).round().to_numpy()
    return Panel(pupils, passed, np.zeros((len(schools), 0)))


def _unsaved(years: list[_Year], line: float) -> np.ndarray:
    """The chance that a school below the line is below the standard too, whatever becomes of its progress."""
    now = years[-1].rows
    under = now.filter(pl.col("pct") < line).drop_nulls(PROGRESS)
    if len(under) < LEAST_UNDER or under["below"].n_unique() < 2:
        return np.full(len(now), (under["below"].sum() + 1) / (len(under) + 2))
    learnt = LogisticRegression(C=10.0).fit(under.select(PROGRESS).to_numpy(), under["below"].to_numpy())
    stays = _stays(years)
    seen = now.select(PROGRESS).to_numpy()
    middle, spread = np.nanmean(seen, axis=0), np.nanstd(seen, axis=0)
    expected = middle + stays * (np.where(np.isnan(seen), middle, seen) - middle)
    moved = [expected + node * spread * np.sqrt(1 - stays**2) for node in NODES]
    return np.array([learnt.predict_proba(each)[:, 1] for each in moved]).T @ WEIGHTS


def _stays(years: list[_Year]) -> float:
    """How much of a school's progress is there again a year later; a prior where no two years are known."""
    for before, after in pairwise(reversed(years)):
        pairs = before.rows.join(after.rows, on="urn", suffix="_older").drop_nulls(
            ["progress", "progress_older"]
        )
        if len(pairs) >= LEAST_PAIRS:
            kept = max(float(pairs.select(pl.corr("progress", "progress_older")).item()), 0.0)
            return kept ** (1 / (before.exam_year - after.exam_year))
    return PROGRESS_STAYS
