"""What a file is, by its bytes: the name only has to agree. Pure but for reading the file."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from schoolward.terms.errors import BadFile

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Media:
    """A kind of file that may be kept."""

    media_type: str
    extensions: tuple[str, ...]


PDF = Media("application/pdf", ("pdf",))
PNG = Media("image/png", ("png",))
JPEG = Media("image/jpeg", ("jpg", "jpeg"))
GIF = Media("image/gif", ("gif",))
WEBP = Media("image/webp", ("webp",))
DOCX = Media(f"{_OFFICE}wordprocessingml.document", ("docx",))
XLSX = Media(f"{_OFFICE}spreadsheetml.sheet", ("xlsx",))
PPTX = Media(f"{_OFFICE}presentationml.presentation", ("pptx",))
ODT = Media(f"{_OPEN}text", ("odt",))
ODS = Media(f"{_OPEN}spreadsheet", ("ods",))
ODP = Media(f"{_OPEN}presentation", ("odp",))
ZIP = Media("application/zip", ("zip",))
GZIP = Media("application/gzip", ("gz",))
CSV = Media("text/csv", ("csv",))
TSV = Media("text/tab-separated-values", ("tsv",))
TEXT = Media("text/plain", ("txt", "md"))
ALLOWED = (PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, CSV, TSV, TEXT, PNG, JPEG, GIF, WEBP, ZIP, GZIP)

_STARTS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"\x1f\x8b", GZIP))
_STARTS += ((b"GIF87a", GIF), (b"GIF89a", GIF))
_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_BY_EXTENSION = {extension: media for media in ALLOWED for extension in media.extensions}
_LOOK_BYTES = 64 * 1024


def media_of(stream: BinaryIO, name: str) -> Media:
    """What the file is; BadFile for what may not be kept, or whose name says something else."""
    wanted = _BY_EXTENSION.get(Path(name).suffix.lstrip(".").lower())
    if wanted is None:
        kinds = ", ".join(sorted(_BY_EXTENSION))
        raise BadFile("Files of this kind are not kept here.", where=name, do=f"Save it as one of: {kinds}.")
    found = _sniff(stream, name)
    agrees = wanted in (CSV, TSV, TEXT) if found is TEXT else wanted is found
    if not agrees:
        seen = f"It is not what its name says: inside it is {_in_words(found)}."
        raise BadFile(seen, where=name, do="Save it again in the program it comes from.")
    return wanted


def _sniff(stream: BinaryIO, name: str) -> Media | None:
    stream.seek(0)
    head = stream.read(_LOOK_BYTES)
    for start, media in _STARTS:
        if head.startswith(start):
            return media
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(stream, name)
    if b"%PDF-" in head[:1024]:  # readers allow a little before it, and some programs write that
        return PDF
    return TEXT if _is_text(head) else None


def _inside_zip(stream: BinaryIO, name: str) -> Media:
    """Which of the formats that are zip files inside; those with macros are refused."""
    try:
        with zipfile.ZipFile(stream) as packed:
            parts = packed.namelist()
            kind = _read_start(packed, "mimetype") if "mimetype" in parts else ""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise BadFile("The file is damaged.", where=name, do="Save it again, or send it again.") from error
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise BadFile("The file contains macros.", where=name, do="Save it without macros.")
    by_kind = next((media for media in (ODT, ODS, ODP) if media.media_type == kind.strip()), None)
    by_part = next((media for part, media in _PARTS.items() if part in parts), None)
    return by_kind or by_part or ZIP


def _read_start(packed: zipfile.ZipFile, part: str) -> str:
    """A little of it only: unpacked, it might be huge."""
    with packed.open(part) as stream:
        return stream.read(100).decode("ascii", "replace")


def _is_text(head: bytes) -> bool:
    """Text of any usual encoding; web pages are not: a browser might run what is in them."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head or any(byte < 9 for byte in head):
        return False
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    return not start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<svg", b"<script", b"#!"))


def _in_words(media: Media | None) -> str:
    if media is TEXT:
        return "plain text"
    return "something else" if media is None else f"a {media.extensions[0]} file"
