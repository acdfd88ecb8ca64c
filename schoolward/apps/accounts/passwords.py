"""Choosing a password, changing it, and a new one where it was forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from schoolward.apps.accounts import messages
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Person
from schoolward.apps.accounts.queries import memberships_of
from schoolward.apps.audit.models import Event
from schoolward.apps.audit.record import record
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput

ASK_AGAIN_AFTER = timedelta(minutes=5)


def check_password_is_good(password: str, person: Person) -> None:
    """Raise BadInput unless it is long, not one of the common ones and not like the person's name."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages), do="Choose another password.") from error


@transaction.atomic
def change_password(*, person: Person, old: str, new: str) -> None:
    """The person's own change; every other session of theirs ends with it."""
    if not person.check_password(old):
        raise BadInput("The present password is wrong.", where="old", do="Type it again.")
    _set(person, new, "accounts.change_password")


@transaction.atomic
def ask_new_password(*, email: str, link_to: Callable[[str, str], str]) -> None:
    """A message with a link, if somebody with a role has that address; else nothing, and no sign of it.

    One message in five minutes, so that nobody's post box is filled from here.
    """
    person = Person.objects.filter(
        email=email.strip().lower(), is_active=True, is_demonstration=False
    ).first()
    if person is None or _asked_lately(person) or not (members := memberships_of(person)):
        return
    event = record("accounts.ask_new_password", by=Acting.themselves(person), target=person)
    token = default_token_generator.make_token(person)
    link = link_to(urlsafe_base64_encode(force_bytes(person.pk)), token)
    messages.send_password_link(person, members[0].authority, link, f"new password {event.pk}")


def find_for_new_password(key: str, token: str) -> Person | None:
    """The person whose link this is, while it holds: a day, once, and until they next sign in."""
    try:
        pk = int(force_str(urlsafe_base64_decode(key)))
    except (ValueError, OverflowError):
        return None
    person = Person.objects.filter(pk=pk, is_active=True, is_demonstration=False).first()
    return person if person and default_token_generator.check_token(person, token) else None


@transaction.atomic
def set_forgotten_password(*, person: Person, token: str, new: str) -> None:
    """The new password; the link is used up."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not default_token_generator.check_token(person, token):
        raise BadInput("The link has been used or has run out.", do="Ask for another.")
    _set(person, new, "accounts.set_forgotten_password")


def _set(person: Person, new: str, action: str) -> None:
    check_password_is_good(new, person)
    person.set_password(new)
    person.save(update_fields=["password"])
    record(action, by=Acting.themselves(person), target=person)


def _asked_lately(person: Person) -> bool:
    since = clock.now() - ASK_AGAIN_AFTER
    asked = Event.objects.filter(action="accounts.ask_new_password", target_kind="accounts.person")
    return asked.filter(target_id=str(person.pk), at__gt=since).exists()
