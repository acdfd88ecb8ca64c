"""Sending what waits: claim, hand over, write down. A worker that dies between leaves the message unsure."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min

from schoolward.apps.outbox.actions import withdraw_unwanted
from schoolward.apps.outbox.bounces import tell_of_bounce
from schoolward.apps.outbox.channels import NotSent, Unsure, channels, look_ups
from schoolward.apps.outbox.following import ask_to_follow, first_look
from schoolward.apps.outbox.models import Attempt, Message
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import every_authority

log = logging.getLogger(__name__)

LEASE_SECONDS = 300  # longer than any mail server is waited for
ATTEMPTS = 6
PAUSE_SECONDS = 60  # doubled after each attempt


def waiting_messages() -> list[int]:
    """Messages that could be sent now, oldest first."""
    due = Message.objects.filter(
        state=State.QUEUED, channel__in=_sendable(), not_before__lte=clock.real_now()
    )
    return list(due.order_by("pk").values_list("pk", flat=True))


def next_due() -> datetime | None:
    """When the first message that waits is due; None where none waits."""
    waiting = Message.objects.filter(state=State.QUEUED, channel__in=_sendable())
    return waiting.aggregate(first=Min("not_before"))["first"]


def _sendable() -> list[str]:
    return [name for name, send in channels.items() if send]


def send(pk: int) -> State | None:
    """What came of sending the message; None where somebody else is at it, or it is not to be sent."""
    waiting = Message.objects.filter(pk=pk).select_related("authority").first()
    if waiting is None or withdraw_unwanted(waiting) or (message := _claim(pk)) is None:
        return None
    try:
        if _was_taken_before(message):
            return _settle(message, State.SENT, "Asked first: an earlier attempt had been taken.")
        answer = channels[message.channel](message)
        return _settle(message, State.SENT, answer)
    except NotSent as refusal:
        return _settle(message, *_after_refusal(message, refusal))
    except Unsure as doubt:
        return _settle(message, State.UNSURE, str(doubt))
    except Exception:
        log.exception("Sending message %s went wrong.", pk)
        return _settle(
            message, State.UNSURE, "Something went wrong while it was being sent; the log says what."
        )


def _was_taken_before(message: Message) -> bool:
    """True where the other side has the message from an attempt whose end nobody was sure of."""
    if message.channel not in look_ups:
        return False
    doubtful = message.attempts.filter(outcome__in=[State.UNSURE, State.QUEUED, State.SENDING])
    for attempt in doubtful.exclude(number=message.attempts.count()):
        if taken_as := look_ups[message.channel].was_taken(message, attempt):
            message.taken_as = taken_as
            return True
    return False


@transaction.atomic
def _claim(pk: int) -> Message | None:
    """The message, marked as being sent and committed as such before anything leaves the house."""
    token = secrets.token_hex(16)
    until = clock.real_now() + timedelta(seconds=LEASE_SECONDS)
    queued = Message.objects.filter(pk=pk, state=State.QUEUED, not_before__lte=clock.real_now())
    if not queued.update(state=State.SENDING, lease_token=token, lease_until=until):
        return None
    message = Message.objects.select_related("authority").get(pk=pk)
    number = (message.attempts.aggregate(last=Max("number"))["last"] or 0) + 1
    Attempt.objects.create(
        authority_id=message.authority_id, message=message, number=number, started_at=clock.now()
    )
    return message


def _after_refusal(message: Message, refusal: NotSent) -> tuple[State, str]:
    if refusal.address_refused:
        return State.BOUNCED, refusal.detail
    tried_enough = message.attempts.count() % ATTEMPTS == 0
    return (State.QUEUED if refusal.passing and not tried_enough else State.FAILED), refusal.detail


@transaction.atomic
def _settle(message: Message, state: State, detail: str) -> State | None:
    """Writes the outcome, as long as this worker still holds the message."""
    held = Message.objects.filter(pk=message.pk, state=State.SENDING, lease_token=message.lease_token)
    attempts = message.attempts.count()
    values = {"sent_at": clock.now(), "taken_as": message.taken_as} if state == State.SENT else {}
    values["follow_at"] = first_look(message, state)
    if state == State.SENT and message.erase_once_sent:
        values |= {"text": "", "html": ""}
    if state == State.QUEUED:
        pause = PAUSE_SECONDS * 2 ** ((attempts - 1) % ATTEMPTS)
        values["not_before"] = clock.real_now() + timedelta(seconds=pause)
    if not held.update(state=state, lease_token="", lease_until=None, **values):
        log.warning(
            "Message %s was settled elsewhere; the outcome here was %s: %s", message.pk, state, detail
        )
        return None
    message.attempts.filter(number=attempts).update(ended_at=clock.now(), outcome=state, detail=detail)
    if state == State.BOUNCED:
        tell_of_bounce(message)
    if values["follow_at"]:
        ask_to_follow(message, values["follow_at"])
    return state


def mark_broken_off() -> int:
    """How many messages became unsure: their worker died between handing over and writing down."""
    with every_authority("workers die for all authorities alike"):
        broken = Message.objects.filter(state=State.SENDING, lease_until__lt=clock.real_now())
        return sum(_mark(message) for message in broken.select_related("authority")[:50])


@transaction.atomic
def _mark(message: Message) -> bool:
    held = Message.objects.filter(
        pk=message.pk, lease_token=message.lease_token, lease_until__lt=clock.real_now()
    )
    # its lease was longer than the other side needs to know what it took: it can be asked at once
    at = clock.real_now() if message.channel in look_ups else None
    if not held.update(state=State.UNSURE, lease_token="", lease_until=None, follow_at=at):
        return False
    if at:
        ask_to_follow(message, at)
    detail = "The program stopped while it was sending. Nobody knows whether the message went."
    message.attempts.filter(ended_at=None).update(outcome=State.UNSURE, detail=detail)
    return True
