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
_CLOCK = re.compile(r"[T ]00:00(:00(\.0+)?)?Z?\Z")


@dataclass(frozen=True)
class Cells:
    """One column read: the value, the code where there is none, and which cells are neither."""

    value: pl.Series
    code: pl.Series | None
    bad: pl.Series


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


def amounts(texts: pl.Series) -> Cells:
    """Figures with a code wherever there is none; a cell that is neither is bad.

    Plain numbers are cast at once; only the few other spellings go through Python, once each.
    """
    stripped = texts.str.strip_chars()
    value = stripped.cast(pl.Float64, strict=False)
    value = value.set(~value.is_finite(), None)
    odd = stripped.filter(value.is_null()).unique().to_list()
    figures = {text: figure for text in odd if (figure := parse_amount(text)) is not None}
    codes = {text: code for text in odd if (code := parse_code(text)) is not None}
    if figures:
        spelt = stripped.replace_strict(figures, default=None, return_dtype=pl.Float64)
        value = value.fill_null(spelt)
    code = stripped.replace_strict(codes, default=None, return_dtype=pl.String) if codes else _none(texts)
    code = code.set(value.is_not_null(), None)
    return Cells(value, code, value.is_null() & code.is_null())


def pence(texts: pl.Series) -> Cells:
    """Pounds as whole pence, as `amounts`.

    Publishers print at most two decimals, so the nearest whole number is exact; money is rounded by rule
    only in `terms.money`.
    """
    pounds = amounts(texts)
    value = (pounds.value * 100).round().cast(pl.Int64, strict=False)
    return Cells(value, pounds.code, pounds.bad | (value.is_null() & pounds.code.is_null()))


def shares(texts: pl.Series) -> Cells:
    """Percentages as shares of one, as `amounts`."""
    points = amounts(texts)
    return Cells(points.value / 100, points.code, points.bad)


def wholes(texts: pl.Series) -> Cells:
    """Whole numbers; '202.0' is one; blanks and codes are nothing, and never bad."""
    cells = amounts(texts)
    number = cells.value.cast(pl.Int64, strict=False)
    broken = cells.value.is_not_null() & (number.cast(pl.Float64) != cells.value).fill_null(True)
    return Cells(number.set(broken, None), None, cells.bad | broken)


def urns(texts: pl.Series) -> Cells:
    """Six-digit school numbers; anything else but a blank is bad."""
    cells = wholes(texts)
    fits = cells.value.is_between(URN_MIN, URN_MAX)
    bad = cells.bad | (cells.value.is_not_null() & ~fits)
    return Cells(cells.value.set(bad, None), None, bad)


def days(texts: pl.Series) -> Cells:
    """Dates in any form publishers use, day before month; blanks and codes are nothing, and never bad."""
    stripped = texts.str.strip_chars()
    spellings = stripped.unique().drop_nulls().to_frame("text")
    plain = pl.col("text").str.replace(_CLOCK.pattern.replace(r"\Z", "$"), "")
    read = spellings.with_columns(
        pl.coalesce(*(plain.str.to_date(form, strict=False, exact=True) for form in _DAY_FORMATS)).alias(
            "day"
        )
    )
    known = read.filter(pl.col("day").is_not_null() & pl.col("day").dt.year().is_between(1000, 2200))
    value = stripped.replace_strict(known["text"], known["day"], default=None, return_dtype=pl.Date)
    neither = [
        t for t in read.filter(~pl.col("text").is_in(known["text"].implode()))["text"] if not parse_code(t)
    ]
    return Cells(value, None, stripped.is_in(neither))


def words(texts: pl.Series) -> Cells:
    """Text without spaces at its ends; blank is nothing."""
    stripped = texts.str.strip_chars()
    return Cells(stripped.set(stripped == "", None), None, pl.repeat(False, len(texts), eager=True))


def _none(like: pl.Series) -> pl.Series:
    return pl.repeat(None, len(like), dtype=pl.String, eager=True)
