"""The states of a job and the moves between them."""

from django.db.models import TextChoices


class State(TextChoices):
    """Where a job stands."""

    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Running"
    WAITING = "waiting", "Waiting to try again"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.DONE, State.FAILED, State.CANCELLED, State.WAITING}),
    State.WAITING: frozenset({State.RUNNING, State.CANCELLED}),
    State.DONE: frozenset(),
    State.FAILED: frozenset({State.QUEUED}),  # a person tries it again
    State.CANCELLED: frozenset({State.QUEUED}),
}
NOT_STARTED = (State.QUEUED.value, State.WAITING.value)
ENDED = (State.DONE.value, State.FAILED.value, State.CANCELLED.value)
