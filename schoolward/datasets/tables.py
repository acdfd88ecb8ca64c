"""Text with separators as a table of text: every cell kept, every line numbered, ragged rows refused."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace

import polars as pl

from schoolward.terms.errors import BadFile

SEPARATORS = (",", "\t", ";", "|")
_STOPS_EARLY = "Some rows stop early; the cells left out are read as blank."
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
    lines_are_true: bool = False  # False: line breaks inside cells were not counted


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
    if raw.isascii():
        return True
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
) -> Table:
    """All rows below the header: by Polars when every row is whole, by Python's reader when not."""
    cut_short = _last_line_is_short(raw, separator, len(header))
    quick = None if cut_short else _quick(raw, separator, header_line, header)
    if quick is None:
        return _slow(raw, separator, header_line, header, name, overflows, stops_early)
    missing = _missing_cells(quick, raw, separator, header_line)
    if missing < 0 or (missing and not stops_early):
        return _slow(raw, separator, header_line, header, name, overflows, stops_early)
    lines = pl.int_range(header_line + 2, header_line + 2 + quick.height, eager=True).alias("line")
    table = Table(tuple(header), quick, lines, note=_STOPS_EARLY if missing else "")
    blank = _is_blank_row(quick)
    if not blank.any():
        return table
    table = with_true_lines(table)
    return replace(table, frame=quick.filter(~blank), lines=table.lines.filter(~blank), lines_are_true=True)


def _last_line_is_short(raw: bytes, separator: str, cells: int) -> bool:
    """True when the file ends in the middle of a row."""
    if raw.endswith(b"\n"):
        return False
    last = raw[raw.rfind(b"\n") + 1 :].decode("utf-8", "replace")
    return len(split_line(last, separator)) < cells


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


def _quick(raw: bytes, separator: str, header_line: int, header: list[str]) -> pl.DataFrame | None:
    """The cells by Polars, or nothing when some row has cells too many."""
    columns = [f"c{n}" for n in range(len(header))]
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
    except pl.exceptions.PolarsError:
        return None
    if not (frame["beyond"].fill_null("") == "").all():
        return None
    frame = frame.drop("beyond")
    return frame.rename(dict(zip(columns, header, strict=True)))


def with_true_lines(table: Table) -> Table:
    """The table with lines that count the breaks inside cells: worth its time only where rows are refused."""
    inside = table.frame.select(pl.all().str.contains("\n", literal=True).any()).row(0)
    broken = [name for name, has in zip(table.frame.columns, inside, strict=True) if has]
    if not broken or table.lines_are_true:
        return table
    breaks = table.frame.select(
        pl.sum_horizontal(pl.col(broken).str.count_matches("\n", literal=True))
    ).to_series()
    shifts = breaks.cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    return replace(table, lines=table.lines + shifts, lines_are_true=True)


def _missing_cells(frame: pl.DataFrame, raw: bytes, separator: str, header_line: int) -> int:
    """How many cells rows leave out at their ends: Polars fills them with blanks and says nothing.

    A short row has a blank last cell, so most files are settled without counting. Else the separators in the
    file should be exactly those between cells and those inside quoted cells.
    """
    if not (frame[:, -1] == "").any():
        return 0
    begin = 0
    for _ in range(header_line + 1):
        begin = raw.index(b"\n", begin) + 1
    inside = 0
    if b'"' in raw:
        counts = pl.all().str.count_matches(separator, literal=True).sum()
        inside = sum(frame.select(counts).row(0))
    return frame.height * (frame.width - 1) + inside - raw.count(separator.encode(), begin)


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
    reader = csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=separator, strict=True)
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
                raise _misplaced_mark(name, line)
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
        raise _misplaced_mark(name, last_line + 1) from error
    cells = zip(*rows, strict=True) if rows else [[]] * len(header)
    frame = pl.DataFrame(
        [pl.Series(h, column, dtype=pl.String) for h, column in zip(header, cells, strict=True)]
    )
    note = _STOPS_EARLY if padded else ""
    numbers = pl.Series("line", lines, dtype=pl.Int64)
    return Table(tuple(header), frame, numbers, refusals, note, lines_are_true=True)


def _misplaced_mark(name: str, line: int) -> BadFile:
    """After a stray mark nobody can say where cells end, so no row below it can be trusted."""
    return BadFile(
        f"A quotation mark is out of place or never closed, in the row that begins at line {line}.",
        where=name,
        do="Download the file again, or correct the row; nothing from it was loaded.",
    )


def _give_up_on_noise(refusals: list[Refusal], rows: list, name: str) -> None:
    if len(refusals) > 1000 and len(refusals) > len(rows):
        first = refusals[0]
        raise BadFile(
            f"Most rows are broken: line {first.line} {first.reason}.",
            where=name,
            do="The file is not whole, or its cells are separated by something else; nothing was loaded.",
        )
