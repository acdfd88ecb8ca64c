"""The states of a message and the moves between them."""

from django.db.models import TextChoices


class State(TextChoices):
    """Where a message stands."""

    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Arrived"
    FAILED = "failed", "Not sent"
    BOUNCED = "bounced", "Came back"
    UNSURE = "unsure", "Perhaps sent"
    WITHDRAWN = "withdrawn", "Withdrawn before it was sent"


MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING, State.WITHDRAWN}),
    State.SENDING: frozenset({State.SENT, State.QUEUED, State.FAILED, State.BOUNCED, State.UNSURE}),
    State.SENT: frozenset({State.DELIVERED, State.BOUNCED, State.FAILED}),
    State.DELIVERED: frozenset({State.BOUNCED}),
    State.FAILED: frozenset({State.QUEUED, State.WITHDRAWN}),
    State.BOUNCED: frozenset({State.QUEUED, State.WITHDRAWN}),
    State.UNSURE: frozenset({State.SENT, State.QUEUED}),
    State.WITHDRAWN: frozenset(),
}
SENT_OR_BOUNCED = (State.SENT.value, State.BOUNCED.value)
