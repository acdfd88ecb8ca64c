"""The two statements of a save, as SQL.

An autosave comes at every pause of typing. Built from querysets, these two took twice the processor
time of the rest of saving, nearly all of it in making up the same text again; the database did not notice.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from schoolward.apps.drafts.models import Draft, DraftChange
from schoolward.apps.drafts.states import State

UPDATE = """UPDATE drafts_draft SET version = %s, content = %s, sittings = %s
WHERE id = %s AND authority_id = %s AND version = %s AND state = %s"""
FIELDS = tuple(field for field in DraftChange._meta.concrete_fields if not field.primary_key)
INSERT = "INSERT INTO drafts_draftchange ({}) VALUES ({})".format(  # noqa: S608 (the model's own columns)
    ", ".join(f'"{field.column}"' for field in FIELDS), ", ".join(["%s"] * len(FIELDS))
)


def write_draft(draft: Draft, *, version: int, content: dict[str, Any], sittings: dict[str, str]) -> bool:
    """True where the draft was still as `draft` knows it, and is now as said; else nothing has changed."""
    as_json = connection.ops.adapt_json_value
    said = [version, as_json(content, None), as_json(sittings, None)]
    known = [draft.pk, draft.authority_id, draft.version, State.OPEN.value]
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, said + known)
        return cursor.rowcount == 1


def insert_change(change: DraftChange) -> None:
    """The change stored; IntegrityError where its key or its version is there already."""
    values = [field.get_db_prep_save(getattr(change, field.attname), connection) for field in FIELDS]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
