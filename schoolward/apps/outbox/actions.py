"""Asking for messages to be sent, and deciding about those that were not, or perhaps were."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import IntegrityError, transaction

from schoolward.apps.audit.record import Actor, record
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.running import AskedBy
from schoolward.apps.outbox import checks
from schoolward.apps.outbox.bounces import tell_of_bounce
from schoolward.apps.outbox.following import first_look
from schoolward.apps.outbox.guards import why_not_wanted
from schoolward.apps.outbox.models import Message, PrintBatch
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import current_authority
from schoolward.terms.errors import Conflict, NotNow

SEND_KIND = "outbox.send_messages"


def queue_message(
    *,
    by: Actor,
    channel: str,
    recipient: str,
    subject: str,
    text: str,
    idempotency_key: str,
    recipient_name: str = "",
    html: str = "",
    attachments: Sequence[str] = (),
    erase_once_sent: bool = False,
    origin: str = "",
) -> Message:
    """The message, to be sent once the caller's transaction is committed; the same one for the same key.

    Make the key of what the message is about and for whom ("paper 17 v3 to chair of 100012"), so that asking
    again sends nothing twice. Other words under the same key are a Conflict. With `erase_once_sent` the words
    are forgotten as soon as they are sent: for secrets, such as the link of an invitation. `origin` names
    what the message came from, whose app is asked once more before it goes (see guards).
    """
    authority = current_authority()
    checks.check_can_queue(channel, recipient, subject, by, authority.code)
    words = {
        "channel": channel,
        "recipient": recipient.strip(),
        "recipient_name": recipient_name,
        "subject": subject,
        "text": text,
        "html": html,
        "attachments": list(attachments),
        "erase_once_sent": erase_once_sent,
        "origin": origin,
    }
    try:
        with transaction.atomic():
            return _queue(by, authority, idempotency_key, words)
    except IntegrityError:
        return _same(Message.objects.get(idempotency_key=idempotency_key), words)


def _queue(by: Actor, authority, key: str, words: dict) -> Message:
    when = {"asked_at": clock.now(), "not_before": clock.real_now()}
    message = Message.objects.create(
        authority=authority, idempotency_key=key, asked_by=by.audit_name, **when, **words
    )
    record("outbox.queue_message", by=by, target=message, after={"channel": message.channel})
    if message.channel != "print":
        enqueue(SEND_KIND, by=by, authority=authority, join=True)
    return message


def _same(found: Message, words: dict) -> Message:
    erased = {"text", "html"} if found.erased else set()
    if any(getattr(found, name) != value for name, value in words.items() if name not in erased):
        raise Conflict(
            "Another message was sent under the same key.",
            where=str(found),
            do="Give each message a key of its own.",
        )
    return found


@transaction.atomic
def settle_unsure(*, message: Message, by: Actor, was_sent: bool, reason: str) -> Message:
    """The message after a person found out whether it had gone; if it had not, it is sent again."""
    message = _locked(message)
    if message.state != State.UNSURE:
        raise NotNow("Only a message whose sending broke off can be settled.")
    return _decide(message, State.SENT if was_sent else State.QUEUED, by, reason)


@transaction.atomic
def send_again(*, message: Message, by: Actor, reason: str = "") -> Message:
    """A failed or returned message, queued once more, in the same words to the same recipient."""
    message = _locked(message)
    if message.erased:
        raise NotNow("The words of this message were a secret and are forgotten. Ask for a new one.")
    return _decide(message, State.QUEUED, by, reason)


@transaction.atomic
def withdraw_message(*, message: Message, by: Actor, reason: str = "") -> Message:
    """The message, which will not be sent."""
    return _decide(_locked(message), State.WITHDRAWN, by, reason)


@transaction.atomic
def record_bounce(*, message: Message, by: Actor, reason: str) -> Message:
    """A message that was sent and came back; whoever keeps the address hears of it."""
    message = _decide(_locked(message), State.BOUNCED, by, reason)
    last = message.attempts.filter(number=message.attempts.count())
    last.update(outcome=State.BOUNCED, detail=reason)
    tell_of_bounce(message)
    return message


@transaction.atomic
def collect_print_batch(*, by: Actor, among: Collection[int] | None = None) -> PrintBatch:
    """Every letter that waits to be printed (of those `among`), in one batch; NotNow where there is none."""
    authority = current_authority()
    waiting = Message.objects.filter(channel="print", state=State.QUEUED)
    if among is not None:
        waiting = waiting.filter(pk__in=among)
    keys = [m.pk for m in waiting.select_for_update(of=("self",)) if not withdraw_unwanted(m)]
    if not keys:
        raise NotNow("No letter is waiting to be printed.")
    batch = PrintBatch.objects.create(authority=authority, made_at=clock.now(), made_by=by.audit_name)
    waiting.filter(pk__in=keys).update(state=State.SENDING, batch=batch)
    record("outbox.collect_print_batch", by=by, target=batch, after={"letters": len(keys)})
    return batch


@transaction.atomic
def mark_posted(*, batch: PrintBatch, by: Actor) -> PrintBatch:
    """The batch, whose letters were printed and posted."""
    batch = PrintBatch.objects.select_for_update().get(pk=batch.pk)
    checks.check_can_post(batch, by)
    batch.posted_at, batch.posted_by = clock.now(), by.audit_name
    batch.save(update_fields=["posted_at", "posted_by"])
    batch.messages.filter(state=State.SENDING).update(state=State.SENT, sent_at=clock.now())
    record("outbox.mark_posted", by=by, target=batch)
    return batch


def withdraw_unwanted(message: Message) -> bool:
    """True where the app that the message came from no longer wants it: then it never goes."""
    reason = why_not_wanted(message)
    queued = Message.objects.filter(pk=message.pk, state=State.QUEUED)
    if not reason or not queued.update(state=State.WITHDRAWN, withdrawn_because=reason):
        return False
    by = AskedBy("system", "Schoolward", "Outbox", message.authority.code)
    record("outbox.withdraw_unwanted", by=by, target=message, after={"state": State.WITHDRAWN}, reason=reason)
    return True


def _locked(message: Message) -> Message:
    return Message.objects.select_for_update(of=("self",)).select_related("authority").get(pk=message.pk)


def _decide(message: Message, state: State, by: Actor, reason: str) -> Message:
    """Writes a person's decision, checked first, with one event."""
    checks.check_can_move(message, state, by)
    before = message.state
    message.state = state
    message.withdrawn_because = reason if state == State.WITHDRAWN else ""
    message.sent_at = clock.now() if state == State.SENT else message.sent_at
    if state == State.QUEUED:
        message.not_before, message.sent_at, message.batch = clock.real_now(), None, None
        message.taken_as, message.delivered_at = "", None
    message.follow_at = first_look(message, state) if message.taken_as else None
    message.save()
    after = {"state": state}
    record(
        "outbox.decide_message", by=by, target=message, before={"state": before}, after=after, reason=reason
    )
    if state == State.QUEUED and message.channel != "print":
        enqueue(SEND_KIND, by=by, authority=message.authority, join=True)
    return message
