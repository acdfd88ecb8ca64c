"""Changes of form that several publishers' files need."""

from __future__ import annotations

import polars as pl


def with_total(frame: pl.DataFrame, total: str, parts: tuple[str, ...]) -> pl.DataFrame:
    """The frame with `total` for its parts: the file's own column of it, else their sum.

    A total of which a part is missing is missing too, for that part's reason.
    """
    here = [name for name in parts if name in frame.columns]
    if total not in frame.columns and len(here) == len(parts):
        # percentages are printed whole, so a sum of them may come to 101
        summed = pl.sum_horizontal(*parts, ignore_nulls=False).clip(upper_bound=100)
        why = pl.coalesce(f"{name}_code" for name in parts)
        frame = frame.with_columns(summed.alias(total), why.alias(f"{total}_code"))
    return frame.drop(here, [f"{name}_code" for name in here])
