"""The tables of `schoolward demand` read from CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from schoolward.analysis.demand import tables
from schoolward.analysis.demand.records import Records
from schoolward.terms.errors import BadFile


def read(
    schools: Path, services: Path, answers: Path, previous: Path | None = None, orders: Path | None = None
) -> Records:
    """All tables."""
    given = {"schools": schools, "services": services, "answers": answers}
    given |= {name: path for name, path in (("previous", previous), ("orders", orders)) if path}
    return tables.records({name: (path.name, rows(path)) for name, path in given.items()})


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each line of a CSV file with its number."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(
            f"byte {error.start} is not UTF-8.", where=path.name, do="Save the table as 'CSV UTF-8'."
        ) from error
    except OSError as error:
        raise BadFile(f"{error.strerror}.", where=str(path), do="Check the name of the file.") from error
    reader = csv.reader(content.splitlines())
    for cells in reader:
        yield reader.line_num, cells
