"""Cells of text as figures, codes, dates and numbers: a code is never a zero and never dropped."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import polars as pl

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


@dataclass(frozen=True)
class Cells:
    """One column read: the value, the code where there is none, and which cells are neither."""

    value: pl.Series
    code: pl.Series | None  # None for columns that are no measures
    bad: pl.Series | None  # None where nothing can be wrong


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


def amounts(texts: pl.Series, number: pl.Series | None = None) -> Cells:
    """Figures with a code wherever there is none; a cell that is neither is bad.

    Plain numbers are cast at once (`number`, where a caller has done so for many columns together); only the
    few other spellings go through Python, once each.
    """
    value = texts.cast(pl.Float64, strict=False) if number is None else number
    value = value.set(~value.is_finite(), None)
    if not value.null_count():
        return Cells(value, _none(texts), _never(texts))
    odd = texts.filter(value.is_null()).unique()
    stripped = {text: text.strip() for text in odd}
    figures = {text: figure for text, bare in stripped.items() if (figure := parse_amount(bare)) is not None}
    codes = {text: code for text, bare in stripped.items() if (code := parse_code(bare)) is not None}
    if figures:
        spelt = texts.replace_strict(figures, default=None, return_dtype=pl.Float64)
        value = value.fill_null(spelt)
    code = texts.replace_strict(codes, default=None, return_dtype=pl.String) if codes else _none(texts)
    if len(figures) + len(codes) == len(odd):
        return Cells(value, code, _never(texts))
    return Cells(value, code, value.is_null() & code.is_null())


def pence(texts: pl.Series, number: pl.Series | None = None) -> Cells:
    """Pounds as whole pence, as `amounts`.

    Publishers print at most two decimals, so the nearest whole number is exact; money is rounded by rule
    only in `terms.money`.
    """
    pounds = amounts(texts, number)
    value = (pounds.value * 100).round().cast(pl.Int64, strict=False)
    return Cells(value, pounds.code, pounds.bad | (value.is_null() & pounds.code.is_null()))


def shares(texts: pl.Series, number: pl.Series | None = None) -> Cells:
    """Percentages as shares of one, as `amounts`."""
    points = amounts(texts, number)
    return Cells(points.value / 100, points.code, points.bad)


def wholes(texts: pl.Series, number: pl.Series | None = None) -> Cells:
    """Whole numbers; '202.0' is one; blanks and codes are nothing, and never bad."""
    cells = amounts(texts, number)
    value = cells.value.cast(pl.Int64, strict=False)
    broken = (value.cast(pl.Float64) != cells.value) | (value.is_null() & cells.value.is_not_null())
    broken = broken.fill_null(False)
    if not broken.any():
        return Cells(value, None, cells.bad)
    return Cells(value.set(broken, None), None, cells.bad | broken)


def urns(texts: pl.Series, number: pl.Series | None = None) -> Cells:
    """Six-digit school numbers; anything else but a blank is bad."""
    cells = wholes(texts, number)
    strange = ~cells.value.is_between(URN_MIN, URN_MAX).fill_null(True)
    if not strange.any():
        return cells
    return Cells(cells.value.set(strange, None), None, cells.bad | strange)


def days(texts: pl.Series) -> Cells:
    """Dates in any form publishers use, day before month; blanks and codes are nothing, and never bad."""
    spellings = texts.unique().drop_nulls().to_frame("text")
    plain = pl.col("text").str.strip_chars().str.replace(_CLOCK, "")
    forms = (plain.str.to_date(form, strict=False, exact=True) for form in _DAY_FORMATS)
    read = spellings.with_columns(pl.coalesce(*forms).alias("day"))
    is_day = pl.col("day").dt.year().is_between(*_YEARS).fill_null(False)
    known = read.filter(is_day)
    value = texts.replace_strict(known["text"], known["day"], default=None, return_dtype=pl.Date)
    neither = [text for text in read.filter(~is_day)["text"] if parse_code(text.strip()) is None]
    return Cells(value, None, texts.is_in(neither) if neither else _never(texts))


def words(texts: pl.Series) -> Cells:
    """Text without spaces at its ends; blank is nothing."""
    stripped = texts.str.strip_chars()
    return Cells(stripped.set(stripped == "", None), None, _never(texts))


def _none(like: pl.Series) -> pl.Series:
    return pl.repeat(None, len(like), dtype=pl.String, eager=True)


def _never(like: pl.Series) -> pl.Series:
    return pl.repeat(False, len(like), eager=True)
