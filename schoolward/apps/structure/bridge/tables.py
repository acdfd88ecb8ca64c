"""Spreadsheets and CSV files as tables of text; needs no Django."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from schoolward.terms.errors import BadFile

MOST_ROWS = 20_000


def read_tables(name: str, content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """Each table of the file with what to call it: a workbook's sheets, or the one table of a CSV file."""
    if content[:2] == b"PK":
        from schoolward.datasets.spreadsheets import sheets  # polars takes a while, and few send a workbook

        for sheet, rows in sheets(content, name):
            yield f"{name}, sheet {sheet}", _bounded(rows, name)
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise BadFile(
            "This is neither CSV nor an Excel workbook.", where=name, do="Save it as .csv or .xlsx."
        )
    try:
        yield name, _bounded(list(csv.reader(io.StringIO(text))), name)
    except csv.Error as error:
        raise BadFile(f"The CSV cannot be read ({error}).", where=name, do="Save it again.") from error


def _bounded(rows: list[list[str]], name: str) -> list[list[str]]:
    if len(rows) > MOST_ROWS:
        raise BadFile(
            f"There are more than {MOST_ROWS:,} rows.", where=name, do="Send only what is asked for."
        )
    return rows
