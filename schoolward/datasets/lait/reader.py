"""Tidies figures by authority: one spelling of years, one row for each neighbour."""

from __future__ import annotations

import re

import polars as pl

from schoolward.datasets.periods import UNDATED
from schoolward.datasets.schema import Reading

_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_YEAR = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*[_ -]?(20\d\d)", re.IGNORECASE)


def tidy_tool(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """The figures with `year_end`, the last calendar year in the publisher's words for a period."""
    years = frame.select(pl.col("year").unique()).to_series().to_list()
    ends = {words: year_end(words) for words in years}
    end = pl.col("year").replace_strict(ends, default=None, return_dtype=pl.Int64)
    return frame.with_columns(end.alias("year_end"))


def year_end(words: str) -> int | None:
    """2018 for '2017-18', '2017/18', '2016-18', 'Autumn 2018' and '2018'."""
    match = list(_YEAR.finditer(words))
    if not match:
        return None
    last = match[-1]
    tail = re.match(r"\s*[-/–]\s*(\d\d)(?!\d)", words[last.end() :])
    year = int(last[0])
    return max(year, year // 100 * 100 + int(tail[1])) if tail else year


def latest_year(reading: Reading) -> str | None:
    """The last year for which at least one authority has a figure."""
    year = reading.frame.select(pl.col("year_end").filter(pl.col("value").is_not_null()).max()).item()
    return str(min(year, reading.today.year)) if year else None


def month_of_neighbours(reading: Reading) -> str | None:
    """The month in the file's or sheet's name, as 'april_2021'; the content bears no date."""
    match = _MONTH_YEAR.search(reading.name)
    return f"{match[2]}-{_MONTHS.index(match[1].lower()[:3]) + 1:02d}" if match else UNDATED


def one_row_a_neighbour(frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """`la_code`, `rank`, `neighbour_code`, `closeness`: ten rows an authority."""
    base = [c for c in ("line", "la_code", "la_name") if c in frame.columns]
    ranks = [
        frame.select(
            *base,
            pl.lit(rank, pl.Int64).alias("rank"),
            pl.col(f"neighbour_{rank}").alias("neighbour_code"),
            pl.col(f"closeness_{rank}").alias("closeness"),
        )
        for rank in range(1, 11)
    ]
    return pl.concat(ranks).drop_nulls("neighbour_code").sort("la_code", "rank")


def year_of_places(reading: Reading) -> str | None:
    """The latest school year in the file, by the year in which it ends."""
    ends = [end for words in reading.frame["year"].unique() if (end := year_end(words))]
    return str(max(ends)) if ends else None
