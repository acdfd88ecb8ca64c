"""Bytes on disk: written whole or not at all, and found by their content."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from schoolward.apps.files.models import Content, files_folder
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import every_authority
from schoolward.terms.errors import BadFile, NotNow

MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class Received:
    """An upload, written to disk beside the others and not yet one of them."""

    stream: BinaryIO
    path: Path
    sha256: str
    size_bytes: int


@contextmanager
def received(pieces: Iterable[bytes], name: str, max_bytes: int = MAX_BYTES) -> Iterator[Received]:
    """The upload on disk for the length of the block; gone afterwards unless it was kept."""
    folder = files_folder().parent / "arriving"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as out:
        path = Path(out.name)
        try:
            digest, size = _write(pieces, out, name, max_bytes)
            yield Received(out.file, path, digest, size)
        finally:
            path.unlink(missing_ok=True)


def _write(pieces: Iterable[bytes], out: BinaryIO, name: str, max_bytes: int) -> tuple[str, int]:
    digest, size = sha256(), 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > max_bytes:
                limit = f"Files are limited to {max_bytes // 1024**2} MB."
                raise BadFile(limit, where=name, do="Make it smaller, or split it.")
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    except OSError as error:
        raise NotNow("The file could not be stored: the disk may be full. Tell the administrator.") from error
    if not size:
        raise BadFile("The file is empty.", where=name, do="Choose another.")
    return digest.hexdigest(), size


def keep(upload: Received, content: Content) -> None:
    """Moves the upload to where its content belongs, in one step."""
    content.path.parent.mkdir(parents=True, exist_ok=True)
    upload.path.chmod(0o600)
    upload.path.replace(content.path)
    folder = os.open(content.path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name survives a power cut too
    finally:
        os.close(folder)


def remove_strays(older_than: timedelta = timedelta(hours=24)) -> int:
    """How many files no row speaks of were removed: left by uploads or deletions that were killed midway."""
    limit = (clock.real_now() - older_than).timestamp()
    found = [
        path for path in files_folder().parent.rglob("*") if path.is_file() and path.stat().st_mtime < limit
    ]
    with every_authority("the disk is shared"):
        known = {f"{c.sha256}.{c.token}" for c in Content.objects.only("sha256", "token").iterator()}
    strays = [path for path in found if path.name not in known]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
