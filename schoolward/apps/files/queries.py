"""Reading files."""

from __future__ import annotations

from django.db.models import QuerySet

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.files.models import File, FileVersion
from schoolward.apps.files.owners import can_read
from schoolward.apps.outbox.channels import Attachment


def files_of(owner_kind: str, owner_id: str) -> QuerySet[File]:
    """The owner's files by name, each with its versions."""
    found = File.objects.filter(owner_kind=owner_kind, owner_id=owner_id)
    return found.prefetch_related("versions__content")


def find_version(pk: int, by: Acting) -> FileVersion | None:
    """The version, or None where there is none or its owner does not let `by` read it."""
    found = FileVersion.objects.select_related("file", "content").filter(pk=pk).first()
    return found if found and can_read(found.file, by) else None


def as_attachment(key: str) -> Attachment:
    """A version as something to send; its key is the version's number in the database."""
    version = FileVersion.objects.select_related("file", "content").get(pk=int(key))
    return Attachment(version.file.name, version.media_type, version.content.path.read_bytes())
