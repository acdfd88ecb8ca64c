"""Storing and deleting files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from django.conf import settings
from django.db import IntegrityError, transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.record import record
from schoolward.apps.files import keeping, owners
from schoolward.apps.files.media import media_of
from schoolward.apps.files.models import Content, File, FileVersion
from schoolward.apps.files.scanning import scan
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import current_authority
from schoolward.terms.errors import BadFile

MAX_NAME = 150


class Upload(Protocol):
    """What is to be stored: Django's UploadedFile is one, and so is its ContentFile."""

    name: str

    def chunks(self) -> Iterable[bytes]:
        """The bytes, piece by piece."""


def store_file(
    *,
    by: Acting,
    upload: Upload,
    owner_kind: str,
    owner_id: str,
    kept_until: date | None = None,
    max_bytes: int = keeping.MAX_BYTES,
) -> FileVersion:
    """The new version of the owner's file of that name; the latest where it has the same content already."""
    owners.check_can_change(owner_kind, owner_id, by)
    name = clean_name(upload.name)
    authority = current_authority()
    with keeping.received(upload.chunks(), name, max_bytes) as arrived:
        media = media_of(arrived.stream, name)
        scanner = scan(arrived.stream, name, settings.SCHOOLWARD_CLAMAV)
        version = {"media_type": media.media_type, "scanned_by": scanner}
        with transaction.atomic():
            file = _file(authority, owner_kind, owner_id, name, kept_until)
            content = _content(authority, arrived)
            return _add_version(file, content, by, version)


def delete_file(*, file: File, by: Acting, reason: str) -> None:
    """Deletes every version for good, with the bytes; the audit keeps that it was there, and why it went."""
    owners.check_can_change(file.owner_kind, file.owner_id, by)
    _delete(file, by, reason)


def delete_expired_files(*, by: Acting) -> int:
    """How many of the authority's files were deleted because the day until which they were kept is over."""
    expired = list(File.objects.filter(kept_until__lt=clock.today()))
    for file in expired:
        _delete(file, by, f"Kept until {file.kept_until}")
    return len(expired)


def clean_name(given: str) -> str:
    """The file's own name: no folders, no control characters, not too long."""
    name = unicodedata.normalize("NFC", given or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(ch for ch in name if unicodedata.category(ch)[0] != "C")
    name = re.sub(r"\s+", " ", name).strip(" .")
    if "." not in name:
        raise BadFile(
            "The file has no name with an ending.", where=name, do="Give it one, such as report.pdf."
        )
    stem, ending = name.rsplit(".", 1)
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"


def _file(authority: Authority, kind: str, owner_id: str, name: str, kept_until: date | None) -> File:
    about = {"authority": authority, "owner_kind": kind, "owner_id": owner_id, "name": name}
    file, new = File.objects.get_or_create(**about, defaults={"kept_until": kept_until})
    file = File.objects.select_for_update().get(pk=file.pk)
    if not new and kept_until and kept_until != file.kept_until:
        file.kept_until = kept_until
        file.save(update_fields=["kept_until"])
    return file


def _content(authority: Authority, arrived: keeping.Received) -> Content:
    """The row of these bytes, locked, so that nobody deletes them before the new version holds them."""
    same = Content.objects.select_for_update().filter(sha256=arrived.sha256)
    if found := same.first():
        if not found.path.exists():  # the database outlived its files: mend it
            keeping.keep(arrived, found)
        return found
    content = Content(authority=authority, sha256=arrived.sha256, size_bytes=arrived.size_bytes)
    try:
        with transaction.atomic():
            content.save(force_insert=True)
    except IntegrityError:  # somebody else stores the same at this moment
        return same.get()
    keeping.keep(arrived, content)
    return content


def _add_version(file: File, content: Content, by: Acting, values: dict) -> FileVersion:
    latest = file.latest
    if latest and latest.content_id == content.pk:
        return latest
    version = FileVersion.objects.create(
        authority=file.authority,
        file=file,
        number=latest.number + 1 if latest else 1,
        content=content,
        stored_at=clock.now(),
        stored_by=by.audit_name,
        **values,
    )
    after = {"version": version.number, "sha256": content.sha256, "size_bytes": content.size_bytes}
    record("files.store_file", by=by, target=file, after=after)
    return version


@transaction.atomic
def _delete(file: File, by: Acting, reason: str) -> None:
    file = File.objects.select_for_update().get(pk=file.pk)
    contents = list(Content.objects.select_for_update().filter(versions__file=file).order_by("pk"))
    before = {"owner": f"{file.owner_kind}:{file.owner_id}", "sha256": sorted({c.sha256 for c in contents})}
    record("files.delete_file", by=by, target=file, before=before, reason=reason)
    file.delete()
    for content in {c.pk: c for c in contents}.values():
        if not content.versions.exists():
            path = content.path
            content.delete()
            transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))
