"""Tables worked out from a whole edition and kept beside its parts, so that a first question need not wait.

    derived/<edition>-<stamp>-<name>.parquet

The name holds the edition and a stamp of the code that works the tables out: neither an import nor a change
of the code can leave an answer behind that is no longer true. All of them may be deleted: what is not there
is worked out again, in memory.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import polars as pl

from schoolward.datasets.store import EMPTY, Store, write_parquet

type Work = Callable[[Store], pl.DataFrame]
_CODE = ("successions.py", "school_types.py")  # what a reader does is told by the edition
_KEPT = 8  # two tables of each edition in use; an edition's are a few megabytes


@dataclass(frozen=True)
class _Asked:
    """Which table of which edition: editions never change, so two of one key have one answer."""

    path: Path
    edition: str
    name: str
    store: Store = field(compare=False, repr=False)
    work: Work = field(compare=False, repr=False)


def derived(store: Store, name: str, work: Work) -> pl.DataFrame:
    """The table that `work` makes of the store's edition, from the file beside it where there is one."""
    return _derived(_Asked(store.path, store.edition, name, store, work))


@lru_cache(maxsize=_KEPT)
def _derived(asked: _Asked) -> pl.DataFrame:
    with contextlib.suppress(OSError, pl.exceptions.PolarsError):
        return pl.read_parquet(_file(asked.path, asked.edition, asked.name))
    return asked.work(asked.store)


def keep_derived(store: Store, tables: Mapping[str, Work]) -> None:
    """Writes an edition's tables beside its parts; a disk without room for them is no reason to fail."""
    if store.edition == EMPTY:
        return
    fresh = store.at(store.edition)  # what it reads to work them out is forgotten with it
    with contextlib.suppress(OSError):
        (store.path / "derived").mkdir(exist_ok=True)
        for name, work in tables.items():
            target = _file(store.path, store.edition, name)
            if not target.exists():
                write_parquet(work(fresh), target)
        for old in store.path.glob("derived/*.parquet"):
            if f"-{_stamp()}-" not in old.name:
                old.unlink(missing_ok=True)


def _file(path: Path, edition: str, name: str) -> Path:
    return path / "derived" / f"{edition}-{_stamp()}-{name}.parquet"


@cache
def _stamp() -> str:
    """What tells one state of the code from another."""
    here = files("schoolward.datasets")
    code = b"".join((here / name).read_bytes() for name in _CODE)
    return hashlib.sha256(code).hexdigest()[:12]
