"""A school's history through conversion: predecessors' figures beside its own, tagged before or after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import polars as pl

from schoolward.datasets.registers import CLOSED, schools
from schoolward.datasets.releases import release_table
from schoolward.datasets.results import exam_years, results
from schoolward.datasets.store import Store
from schoolward.datasets.successions import successors
from schoolward.terms.phases import KeyStage

OWN, PREDECESSOR, SUCCESSOR = "own", "predecessor", "successor"
BEFORE, AFTER, UNCHANGED = "before", "after", "no change of school"
OPENED, CLOSING, CONVERTED, RENAMED, MOVED = "opened", "closed", "converted", "renamed", "moved authority"
_STEPS = 8  # conversions in a row; the longest chain on the register has five


def lineage(store: Store, urns: Collection[int], as_at: date | None = None) -> pl.DataFrame:
    """Who came before and after each school: `for_urn`, `urn`, `relation`, `steps`, `changed_on`.

    The school itself is among them with 0 steps. `changed_on` is the day of the link nearest to the school,
    so a figure older than it belongs to the time before. Links made after `as_at` are not followed.
    """
    pairs = successors(store, None)
    if as_at is not None:
        pairs = pairs.filter(pl.col("linked_on") + release_table().lag("links") <= as_at)
    start = pl.DataFrame({"for_urn": sorted(set(urns))}, schema={"for_urn": pl.Int64}).with_columns(
        pl.col("for_urn").alias("urn"),
        pl.lit(OWN).alias("relation"),
        pl.lit(0, pl.Int64).alias("steps"),
        pl.lit(None, pl.Date).alias("changed_on"),
    )
    back = pairs.select(pl.col("successor_urn").alias("from"), pl.col("urn").alias("to"), "linked_on")
    ahead = pairs.select(pl.col("urn").alias("from"), pl.col("successor_urn").alias("to"), "linked_on")
    walks = [start, *_walk(start, back, PREDECESSOR), *_walk(start, ahead, SUCCESSOR)]
    return pl.concat(walks).unique(["for_urn", "urn"], keep="first", maintain_order=True)


def _walk(start: pl.DataFrame, steps: pl.DataFrame, relation: str) -> list[pl.DataFrame]:
    seen, found = start.select("for_urn", "urn"), []
    here = start
    for number in range(1, _STEPS + 1):
        here = (
            here.join(steps, left_on="urn", right_on="from", how="inner")
            .select(
                "for_urn",
                pl.col("to").alias("urn"),
                pl.lit(relation).alias("relation"),
                pl.lit(number, pl.Int64).alias("steps"),
                pl.coalesce("changed_on", "linked_on").alias("changed_on"),
            )
            .unique(["for_urn", "urn"], keep="first", maintain_order=True)
            .join(seen, on=["for_urn", "urn"], how="anti", maintain_order="left")
        )
        if here.is_empty():
            break
        found.append(here)
        seen = pl.concat([seen, here.select("for_urn", "urn")])
    return found


def history(
    store: Store, key_stage: KeyStage | str, urns: Collection[int], as_at: date | None = None
) -> pl.DataFrame:
    """Every year's results of the schools and of their predecessors and successors, as `results` gives them.

    Further columns: `for_urn` (the school asked for), `exam_year`, `relation`, and `conversion`: before or
    after the change of school nearest to it, told by the summer of the exams, or 'no change of school'.
    """
    family = lineage(store, urns, as_at)
    changes = (
        family.filter(pl.col("relation") == PREDECESSOR)
        .group_by("for_urn")
        .agg(pl.col("changed_on").filter(pl.col("steps") == 1).max().alias("converted_on"))
    )
    years = []
    for year in exam_years(store, key_stage, as_at):
        rows = results(store, key_stage, year, as_at).join(
            family.rename({"changed_on": "link_on"}), on="urn", how="inner"
        )
        years.append(rows.with_columns(pl.lit(year, pl.Int64).alias("exam_year")))
    if not years:
        return pl.DataFrame(schema={"for_urn": pl.Int64, "urn": pl.Int64, "exam_year": pl.Int64})
    rows = pl.concat(years, how="diagonal").join(changes, on="for_urn", how="left")
    summer = pl.date(pl.col("exam_year"), 7, 1)
    change = pl.when(pl.col("relation") == SUCCESSOR).then("link_on").otherwise("converted_on")
    return (
        rows.with_columns(
            pl.when(pl.col("relation") == PREDECESSOR).then(pl.lit(BEFORE))
            .when(pl.col("relation") == SUCCESSOR).then(pl.lit(AFTER))
            .when(change.is_null()).then(pl.lit(UNCHANGED))
            .when(summer < change).then(pl.lit(BEFORE))
            .otherwise(pl.lit(AFTER))
            .alias("conversion")
        )
        .drop("link_on", "converted_on", "steps")
        .sort("for_urn", "exam_year", "urn")
    )  # fmt: skip


def differences(store: Store, old_edition: str, new_edition: str) -> pl.DataFrame:
    """What the newer edition's register tells that the older did not, as events in order of their day.

    `event` is opened, closed, converted, renamed or moved authority; `before` and `after` are the words that
    changed; `other_urn` is the school that took over.
    """
    old_store, new_store = store.at(old_edition), store.at(new_edition)
    if not old_store.parts("register") or not new_store.parts("register"):
        return pl.DataFrame(schema=_event_kinds())
    old, new = schools(old_store), schools(new_store)
    seen_until = old["edition_on"].max()
    both = new.join(old, on="urn", how="inner", suffix="_old")
    is_new = ~pl.col("urn").is_in(old["urn"].implode())
    opened = new.filter(is_new & (pl.col("opened_on") > seen_until) & (pl.col("status") != CLOSED))
    closed = both.filter((pl.col("status") == CLOSED) & (pl.col("status_old") != CLOSED))
    converted = pl.col("closure_kind").is_not_null() & (pl.col("closure_kind") != "closed")
    still = both.filter(pl.col("edition_on") > pl.col("edition_on_old"))
    renamed = still.filter(pl.col("name") != pl.col("name_old"))
    moved = still.filter(pl.col("la_code") != pl.col("la_code_old"))
    kind = pl.when(converted).then(pl.lit(CONVERTED)).otherwise(pl.lit(CLOSING))
    events = [
        _events(opened, pl.lit(OPENED), "opened_on", None, "name"),
        _events(closed, kind, "closed_on", "status_old", "status"),
        _events(renamed, pl.lit(RENAMED), None, "name_old", "name"),
        _events(moved, pl.lit(MOVED), None, "la_name_old", "la_name"),
    ]
    return pl.concat(events).sort("happened_on", "urn", "event", nulls_last=True)


def _event_kinds() -> dict:
    return {
        "urn": pl.Int64, "event": pl.String, "happened_on": pl.Date, "before": pl.String,
        "after": pl.String, "other_urn": pl.Int64,
    }  # fmt: skip


def _events(
    rows: pl.DataFrame, event: pl.Expr, day: str | None, before: str | None, after: str
) -> pl.DataFrame:
    return rows.select(
        "urn",
        event.alias("event"),
        (pl.col(day) if day else pl.lit(None, pl.Date)).alias("happened_on"),
        (pl.col(before) if before else pl.lit(None, pl.String)).alias("before"),
        pl.col(after).alias("after"),
        "other_urn",
    ).cast(_event_kinds())


def similarity_inputs(store: Store, as_at: date | None = None) -> pl.DataFrame:
    """What schools are compared by: phase, type, size, free meals, place. One row an open school."""
    rows = schools(store, as_at).filter(pl.col("status").str.starts_with("Open"))
    return rows.select(
        "urn", "name", "la_code", "phase", "type_name", "religious_character", "opened_on", "low_age",
        "high_age", "roll", "capacity", "fsm_share", "urban_rural", "easting", "northing", "basis",
    )  # fmt: skip
