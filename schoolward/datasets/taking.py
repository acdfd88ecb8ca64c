"""A recognised table becomes parts of the store: typed, checked, dated, one part for each period."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from schoolward.datasets import reports
from schoolward.datasets.periods import UNDATED
from schoolward.datasets.recognise import Match
from schoolward.datasets.releases import release_table
from schoolward.datasets.reports import FileReport
from schoolward.datasets.schema import Reading, Variant
from schoolward.datasets.store import Part, Writer, part_key
from schoolward.datasets.tables import Refusal, Table, with_true_lines
from schoolward.datasets.typing_rows import refuse_repeats, type_rows
from schoolward.terms.errors import BadFile

_MOST_REFUSED = 0.5  # a file with more bad rows than this is not what it seems, and none of it is taken
_FEW = 5
_FIRST_YEAR = 1990
_SCHOOL_ROWS = ("mainstream school", "special school")
_YEAR_COLUMNS = ("exam_year", "financial_year_end")


@dataclass(frozen=True)
class Origin:
    """Where rows come from: the name a reader knows, and the key of the bytes."""

    name: str
    sha256: str
    note: str = ""


@dataclass(frozen=True)
class Taken:
    """One file's parts, ready to be stored, and what to say of it."""

    variant: Variant
    origin: Origin
    parts: tuple[tuple[Part, pl.DataFrame], ...]
    refusals: tuple[Refusal, ...]


def take_table(
    origin: Origin, match: Match, table: Table, *, today: date, published_on: date | None
) -> Taken:
    """The rows of a recognised table as parts, one for each period; raises BadFile when most are bad."""
    frame, refusals = _sift(origin, match, table, today)
    if refusals and (told := with_true_lines(table)) is not table:  # else the lines were true already
        frame, refusals = _sift(origin, match, told, today)
    reading = Reading(table.header, frame, origin.name, today)
    return take_frame(origin, match.variant, reading, refusals, published_on=published_on)


def _sift(
    origin: Origin, match: Match, table: Table, today: date
) -> tuple[pl.DataFrame, tuple[Refusal, ...]]:
    """The rows that are good, in the product's own form, and the refusals of the others."""
    variant = match.variant
    frame, refusals = type_rows(table, match.found(), today)
    refusals = [*table.refusals, *refusals]
    _refuse_when_mostly_bad(frame, refusals)
    reading = Reading(table.header, frame, origin.name, today)
    if variant.reshape is not None:
        frame = variant.reshape(frame, reading)
    if "row_kind" in frame.columns:
        frame, nameless = _schools_have_numbers(frame)
        refusals += nameless
    if variant.keyed:
        frame, repeats = refuse_repeats(frame, variant.key)
        refusals += repeats
    _refuse_when_mostly_bad(frame, refusals)
    return frame, tuple(sorted(refusals, key=lambda refusal: refusal.line))


def take_frame(
    origin: Origin,
    variant: Variant,
    reading: Reading,
    refusals: tuple[Refusal, ...] = (),
    *,
    published_on: date | None,
) -> Taken:
    """Typed rows as parts, one for each period."""
    parts = []
    for period, rows in _by_period(variant, reading):
        rows = rows.drop("line", strict=False)
        day, basis = _publication(variant, period, reading.today, published_on)
        part = Part(
            key=part_key(origin.sha256, f"{variant.product}/{variant.name}", period),
            product=variant.product,
            variant=variant.name,
            period=period,
            published_on=day,
            published_basis=basis,
            first_imported_on=reading.today,
            source_name=origin.name,
            sha256=origin.sha256,
            rows=rows.height,
            refused=len(refusals),
            fullness=variant.fullness,
            provisional=variant.provisional,
            codes=_codes(rows),
        )
        parts.append((part, rows))
    return Taken(variant, origin, tuple(parts), refusals)


def _schools_have_numbers(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Refusal]]:
    nameless = pl.col("row_kind").is_in(_SCHOOL_ROWS) & pl.col("urn").is_null()
    lines = frame.filter(nameless)["line"]
    return frame.filter(~nameless), [Refusal(line, "URN", "is blank on a school's row") for line in lines]


def _refuse_when_mostly_bad(frame: pl.DataFrame, refusals: list[Refusal]) -> None:
    bad = len({refusal.line for refusal in refusals})
    total = frame.height + bad
    if total == 0:
        raise BadFile("The file has a header and no rows.", do="Download it again.")
    if frame.height == 0 or (bad > _FEW and bad > _MOST_REFUSED * total):
        first = min(
            refusals, key=lambda refusal: refusal.line, default=Refusal(0, "", "no row tells of anything")
        )
        where = f"line {first.line}" + (f", column {first.column}" if first.column else "")
        raise BadFile(
            f"{bad} of {total} rows cannot be read, the first at {where}: {first.reason}.",
            do="Nothing from it was loaded; check that it is whole and not altered.",
        )


def _by_period(variant: Variant, reading: Reading) -> list[tuple[str, pl.DataFrame]]:
    """The rows of each period: one, unless the rows carry their year and tell of several."""
    for column in _YEAR_COLUMNS:
        if column in reading.frame.columns:
            years = reading.frame.partition_by(column, as_dict=True, maintain_order=True)
            periods = [(str(year), rows) for (year,), rows in sorted(years.items())]
            break
    else:
        period = variant.period(reading)
        if period is None:
            raise BadFile(
                f"It is {variant.title}, but nothing in it says which year it is of.",
                do="Put the year into the file's or folder's name, as in 2017-18, and import again.",
            )
        periods = [(period, reading.frame)]
    for period, _ in periods:
        if period != UNDATED and not (
            period[:4].isdigit() and _FIRST_YEAR <= int(period[:4]) <= reading.today.year
        ):
            raise BadFile(f"It says that it is of {period}.", do="Check the year and where it came from.")
    return periods


def _publication(variant: Variant, period: str, today: date, published_on: date | None) -> tuple[date, str]:
    release = None if variant.provisional else release_table().find(variant.product, period)
    if release is not None and release.published_on <= today:
        return release.published_on, "release table"
    if published_on is not None:
        return published_on, "given"
    return today, "first imported"


def _codes(rows: pl.DataFrame) -> dict[str, int]:
    """Each code that stands where a figure would, and how often."""
    columns = [n for n in rows.columns if n.endswith("_code") and n.removesuffix("_code") in rows.columns]
    if not columns:
        return {}
    each = rows.select(pl.col(columns).drop_nulls().value_counts().implode())
    met: Counter[str] = Counter()
    for name in columns:
        for code, count in each[name].explode().struct.unnest().drop_nulls().iter_rows():
            met[code] += count
    return dict(sorted(met.items(), key=lambda item: (-item[1], item[0])))


def keep(taken: Taken, writer: Writer) -> FileReport:
    """Stores what was taken, unless it is there already, and reports on the file."""
    new = [_put(part, rows, writer) for part, rows in taken.parts]
    parts = [part for part, _ in taken.parts]
    codes: dict[str, int] = {}
    for part in parts:
        for code, count in part.codes.items():
            codes[code] = codes.get(code, 0) + count
    variant = taken.variant
    return FileReport(
        taken.origin.name,
        reports.TAKEN if any(new) else reports.ALREADY_HERE,
        product=variant.product,
        variant=variant.name,
        title=variant.title,
        periods=tuple(part.period for part in parts),
        published_on=parts[0].published_on,
        published_basis=parts[0].published_basis,
        rows_taken=sum(part.rows for part in parts),
        refusals=taken.refusals,
        codes=codes,
        provisional=variant.provisional,
        checked=variant.seen,
        message=taken.origin.note,
    )


def _put(part: Part, rows: pl.DataFrame, writer: Writer) -> bool:
    """True when the part is new, or its publication date was given anew."""
    known = writer.parts.get(part.key)
    if known is None:
        writer.put(part, rows)
    elif part.published_basis == "given" and known.identity != part.identity:
        writer.put(replace(part, first_imported_on=known.first_imported_on), rows)
    else:
        return False
    return True
