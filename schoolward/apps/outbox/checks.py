"""What may be sent, and who may decide about it when. That the role may is asked where the page is opened."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from schoolward.apps.audit.record import Actor
from schoolward.apps.outbox.channels import channels
from schoolward.apps.outbox.models import Message, PrintBatch
from schoolward.apps.outbox.states import MOVES, State
from schoolward.terms.errors import BadInput, NotAllowed, NotNow

EMAILS = ("smtp", "notify")


def check_can_queue(channel: str, recipient: str, subject: str, by: Actor, authority_code: int) -> None:
    """Raise BadInput or NotAllowed unless this can be sent in the authority's name."""
    assert channel in channels, f"no channel is called {channel}"
    _check_own(authority_code, by)
    if not subject.strip():
        raise BadInput("A message needs a subject.")
    if not recipient.strip():
        raise BadInput("A message needs a recipient.")
    if channel in EMAILS:
        try:
            validate_email(recipient)
        except ValidationError as error:
            raise BadInput(f"“{recipient}” is no e-mail address.", do="Correct the contact.") from error


def check_can_move(message: Message, state: State, by: Actor) -> None:
    """Raise NotAllowed or NotNow unless `by` may bring the message to `state` by decision."""
    _check_own(message.authority.code, by)
    if state not in MOVES[State(message.state)]:
        raise NotNow(f"This message can no longer be changed so: {State(message.state).label.lower()}.")


def check_can_post(batch: PrintBatch, by: Actor) -> None:
    """Raise NotAllowed or NotNow unless `by` may say that the letters were posted."""
    _check_own(batch.authority.code, by)
    if batch.posted_at:
        raise NotNow(f"These letters were marked as posted already, by {batch.posted_by}.")


def can_move(message: Message, state: State, by: Actor) -> bool:
    """True where `check_can_move` has nothing to say."""
    try:
        check_can_move(message, state, by)
    except (NotAllowed, NotNow):
        return False
    return True


def _check_own(authority_code: int, by: Actor) -> None:
    if by.authority_code != authority_code:
        raise NotAllowed("This belongs to another authority.")
