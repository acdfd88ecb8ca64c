"""Fills the store with Estuary's published files, on a first start beside the making of the database.

It needs neither apps nor models, and loads what it needs itself, so that both begin at once.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from multiprocessing.context import SpawnProcess
from pathlib import Path

from django.conf import settings

from schoolward.apps.tenancy import clock


def start_filling_store() -> SpawnProcess | None:
    """A process that fills the empty store of a first start, beside what else is done; else None."""
    if any(Path(settings.SCHOOLWARD_STORE).glob("*")):
        return None
    say_first_start()
    process = multiprocessing.get_context("spawn").Process(target=fill_store, daemon=True)
    process.start()
    return process


def say_first_start() -> None:
    """Tells who waits at the terminal why this start takes longer."""
    print("First start: inventing Estuary, its schools and its people …", flush=True)


def fill_store() -> None:
    """Estuary's files through the importers; repeats harmlessly, and needs no database."""
    from schoolward.datasets.store import Store
    from schoolward.demo.published import write_estuary
    from schoolward.demo.published.loading import import_estuary

    with tempfile.TemporaryDirectory(prefix="estuary-") as folder:
        write_estuary(Path(folder), first_day=clock.today())
        import_estuary(Path(folder), Store(settings.SCHOOLWARD_STORE), first_day=clock.today())
