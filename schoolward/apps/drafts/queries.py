"""Reading drafts and who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from schoolward.apps.drafts.models import Draft
from schoolward.apps.drafts.states import State


@dataclass(frozen=True)
class FieldChange:
    """One field's change in one save."""

    version: int
    at: datetime
    by_name: str
    field: str
    before: Any
    after: Any


def open_drafts(kind: str, organisation_id: str = "") -> QuerySet[Draft]:
    """Drafts of the kind that are being written, of one organisation or (empty) of the authority itself."""
    return Draft.objects.filter(kind=kind, organisation_id=organisation_id, state=State.OPEN)


def find_draft(kind: str, subject_id: str, organisation_id: str = "") -> Draft | None:
    """The open draft of the subject, or None."""
    return open_drafts(kind, organisation_id).filter(subject_id=subject_id).first()


def draft_history(draft: Draft, field: str | None = None) -> list[FieldChange]:
    """Who changed what, newest first; of one field where it is named."""
    return [
        FieldChange(change.version, change.at, change.by_name, name, values["before"], values["after"])
        for change in draft.changes.all()
        for name, values in sorted(change.fields.items())
        if field in (None, name)
    ]
