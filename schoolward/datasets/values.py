"""Cells of text as figures, codes, dates and numbers: a code is never a zero and never dropped.

Columns are read together, in a few passes over all of them: plain numbers are cast at once, and only the few
other spellings in a file go through Python, once each.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from schoolward.datasets.schema import Kind
from schoolward.terms.codes import BLANK, MEANINGS, NOT_CARRIED
from schoolward.terms.ids import URN_MAX, URN_MIN

# Marks that stand where a figure would: those with a known meaning, and those seen whose meaning is not.
CODES = (frozenset(MEANINGS) - {BLANK, NOT_CARRIED}) | {
    "NULL", "LOW", "RE", "DNS", "NF", "..", ".", ":", "n/a", "N/A", "#N/A", "Not reported",
}  # fmt: skip
_BY_FOLDED = {code.casefold(): code for code in sorted(CODES, reverse=True) if len(code) > 1}
_AMOUNT = re.compile(r"([+-]?)\s*£?\s*([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(\.\d*)?(?:[eE]([+-]?\d{1,3}))?\s*%?\Z")
_DAY_FORMATS = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%Y%m%d", "%d %B %Y", "%d-%b-%y", "%d %b %Y")
_YEARS = (1000, 2200)
_CLOCK = r"[T ]00:00(:00(\.0+)?)?Z?$"
_MOST_WHOLE = 2.0**53  # beyond this a float no longer tells neighbouring whole numbers apart


@dataclass(frozen=True)
class Cells:
    """One column read: the value, the code where there is none, and which cells are neither."""

    value: pl.Series
    code: pl.Series | None = None  # None for columns that are no measures
    bad: pl.Series | None = None  # None where nothing is wrong


def parse_amount(text: str) -> float | None:
    """The figure in '44%', '£45,884', '-1,234.5' or '5.4E-2'; nothing when it is no figure."""
    match = _AMOUNT.match(text.replace("−", "-"))
    if not match or not (match[3] or (match[4] or "").strip(".")) or (match[1] and match[2]):
        return None
    number = float(f"{match[3] or '0'}{match[4] or ''}e{match[5] or 0}".replace(",", ""))
    return (-number if "-" in (match[1], match[2]) else number) if math.isfinite(number) else None


def parse_code(text: str) -> str | None:
    """The code a cell holds, or nothing; single letters count only as written (c, z, x, u)."""
    if text == "":
        return BLANK
    return text if text in CODES else _BY_FOLDED.get(text.casefold())


def read_numbers(frame: pl.DataFrame, kinds: Mapping[str, Kind]) -> dict[str, Cells]:
    """Each column of text as the numbers of its kind, with codes for measures."""
    if not kinds:
        return {}
    texts = frame.select(list(kinds))
    cast = texts.select(pl.all().cast(pl.Float64, strict=False))
    cast = cast.select(pl.when(pl.all().is_finite()).then(pl.all()))
    odd = _odd_texts(texts, cast)
    figures, codes = _spellings(set().union(*odd.values()))
    amounts = _amounts(texts, cast, odd, figures)
    code_columns = _codes(texts, [n for n, kind in kinds.items() if kind.measures], odd, codes)
    strange = _strange(amounts, kinds)
    typed = amounts.select(_CONVERSIONS[kind](pl.col(name)).alias(name) for name, kind in kinds.items())
    cells = {}
    for name in kinds:
        neither = [text for text in odd[name] if text not in figures and text not in codes]
        bad = texts[name].is_in(neither) if neither else None
        if name in strange:
            bad = strange[name] if bad is None else bad | strange[name]
        value = typed[name] if bad is None else typed[name].set(bad, None)
        cells[name] = Cells(value, code_columns.get(name), bad)
    return cells


def _odd_texts(texts: pl.DataFrame, cast: pl.DataFrame) -> dict[str, list[str]]:
    """The different texts of each column that are not plain numbers."""
    holes = [n for n, nulls in zip(cast.columns, cast.null_count().row(0), strict=True) if nulls]
    odd: dict[str, list[str]] = {name: [] for name in texts.columns}
    if holes:
        both = texts.select(holes).hstack(cast.select(pl.col(holes).is_null().name.prefix("no ")))
        lists = both.select(pl.col(n).filter(pl.col(f"no {n}")).unique().implode() for n in holes)
        odd |= {name: lists[name].item().to_list() for name in holes}
    return odd


def _spellings(texts: set[str]) -> tuple[dict[str, float], dict[str, str]]:
    """What the odd texts say: figures in another spelling, and codes."""
    figures, codes = {}, {}
    for text in texts:
        bare = text.strip()
        if (figure := parse_amount(bare)) is not None:
            figures[text] = figure
        elif (code := parse_code(bare)) is not None:
            codes[text] = code
    return figures, codes


def _amounts(
    texts: pl.DataFrame, cast: pl.DataFrame, odd: dict[str, list[str]], figures: dict
) -> pl.DataFrame:
    """The cast numbers, completed by figures in another spelling."""
    spelt = {name: {t: figures[t] for t in odd[name] if t in figures} for name in texts.columns}
    columns = [
        pl.col(name).replace_strict(of, default=None, return_dtype=pl.Float64)
        for name, of in spelt.items()
        if of
    ]
    if not columns:
        return cast
    found = texts.select(columns)
    return cast.with_columns(cast[name].fill_null(found[name]) for name in found.columns)


def _codes(
    texts: pl.DataFrame, measures: list[str], odd: dict[str, list[str]], codes: dict
) -> dict[str, pl.Series]:
    """A column of codes for each measure, blank where there is a figure."""
    columns = []
    for name in measures:
        met = {text: codes[text] for text in odd[name] if text in codes}
        cell = pl.col(name).replace_strict(met, default=None, return_dtype=pl.String) if met else None
        columns.append((pl.lit(None, pl.String) if cell is None else cell).alias(name))
    if not columns:
        return {}
    return {series.name: series for series in texts.with_columns(columns).select(measures)}


_CONVERSIONS = {
    Kind.FIGURE: lambda amount: amount,
    Kind.SHARE: lambda amount: amount / 100,
    # Publishers print at most two decimals, so the nearest whole number is exact.
    Kind.PENCE: lambda amount: (amount * 100).round().cast(pl.Int64, strict=False),
    Kind.WHOLE: lambda amount: amount.cast(pl.Int64, strict=False),
    Kind.URN: lambda amount: amount.cast(pl.Int64, strict=False),
}
_STRANGE = {
    Kind.PENCE: lambda amount: amount.abs() * 100 > _MOST_WHOLE,
    Kind.WHOLE: lambda amount: (amount != amount.floor()) | (amount.abs() > _MOST_WHOLE),
    Kind.URN: lambda amount: (amount != amount.floor()) | ~amount.is_between(URN_MIN, URN_MAX),
}


def _strange(amounts: pl.DataFrame, kinds: Mapping[str, Kind]) -> dict[str, pl.Series]:
    """Figures that are none of their kind: a fraction for a whole number, a number that is no URN."""
    checks = [
        _STRANGE[kind](pl.col(name)).fill_null(False).alias(name)
        for name, kind in kinds.items()
        if kind in _STRANGE
    ]
    if not checks:
        return {}
    masks = amounts.select(checks)
    return {mask.name: mask for mask in masks if mask.any()}


def read_days(texts: pl.Series) -> Cells:
    """Dates in any form publishers use, day before month; blanks and codes are nothing, and never bad."""
    spellings = texts.unique().drop_nulls().to_frame("text")
    plain = pl.col("text").str.strip_chars().str.replace(_CLOCK, "")
    forms = (plain.str.to_date(form, strict=False, exact=True) for form in _DAY_FORMATS)
    read = spellings.with_columns(pl.coalesce(*forms).alias("day"))
    is_day = pl.col("day").dt.year().is_between(*_YEARS).fill_null(False)
    known = read.filter(is_day)
    value = texts.replace_strict(known["text"], known["day"], default=None, return_dtype=pl.Date)
    neither = [text for text in read.filter(~is_day)["text"] if parse_code(text.strip()) is None]
    return Cells(value, bad=texts.is_in(neither) if neither else None)


def read_words(frame: pl.DataFrame, names: list[str]) -> dict[str, Cells]:
    """Each column's text without spaces at its ends; blank is nothing."""
    bare = frame.select(pl.col(names).str.strip_chars())
    return {series.name: Cells(series) for series in bare.select(pl.when(pl.all() != "").then(pl.all()))}
