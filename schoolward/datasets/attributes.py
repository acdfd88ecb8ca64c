"""What kind of school each row is about, and when it closed, for one year's results and one day's knowledge.

A file that gives a school's type itself is believed first. Else the type comes from the register: the first
edition after the year's end that was known on the day, an earlier one failing that, and only then an edition
from after the day, which is said to be back-cast. A school that no edition lists is typed by its successor.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from schoolward.datasets.school_types import is_mainstream, is_state_funded, school_type, type_of_code
from schoolward.datasets.store import Part, Store
from schoolward.datasets.successions import closures, successors

SAME_FILE, SAME_EDITION, BACK_CAST, SUCCESSOR, UNKNOWN = (
    "same file", "same edition", "back-cast", "successor", "unknown",
)  # fmt: skip
# What a results file may say of a school beside its measures.
ABOUT = (
    "urn", "name", "la_code", "row_kind", "nftype", "type_name", "type_group", "iclose", "academy_urn",
)  # fmt: skip
_NUMBERED = ("urn", "la_code", "iclose", "academy_urn")


def add_attributes(rows: pl.DataFrame, store: Store, exam_year: int, as_at: date | None) -> pl.DataFrame:
    """The rows with type, mainstream, state-funded, closure and where each of these comes from.

    `rows` are of different schools and have been through `with_own_type`.
    """
    # Only what is asked here is joined: the measures' many columns stay as they are.
    asked = rows.select("urn", "name", "la_code", "own_type", "own_mainstream")
    listed = _listed(store, asked["urn"], exam_year, as_at)
    asked = asked.join(listed, on="urn", how="left", maintain_order="left")
    asked = _with_heirs(asked, store, exam_year)
    closed = closures(store, as_at)
    asked = asked.join(closed, on="urn", how="left", maintain_order="left")
    found = asked.select(*_answers(), *(name for name in closed.columns if name != "urn"))
    return rows.drop("own_type", "own_mainstream").with_columns(found)


def _answers() -> list[pl.Expr]:
    """What the joined rows say of each school, from the best source that says it."""
    own, listed, heir = (pl.col(c) for c in ("own_type", "listed_type", "heir_type"))
    basis = (
        pl.when(own.is_not_null()).then(pl.lit(SAME_FILE))
        .when(listed.is_not_null()).then(pl.col("listed_basis"))
        .when(heir.is_not_null()).then(pl.lit(SUCCESSOR))
        .otherwise(pl.lit(UNKNOWN))
    )  # fmt: skip
    kind = pl.coalesce(own, listed, heir)
    own_kind = pl.col("own_mainstream")
    return [
        kind.alias("school_type"),
        pl.when(own_kind.is_not_null()).then(own_kind).otherwise(is_mainstream(kind)).alias("mainstream"),
        pl.when(own_kind & own.is_null()).then(True).otherwise(is_state_funded(kind)).alias("state_funded"),
        pl.when(own_kind.is_not_null()).then(pl.lit(SAME_FILE)).otherwise(basis).alias("attributes_basis"),
        pl.when(own.is_null()).then(pl.col("listed_edition_on")).alias("attributes_edition_on"),
        pl.coalesce("name", "listed_name", "heir_name").alias("name"),
        pl.coalesce("la_code", "listed_la_code", "heir_la_code").alias("la_code"),
    ]


def with_own_type(rows: pl.DataFrame) -> pl.DataFrame:
    """What a results file itself says: a type's code or words, or only that the school is mainstream."""
    absent = [name for name in ABOUT if name not in rows.columns]
    rows = rows.with_columns(
        pl.lit(None, pl.Int64 if name in _NUMBERED else pl.String).alias(name) for name in absent
    )
    if not {"nftype", "type_name", "type_group"} - set(absent):
        own_type, own_mainstream = pl.lit(None, pl.String), pl.lit(None, pl.Boolean)
    else:
        own_type, own_mainstream = _own_type()
    return rows.with_columns(own_type.alias("own_type"), own_mainstream.alias("own_mainstream")).drop(
        "nftype", "type_name", "type_group"
    )


def _own_type() -> tuple[pl.Expr, pl.Expr]:
    own = pl.coalesce(type_of_code(pl.col("nftype")), school_type(pl.col("type_name")))
    group = pl.col("type_group").str.to_lowercase()
    only_group = pl.when(group.is_in(["academy", "maintained school"])).then(
        pl.col("row_kind") == "mainstream school"
    ).when(group.is_not_null()).then(pl.lit(False))  # fmt: skip
    not_special = pl.col("row_kind").is_null() | (pl.col("row_kind") == "mainstream school")
    return own, pl.when(own.is_not_null()).then(is_mainstream(own) & not_special).otherwise(only_group)


def editions(store: Store, exam_year: int, as_at: date | None) -> Iterator[tuple[Part, str]]:
    """The register's editions that give types, the best for a year first, each with its basis."""
    year_end = date(exam_year, 8, 31)
    parts = store.parts("register")
    known = [p for p in parts if as_at is None or p.published_on <= as_at]
    later = [p for p in parts if p not in known]

    def nearness(part: Part) -> tuple[bool, int, int]:
        gap = (date.fromisoformat(part.period) - year_end).days
        return (gap < 0, abs(gap), -part.fullness)

    for part in sorted(known, key=nearness):
        if "type_name" in store.columns(part):
            yield part, SAME_EDITION
    for part in sorted(later, key=lambda p: (p.period, -p.fullness)):
        if "type_name" in store.columns(part):
            yield part, BACK_CAST


def _listed(store: Store, urns: pl.Series, exam_year: int, as_at: date | None) -> pl.DataFrame:
    """Each school's name, authority and type in the best edition that lists it.

    The best edition lists most schools, and gives the authority of most: the others are asked, in turn, only
    for those still without.
    """
    kinds = {
        "urn": pl.Int64, "listed_name": pl.String, "listed_type": pl.String, "listed_basis": pl.String,
        "listed_edition_on": pl.Date, "listed_la_code": pl.Int64,
    }  # fmt: skip
    found, without = [pl.DataFrame(schema=kinds)], urns.unique()
    for part, basis in editions(store, exam_year, as_at):
        if without.is_empty():
            break
        has_code = "la_code" in store.columns(part)
        frame = store.frame(part, ("urn", "name", "type_name", *(("la_code",) if has_code else ())))
        rows = frame.filter(pl.col("urn").is_in(without.implode())).select(
            "urn",
            pl.col("name").alias("listed_name"),
            school_type(pl.col("type_name")).alias("listed_type"),
            pl.lit(basis).alias("listed_basis"),
            pl.lit(date.fromisoformat(part.period)).alias("listed_edition_on"),
            (pl.col("la_code") if has_code else pl.lit(None, pl.Int64)).alias("listed_la_code"),
        )
        found.append(rows)
        without = without.filter(~without.is_in(rows.drop_nulls("listed_la_code")["urn"].implode()))
    return _with_codes(pl.concat(found))


def _with_codes(listed: pl.DataFrame) -> pl.DataFrame:
    """Each school's first row, with its authority from the first that gives one."""
    best = _first(listed)
    if not best["listed_la_code"].null_count():
        return best
    codes = _first(listed.drop_nulls("listed_la_code")).select("urn", "listed_la_code")
    return best.drop("listed_la_code").join(codes, on="urn", how="left", maintain_order="left")


def _first(rows: pl.DataFrame) -> pl.DataFrame:
    """Each school's first row."""
    return rows.filter(pl.col("urn").is_first_distinct())


def _with_heirs(rows: pl.DataFrame, store: Store, exam_year: int) -> pl.DataFrame:
    """The rows with what the register says of a direct successor, for schools that it does not list.

    One step only: the successor's successor may be another kind of school, so beyond it the type is unknown.
    """
    heirs = {"heir_type": pl.String, "heir_name": pl.String, "heir_la_code": pl.Int64}
    lost = rows.filter(pl.col("own_type").is_null() & pl.col("listed_type").is_null()).select("urn")
    if lost.is_empty():
        return rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in heirs.items())
    direct = lost.join(successors(store, None), on="urn", how="inner", maintain_order="left_right")
    listed = _listed(store, direct["successor_urn"], exam_year, None)
    named = listed.select(
        pl.col("urn").alias("successor_urn"),
        *(pl.col(name.replace("heir_", "listed_")).alias(name) for name in heirs),
    )
    met = _first(direct.join(named, on="successor_urn", how="inner", maintain_order="left"))
    return rows.join(met.select("urn", *heirs), on="urn", how="left", maintain_order="left")
