"""Brings a folder of published files into the store: recognises each, reads it, and says what it did."""

from __future__ import annotations

import errno
import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from schoolward.datasets import reports, spreadsheets
from schoolward.datasets.boundaries import reader as boundaries
from schoolward.datasets.derived import keep_derived
from schoolward.datasets.opening import HEAD_BYTES, Source, sources
from schoolward.datasets.recognise import Nearest, recognise_lines, recognise_rows
from schoolward.datasets.reports import FileReport, ImportReport
from schoolward.datasets.schema import Reading, Variant
from schoolward.datasets.store import Store
from schoolward.datasets.successions import DERIVED
from schoolward.datasets.tables import decode, read_table
from schoolward.datasets.taking import Origin, Taken, keep, take_frame, take_table
from schoolward.terms.errors import BadFile, BadInput, SchoolwardError

Progress = Callable[[int, int, str], None]
_READERS = 2
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@dataclass(frozen=True)
class _Job:
    """What every file of one import shares."""

    today: date
    published_on: date | None


def import_folder(
    folder: Path | str,
    store: Store,
    *,
    today: date,
    published_on: date | None = None,
    progress: Progress | None = None,
    is_last: bool = True,
) -> ImportReport:
    """Adds every published file below `folder` to the store as one new edition, and reports on each file.

    `published_on` is for files that the table of releases does not know. A file that cannot be read is
    refused with its reason and the others load; when the store cannot be written, nothing is changed.
    `progress` is told how many files are done, how many there are, and which is next. Where more folders
    follow at once, `is_last` is False: tables are kept beside the last edition alone, and made for another
    when it is asked about.
    """
    if published_on is not None and published_on > today:
        raise BadInput(f"{published_on} is in the future.", where="--published-on", do="Give a past date.")
    found = list(sources(Path(folder)))
    if not found:
        raise BadInput("There are no files in this folder.", where=str(folder), do="Give another folder.")
    before = store.edition
    job = _Job(today, published_on)
    with store.writing() as writer:
        files: list[FileReport] = []
        for number, (source, read) in enumerate(_read_ahead(found, job)):
            if progress:
                progress(number, len(found), source.name)
            files.append(keep(read, writer) if isinstance(read, Taken) else read)
        edition = writer.commit()
        if is_last:
            keep_derived(store, DERIVED)
    if progress:
        progress(len(found), len(found), "")
    return ImportReport(before, edition, tuple(files))


def _read_ahead(found: list[Source], job: _Job) -> Iterator[tuple[Source, Taken | FileReport]]:
    """Every file with what was read from it, in order; two are read ahead, and no more are held."""
    with ThreadPoolExecutor(_READERS) as readers:
        waiting: deque[tuple[Source, Future]] = deque()
        for source in found:
            waiting.append((source, readers.submit(_read_safely, source, job)))
            if len(waiting) > _READERS:
                first, read = waiting.popleft()
                yield first, read.result()
        for first, read in waiting:
            yield first, read.result()


def _read_safely(source: Source, job: _Job) -> Taken | FileReport:
    """What `_read` makes of a file, or the report that refuses it; only a full disk stops the import."""
    try:
        return _read(source, job)
    except SchoolwardError as error:
        place = f" ({error.where})" if error.where and error.where != source.name else ""
        message = f"{error.what}{place} {error.do}".strip()
    # a form of damage nobody thought of must not keep the other files out
    except pl.exceptions.PolarsError as error:
        message = f"It could not be understood ({error}). Nothing from it was loaded; please report this."
    except MemoryError:
        message = "It is too large for this machine's memory."
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise
        message = f"It cannot be read: {error.strerror or error}."
    return FileReport(source.name, reports.REFUSED, message=message)


def _read(source: Source, job: _Job) -> Taken | FileReport:
    head = source.head
    if source.is_spreadsheet:
        return _read_workbook(source, job)
    if not head.strip():
        raise BadFile("The file is empty.", do="Download it again.")
    if head.lstrip()[:1] == b"{":
        return _read_boundaries(source, job)
    _refuse_what_is_no_table(head)
    lines = _whole_lines(decode(head)[0], cut=len(head) == HEAD_BYTES)
    match = recognise_lines(lines)
    if isinstance(match, Nearest):
        return _not_known(source, match)
    if match.variant.document:
        return _set_aside(source, match.variant)
    raw = source.content()
    sha256 = hashlib.sha256(raw).hexdigest()
    text, lost = decode(raw)
    del raw
    table = read_table(
        text,
        separator=match.separator,
        header_line=match.header_line,
        header=match.header,
        name=source.name,
        overflows=match.variant.last_overflows,
        stops_early=match.variant.stops_early,
    )
    unread = f"{lost} characters could not be read and show as \ufffd." if lost else ""
    origin = Origin(source.name, sha256, f"{unread} {table.note}".strip())
    return take_table(origin, match, table, today=job.today, published_on=job.published_on)


def _refuse_what_is_no_table(head: bytes) -> None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        raise BadFile(
            "This is a web page and not a table of data.",
            do="The download was probably turned into a sign-in page or an error; download the file again.",
        )
    is_utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    if start.startswith((b"%pdf", b"\x89png", b"\xd0\xcf\x11\xe0")) or (b"\x00" in head and not is_utf16):
        raise BadFile(
            "This is not a table of text.", do="Give csv, tsv or xlsx files, plain or in a gzip or zip."
        )


def _whole_lines(text: bytes, *, cut: bool) -> list[str]:
    lines = text.decode("utf-8", "replace").split("\n")
    return [line.rstrip("\r") for line in (lines[:-1] if cut and len(lines) > 1 else lines)]


def _not_known(source: Source, nearest: Nearest) -> FileReport:
    if nearest.variant is None:
        return FileReport(source.name, reports.NOT_KNOWN, message=nearest.sentence())
    return FileReport(
        source.name,
        reports.NOT_KNOWN,
        nearest=nearest.variant.title,
        missing=nearest.missing,
        message=nearest.sentence(),
    )


def _set_aside(source: Source, variant: Variant) -> FileReport:
    return FileReport(source.name, reports.SET_ASIDE, variant.product, variant.name, variant.title)


def _read_workbook(source: Source, job: _Job) -> Taken | FileReport:
    """The first worksheet of a known form; a workbook with none is named by its nearest."""
    raw = source.content()
    sha256 = hashlib.sha256(raw).hexdigest()
    nearest = Nearest(None, ())
    for name, rows in spreadsheets.sheets(raw, source.name):
        match = recognise_rows(rows)
        if isinstance(match, Nearest):
            nearest = nearest if nearest.variant else match
        elif match.variant.document:
            return _set_aside(source, match.variant)
        else:
            origin = Origin(source.name, sha256, f"From the worksheet '{name}'.")
            table = spreadsheets.as_table(rows, match)
            return take_table(origin, match, table, today=job.today, published_on=job.published_on)
    return _not_known(source, nearest)


def _read_boundaries(source: Source, job: _Job) -> Taken | FileReport:
    raw = source.content()
    rows = boundaries.read(raw, source.name)
    origin = Origin(source.name, hashlib.sha256(raw).hexdigest())
    reading = Reading(tuple(rows.columns), rows, source.name, job.today)
    return take_frame(origin, boundaries.VARIANT, reading, published_on=job.published_on)
