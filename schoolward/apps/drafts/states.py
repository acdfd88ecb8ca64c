"""The states of a draft and the moves between them."""

from django.db.models import TextChoices


class State(TextChoices):
    """Where a draft stands."""

    OPEN = "open", "Being written"
    SUBMITTED = "submitted", "Submitted"
    DISCARDED = "discarded", "Discarded"


MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.SUBMITTED, State.DISCARDED}),
    State.SUBMITTED: frozenset(),
    State.DISCARDED: frozenset(),
}
SUBMITTED_OR_DISCARDED = (State.SUBMITTED.value, State.DISCARDED.value)
