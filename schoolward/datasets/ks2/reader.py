"""Says what each row of the results files is about: a school, an authority or England."""

from __future__ import annotations

import polars as pl

from schoolward.datasets.reshaping import with_total
from schoolward.datasets.schema import Reading

# 4 and 5 are as the files of 2017 to 2019 use them: all schools, then state-funded schools only.
ROW_KINDS = {
    "1": "mainstream school",
    "2": "special school",
    "3": "authority",
    "4": "national, all schools",
    "5": "national, state-funded schools",
}


def name_row_kinds(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """RECTYPE in words; a school's row without its number is dropped by the importer as bad."""
    kinds = pl.col("rectype").replace_strict(ROW_KINDS, default="other", return_dtype=pl.String)
    return frame.with_columns(kinds.alias("row_kind")).drop("rectype")


def name_rows_and_needs(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """RECTYPE in words, and one share of pupils with special educational needs, whatever their help."""
    return with_total(name_row_kinds(frame, reading), "sen_pct", ("sen_plan_pct", "sen_support_pct"))
