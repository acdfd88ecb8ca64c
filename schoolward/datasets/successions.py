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
_NEAR = timedelta(days=60)  # between a school's end and its successor's beginning, or it was not one school
_LATEST = timedelta(days=730)  # after the intended day that a conversion is still that conversion


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
    the successor took over: the day before, where that is the first of a month. It became an academy only if
    that opened within 60 days of its own end; what joined an academy that was already there closed.
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
                pl.lit(date.fromisoformat(part.period)).alias("edition_on"),
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
            pl.lit(None, pl.Date).alias("edition_on"),
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
    best = _until_the_heir_opened(best.join(_heirs(store), on="other_urn", how="left"))
    return best.with_columns(
        pl.coalesce(
            pl.col("newacflag").replace_strict(_FLAGS, default=None, return_dtype=pl.String),
            pl.when(~_took_over()).then(pl.lit(CLOSED)),
            pl.when(pl.col("heir_kind") == "Academy converter").then(pl.lit(CONVERTED))
            .when(pl.col("heir_kind") == "Academy sponsor led").then(pl.lit(SPONSORED)),
            pl.lit(CLOSED),
        ).alias("closure_kind")
    ).drop("heir_kind", "heir_opened_on", "edition_on")  # fmt: skip


def _until_the_heir_opened(closed: pl.DataFrame) -> pl.DataFrame:
    """The schools with closing days put right that were only intended when they were written down.

    A link is often made months before the academy opens, and so is a closing day of the future; such a school
    went on until its successor opened.
    """
    intended = pl.col("edition_on").is_null() | (pl.col("closed_on") > pl.col("edition_on"))
    late = pl.col("heir_opened_on") > pl.col("closed_on") + timedelta(days=1)
    within = pl.col("heir_opened_on") <= pl.col("closed_on") + _LATEST
    return closed.with_columns(
        pl.when(intended & late & within)
        .then(pl.col("heir_opened_on") - timedelta(days=1))
        .otherwise("closed_on")
        .alias("closed_on")
    )


def _took_over() -> pl.Expr:
    """False where the successor was there long before, or came long after: the school joined it, or ended."""
    apart = (pl.col("heir_opened_on") - pl.col("closed_on")).abs()
    return (apart <= _NEAR).fill_null(True)  # an academy whose opening nobody wrote down is believed


def _heirs(store: Store) -> pl.DataFrame:
    """Each school's type and opening day in the newest edition that gives them."""
    found = {
        "heir_kind": ("type_name", school_type(pl.col("type_name"))),
        "heir_opened_on": ("opened_on", pl.col("opened_on")),
    }
    empty = pl.DataFrame(schema={"other_urn": pl.Int64, "heir_kind": pl.String, "heir_opened_on": pl.Date})
    frames = [
        store.frame(part, ("urn", source)).select(pl.col("urn").alias("other_urn"), told.alias(name))
        for part in newest_first(store.parts("register"))
        for name, (source, told) in found.items()
        if source in store.columns(part)
    ]
    rows = pl.concat([empty, *frames], how="diagonal")
    return rows.group_by("other_urn", maintain_order=True).agg(pl.all().drop_nulls().first())


DERIVED = {"successors": _successors, "closures": _closures}


def newest_first(parts: tuple[Part, ...]) -> list[Part]:
    """Parts by the day they speak of, newest first; the fuller before the trimmed on the same day."""
    return sorted(parts, key=lambda p: (p.period, p.fullness, p.key), reverse=True)
