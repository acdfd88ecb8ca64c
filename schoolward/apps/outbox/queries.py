"""Reading the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from schoolward.apps.outbox.models import Message, PrintBatch
from schoolward.apps.outbox.states import State


@dataclass(frozen=True)
class Tally:
    """How many messages stand where."""

    state: State
    count: int


def messages(state: str = "") -> QuerySet[Message]:
    """The authority's messages, newest first; of one state where it is named."""
    found = Message.objects.prefetch_related("attempts")
    return found.filter(state=state) if state in State.values else found


def tallies() -> list[Tally]:
    """How many messages stand in each state that has any, in the order of a message's life."""
    counts = dict(Message.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return [Tally(state, counts[state.value]) for state in State if state.value in counts]


def letters_waiting() -> int:
    """How many letters wait to be printed."""
    return Message.objects.filter(channel="print", state=State.QUEUED).count()


def print_batches() -> QuerySet[PrintBatch]:
    """Batches of letters, newest first, each with its number of letters."""
    return PrintBatch.objects.annotate(letters=Count("messages"))
