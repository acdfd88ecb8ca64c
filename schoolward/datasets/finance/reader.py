"""Marks rows whose balance is not income less expenditure, which the publisher's own note must explain."""

from __future__ import annotations

import polars as pl

from schoolward.datasets.schema import Reading

_ROUNDING_PENCE = 2


def check_balance(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """The rows with `balance_agrees`: false where the three figures do not add up as the year's result."""
    gap = pl.col("income_pence") - pl.col("expenditure_pence") - pl.col("balance_pence")
    return frame.with_columns((gap.abs() <= _ROUNDING_PENCE).alias("balance_agrees"))
