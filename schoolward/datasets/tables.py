"""Text with separators as a table of text: every cell kept, every line numbered, ragged rows refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl
from polars.exceptions import PolarsError

from schoolward.terms.errors import BadFile

SEPARATORS = (",", "\t", ";", "|")
_SPANNED_LINES = 200  # a cell over more lines than this began with a quotation mark nobody closed


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken, and why, in words for the person who sent the file."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Table:
    """A file's cells as text; `lines` gives each row's line in the file."""

    header: tuple[str, ...]
    frame: pl.DataFrame
    lines: pl.Series
    refusals: list[Refusal] = field(default_factory=list)
    note: str = ""


def decode(raw: bytes) -> tuple[bytes, int]:
    """UTF-8 bytes without a mark at the front, and how many characters could not be read."""
    if raw[:3] == b"\xef\xbb\xbf":
        raw = raw[3:]
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", "replace").encode()
    lost = 0
    if not _is_utf8(raw):
        text = raw.decode("cp1252", "replace")  # what Excel and the register write on Windows
        lost = text.count("\ufffd")
        raw = text.encode()
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw, lost


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def split_line(line: str, separator: str) -> list[str]:
    """One line's cells; a line that cannot be split has one."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return [line]


def read_table(
    raw: bytes,
    *,
    separator: str,
    header_line: int,
    header: list[str],
    name: str,
    overflows: bool = False,
    stops_early: bool = False,
    wanted: Collection[str] = (),
) -> Table:
    """All rows below the header: by Polars when every row is whole, by Python's reader when not."""
    columns = [f"c{n}" for n in range(len(header))]
    frame = _quick(raw, separator, header_line, columns)
    if frame is None:
        return _slow(raw, separator, header_line, header, name, overflows, stops_early)
    lines = pl.Series("line", range(header_line + 2, header_line + 2 + frame.height), dtype=pl.Int64)
    frame = frame.rename(dict(zip(columns, header, strict=True)))
    filled = ~_is_blank_row(frame)
    if not filled.all():
        frame, lines = frame.filter(filled), lines.filter(filled)
    return Table(tuple(header), frame, lines)


def told_apart(header: list[str]) -> list[str]:
    """Headers stripped and made different: a repeated one gets its number, as `SNP#2`."""
    seen: dict[str, int] = {}
    apart = []
    for each in header:
        each = each.strip().replace("\ufeff", "")
        seen[each] = seen.get(each, 0) + 1
        apart.append(each if seen[each] == 1 else f"{each}#{seen[each]}")
    return apart


def _is_blank_row(frame: pl.DataFrame) -> pl.Series:
    first = frame.select(pl.first()).to_series()
    if not (first == "").any():
        return pl.repeat(False, frame.height, eager=True)
    return frame.select(pl.all_horizontal(pl.all() == "")).to_series()


def _quick(raw: bytes, separator: str, header_line: int, columns: list[str]) -> pl.DataFrame | None:
    """The cells by Polars, or nothing when a row is not whole or a cell runs over several lines."""
    try:
        frame = pl.read_csv(
            raw,
            has_header=False,
            skip_lines=header_line + 1,
            separator=separator,
            schema=dict.fromkeys([*columns, "beyond"], pl.String),
            empty_string_is_null=False,
            missing_columns="insert",
            truncate_ragged_lines=True,
        )
    except PolarsError:
        return None
    body_lines = raw.count(b"\n") + (not raw.endswith(b"\n")) - header_line - 1
    if frame.height != body_lines or not (frame["beyond"].fill_null("") == "").all():
        return None
    frame = frame.drop("beyond")
    return frame if _rows_are_whole(frame, raw, separator, header_line) else None


def _rows_are_whole(frame: pl.DataFrame, raw: bytes, separator: str, header_line: int) -> bool:
    """True when no row stops early: Polars fills a short row with blanks and says nothing.

    A short row has a blank last cell, so most files are settled without counting. Else the separators
    in the file must be exactly those between cells and those inside quoted cells.
    """
    if not (frame[:, -1] == "").any():
        return True
    mark = separator.encode()
    begin = 0
    for _ in range(header_line + 1):
        begin = raw.index(b"\n", begin) + 1
    inside = 0
    if b'"' in raw:
        counts = pl.all().str.count_matches(separator, literal=True).sum()
        inside = sum(frame.select(counts).row(0))
    return raw.count(mark, begin) == frame.height * (frame.width - 1) + inside


def _slow(
    raw: bytes,
    separator: str,
    header_line: int,
    header: list[str],
    name: str,
    overflows: bool,
    stops_early: bool,
) -> Table:
    """The cells by Python's own reader, which knows each row's line and length."""
    reader = csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=separator)
    rows, lines, refusals = [], [], []
    last_line = padded = 0
    cut_line = 0 if raw.endswith(b"\n") else raw.count(b"\n") + 1  # a last line cut short is not padded
    csv.field_size_limit(1 << 24)
    try:
        for row in reader:
            line, last_line = last_line + 1, reader.line_num
            if line <= header_line + 1 or not any(row):
                continue
            if last_line - line > _SPANNED_LINES:
                raise _never_closed(name, line)
            if overflows and len(row) > len(header):
                row = [*row[: len(header) - 1], separator.join(row[len(header) - 1 :])]
            if stops_early and len(row) < len(header) and last_line != cut_line:
                row += [""] * (len(header) - len(row))
                padded += 1
            if len(row) == len(header):
                rows.append(row)
                lines.append(line)
            else:
                refusals.append(Refusal(line, "", f"has {len(row)} cells where the header has {len(header)}"))
                _give_up_on_noise(refusals, rows, name)
    except csv.Error as error:
        raise _never_closed(name, last_line + 1) from error
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    note = f"{padded} rows stop early; the cells left out are read as blank." if padded else ""
    return Table(tuple(header), frame, pl.Series("line", lines, dtype=pl.Int64), refusals, note)


def _never_closed(name: str, line: int) -> BadFile:
    return BadFile(
        "A quotation mark is opened and never closed.",
        where=f"{name}, line {line}",
        do="Download the file again, or close the mark; nothing from it was loaded.",
    )


def _give_up_on_noise(refusals: list[Refusal], rows: list, name: str) -> None:
    if len(refusals) > 1000 and len(refusals) > len(rows):
        first = refusals[0]
        raise BadFile(
            f"Most rows are broken: line {first.line} {first.reason}.",
            where=name,
            do="The file is not whole, or its cells are separated by something else; nothing was loaded.",
        )
