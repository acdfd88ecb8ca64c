"""Puts the register's variants into one form: same columns, the register's own words."""

from __future__ import annotations

import polars as pl

from schoolward.datasets.schema import Reading

NOT_REPORTED = "Not reported"
_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Professor", "Rev", "Sir", "Dame", "Sister", "Father")

# The tables' list has its own words for types that the register calls otherwise.
SPINE_TYPES = {
    "Academy - Converter mainstream": "Academy converter",
    "Academy sponsor led mainstream": "Academy sponsor led",
    "Free school - Mainstream": "Free schools",
    "Academy - Converter special school": "Academy special converter",
    "Academy - Sponsor led special school": "Academy special sponsor led",
    "Free school - Special": "Free schools special",
    "Free school  16-19": "Free schools 16 to 19",
    "Academy 16-19 converter": "Academy 16-19 converter",
    "Studio school": "Studio schools",
    "Service childrens education": "Service children's education",
    "General further education college": "Further education",
    "Agriculture and horticulture college": "Further education",
    "Specialist designated college": "Further education",
    "Art, design and performing art college": "Further education",
    "Sixth form college": "Sixth form centres",
    "Sixth form centre/consortia": "Sixth form centres",
}


def tidy_register(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """The register's rows without the made-up row 0, 'Not reported' as nothing, numbers split in two."""
    frame = frame.filter(pl.col("urn").is_not_null())
    words = [name for name, kind in frame.schema.items() if kind == pl.String and not name.endswith("_code")]
    frame = frame.with_columns(pl.col(words).replace(NOT_REPORTED, None))
    if "dfe_number" in frame.columns:
        la, estab = (pl.col("dfe_number").str.extract(r"^(\d+)/(\d+)$", n).cast(pl.Int64) for n in (1, 2))
        frame = frame.with_columns(la.alias("la_code"), estab.alias("estab")).drop("dfe_number")
    return frame


def only_the_registers_own_rows(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """One row a school: the latest year whose rows nearly all have a roll is the register's own."""
    years = frame.group_by("year_key").agg(pl.col("roll").is_not_null().sum().alias("rolls"))
    fullest = years.sort("rolls", "year_key", descending=True)["year_key"][0]
    return frame.filter(pl.col("year_key") == fullest).drop("year_key")


def tidy_spine(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """The tables' list in the register's words for type, phase and status."""
    primary, secondary = pl.col("is_primary") == 1, pl.col("is_secondary") == 1
    phase = (
        pl.when(primary & secondary).then(pl.lit("All-through"))
        .when(primary).then(pl.lit("Primary"))
        .when(secondary).then(pl.lit("Secondary"))
        .when(pl.col("is_post16") == 1).then(pl.lit("16 plus"))
    )  # fmt: skip
    status = pl.when(pl.col("closed_on").is_not_null()).then(pl.lit("Closed")).otherwise(pl.lit("Open"))
    return frame.with_columns(
        pl.col("type_name").replace(SPINE_TYPES), phase.alias("phase"), status.alias("status")
    ).drop("is_post16")


def tidy_edubase(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """The open register with the head's title, first and last name apart."""
    parts = pl.col("head_whole_name").str.split(" ")
    titled = parts.list.first().is_in(_TITLES)
    names = pl.when(titled).then(parts.list.slice(1)).otherwise(parts)
    return frame.with_columns(
        pl.when(titled).then(parts.list.first()).alias("head_title"),
        pl.when(names.list.len() > 1).then(names.list.first()).alias("head_first_name"),
        names.list.last().alias("head_last_name"),
        pl.when(pl.col("closed_on").is_null())
        .then(pl.lit("Open"))
        .otherwise(pl.lit("Closed"))
        .alias("status"),
    ).drop("head_whole_name")
