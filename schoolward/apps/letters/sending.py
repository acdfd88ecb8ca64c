"""Handing a signed letter over to the outbox, copy by copy, so that it can be killed anywhere and go on."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from schoolward.apps.audit.record import Actor, record
from schoolward.apps.contacts.queries import contact_for
from schoolward.apps.letters.audiences import audience_of
from schoolward.apps.letters.models import Copy, FrozenLetter
from schoolward.apps.letters.states import CopyState, LetterState
from schoolward.apps.outbox.actions import queue_message
from schoolward.apps.register.queries import is_open
from schoolward.apps.tenancy import clock
from schoolward.publishing.correspondence import Words, letter_page

ORIGIN = "letters.copy"


def hand_over_all(
    frozen_pk: int, *, by: Actor, tick: Callable[[int, int], None] = lambda done, of: None
) -> int:
    """How many copies are still to be handed over: none, unless somebody stopped the letter."""
    keys = list(_waiting(frozen_pk).values_list("pk", flat=True))
    for n, key in enumerate(keys):
        tick(n, len(keys))
        if not hand_over(key, by=by):
            break
    return _finish(frozen_pk, by)


@transaction.atomic
def hand_over(pk: int, *, by: Actor) -> bool:
    """False where the letter is not being sent any more; else this copy is with the outbox, once.

    Copy and message are written in one transaction, and the message's key is of letter, school and part:
    whoever does this twice, at once or after a kill, finds it done.
    """
    rows = Copy.objects.select_for_update(of=("self",)).select_related("frozen__letter", "school")
    copy = rows.get(pk=pk)
    if copy.frozen.state != LetterState.SENDING:
        return False
    if copy.state != CopyState.WAITING:
        return True
    if reason := why_not(copy):
        copy.state, copy.why = CopyState.NOT_NEEDED, reason[:300]
        copy.save(update_fields=["state", "why"])
        return True
    copy.message = queue_message(
        by=by,
        channel=copy.channel,
        recipient=copy.email or copy.address,
        recipient_name=copy.name,
        subject=copy.subject,
        text=copy.text,
        html=letter_page(Words(copy.subject, copy.html, copy.text)),
        attachments=copy.frozen.attachments,
        idempotency_key=f"letter {copy.frozen.letter_id} to {copy.role} of {copy.school.urn}",
        origin=f"{ORIGIN}:{copy.pk}",
    )
    copy.state = CopyState.HANDED_OVER
    copy.save(update_fields=["state", "message"])
    return True


def why_not(copy: Copy) -> str:
    """Why the copy must not go any more: the school needs it no longer, or somebody else is there now."""
    if not is_open(copy.school):
        return "the school is closed"
    if reason := audience_of(copy.frozen.audience).why_not(copy.frozen.about, copy.school):
        return reason
    if not copy.email:
        return ""
    now = contact_for(copy.school, copy.role)
    if now is None or now.name.casefold() != copy.name.casefold():
        return f"{copy.name} is not {copy.role_name.lower()} any more"
    return ""


def why_message_not(key: str) -> str:
    """The same for a message that waits in the outbox, which asks once more before it goes."""
    rows = Copy.objects.select_related("frozen", "school")
    copy = rows.filter(pk=int(key)).first()
    return why_not(copy) if copy else ""


def _waiting(frozen_pk: int):
    return Copy.objects.filter(frozen_id=frozen_pk, state=CopyState.WAITING).order_by("pk")


@transaction.atomic
def _finish(frozen_pk: int, by: Actor) -> int:
    """How many copies wait; where none does, the letter is sent."""
    left = _waiting(frozen_pk).count()
    if left:
        return left
    sending = FrozenLetter.objects.filter(pk=frozen_pk, state=LetterState.SENDING)
    if sending.update(state=LetterState.SENT, sent_at=clock.now()):
        frozen = FrozenLetter.objects.select_related("letter").get(pk=frozen_pk)
        record("letters.letter_sent", by=by, target=frozen.letter, after={"number": frozen.number})
    return 0
