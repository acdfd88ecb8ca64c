"""The store of published data: immutable parts, one manifest per edition, one pointer moved at the end.

    parts/<key>.parquet      one file's rows for one period; the key is made of what was read
    editions/<edition>.json  which parts an edition holds; the edition is made of the parts' keys
    current                  the edition in force, replaced in one step
    derived/                 tables worked out from whole editions; may be deleted at any time

A kill at any moment leaves `current` as it was; what was written and never pointed to is swept later.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path

import polars as pl

from schoolward.terms.errors import StoreError

EMPTY = "empty"
# Part of every key: rows read by a changed reader are other rows. Raise it with any change of meaning.
READER_VERSION = 2
_EDITION_LENGTH = 16

try:
    import fcntl
except ImportError:  # pragma: no cover - not on Windows, where one importer at a time is the user's care
    fcntl = None


@dataclass(frozen=True)
class Part:
    """One file's rows for one period, and what is known about where they come from."""

    key: str
    product: str
    variant: str
    period: str
    published_on: date
    published_basis: str  # "release table", "given" or "first imported"
    first_imported_on: date
    source_name: str
    sha256: str
    rows: int
    refused: int
    fullness: int = 0
    provisional: bool = False
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def exam_year(self) -> int:
        """The year of the exams, for products whose period is one."""
        return int(self.period)

    def as_json(self) -> dict[str, object]:
        """The part as a manifest holds it."""
        return {name: v.isoformat() if isinstance(v, date) else v for name, v in asdict(self).items()}

    @classmethod
    def from_json(cls, row: dict[str, object]) -> Part:
        """The part a manifest holds."""
        known = {f.name for f in fields(cls)}
        values = {name: value for name, value in row.items() if name in known}
        for name in ("published_on", "first_imported_on"):
            values[name] = date.fromisoformat(values[name])
        return cls(**values)

    @property
    def identity(self) -> str:
        """What makes two editions differ: the content, and a publication date somebody gave by hand."""
        given = self.published_on.isoformat() if self.published_basis == "given" else ""
        return f"{self.key}:{given}"


def part_key(sha256: str, variant: str, period: str) -> str:
    """The key of what is read from these bytes by this reader."""
    text = f"{READER_VERSION}\n{sha256}\n{variant}\n{period}"
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def edition_key(parts: list[Part]) -> str:
    """The key of a set of parts, whatever their order and whenever they came."""
    if not parts:
        return EMPTY
    text = "\n".join([str(READER_VERSION), *sorted(part.identity for part in parts)])
    return hashlib.sha256(text.encode()).hexdigest()[:_EDITION_LENGTH]


class Store:
    """A folder of published data, seen at its present edition or, through `at`, at an older one."""

    def __init__(self, path: Path | str, edition: str | None = None) -> None:
        self.path = Path(path)
        self._edition = edition
        self._parts: dict[str, tuple[Part, ...]] = {}
        self._frames: dict[str, pl.DataFrame] = {}  # the columns read so far
        self._columns: dict[str, tuple[str, ...]] = {}

    @property
    def edition(self) -> str:
        """The content key of what is seen here; 'empty' when nothing was imported yet."""
        if self._edition is not None:
            return self._edition
        try:
            return (self.path / "current").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return EMPTY

    def at(self, edition: str) -> Store:
        """The same store as it was at an edition."""
        if edition != EMPTY and not self._manifest_path(edition).exists():
            raise StoreError(
                f"There is no edition {edition}.", where=str(self.path), do="`schoolward data` lists them."
            )
        return Store(self.path, edition)

    def pinned(self) -> Store:
        """The same store held at its present edition, whatever is imported meanwhile."""
        return self if self._edition is not None else self.at(self.edition)

    def editions(self) -> tuple[str, ...]:
        """Every edition ever in force, oldest first."""
        manifests = sorted(self.path.glob("editions/*.json"), key=lambda p: (p.stat().st_mtime_ns, p.stem))
        return tuple(path.stem for path in manifests)

    def parts(self, product: str | None = None) -> tuple[Part, ...]:
        """The parts of this edition, of one product or all."""
        edition = self.edition
        if edition not in self._parts:
            self._parts[edition] = self._read_manifest(edition)
        return tuple(p for p in self._parts[edition] if product in (None, p.product))

    def columns(self, part: Part) -> tuple[str, ...]:
        """The names of a part's columns, told without reading its rows."""
        if part.key not in self._columns:
            self._columns[part.key] = tuple(pl.read_parquet_schema(self.part_path(part.key)))
        return self._columns[part.key]

    def frame(self, part: Part, columns: Iterable[str] | None = None) -> pl.DataFrame:
        """A part's rows, all columns or those asked for; read once and kept, since parts never change."""
        wanted = self.columns(part) if columns is None else tuple(columns)
        kept = self._frames.get(part.key)
        lacking = [name for name in wanted if kept is None or name not in kept.columns]
        if lacking:
            read = pl.read_parquet(self.part_path(part.key), columns=lacking)
            kept = read if kept is None else kept.hstack(read)
            self._frames[part.key] = kept
        return kept.select(wanted)

    def part_path(self, key: str) -> Path:
        """Where a part's rows are."""
        return self.path / "parts" / f"{key}.parquet"

    def _manifest_path(self, edition: str) -> Path:
        return self.path / "editions" / f"{edition}.json"

    def _read_manifest(self, edition: str) -> tuple[Part, ...]:
        if edition == EMPTY:
            return ()
        try:
            rows = json.loads(self._manifest_path(edition).read_text(encoding="utf-8"))["parts"]
        except (OSError, ValueError, KeyError) as error:
            raise StoreError(
                f"The list of edition {edition} cannot be read.",
                where=str(self.path),
                do="Import the published files again into a new store.",
            ) from error
        return tuple(Part.from_json(row) for row in rows)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Writer]:
        """The one who may add to the store; a second is turned away while the first is at it."""
        try:
            for folder in (self.path, self.path / "parts", self.path / "editions"):
                folder.mkdir(parents=True, exist_ok=True)
            with _locked(self.path / "lock"):
                writer = Writer(self)
                writer.sweep()
                yield writer
        except OSError as error:
            raise StoreError(
                f"Writing failed: {error.strerror or error}. The store is as it was.",
                where=str(self.path),
                do="Make room or give another folder with --store, then import again.",
            ) from error


class Writer:
    """Adds parts and, at the end, points the store at the edition that holds them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parts = {part.key: part for part in store.parts()}

    @property
    def parts(self) -> dict[str, Part]:
        """What the next edition would hold, by key."""
        return self._parts

    def put(self, part: Part, frame: pl.DataFrame) -> None:
        """Adds a part; nothing points at it before `commit`."""
        target = self._store.part_path(part.key)
        if not target.exists():
            write_parquet(frame, target)
        self._parts[part.key] = part

    def commit(self) -> str:
        """Makes the edition of all parts the current one and returns its key."""
        parts = sorted(self._parts.values(), key=lambda part: part.key)
        edition = edition_key(parts)
        if edition in (EMPTY, self._store.edition):
            return edition
        _sync(self._store.path / "parts")
        manifest = self._store._manifest_path(edition)
        if not manifest.exists():
            body = {"edition": edition, "reader": READER_VERSION, "parts": [part.as_json() for part in parts]}
            _write_whole(manifest, json.dumps(body, indent=1, ensure_ascii=False) + "\n")
        _write_whole(self._store.path / "current", f"{edition}\n")
        return edition

    def sweep(self) -> None:
        """Removes what an interrupted import left: half-written files, and parts that no edition lists."""
        for left in (*self._store.path.glob("*/*.tmp"), *self._store.path.glob("*.tmp")):
            left.unlink(missing_ok=True)
        others = [path for path in self._store.path.glob("parts/*.parquet") if path.stem not in self._parts]
        if not others:  # most of the time: earlier editions need not be read
            return
        listed = {part.key for edition in self._store.editions() for part in self._store.at(edition).parts()}
        for path in others:
            if path.stem not in listed:
                path.unlink(missing_ok=True)


def write_parquet(frame: pl.DataFrame, target: Path) -> None:
    """Writes a file that is there whole or not at all."""
    waiting = target.with_suffix(f".{os.getpid()}.tmp")
    # Half as large again as the best packing, and read in two thirds of its time.
    frame.write_parquet(waiting, compression="lz4", statistics=False)
    _sync(waiting)
    waiting.replace(target)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds the store's lock; the system lets go of it when the process ends, however it ends."""
    with path.open("a") as file:
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(
                "Another import is writing to this store.", where=str(path.parent), do="Wait for it to end."
            ) from error
        yield


def _write_whole(path: Path, text: str) -> None:
    """Replaces a file in one step that survives a power cut: first the bytes, then the name."""
    waiting = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    waiting.write_text(text, encoding="utf-8")
    _sync(waiting)
    waiting.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
