"""What kind of school each row is about, and when it closed, for one year's results and one day's knowledge.

A file that gives a school's type itself is believed first. Else the type comes from the register: the first
edition after the year's end that was known on the day, an earlier one failing that, and only then an edition
from after the day, which is said to be back-cast. A school that no edition lists is typed by its successor.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from schoolward.datasets.releases import release_table
from schoolward.datasets.school_types import is_mainstream, is_state_funded, school_type, type_of_code
from schoolward.datasets.store import Part, Store

SAME_FILE, SAME_EDITION, BACK_CAST, SUCCESSOR, UNKNOWN = (
    "same file", "same edition", "back-cast", "successor", "unknown",
)  # fmt: skip
CONVERTED, SPONSORED, CLOSED = "converted to an academy", "became a sponsored academy", "closed"
# The tables' list flags its closed schools so (meaning inferred from their successors' types).
_FLAGS = {"2": CONVERTED, "4": SPONSORED, "5": CLOSED}


def add_attributes(rows: pl.DataFrame, store: Store, exam_year: int, as_at: date | None) -> pl.DataFrame:
    """The rows with type, mainstream, state-funded, closure and where each of these comes from."""
    frame = _own_type(rows).join(_listed(store, exam_year, as_at), on="urn", how="left")
    frame = frame.join(_by_successor(store, frame, exam_year), on="urn", how="left")
    frame = frame.join(closures(store, as_at), on="urn", how="left")
    own, listed, heir = (pl.col(c) for c in ("own_type", "listed_type", "heir_type"))
    basis = (
        pl.when(own.is_not_null()).then(pl.lit(SAME_FILE))
        .when(listed.is_not_null()).then(pl.col("listed_basis"))
        .when(heir.is_not_null()).then(pl.lit(SUCCESSOR))
        .otherwise(pl.lit(UNKNOWN))
    )  # fmt: skip
    kind = pl.coalesce(own, listed, heir)
    own_kind = pl.col("own_mainstream")
    return frame.with_columns(
        kind.alias("school_type"),
        pl.when(own_kind.is_not_null()).then(own_kind).otherwise(is_mainstream(kind)).alias("mainstream"),
        pl.when(own_kind & own.is_null()).then(True).otherwise(is_state_funded(kind)).alias("state_funded"),
        pl.when(own_kind.is_not_null()).then(pl.lit(SAME_FILE)).otherwise(basis).alias("attributes_basis"),
        pl.when(own.is_null()).then(pl.col("listed_edition_on")).alias("attributes_edition_on"),
        pl.coalesce("name", "listed_name", "heir_name").alias("name"),
        pl.coalesce("la_code", "listed_la_code", "heir_la_code").alias("la_code"),
    ).drop(pl.selectors.starts_with("own_", "listed_", "heir_"))


def _own_type(rows: pl.DataFrame) -> pl.DataFrame:
    """What the results file itself says: a type's code or words, or only that the school is mainstream."""
    for name, kind in (
        ("nftype", pl.String), ("type_name", pl.String), ("type_group", pl.String), ("row_kind", pl.String),
        ("name", pl.String), ("la_code", pl.Int64), ("iclose", pl.Int64), ("academy_urn", pl.Int64),
    ):  # fmt: skip
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, kind).alias(name))
    own = pl.coalesce(type_of_code(pl.col("nftype")), school_type(pl.col("type_name")))
    group = pl.col("type_group").str.to_lowercase()
    only_group = pl.when(group.is_in(["academy", "maintained school"])).then(
        pl.col("row_kind") == "mainstream school"
    ).when(group.is_not_null()).then(pl.lit(False))  # fmt: skip
    not_special = pl.col("row_kind").is_null() | (pl.col("row_kind") == "mainstream school")
    return rows.with_columns(
        own.alias("own_type"),
        pl.when(own.is_not_null()).then(is_mainstream(own) & not_special).otherwise(only_group)
        .alias("own_mainstream"),
    ).drop("nftype", "type_name", "type_group")  # fmt: skip


def editions(store: Store, exam_year: int, as_at: date | None) -> list[tuple[Part, str]]:
    """The register's editions that give types, the best for a year first, each with its basis."""
    year_end = date(exam_year, 8, 31)
    typed = [p for p in store.parts("register") if "type_name" in store.frame(p).columns]
    known = [p for p in typed if as_at is None or p.published_on <= as_at]
    later = [p for p in typed if p not in known]

    def nearness(part: Part) -> tuple[bool, int, int]:
        gap = (date.fromisoformat(part.period) - year_end).days
        return (gap < 0, abs(gap), -part.fullness)

    return [(p, SAME_EDITION) for p in sorted(known, key=nearness)] + [
        (p, BACK_CAST) for p in sorted(later, key=lambda p: (p.period, -p.fullness))
    ]


def _listed(store: Store, exam_year: int, as_at: date | None) -> pl.DataFrame:
    """Each school's name, authority and type in the best edition that lists it."""
    frames = []
    for part, basis in editions(store, exam_year, as_at):
        frame = store.frame(part)
        la_code = pl.col("la_code") if "la_code" in frame.columns else pl.lit(None, pl.Int64)
        frames.append(
            frame.select(
                "urn",
                pl.col("name").alias("listed_name"),
                la_code.alias("listed_la_code"),
                school_type(pl.col("type_name")).alias("listed_type"),
                pl.lit(basis).alias("listed_basis"),
                pl.lit(date.fromisoformat(part.period)).alias("listed_edition_on"),
            )
        )
    if not frames:
        return pl.DataFrame(schema={
            "urn": pl.Int64, "listed_name": pl.String, "listed_la_code": pl.Int64, "listed_type": pl.String,
            "listed_basis": pl.String, "listed_edition_on": pl.Date,
        })  # fmt: skip
    together = pl.concat(frames)
    best = together.unique("urn", keep="first", maintain_order=True)
    codes = together.drop_nulls("listed_la_code").unique("urn", keep="first", maintain_order=True)
    return best.drop("listed_la_code").join(codes.select("urn", "listed_la_code"), on="urn", how="left")


def _by_successor(store: Store, frame: pl.DataFrame, exam_year: int) -> pl.DataFrame:
    """Type, name and authority of a direct successor that the register lists, for schools it does not.

    One step only: the successor's successor may be another kind of school, so beyond it the type is unknown.
    """
    schema = {"urn": pl.Int64, "heir_type": pl.String, "heir_name": pl.String, "heir_la_code": pl.Int64}
    lost = frame.filter(pl.col("own_type").is_null() & pl.col("listed_type").is_null()).select("urn")
    heirs = successors(store, None)
    if lost.is_empty() or heirs.is_empty():
        return pl.DataFrame(schema=schema)
    listed = _listed(store, exam_year, None).rename({"urn": "heir_urn"})
    direct = lost.join(heirs, on="urn", how="inner").rename({"successor_urn": "heir_urn"})
    met = direct.join(listed, on="heir_urn", how="inner").unique("urn", keep="first", maintain_order=True)
    return met.select(
        "urn",
        pl.col("listed_type").alias("heir_type"),
        pl.col("listed_name").alias("heir_name"),
        pl.col("listed_la_code").alias("heir_la_code"),
    )


def successors(store: Store, as_at: date | None) -> pl.DataFrame:
    """Each school's successors, earliest first: `urn`, `successor_urn`, `linked_on`."""
    schema = {"urn": pl.Int64, "successor_urn": pl.Int64, "linked_on": pl.Date}
    frames = [store.frame(part) for part in reversed(newest_first(store.parts("links")))]
    if not frames:
        return pl.DataFrame(schema=schema)
    links = pl.concat([f.select("urn", "link_urn", "link_type", "linked_on") for f in frames]).unique(
        maintain_order=True
    )
    ahead = links.filter(pl.col("link_type").str.starts_with("Successor"))
    back = links.filter(pl.col("link_type").str.starts_with("Predecessor"))
    both = pl.concat([
        ahead.select("urn", pl.col("link_urn").alias("successor_urn"), "linked_on"),
        back.select(pl.col("link_urn").alias("urn"), pl.col("urn").alias("successor_urn"), "linked_on"),
    ])  # fmt: skip
    if as_at is not None:
        both = both.filter(pl.col("linked_on") + release_table().lag("links") <= as_at)
    return both.sort("linked_on", "successor_urn", nulls_last=True).unique(
        ["urn", "successor_urn"], keep="first", maintain_order=True
    )


def closures(store: Store, as_at: date | None) -> pl.DataFrame:
    """Closed schools: `urn`, `closed_on`, `closed_basis`, `closure_kind`, `newacflag`, `other_urn`.

    The register's own date comes first. A school that no edition closes but that has a successor closed when
    the successor took over: the day before, where that is the first of a month.
    """
    known = as_at or date.max
    lag = release_table().lag("closures")
    frames = []
    for part in newest_first(store.parts("register")):
        frame = store.frame(part)
        flags = "newacflag" in frame.columns
        frames.append(
            frame.filter(pl.col("closed_on").is_not_null()).select(
                "urn",
                "closed_on",
                (pl.col("newacflag") if flags else pl.lit(None, pl.String)).alias("newacflag"),
                (pl.col("other_urn") if flags else pl.lit(None, pl.Int64)).alias("other_urn"),
                pl.lit("register").alias("closed_basis"),
            )
        )
    heirs = successors(store, None).filter(pl.col("linked_on").is_not_null())
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
    best = best.filter(pl.col("closed_on") + lag <= known)
    return best.join(_heir_types(store), left_on="other_urn", right_on="urn", how="left").with_columns(
        pl.coalesce(
            pl.col("newacflag").replace_strict(_FLAGS, default=None, return_dtype=pl.String),
            pl.when(pl.col("heir_kind") == "Academy converter").then(pl.lit(CONVERTED))
            .when(pl.col("heir_kind") == "Academy sponsor led").then(pl.lit(SPONSORED)),
            pl.lit(CLOSED),
        ).alias("closure_kind")
    ).drop("heir_kind")  # fmt: skip


def _heir_types(store: Store) -> pl.DataFrame:
    typed = [store.frame(p) for p in newest_first(store.parts("register"))]
    frames = [
        f.select("urn", school_type(pl.col("type_name")).alias("heir_kind"))
        for f in typed
        if "type_name" in f
    ]
    empty = pl.DataFrame(schema={"urn": pl.Int64, "heir_kind": pl.String})
    return pl.concat([empty, *frames]).unique("urn", keep="first", maintain_order=True)


def newest_first(parts: tuple[Part, ...]) -> list[Part]:
    """Parts by the day they speak of, newest first; the fuller before the trimmed on the same day."""
    return sorted(parts, key=lambda p: (p.period, p.fullness, p.key), reverse=True)
