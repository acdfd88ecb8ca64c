"""Schools with an intake like each school's own, and the averages of their results year by year."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from schoolward.analysis.performance.similar import similar_schools
from schoolward.apps.performance.bridge.standards import ancestors
from schoolward.datasets import frames
from schoolward.datasets.school_types import is_mainstream, school_type
from schoolward.datasets.store import Store
from schoolward.terms.phases import KeyStage

FACTS = ("meals_pct", "eal_pct", "sen_pct", "prior_score", "cohort")
FEW = 10  # pupils, below which a school's shares are not shown
FEWEST = 5  # of the similar schools must have a figure, or their average is not given
REGISTER = 0  # stands for the register where a fact is not of an exam year
_RECENT = 3  # years of results in which a school must stand to be compared, and its facts are looked for
_IN_RESULTS = {"meals_pct": "fsm6_pct", **{name: name for name in FACTS[1:]}}
_EXAMS = (5, 15)  # about when a year's exams are taken
_LIMITS = ("_low", "_high", "_ci")  # limits of single schools have no average


@dataclass(frozen=True)
class Alike:
    """At one key stage: each wanted school's similar ones, what they were compared by, and who they are."""

    facts: dict[str, int] = field(default_factory=dict)  # fact to its exam year
    nearest: dict[int, tuple[int, ...]] = field(default_factory=dict)
    pool: pl.DataFrame = field(default_factory=lambda: pl.DataFrame())
    line: pl.DataFrame = field(default_factory=lambda: pl.DataFrame())


def alike(store: Store, key_stage: KeyStage, wanted: Collection[int]) -> Alike:
    """The schools like each of `wanted`, among all open state mainstream schools with recent results."""
    pool = _open_mainstream(store)
    recent = _recent(store, key_stage)
    if not recent or pool.is_empty():
        return Alike()
    line = _line(store, pool)
    recent = {year: of_year(frame, line, year) for year, frame in recent.items()}
    pool = pool.join(pl.concat([rows.select("urn") for rows in recent.values()]).unique(), on="urn").sort(
        "urn"
    )
    pool, taken = _with_facts(pool, recent)
    columns = {name: pool[name].to_numpy() for name in taken}
    columns["cohort"] = np.log(np.maximum(columns["cohort"], 1)) if "cohort" in columns else _unknown(pool)
    found = similar_schools(pool["urn"].to_numpy(), columns, wanted)
    nearest = {urn: found.of(urn) for urn in found.nearest}
    return Alike({name: taken[name] for name in found.facts}, nearest, pool, line)


def _recent(store: Store, key_stage: KeyStage) -> dict[int, pl.DataFrame]:
    """The last years with published results: provisional ones are known of a school's own authority alone."""
    found: dict[int, pl.DataFrame] = {}
    for year in reversed(frames.exam_years(store, key_stage)):
        frame = published(frames.results(store, key_stage, year))
        if frame.height and len(found) < _RECENT:
            found[year] = frame
    return found


def published(results: pl.DataFrame) -> pl.DataFrame:
    """The rows that are not provisional."""
    return results.filter(~pl.col("provisional"))


def _unknown(pool: pl.DataFrame) -> np.ndarray:
    return np.full(pool.height, np.nan)


def _open_mainstream(store: Store) -> pl.DataFrame:
    rows = frames.similarity_inputs(store)
    rows = rows.filter(is_mainstream(school_type(pl.col("type_name"))))
    names = frames.authorities(store).select("la_code", "la_name")
    return rows.select(
        "urn", "name", "la_code", "opened_on", "roll", (pl.col("fsm_share") * 100).alias("meals_pct")
    ).join(names, on="la_code", how="left")


def _line(store: Store, pool: pl.DataFrame) -> pl.DataFrame:
    """Every number under which a school's results may stand: its own and its predecessors'."""
    urns = pool["urn"].to_list()
    olds = ancestors(store, urns, None)
    pairs = [(urn, each) for urn in urns for each in (urn, *sorted(olds[urn]))]
    rows = pl.DataFrame(pairs, schema={"urn": pl.Int64, "row_urn": pl.Int64}, orient="row")
    return rows.join(pool.select("urn", "opened_on"), on="urn")


def of_year(results: pl.DataFrame, line: pl.DataFrame, exam_year: int) -> pl.DataFrame:
    """One row a school with its results of the year: its own, else the largest of those that became it.

    What joined a school that was already there has a history of its own, so an earlier number counts only
    for the time before the school opened.
    """
    rows = results.rename({"urn": "row_urn"}).drop("opened_on", strict=False).join(line, on="row_urn")
    own = pl.col("row_urn") == pl.col("urn")
    before = pl.col("opened_on").is_null() | (pl.date(exam_year, *_EXAMS) < pl.col("opened_on"))
    return (
        rows.filter(own | before)
        .sort("urn", ~own, -pl.col("cohort").fill_null(0), "row_urn")
        .unique("urn", keep="first", maintain_order=True)
    )


def _with_facts(
    pool: pl.DataFrame, recent: Mapping[int, pl.DataFrame]
) -> tuple[pl.DataFrame, dict[str, int]]:
    """The schools with each fact of one year only: the latest in which half of them have it."""
    taken = {}
    for name in FACTS:
        if name in pool.columns and _half_know(pool[name]):
            taken[name] = REGISTER
            continue
        for year in sorted(recent, reverse=True):
            if (source := _IN_RESULTS[name]) not in recent[year].columns:
                continue
            column = recent[year].select("urn", pl.col(source).alias(name))
            joined = pool.drop(name, strict=False).join(column, on="urn", how="left", maintain_order="left")
            if _half_know(joined[name]):
                pool, taken[name] = joined, year
                break
    return pool, taken


def _half_know(fact: pl.Series) -> bool:
    return len(fact) > 0 and fact.count() * 2 >= len(fact)


def averages(found: Alike, results: pl.DataFrame, measures: Sequence[str], exam_year: int) -> dict[int, dict]:
    """The mean of each measure over the similar schools of each school, with how many have a figure."""
    named = [name for name in measures if name != "cohort" and not name.endswith(_LIMITS)]
    if not found.nearest or not named:
        return {}
    pairs = pl.DataFrame(
        [(urn, other) for urn, others in found.nearest.items() for other in others],
        schema={"of_urn": pl.Int64, "urn": pl.Int64},
        orient="row",
    )
    rows = of_year(published(results), found.line, exam_year).select("urn", *named)
    groups = (
        pairs.join(rows, on="urn")
        .group_by("of_urn")
        .agg(pl.col(named).mean().round(4), pl.col(named).count().name.suffix("#"))
    )
    return {
        row["of_urn"]: {name: [row[name], row[f"{name}#"]] for name in named if row[f"{name}#"] >= FEWEST}
        for row in groups.iter_rows(named=True)
    }


def similar_rows(
    key_stage: KeyStage, found: Alike, by_year: Mapping[int, Mapping[int, dict]]
) -> Iterator[dict]:
    """A row for each school: who is like it, by which facts, and what they reached year by year."""
    about = {row["urn"]: row for row in found.pool.iter_rows(named=True)} if found.nearest else {}
    for urn, others in found.nearest.items():
        yield {
            "urn": urn,
            "key_stage": str(key_stage),
            "facts": [[name, year] for name, year in found.facts.items()],
            "own": _told(about[urn], found.facts),
            "schools": [_told(about[other], found.facts) for other in others],
            "averages": {str(year): rows[urn] for year, rows in by_year.items() if rows.get(urn)},
        }


def _told(row: dict, facts: Mapping[str, int]) -> dict:
    """Who a school is and its facts, in order; `few` where shares would be of too few children to show."""
    known = [row[name] for name in ("roll", "cohort") if row.get(name) is not None]
    return {
        "urn": row["urn"],
        "name": row["name"],
        "authority": row["la_name"] or "",
        "facts": [None if row[name] is None else round(row[name], 2) for name in facts],
        "few": min(known, default=FEW) < FEW,
    }
