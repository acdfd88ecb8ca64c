"""The chance of an adverse inspection for every open school, from the store; needs no Django.

Everything is gathered as known on the day asked about. To learn, the same is done for earlier days whose
fourteen months were over, and reported, by then.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from schoolward.analysis.concern.gather import AREAS
from schoolward.analysis.concern.risk import HORIZON_MONTHS, Lessons, fit_risk
from schoolward.analysis.concern.risk_history import (
    adverse_within,
    area_rates,
    history_features,
    months_since,
)
from schoolward.analysis.concern.risk_results import standardised
from schoolward.datasets import frames
from schoolward.datasets.releases import release_table
from schoolward.datasets.store import Store
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import InspectionScale, Rulebook, Standing

# How long before the last report that counts the days to learn from lie: nearer days say more than many.
BACK_MONTHS = (8, 11, 14, 17, 20, 23)
FIRST_DAY = date(2009, 1, 1)
FULL = ("graded inspection", "report card")
MEASURES = {
    KeyStage.KS2: {
        "attainment": ("exp_rwm_pct",),
        "high_attainment": ("high_rwm_pct",),
        "progress": ("prog_read", "prog_writ", "prog_maths"),
        "progress_read": ("prog_read",),
        "progress_writ": ("prog_writ",),
        "progress_maths": ("prog_maths",),
    },
    KeyStage.KS4: {
        "attainment": ("att8",),
        "high_attainment": ("ebacc_entry_pct",),
        "basics": ("basics94_pct",),
        "progress": ("p8",),
    },
}
KINDS = {
    "sponsored": "sponsor led",
    "converter": "converter",
    "free": "free school",
    "voluntary": "voluntary",
    "foundation": "foundation",
    "special": "special",
    "independent": "independent",
}


@dataclass(frozen=True)
class Sources:
    """What was known on a day, read once: of every school, whatever its stage or state."""

    stage: KeyStage
    as_at: date
    register: pl.DataFrame
    family: pl.DataFrame
    visits: pl.DataFrame
    results: dict[int, pl.DataFrame]
    finance: pl.DataFrame


def sources(store: Store, rulebook: Rulebook, stage: KeyStage, as_at: date) -> Sources:
    """Everything known on `as_at` that the chances rest on."""
    visits = _graded(frames.inspections(store, as_at), rulebook.of(InspectionScale))
    register = _of_stage(frames.schools(store, as_at), stage)
    family = frames.lineage(store, register["urn"].to_list(), as_at)
    return Sources(
        stage=stage,
        as_at=as_at,
        register=_with_opening(register, family),
        family=family,
        visits=visits,
        results={
            year: _figures(store, stage, year, as_at) for year in frames.exam_years(store, stage, as_at)
        },
        finance=frames.finance(store, as_at),
    )


def _graded(inspections: pl.DataFrame, scales: tuple[InspectionScale, ...]) -> pl.DataFrame:
    """Full inspections as a number from 1 to 4 by standing, whatever the scale.

    Where no headline grade is given, the gravest area judged stands in; a category of concern is the gravest.
    """
    numbers = {
        grade.word: (3 if grade.standing is Standing.BELOW_GOOD else 4)
        if grade.standing is not Standing.GOOD
        else min(grade.number, 2)
        for scale in scales
        for grade in scale.grades
    }
    area_grades = [_number(area, numbers) for area in AREAS if area in inspections.columns]
    return (
        inspections.filter(pl.col("event").is_in(FULL))
        .with_columns(
            pl.when(pl.col("category").is_not_null())
            .then(4)
            .otherwise(pl.coalesce(_number("grade", numbers), pl.max_horizontal(area_grades)))
            .alias("grade")
        )
        .drop_nulls("grade")
        .select("urn", "inspected_on", "published_on", "grade")
    )


def _number(column: str, numbers: dict[str, int]) -> pl.Expr:
    word = pl.col(column).str.to_lowercase().str.strip_chars()
    return word.replace_strict(numbers, default=None, return_dtype=pl.Int64)


def _of_stage(register: pl.DataFrame, stage: KeyStage) -> pl.DataFrame:
    """Schools that teach the stage's years: by phase, or by age where the phase does not say."""
    phase = pl.col("phase").str.to_lowercase()
    young, old = pl.col("low_age") < 11, pl.col("high_age") > 11
    if stage is KeyStage.KS2:
        named, aged = phase.str.contains("primary"), young
    else:
        named, aged = phase.str.contains("secondary"), old & (pl.col("low_age") < 16)
    told = phase.str.contains("primary|secondary|16 plus")
    wanted = pl.when(phase.str.contains("all-through")).then(True).when(told).then(named).otherwise(aged)
    return register.filter(wanted.fill_null(False))


def _with_opening(register: pl.DataFrame, family: pl.DataFrame) -> pl.DataFrame:
    changed = family.filter(pl.col("relation") == "predecessor").group_by("for_urn").agg(
        pl.col("changed_on").min()
    )  # fmt: skip
    rows = register.join(changed, left_on="urn", right_on="for_urn", how="left")
    return rows.with_columns(pl.coalesce("opened_on", "changed_on").alias("opened_on"))


def _figures(store: Store, stage: KeyStage, year: int, as_at: date) -> pl.DataFrame:
    rows = frames.results(store, stage, year, as_at)
    return standardised(rows, MEASURES[stage]).with_columns(
        pl.lit(rows["published_on"].min()).alias("published_on")
    )


def later(day: date, months: int) -> date:
    """The same day of the month so many months on (back, when negative), or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def learning_days(as_at: date) -> Iterator[tuple[date, int]]:
    """Days to learn from, latest first, each with the months of its outcome that were reported by `as_at`."""
    last = as_at - release_table().lag("inspections")
    for months in BACK_MONTHS:
        if (day := later(last, -months)) >= FIRST_DAY:
            yield day, min(months, HORIZON_MONTHS)


def past_days(as_at: date) -> Iterator[date]:
    """Days a horizon apart whose outcome was reported in full by `as_at`, latest first."""
    day = later(as_at - release_table().lag("inspections"), -HORIZON_MONTHS)
    while day >= FIRST_DAY:
        yield day
        day = later(day, -HORIZON_MONTHS)


def snapshot(known: Sources, on: date) -> pl.DataFrame:
    """One row a school open on a day with an earlier inspection known then: `school` and its features."""
    kin = known.family.filter(
        (pl.col("relation") == "own") | ((pl.col("relation") == "predecessor") & (pl.col("changed_on") <= on))
    )
    register = known.register.filter(
        (pl.col("closed_on").is_null() | (pl.col("closed_on") > on))
        & (pl.col("opened_on").is_null() | (pl.col("opened_on") <= on))
        & ((pl.col("status") != "Not in the latest edition") | (on < known.as_at))
    )
    visits = _family_visits(known.visits.filter(pl.col("published_on") <= on), kin)
    rows = _about(register, on).join(history_features(visits, on), on="school", how="inner")
    rows = rows.join(_areas(known, on), on="la_code", how="left")
    return (
        _with_results(_with_finance(rows, known.finance, on), known, kin, on).drop("la_code").sort("school")
    )


def _family_visits(visits: pl.DataFrame, kin: pl.DataFrame) -> pl.DataFrame:
    return visits.join(kin, on="urn", how="inner").select(
        pl.col("for_urn").alias("school"),
        "inspected_on",
        "grade",
        (pl.col("relation") == "predecessor").alias("of_predecessor"),
    )


def _about(register: pl.DataFrame, on: date) -> pl.DataFrame:
    kind = pl.col("type_name").str.to_lowercase()
    return register.select(
        pl.col("urn").alias("school"),
        "la_code",
        pl.col("low_age").cast(pl.Float64),
        pl.col("high_age").cast(pl.Float64),
        months_since("opened_on", on).clip(0, 180).alias("months_open"),
        months_since("changed_on", on).clip(0, 180).alias("months_since_change"),
        (pl.col("changed_on") <= on).fill_null(False).cast(pl.Float64).alias("has_predecessor"),
        *(
            kind.str.contains(word, literal=True).fill_null(False).cast(pl.Float64).alias(name)
            for name, word in KINDS.items()
        ),
    )


def _areas(known: Sources, on: date) -> pl.DataFrame:
    placed = known.visits.filter(pl.col("published_on") <= on).join(
        known.register.select("urn", "la_code"), on="urn", how="inner"
    )
    return area_rates(placed, on)


def _with_finance(rows: pl.DataFrame, finance: pl.DataFrame, on: date) -> pl.DataFrame:
    latest = (
        finance.filter((pl.col("published_on") <= on) & (pl.col("income_pence") > 0))
        .sort("urn", "financial_year_end")
        .unique("urn", keep="last", maintain_order=True)
        .select(
            pl.col("urn").alias("school"),
            (pl.col("balance_pence") / pl.col("income_pence")).clip(-0.5, 0.5).alias("balance_share"),
            pl.col("income_pence").log().alias("income_log"),
        )
    )
    return rows.join(latest, on="school", how="left")


def _with_results(rows: pl.DataFrame, known: Sources, kin: pl.DataFrame, on: date) -> pl.DataFrame:
    """The latest results known, those of the school before its predecessor's, and the change to them."""
    names = list(MEASURES[known.stage])
    years = [
        frame.filter(pl.col("published_on") <= on).with_columns(pl.lit(year).alias("exam_year"))
        for year, frame in known.results.items()
    ]
    empty = pl.DataFrame(schema={"urn": pl.Int64, "cohort": pl.Float64, "exam_year": pl.Int32,
                                 **dict.fromkeys(names, pl.Float64)})  # fmt: skip
    figures = pl.concat([empty, *(y.select(empty.columns).cast(empty.schema) for y in years)])
    best = (
        figures.drop_nulls("progress")
        .join(kin, on="urn")
        .sort("for_urn", "exam_year", "steps", "cohort", "progress", nulls_last=True)
        .unique(["for_urn", "exam_year"], keep="first", maintain_order=True)
    )
    latest = best.unique("for_urn", keep="last", maintain_order=True)
    before = best.join(latest.select("for_urn", "exam_year"), on=["for_urn", "exam_year"], how="anti").unique(
        "for_urn", keep="last", maintain_order=True
    )
    changes = latest.join(before, on="for_urn", suffix="_before").select(
        pl.col("for_urn").alias("school"),
        *((pl.col(n) - pl.col(f"{n}_before")).alias(f"{n}_change") for n in ("attainment", "progress")),
    )
    latest = latest.select(
        pl.col("for_urn").alias("school"),
        pl.col("cohort").clip(1).log().alias("cohort_log"),
        *names,
        (on.year + on.month / 12 - pl.col("exam_year")).alias("results_age"),
    )
    return rows.join(latest, on="school", how="left").join(changes, on="school", how="left")


def outcomes(known: Sources, schools: pl.Series, on: date, months: int = HORIZON_MONTHS) -> pl.Series:
    """1 for each school with an adverse inspection, or a successor's, within so many months of a day."""
    line = known.family.filter(pl.col("relation") != "predecessor")
    visits = _family_visits(known.visits, line)
    found = adverse_within(visits, on, later(on, months))
    return schools.to_frame("school").join(found, on="school", how="left")["adverse"].fill_null(0)


def features(frame: pl.DataFrame) -> tuple[tuple[str, ...], np.ndarray]:
    """The names (K,) and the figures (N, K) of a snapshot; what is missing is not a number."""
    names = tuple(name for name in frame.columns if name != "school")
    return names, frame.select(pl.col(names).cast(pl.Float64)).to_numpy().astype(float)


def lessons(known: Sources) -> Lessons:
    """Every learning day's schools with what became of them; raises NotEnoughData without such a day."""
    days = list(learning_days(known.as_at))
    if not days:
        raise NotEnoughData(
            f"No earlier day has {BACK_MONTHS[0]} months of known outcomes by {format_day(known.as_at)}.",
            do=f"Choose a day after {format_day(later(FIRST_DAY, HORIZON_MONTHS + 2))}.",
        )
    rows = [snapshot(known, day) for day, _ in days]
    parts = [features(frame) for frame in rows]
    seen = [outcomes(known, f["school"], *day).to_numpy() for f, day in zip(rows, days, strict=True)]
    return Lessons(
        names=parts[0][0],
        x=np.concatenate([x for _, x in parts]),
        adverse=np.concatenate(seen),
        school=np.concatenate([frame["school"].to_numpy() for frame in rows]),
        months_watched=np.concatenate(
            [np.full(len(f), float(months)) for f, (_, months) in zip(rows, days, strict=True)]
        ),
        past_counts=tuple(_past_counts(known)),
    )


def _past_counts(known: Sources) -> Iterator[tuple[int, int]]:
    for day in past_days(known.as_at):
        schools = snapshot(known, day)["school"]
        if len(schools):
            yield int(outcomes(known, schools, day).sum()), len(schools)


def risk(store: Store, rulebook: Rulebook, stage: KeyStage, as_at: date) -> pl.DataFrame:
    """`urn`, `probability`, `low`, `high`: one row an open school with an earlier inspection, by number."""
    known = sources(store, rulebook, stage, as_at)
    today = snapshot(known, as_at)
    if today.is_empty():
        raise NotEnoughData(
            f"No open school has an inspection published by {format_day(as_at)}.",
            do="Import the inspectorate's history of inspections and a register of schools.",
        )
    found = fit_risk(lessons(known)).chances(features(today)[1])
    return today.select(
        pl.col("school").alias("urn"),
        pl.Series("probability", found.probability),
        pl.Series("low", found.low),
        pl.Series("high", found.high),
    ).sort("urn")
