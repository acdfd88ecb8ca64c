"""Worksheets of an Excel workbook as rows of text, with a bound on what is unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time

import openpyxl
import polars as pl

from schoolward.datasets.opening import MOST_BYTES
from schoolward.datasets.recognise import Match
from schoolward.datasets.tables import Refusal, Table
from schoolward.terms.errors import BadFile

_MOST_RATIO = 200  # real workbooks shrink about tenfold; a bomb shrinks a thousandfold


def sheets(raw: bytes, name: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Each worksheet's name and rows, every cell as the text a csv of it would hold."""
    _refuse_bombs(raw, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets out whatever its parsers meet in a damaged file
        raise BadFile(
            "The spreadsheet is damaged or not a workbook.", where=name, do="Open and save it again."
        ) from error
    try:
        for sheet in book.worksheets:
            yield sheet.title, [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def _refuse_bombs(raw: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise BadFile(
            "The spreadsheet is damaged or cut short.", where=name, do="Download it again."
        ) from error
    if unpacked > MOST_BYTES or unpacked > _MOST_RATIO * len(raw) + 2**20:
        raise BadFile(
            f"The spreadsheet would unpack to {unpacked // 2**20} MB.",
            where=name,
            do="No published workbook is like that; check where it came from.",
        )


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
    return str(cell)


def as_table(rows: list[list[str]], match: Match) -> Table:
    """The rows below a sheet's header as a table of text."""
    width = len(match.header)
    kept, lines, refusals = [], [], []
    for number, row in enumerate(rows[match.header_line + 1 :], match.header_line + 2):
        if not any(row):
            continue
        if any(row[width:]):
            refusals.append(Refusal(number, "", f"has {len(row)} cells where the header has {width}"))
            continue
        kept.append([*row[:width], *[""] * (width - len(row))])
        lines.append(number)
    header = [cell or f"blank {n}" for n, cell in enumerate(match.header)]
    frame = pl.DataFrame(kept, schema=dict.fromkeys(header, pl.String), orient="row")
    return Table(tuple(header), frame, pl.Series("line", lines, dtype=pl.Int64), refusals)
