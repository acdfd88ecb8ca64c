"""Brings Estuary's files into a store as they came out: each with the day of its publication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from schoolward.datasets.importing import ImportReport, import_folder
from schoolward.datasets.store import Store
from schoolward.demo.published.releases import release_folders


def import_estuary(
    folder: Path, store: Store, *, first_day: date, progress: Callable[[int, int, str], None] | None = None
) -> tuple[ImportReport, ...]:
    """A report for each day on which something was published, oldest first.

    The importers' own table of releases goes first; the folder's day is for files it does not know.
    """
    days = release_folders(folder)
    reports = []
    for number, (day, below) in enumerate(days):
        if progress:
            progress(number, len(days), day.isoformat())
        is_last = number == len(days) - 1
        reports.append(import_folder(below, store, today=first_day, published_on=day, is_last=is_last))
    return tuple(reports)
