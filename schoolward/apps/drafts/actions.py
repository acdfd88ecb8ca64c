"""Opening, saving and closing drafts.

Audit: every save keeps its own DraftChange, with who, when, before and after. So as not to drown the audit in
autosaves, only the first save of a writer's sitting is an event there; a sitting ends when the writer has not
saved for half an hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from schoolward.apps.audit.record import Actor, record
from schoolward.apps.drafts import checks
from schoolward.apps.drafts.kinds import draft_kind
from schoolward.apps.drafts.merging import EarlierSave, SaveResult, differences, merge
from schoolward.apps.drafts.models import Draft, DraftChange
from schoolward.apps.drafts.states import State
from schoolward.apps.drafts.writing import insert_change, write_draft
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import current_authority
from schoolward.terms.errors import BadInput, Conflict

Content = dict[str, Any]
SITTING = timedelta(minutes=30)


def open_draft(
    *, by: Actor, kind: str, subject_id: str, organisation_id: str = "", content: Content | None = None
) -> Draft:
    """The open draft of this subject; made with `content` where there is none."""
    about = {"kind": kind, "subject_id": subject_id, "organisation_id": organisation_id}
    found = Draft.objects.filter(**about, state=State.OPEN).first()
    draft = found or Draft(
        **about, content=content or {}, opened_at=clock.now(), authority=current_authority()
    )
    checks.check_can_save(draft, by)
    if found:
        return found
    checks.canonical(draft.content)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
            record("drafts.open_draft", by=by, target=draft)
    except IntegrityError:  # somebody else opened it at the same moment
        return Draft.objects.get(**about, state=State.OPEN)
    return draft


def save_draft(
    *, draft: Draft, by: Actor, base_version: int, idempotency_key: str, changes: Content
) -> SaveResult:
    """The result of writing `changes` ({field: value}), made on top of `base_version`.

    Fields that nobody else changed are saved; the others come back as conflicts with both values, and nothing
    is overwritten. The same key gives the first result again. `draft` is then as it was saved.
    """
    checks.check_can_save(draft, by)
    wanted = draft_kind(draft.kind).clean(changes)
    digest = sha256(f"{base_version}:{checks.canonical(wanted)}".encode()).hexdigest()
    save = _Save(draft, by, base_version, idempotency_key, wanted, digest)
    if draft.version == base_version:
        try:
            with transaction.atomic():
                if result := save.at_once():
                    return result
        except IntegrityError:
            pass  # this key was used before: find out below what for
    with transaction.atomic():
        return save.merging()


def close_draft(*, draft: Draft, by: Actor, base_version: int, state: State, reason: str = "") -> None:
    """Submit or discard the draft as the writer saw it; Conflict where it has changed since."""
    checks.check_can_close(draft, by, state)
    with transaction.atomic():
        now = clock.now()
        same = Draft.objects.filter(pk=draft.pk, version=base_version, state=State.OPEN)
        if not same.update(state=state, closed_at=now):
            raise Conflict("Somebody changed this draft after you read it.", do="Read it again, then decide.")
        draft.state, draft.closed_at = state, now
        verb = "submit" if state == State.SUBMITTED else "discard"
        record(f"drafts.{verb}_draft", by=by, target=draft, after={"version": base_version}, reason=reason)


@dataclass
class _Save:
    """One save on its way."""

    draft: Draft
    by: Actor
    base: int
    key: str
    wanted: Content
    digest: str
    now: datetime = field(default_factory=clock.now)

    def at_once(self) -> SaveResult | None:
        """The result where nobody saved since; None where somebody did. One UPDATE, one INSERT."""
        return self._write(self.draft, self.wanted, SaveResult(self.base + 1))

    def merging(self) -> SaveResult:
        """The result after others saved, or the first result of a retried save."""
        if first := DraftChange.objects.filter(draft=self.draft, idempotency_key=self.key).first():
            return self._again(first)
        draft = Draft.objects.select_for_update().get(pk=self.draft.pk)
        if first := DraftChange.objects.filter(draft=draft, idempotency_key=self.key).first():
            return self._again(first)  # it arrived while we waited for the lock
        checks.check_can_save(draft, self.by)
        if self.base > draft.version:
            raise BadInput(f"There is no version {self.base} of this draft yet.", do="Read the draft again.")
        since = DraftChange.objects.filter(draft=draft, version__gt=self.base).order_by("version")
        found = merge(draft.content, self.wanted, [_earlier(change) for change in since])
        result = self._write(
            draft, found.accepted, SaveResult(draft.version + 1, found.conflicts, found.others)
        )
        assert result, "the row is locked"
        return result

    def _write(self, draft: Draft, accepted: Content, result: SaveResult) -> SaveResult | None:
        new_sitting, sittings = _sittings(draft.sittings, self.by.audit_id, self.now)
        fields = differences(draft.content, accepted)
        content = {**draft.content, **accepted}
        if not write_draft(draft, version=result.version, content=content, sittings=sittings):
            return None
        insert_change(
            DraftChange(
                authority_id=draft.authority_id,
                draft=draft,
                version=result.version,
                based_on=self.base,
                idempotency_key=self.key,
                digest=self.digest,
                at=self.now,
                by_id=self.by.audit_id,
                by_name=self.by.audit_name,
                fields=fields,
                result=result.as_json(),
            )
        )
        if new_sitting:
            record("drafts.save_draft", by=self.by, target=draft, after={"first_version": result.version})
        self.draft.version, self.draft.content, self.draft.sittings = result.version, content, sittings
        return result

    def _again(self, first: DraftChange) -> SaveResult:
        if first.digest != self.digest or first.by_id != self.by.audit_id:
            raise BadInput("This save carries the key of another one.", do="Reload the page and save again.")
        return SaveResult.from_json(first.version, first.result)


def _earlier(change: DraftChange) -> EarlierSave:
    return EarlierSave(change.fields, change.by_name, change.at.isoformat())


def _sittings(known: dict[str, str], writer: str, now: datetime) -> tuple[bool, dict[str, str]]:
    """Whether the writer sits down anew, and everybody's last sitting."""
    until = known.get(writer)
    lasts = until is not None and datetime.fromisoformat(until) > now
    return not lasts, {**known, writer: (now + SITTING).isoformat()}
