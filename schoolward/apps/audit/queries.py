"""Reading the record of changes, a page at a time, however long it has grown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from schoolward.apps.audit.models import Event
from schoolward.terms.calendar import LONDON

# The next action after the last, again and again: as many steps as there are actions, not events.
_ACTIONS = """
WITH RECURSIVE found(action) AS (
    SELECT (SELECT MIN(action) FROM audit_event WHERE authority_code = %s)
    UNION ALL
    SELECT (SELECT MIN(action) FROM audit_event WHERE authority_code = %s AND action > found.action)
    FROM found WHERE found.action IS NOT NULL
)
SELECT action FROM found WHERE action IS NOT NULL
"""


@dataclass(frozen=True)
class Asked:
    """Which events: by whom, what kind, about what, between which days."""

    person: int | None = None
    action: str = ""
    about: str = ""  # kind:id, as 'accounts.person:7'
    words: str = ""  # of what it is about
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Change:
    """One field before and after."""

    field: str
    before: Any
    after: Any


def find_events(authority_code: int, asked: Asked) -> QuerySet[Event]:
    """The authority's own events, newest first."""
    rows = Event.objects.filter(authority_code=authority_code)
    if asked.person:
        rows = rows.filter(by_id=f"person:{asked.person}")
    if asked.action:
        rows = rows.filter(action=asked.action)
    if asked.about:
        kind, _, key = asked.about.partition(":")
        rows = rows.filter(target_kind=kind, target_id=key)
    for word in asked.words.split():
        rows = rows.filter(target_label__icontains=word)
    if asked.since:
        rows = rows.filter(at__gte=_start_of(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=_start_of(asked.until + timedelta(days=1)))
    return rows


def page_of(rows: QuerySet[Event], size: int, after: str = "") -> tuple[list[Event], str]:
    """The next `size` events after a mark, and the mark for the page that follows ('' at the end).

    The mark is the last event's time and number, so that page one thousand costs what page one does.
    """
    if mark := _mark(after):
        at, key = mark
        rows = rows.filter(at__lte=at).exclude(at=at, pk__gte=key)
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    return found, f"{found[-1].at.isoformat()}_{found[-1].pk}" if more else ""


def actions_met(authority_code: int) -> list[str]:
    """Every kind of change there is an event of."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIONS, [authority_code, authority_code])
        return [action for (action,) in cursor.fetchall()]


def changes_of(event: Event) -> list[Change]:
    """What changed, field by field; a field on one side only has None on the other."""
    before, after = event.before or {}, event.after or {}
    fields = [*after, *(name for name in before if name not in after)]
    return [Change(name, before.get(name), after.get(name)) for name in fields]


def _mark(text: str) -> tuple[datetime, int] | None:
    at, _, key = text.rpartition("_")
    try:
        return datetime.fromisoformat(at), int(key)
    except ValueError:
        return None


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)
