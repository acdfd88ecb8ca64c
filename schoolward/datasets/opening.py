"""The files below a folder, unpacked: plain, gzip, zip and spreadsheets, never more than a set size."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from schoolward.terms.errors import BadFile, BadInput

HEAD_BYTES = 64 * 1024
MOST_BYTES = 512 * 1024 * 1024  # the largest published file is about 130 MB; more is no school table
MOST_MEMBERS = 500
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Source:
    """One file, or one member of a zip, with the name a reader would know it by."""

    name: str
    path: Path
    member: str | None = None

    @cached_property
    def head(self) -> bytes:
        """The first bytes after unpacking: enough to recognise a file without reading it."""
        return self._read(HEAD_BYTES, whole=False)

    def content(self) -> bytes:
        """Everything after unpacking."""
        return self._read(MOST_BYTES, whole=True)

    @property
    def is_spreadsheet(self) -> bool:
        """True for an Excel workbook, told by its content."""
        head = self.head
        return head[:2] == b"PK" and (b"xl/" in head or b"[Content_Types].xml" in head)

    def _read(self, most: int, *, whole: bool) -> bytes:
        try:
            return self._read_up_to(most, whole)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise BadFile(
                "The compressed file is damaged or cut short.",
                where=self.name,
                do="Download it again; nothing from it was loaded.",
            ) from error

    def _read_up_to(self, most: int, whole: bool) -> bytes:
        with self._open() as stream:
            taken = io.BytesIO()
            while taken.tell() < most and (chunk := stream.read(min(_CHUNK, most - taken.tell()))):
                taken.write(chunk)
            if whole and stream.read(1):
                raise BadFile(
                    f"The file is larger than {most // 2**20} MB when unpacked.",
                    where=self.name,
                    do="No published school table is that large; check where it came from.",
                )
            return taken.getvalue()

    def _open(self) -> io.BufferedIOBase:
        if self.member is not None:
            return _Member(self.path, self.member)
        with self.path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        return gzip.open(self.path) if packed else self.path.open("rb")


class _Member(io.BufferedReader):
    """A zip's member that closes its archive with itself; a gzip inside a zip is unpacked too."""

    def __init__(self, path: Path, member: str) -> None:
        self._archive = zipfile.ZipFile(path)
        stream = self._archive.open(member)
        if stream.read(2) == b"\x1f\x8b":
            stream.seek(0)
            super().__init__(gzip.GzipFile(fileobj=stream))
        else:
            stream.seek(0)
            super().__init__(stream)

    def close(self) -> None:
        super().close()
        self._archive.close()


def sources(folder: Path) -> Iterator[Source]:
    """Every file below `folder` in the order of names; a zip's members one by one."""
    if not folder.exists():
        raise BadInput("There is no such folder.", where=str(folder), do="Give a folder of published files.")
    paths = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    for path in paths:
        name = path.name if folder.is_file() else path.relative_to(folder).as_posix()
        if any(piece.startswith(".") for piece in name.split("/")):
            continue
        yield from _unpacked(Source(name, path))


def _unpacked(source: Source) -> Iterator[Source]:
    with source.path.open("rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    if not is_zip or source.is_spreadsheet:
        yield source
        return
    try:
        with zipfile.ZipFile(source.path) as archive:
            members = [i.filename for i in archive.infolist() if not i.is_dir()]
    except zipfile.BadZipFile:
        yield source  # reading it says what is wrong with it
        return
    for member in sorted(members)[:MOST_MEMBERS]:
        if not member.startswith("__MACOSX/"):
            yield Source(f"{source.name}/{member}", source.path, member)
