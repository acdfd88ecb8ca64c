"""A store of the real published files, imported once in a run; None where they are not at hand."""

import fcntl
import os
from datetime import date
from functools import cache
from pathlib import Path

from schoolward.datasets.importing import import_folder
from schoolward.datasets.store import Store

FOLDER = Path(__file__).parents[3] / "shared" / "data"
AT_HAND = FOLDER.is_dir()
WHY_NOT = "the real published files are not at hand"


@cache
def published_store() -> Store:
    """The store, shared by all workers of the run."""
    path = Path(os.environ["SCHOOLWARD_TEST_FOLDER"]) / "published"
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker imports, the others wait for it
        store = Store(path)
        if not store.parts():
            import_folder(FOLDER, store, today=date(2026, 11, 23))
    return store
