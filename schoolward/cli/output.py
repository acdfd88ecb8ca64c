"""Results as a readable table, JSON or CSV, and the options every command shares."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from schoolward.terms.home import default_store
from schoolward.terms.ids import parse_authority_code


def add_format(parser: argparse.ArgumentParser) -> None:
    """Adds `--format table|json|csv`."""
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: table")


def add_store(parser: argparse.ArgumentParser) -> None:
    """Adds `--store DIR`."""
    parser.add_argument(
        "--store", type=Path, default=None, help="folder of published data (default: Schoolward's own)"
    )


def chosen_store(args: argparse.Namespace) -> Path:
    """The folder named by --store, or Schoolward's own."""
    return args.store or default_store()


def typed[T](read: Callable[[str], T], noun: str) -> Callable[[str], T]:
    """An argument reader whose refusal is one plain sentence."""

    def parse(text: str) -> T:
        try:
            return read(text)
        except Exception as error:
            raise argparse.ArgumentTypeError(f"'{text}' is not {noun}") from error

    return parse


day = typed(date.fromisoformat, "a date such as 2018-12-31")
authority_code = typed(parse_authority_code, "an authority's code, three digits such as 887")


def write_json(document: Mapping[str, Any], out: TextIO | None = None) -> None:
    """The document as JSON, dates in ISO form."""
    json.dump(document, out or sys.stdout, ensure_ascii=False, indent=1, default=_plain)
    print(file=out or sys.stdout)


def write_csv(rows: Iterable[Mapping[str, Any]], fields: Sequence[str], out: TextIO | None = None) -> None:
    """One line per row, what is nested as JSON text, what is missing empty."""
    writer = csv.DictWriter(out or sys.stdout, fields, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row.get(name)) for name in fields})


def write_table(rows: Iterable[Sequence[Any]], head: Sequence[str], out: TextIO | None = None) -> None:
    """Rows in columns as wide as they need; '-' never stands for what is unknown."""
    lines = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    for line in lines:
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print(text.rstrip(), file=out or sys.stdout)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    nested = isinstance(value, dict | list | tuple)
    return json.dumps(value, ensure_ascii=False, default=_plain) if nested else value


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
