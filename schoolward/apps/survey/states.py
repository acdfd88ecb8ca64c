"""The states of a survey, of a return, and of a request for more time; and the moves between them."""

from django.db.models import TextChoices


class SurveyState(TextChoices):
    """Where a survey stands."""

    PREPARING = "preparing", "Being prepared"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


SURVEY_MOVES: dict[SurveyState, frozenset[SurveyState]] = {
    SurveyState.PREPARING: frozenset({SurveyState.OPEN}),
    SurveyState.OPEN: frozenset({SurveyState.CLOSED}),
    SurveyState.CLOSED: frozenset({SurveyState.OPEN}),
}


class EntryState(TextChoices):
    """How far one school has come; worked out from its draft and its returns, never stored."""

    NOT_STARTED = "not_started", "Not started"
    STARTED = "started", "Started"
    SENT = "sent", "Sent"


class ReturnRoute(TextChoices):
    """How a return came in."""

    ONLINE = "online", "online"
    PAPER = "paper", "on paper"
    WORKBOOK = "workbook", "as a workbook"


class ReturnState(TextChoices):
    """Whether a return counts as the school's answer."""

    NOMINATED = "nominated", "The school's answer"
    WAITING = "waiting", "Waiting to be compared"
    MERGED = "merged", "Merged into the school's answer"
    SET_ASIDE = "set_aside", "Kept, not counted"


RETURN_MOVES: dict[ReturnState, frozenset[ReturnState]] = {
    ReturnState.NOMINATED: frozenset({ReturnState.SET_ASIDE}),
    ReturnState.WAITING: frozenset({ReturnState.NOMINATED, ReturnState.MERGED, ReturnState.SET_ASIDE}),
    ReturnState.MERGED: frozenset({ReturnState.NOMINATED}),
    ReturnState.SET_ASIDE: frozenset({ReturnState.NOMINATED, ReturnState.MERGED}),
}


class ExtensionState(TextChoices):
    """What became of more time asked for or given."""

    ASKED = "asked", "Asked for"
    GRANTED = "granted", "Given"
    REFUSED = "refused", "Refused"


EXTENSION_MOVES: dict[ExtensionState, frozenset[ExtensionState]] = {
    ExtensionState.ASKED: frozenset({ExtensionState.GRANTED, ExtensionState.REFUSED}),
    ExtensionState.GRANTED: frozenset(),
    ExtensionState.REFUSED: frozenset(),
}
