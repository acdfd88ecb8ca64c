"""Writing audit events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder

from schoolward.apps.audit.models import Event
from schoolward.apps.tenancy import clock


class Actor(Protocol):
    """Whoever does an action: `accounts.acting.Acting` is one."""

    audit_id: str
    audit_name: str
    audit_role: str
    authority_code: int | None


def record(
    action: str,
    *,
    by: Actor,
    target: Any,
    label: str = "",
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
) -> Event:
    """The event, stored in the caller's transaction.

    `target` is a model instance, or a (kind, id) pair where there is none. `before` and `after` hold only
    what changed.
    """
    event = _event(action, by, target, label, before, after, reason)
    event.save(force_insert=True)
    return event


def record_many(by: Actor, changes: Iterable[dict[str, Any]]) -> None:
    """One event for each of many changes, written together; `changes` are the words of `record`."""
    usual = {"label": "", "before": None, "after": None, "reason": ""}
    Event.objects.bulk_create((_event(by=by, **usual | change) for change in changes), batch_size=500)


def _event(
    action: str, by: Actor, target: Any, label: str, before: dict | None, after: dict | None, reason: str
) -> Event:
    kind, key = target if isinstance(target, tuple) else (target._meta.label_lower, target.pk)
    return Event(
        at=clock.now(),
        authority_code=by.authority_code,
        by_id=by.audit_id,
        by_name=by.audit_name,
        by_role=by.audit_role,
        action=action,
        target_kind=kind,
        target_id=str(key),
        target_label=(label or str(target if not isinstance(target, tuple) else key))[:200],
        before=_plain(before),
        after=_plain(after),
        reason=reason,
    )


def _plain(values: dict | None) -> dict | None:
    return None if values is None else json.loads(json.dumps(values, cls=DjangoJSONEncoder))
