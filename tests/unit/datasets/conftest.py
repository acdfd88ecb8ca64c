"""What the tests of reading share: a store in a folder of its own, and an import into it."""

from datetime import date

import pytest

from schoolward.datasets.importing import import_folder
from schoolward.datasets.store import Store

TODAY = date(2026, 3, 31)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def bring(tmp_path, store):
    """Imports files given by name into the store; every call has a folder of its own."""
    from tests.unit.datasets.published_files import write

    calls = iter(range(100))

    def run(today=TODAY, published_on=None, into=store, **files):
        folder = write(tmp_path / f"in{next(calls)}", **files)
        return import_folder(folder, into, today=today, published_on=published_on)

    return run
