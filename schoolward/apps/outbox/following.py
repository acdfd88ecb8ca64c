"""Asking the other side what became of messages: whether it took one that is unsure, whether one arrived."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from schoolward.apps.audit.record import record
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.running import AskedBy
from schoolward.apps.outbox.bounces import tell_of_bounce
from schoolward.apps.outbox.channels import NotSent, Unsure, look_ups
from schoolward.apps.outbox.models import Message
from schoolward.apps.outbox.states import MOVES, State
from schoolward.apps.tenancy import clock

log = logging.getLogger(__name__)

FOLLOW_KIND = "outbox.follow_messages"
FIRST_LOOK = timedelta(minutes=1)
# The other side may need a while before it knows what it took: nothing is sent again sooner than this.
BEFORE_SENDING_AGAIN = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
GIVE_UP = timedelta(days=7)


def first_look(message: Message, state: State) -> datetime | None:
    """When to ask about a message that has just come to `state`; None where nobody can be asked."""
    if message.channel not in look_ups:
        return None
    pauses = {State.SENT: FIRST_LOOK, State.UNSURE: BEFORE_SENDING_AGAIN}
    return clock.real_now() + pauses[state] if state in pauses else None


def ask_to_follow(message: Message, at: datetime) -> None:
    """A job that asks, at that moment."""
    by = AskedBy("system", "Schoolward", "Outbox", message.authority.code)
    seconds = max((at - clock.real_now()).total_seconds(), 0)
    enqueue(FOLLOW_KIND, by=by, authority=message.authority, delay_seconds=seconds, join=True)


def due_messages() -> list[int]:
    """Messages to ask about now, longest due first."""
    due = Message.objects.filter(follow_at__lte=clock.real_now())
    return list(due.order_by("follow_at", "pk").values_list("pk", flat=True))


def next_look() -> datetime | None:
    """When the next message is to be asked about; None where none is."""
    return Message.objects.filter(follow_at__isnull=False).aggregate(first=Min("follow_at"))["first"]


def follow(pk: int) -> State | None:
    """What a message stands at after the other side was asked; None where that could not be done."""
    message = Message.objects.filter(pk=pk, follow_at__isnull=False).select_related("authority").first()
    if message is None or message.channel not in look_ups:
        return None
    try:
        if message.state == State.UNSURE:
            return _settle_unsure(message)
        return _see_how_it_went(message) if message.state == State.SENT else _stop_looking(message)
    except (NotSent, Unsure) as trouble:
        log.warning("Message %s could not be asked about: %s", pk, trouble)
        _look_again(message, FIRST_LOOK)
        return None


def _settle_unsure(message: Message) -> State:
    """Sent, where the other side has it; else queued, for it certainly has not."""
    attempt = message.attempts.last()
    assert attempt, "an unsure message was tried"
    taken_as = look_ups[message.channel].was_taken(message, attempt)
    if taken_as:
        values = {"taken_as": taken_as, "sent_at": clock.now(), "follow_at": clock.real_now() + FIRST_LOOK}
        return _move(message, State.SENT, "Asked afterwards: it had been taken.", values)
    values = {"follow_at": None, "not_before": clock.real_now()}
    return _move(message, State.QUEUED, "Asked afterwards: it had not been taken. It is sent again.", values)


def _see_how_it_went(message: Message) -> State:
    found = look_ups[message.channel].how_it_went(message) if message.taken_as else None
    if found:
        state, detail = found
        values = {"follow_at": None}
        if state == State.DELIVERED:
            values["delivered_at"] = clock.now()
        return _move(message, state, detail, values)
    assert message.sent_at
    age = clock.now() - message.sent_at
    if age > GIVE_UP:
        return _stop_looking(message)
    _look_again(message, min(max(age, FIRST_LOOK), LONGEST_PAUSE))
    return State.SENT


@transaction.atomic
def _move(message: Message, state: State, detail: str, values: dict) -> State:
    assert state in MOVES[State(message.state)], f"{message.state} → {state}"
    held = Message.objects.filter(pk=message.pk, state=message.state, follow_at=message.follow_at)
    if not held.update(state=state, **values):
        return State(message.state)  # a person was quicker
    message.attempts.filter(number=message.attempts.count()).update(outcome=state, detail=detail)
    by = AskedBy("system", "Schoolward", "Outbox", message.authority.code)
    before, after = {"state": message.state}, {"state": state}
    record("outbox.follow_message", by=by, target=message, before=before, after=after, reason=detail)
    if state == State.BOUNCED:
        tell_of_bounce(message)
    return state


def _stop_looking(message: Message) -> State:
    Message.objects.filter(pk=message.pk).update(follow_at=None)
    return State(message.state)


def _look_again(message: Message, pause: timedelta) -> None:
    Message.objects.filter(pk=message.pk).update(follow_at=clock.real_now() + pause)
