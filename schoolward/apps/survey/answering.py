"""A school's part: writing one answer together, sending it, changing it in time, co-signing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.record import record
from schoolward.apps.drafts import actions as drafts
from schoolward.apps.drafts.kinds import DraftKind
from schoolward.apps.drafts.merging import SaveResult
from schoolward.apps.drafts.models import Draft
from schoolward.apps.drafts.states import State
from schoolward.apps.survey import checks, queries
from schoolward.apps.survey.answers import check_answers
from schoolward.apps.survey.flow import missing, relevant
from schoolward.apps.survey.models import (
    CoSignature,
    Entry,
    Extension,
    Return,
    ReturnVersion,
    Settlement,
)
from schoolward.apps.survey.returns import add_return, add_version
from schoolward.apps.survey.states import ExtensionState, ReturnRoute, ReturnState
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotNow

MAX_NOTE_WORDS = 300


def answer_kind() -> DraftKind:
    """The kind of draft in which a school's people write their one answer."""
    return DraftKind(queries.DRAFT_KIND, _check_draft)


def _check_draft(draft: Draft, by: Acting) -> None:
    checks.check_can_answer(queries.entry_of(draft), by)


@transaction.atomic
def open_answer(*, by: Acting, entry: Entry) -> Draft:
    """The school's open draft; after sending, a new one that starts from what was sent."""
    checks.check_can_answer(entry, by)
    if found := queries.draft_of(entry):
        return found
    version = queries.nominated_version(entry)
    checks.check_can_change(entry, by, has_sent=version is not None)
    draft = drafts.open_draft(
        by=by,
        kind=queries.DRAFT_KIND,
        subject_id=str(entry.pk),
        organisation_id=str(entry.school.organisation_id),
        content=dict(version.answers) if version else {},
    )
    draft.entry = entry
    return draft


def save_answer(
    *, by: Acting, draft: Draft, base_version: int, idempotency_key: str, changes: dict[str, Any]
) -> SaveResult:
    """What became of the changes: saved where nobody else changed the field meanwhile, else both values.

    Every value must be of the kind that its question asks for; None empties a field.
    """
    entry = queries.entry_of(draft)
    form = queries.form_of(entry.survey)
    if problems := check_answers(form.questionnaire, form.services, changes):
        raise BadInput(next(iter(problems.values())))
    result = drafts.save_draft(
        draft=draft, by=by, base_version=base_version, idempotency_key=idempotency_key, changes=changes
    )
    if entry.started_at is None:
        Entry.objects.filter(pk=entry.pk, started_at=None).update(started_at=clock.now())
    return result


@transaction.atomic
def send_answer(*, by: Acting, draft: Draft, base_version: int, note: str = "") -> ReturnVersion:
    """The version that was sent; it counts as the school's answer unless another return counts already.

    Then it is kept, and waits until somebody compares the two.
    """
    entry = Entry.objects.select_for_update().get(pk=queries.entry_of(draft).pk)
    entry = queries.entry_to_answer(entry.pk, by) or entry
    checks.check_can_send(entry, by, has_sent=queries.has_sent(entry))
    form = queries.form_of(entry.survey)
    pages = form.pages(draft.content, entry.sampled)
    if lacking := missing(pages, draft.content):
        raise NotNow(
            f"{len(lacking)} {'answer is' if len(lacking) == 1 else 'answers are'} still missing.",
            do="Answer them, or say that you cannot.",
        )
    _check_note(note)
    drafts.close_draft(draft=draft, by=by, base_version=base_version, state=State.SUBMITTED)
    answers = relevant(pages, draft.content)
    online = Return.objects.filter(entry=entry, route=ReturnRoute.ONLINE).first()
    sent = {"by": by, "answers": answers, "sent_at": clock.now(), "note": note.strip()}
    if online and online.state in (ReturnState.NOMINATED, ReturnState.WAITING):
        version = add_version(returned=online, **sent)
    else:
        version = add_return(entry=entry, route=ReturnRoute.ONLINE, **sent)
    after = {"version": version.number, "late": version.is_late, "answers": len(answers)}
    record("survey.send_answer", by=by, target=entry, after=after)
    return version


@transaction.atomic
def co_sign_answer(*, by: Acting, version: ReturnVersion, note: str = "") -> CoSignature:
    """The chair's co-signature, with a differing view where the chair adds one."""
    checks.check_can_co_sign(version, by)
    _check_note(note)
    signed = CoSignature.objects.create(
        version=version, signed_at=clock.now(), signed_by_id=by.membership_id, note=note.strip()
    )
    after = {"version": version.number, "note": bool(signed.note)}
    record("survey.co_sign_answer", by=by, target=version.returned.entry, after=after)
    return signed


@transaction.atomic
def settle_difference(
    *, by: Acting, draft: Draft, field: str, value: Any, base_version: int, idempotency_key: str
) -> SaveResult:
    """The draft with the value that people at the school settled on; the difference is shown no more."""
    result = save_answer(
        by=by,
        draft=draft,
        base_version=base_version,
        idempotency_key=idempotency_key,
        changes={field: value},
    )
    if not result.conflicts:
        Settlement.objects.create(
            entry=queries.entry_of(draft),
            draft=draft,
            field=field,
            draft_version=result.version,
            settled_at=clock.now(),
            settled_by_id=by.membership_id,
        )
    return result


@transaction.atomic
def ask_for_time(*, by: Acting, entry: Entry, until: datetime, reason: str) -> Extension:
    """The school's request, which an officer decides."""
    checks.check_can_ask_for_time(entry, by, until)
    reason = checks.check_reason(reason)
    asked = Extension.objects.create(
        entry=entry,
        state=ExtensionState.ASKED,
        until=until,
        reason=reason,
        asked_at=clock.now(),
        asked_by_id=by.membership_id,
    )
    record("survey.ask_for_time", by=by, target=entry, after={"until": until}, reason=reason)
    return asked


def _check_note(note: str) -> None:
    if len(note.split()) > MAX_NOTE_WORDS or len(note) > MAX_NOTE_WORDS * 12:
        raise BadInput(f"A note is at most {MAX_NOTE_WORDS} words.", do="Shorten it.")
