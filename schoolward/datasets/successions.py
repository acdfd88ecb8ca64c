"""Which schools closed, when and how, and who took over: the register's editions and its links together.

Both tables are worked out once for an edition of the store and kept beside it; a question as at a day only
leaves out what was not known yet.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from schoolward.datasets.derived import derived
from schoolward.datasets.releases import release_table
from schoolward.datasets.school_types import school_type
from schoolward.datasets.store import Part, Store

CONVERTED, SPONSORED, CLOSED = "converted to an academy", "became a sponsored academy", "closed"
# The tables' list flags its closed schools so (meaning inferred from their successors' types).
_FLAGS = {"2": CONVERTED, "4": SPONSORED, "5": CLOSED}


def successors(store: Store, as_at: date | None) -> pl.DataFrame:
    """Each school's successors, earliest first: `urn`, `successor_urn`, `linked_on`."""
    pairs = derived(store, "successors", _successors)
    if as_at is None:
        return pairs
    return pairs.filter(pl.col("linked_on") + release_table().lag("links") <= as_at)


def _successors(store: Store) -> pl.DataFrame:
    wanted = ("urn", "link_urn", "link_type", "linked_on")
    frames = [store.frame(part, wanted) for part in reversed(newest_first(store.parts("links")))]
    if not frames:
        return pl.DataFrame(schema={"urn": pl.Int64, "successor_urn": pl.Int64, "linked_on": pl.Date})
    links = pl.concat(frames).unique(maintain_order=True)
    ahead = links.filter(pl.col("link_type").str.starts_with("Successor"))
    back = links.filter(pl.col("link_type").str.starts_with("Predecessor"))
    both = pl.concat([
        ahead.select("urn", pl.col("link_urn").alias("successor_urn"), "linked_on"),
        back.select(pl.col("link_urn").alias("urn"), pl.col("urn").alias("successor_urn"), "linked_on"),
    ])  # fmt: skip
    return both.sort("linked_on", "successor_urn", nulls_last=True).unique(
        ["urn", "successor_urn"], keep="first", maintain_order=True
    )


def closures(store: Store, as_at: date | None) -> pl.DataFrame:
    """Closed schools: `urn`, `closed_on`, `closed_basis`, `closure_kind`, `newacflag`, `other_urn`.

    The register's own date comes first. A school that no edition closes but that has a successor closed when
    the successor took over: the day before, where that is the first of a month.
    """
    closed = derived(store, "closures", _closures)
    if as_at is None:
        return closed
    return closed.filter(pl.col("closed_on") + release_table().lag("closures") <= as_at)


def _closures(store: Store) -> pl.DataFrame:
    frames = []
    for part in newest_first(store.parts("register")):
        flags = "newacflag" in store.columns(part)
        frame = store.frame(part, ("urn", "closed_on", *(("newacflag", "other_urn") if flags else ())))
        frames.append(
            frame.filter(pl.col("closed_on").is_not_null()).select(
                "urn",
                "closed_on",
                (pl.col("newacflag") if flags else pl.lit(None, pl.String)).alias("newacflag"),
                (pl.col("other_urn") if flags else pl.lit(None, pl.Int64)).alias("other_urn"),
                pl.lit("register").alias("closed_basis"),
            )
        )
    heirs = _successors(store).filter(pl.col("linked_on").is_not_null())
    first_of_month = pl.col("linked_on").dt.day() == 1
    frames.append(
        heirs.unique("urn", keep="first", maintain_order=True).select(
            "urn",
            pl.when(first_of_month).then(pl.col("linked_on") - timedelta(days=1)).otherwise("linked_on")
            .alias("closed_on"),
            pl.lit(None, pl.String).alias("newacflag"),
            pl.col("successor_urn").alias("other_urn"),
            pl.lit("link").alias("closed_basis"),
        )
    )  # fmt: skip
    together = pl.concat(frames)
    # The register's row of a closed school does not name its successor; the links' row does.
    flags, heirs = (
        together.drop_nulls(name).unique("urn", keep="first", maintain_order=True).select("urn", name)
        for name in ("newacflag", "other_urn")
    )
    best = together.drop("newacflag", "other_urn").unique("urn", keep="first", maintain_order=True)
    best = best.join(flags, on="urn", how="left").join(heirs, on="urn", how="left")
    return best.join(_heir_types(store), left_on="other_urn", right_on="urn", how="left").with_columns(
        pl.coalesce(
            pl.col("newacflag").replace_strict(_FLAGS, default=None, return_dtype=pl.String),
            pl.when(pl.col("heir_kind") == "Academy converter").then(pl.lit(CONVERTED))
            .when(pl.col("heir_kind") == "Academy sponsor led").then(pl.lit(SPONSORED)),
            pl.lit(CLOSED),
        ).alias("closure_kind")
    ).drop("heir_kind")  # fmt: skip


def _heir_types(store: Store) -> pl.DataFrame:
    """Each school's type in the newest edition that lists it."""
    kind = school_type(pl.col("type_name")).alias("heir_kind")
    frames = [
        store.frame(part, ("urn", "type_name")).select("urn", kind)
        for part in newest_first(store.parts("register"))
        if "type_name" in store.columns(part)
    ]
    empty = pl.DataFrame(schema={"urn": pl.Int64, "heir_kind": pl.String})
    return pl.concat([empty, *frames]).unique("urn", keep="first", maintain_order=True)


DERIVED = {"successors": _successors, "closures": _closures}


def newest_first(parts: tuple[Part, ...]) -> list[Part]:
    """Parts by the day they speak of, newest first; the fuller before the trimmed on the same day."""
    return sorted(parts, key=lambda p: (p.period, p.fullness, p.key), reverse=True)
