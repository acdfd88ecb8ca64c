"""Which year or day a file speaks of: read from its content, and from its name only at need."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from schoolward.datasets.schema import PeriodRule, Reading

_YEAR_PAIR = re.compile(r"(?<!\d)(20\d\d)[-_ /](?:20)?(\d\d)(?!\d)")
_DAY = re.compile(r"(?<!\d)(20\d\d)[-_]?([01]\d)[-_]?([0-3]\d)(?!\d)")
_FIRST_YEAR = 1990


UNDATED = "undated"


def undated(reading: Reading) -> str:
    """For lists that bear no date and hardly change: codes and names of authorities."""
    return UNDATED


def always(period: str) -> PeriodRule:
    """The period of a form that was only ever published once."""
    return lambda reading: period


def first_of(*rules: PeriodRule) -> PeriodRule:
    """The first period that any of the rules finds."""
    return lambda reading: next((found for rule in rules if (found := rule(reading))), None)


def year_column(name: str) -> PeriodRule:
    """The year on the rows; a file with several years is cut into one part for each."""

    def rule(reading: Reading) -> str | None:
        years = reading.frame[name].drop_nulls().unique().to_list()
        return str(years[0]) if len(years) == 1 else None

    return rule


def after_earlier_years(*stems: str) -> PeriodRule:
    """The exam year after the latest earlier year that the file repeats, as READPROG_17 means 2018."""
    pattern = re.compile(rf"(?:{'|'.join(stems)})_(\d\d)(?:_ptq_ee)?\Z", re.IGNORECASE)

    def rule(reading: Reading) -> str | None:
        years = [2000 + int(match[1]) for header in reading.header if (match := pattern.match(header))]
        return str(max(years) + 1) if years else None

    return rule


def own_year(stem: str) -> PeriodRule:
    """The exam year that the file writes into one of its own headers, as PT5EM_94_18."""
    pattern = re.compile(rf"{stem}_(\d\d)\Z", re.IGNORECASE)

    def rule(reading: Reading) -> str | None:
        years = [2000 + int(match[1]) for header in reading.header if (match := pattern.match(header))]
        return str(max(years)) if years else None

    return rule


def england_row(measure: str, figures: dict[str, dict[str, float]]) -> PeriodRule:
    """The exam year whose published national figures stand in the file's own row for England."""

    def rule(reading: Reading) -> str | None:
        frame = reading.frame
        if "row_kind" not in frame.columns or not set(next(iter(figures.values()))) <= set(frame.columns):
            return None
        for row in frame.filter(pl.col("row_kind").str.starts_with("national")).iter_rows(named=True):
            for year, known in figures.items():
                if all(row[name] == value for name, value in known.items()):
                    return year
        return None

    rule.__name__ = f"england_row_{measure}"
    return rule


def year_in_name(reading: Reading) -> str | None:
    """The exam year from '2017-18' or '2017-2018' in the file's or folder's name; a lone year is no proof."""
    found = {
        2000 + int(end)
        for start, end in _YEAR_PAIR.findall(reading.name)
        if int(start) + 1 == 2000 + int(end)
    }
    return str(found.pop()) if len(found) == 1 else None


def latest_day(*columns: str, at_least: int = 1) -> PeriodRule:
    """The last day on which at least so many rows say that something happened.

    A register cannot be older than the newest thing in it. `at_least` passes over the few rows that tell of
    what is only proposed. The day of the import plays no part, or the same file would become another part.
    """

    def rule(reading: Reading) -> str | None:
        carried = [name for name in columns if name in reading.frame.columns]
        days = pl.concat([reading.frame[name].drop_nulls().alias("day") for name in carried])
        counts = days.value_counts()
        often = counts.filter(pl.col("count") >= at_least)
        last = (often if often.height else counts)["day"].max()
        return last.isoformat() if last else None

    return rule


def day_in_name_after(content: PeriodRule, *, within_days: int = 60) -> PeriodRule:
    """The day in the file's name when the content bears it out, else the content's own."""

    def rule(reading: Reading) -> str | None:
        told = content(reading)
        if not told:
            return None
        floor = date.fromisoformat(told)
        for year, month, number in _DAY.findall(reading.name):
            try:
                named = date(int(year), int(month), int(number))
            except ValueError:
                continue
            if floor <= named <= reading.today and (named - floor).days <= within_days:
                return named.isoformat()
        return told

    return rule
