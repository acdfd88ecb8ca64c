"""Purchases and orders as files have them: read, and refused by line and column."""

from __future__ import annotations

import csv
import io

from schoolward.terms.errors import BadFile

MOST_ROWS = 200_000
type Numbered = list[tuple[int, list[str]]]


def read_csv(name: str, content: bytes) -> Numbered:
    """The rows of a CSV file, each with its line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(
            f"byte {error.start} is not UTF-8.", where=name, do="Save the table as 'CSV UTF-8'."
        ) from error
    if "\0" in text:
        raise BadFile("this is no CSV file.", where=name, do="Save the table as 'CSV UTF-8'.")
    reader = csv.reader(io.StringIO(text))
    try:
        rows = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise BadFile(f"this is no CSV file ({error}).", where=name, do="Save the table again.") from error
    if len(rows) > MOST_ROWS:
        raise BadFile(f"there are more than {MOST_ROWS:,} rows.", where=name, do="Send fewer years.")
    return rows


def check_table(table: str, name: str, rows: Numbered) -> int:
    """How many records the table has; the first cell that will not do is refused."""
    from schoolward.analysis.demand import tables  # numpy takes a while, and few send a file

    found = [tables.BUILD[table](line) for line in tables.lines(name, rows, tables.COLUMNS[table])]
    if not found:
        raise BadFile("there is no row below the heading.", where=name, do="Give at least one.")
    return len(found)
