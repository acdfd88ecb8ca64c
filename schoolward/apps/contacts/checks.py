"""Who may see, change and confirm contacts, and what may stand in them."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.contacts.differences import Details
from schoolward.apps.contacts.models import Contact
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import own_schools
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import BadInput, NotAllowed, NotNow

TELEPHONE = re.compile(r"[0-9+() .,/x#-]*(ext\.?|extension)?[0-9 .]*", re.IGNORECASE)


def check_can_change(school: School, by: Acting) -> None:
    """Officers for the authority's schools; a school's people for their own."""
    if by.may(Permission.MANAGE_CONTACTS):
        if school.authority_code != by.authority_code:
            raise NotAllowed(f"{school} is a school of another authority.")
    else:
        check_can_confirm(school, by)


def check_can_confirm(school: School, by: Acting) -> None:
    """Head, clerk or business manager, for the school in which they are that."""
    by.check(Permission.CONFIRM_OWN_CONTACTS)
    if school.pk not in {own.pk for own in own_schools(by)}:
        raise NotAllowed(f"You do not act for {school}.")


def check_is_current(contact: Contact) -> None:
    """Only what stands can be changed; the rest is history."""
    if contact.set_aside_at is not None:
        raise NotNow("This contact is history, and history is not changed.", do="Change the present one.")
    if contact.ends_on is not None:
        raise NotNow(f"{contact.name} ends on {format_day(contact.ends_on)}.", do="Add the next one instead.")


def clean_details(name: str, email: str, telephone: str) -> Details:
    """Name, address and number, tidied; BadInput names what will not do in `where`."""
    name, email, telephone = _tidy(name), _tidy(email), _tidy(telephone)
    if not name:
        raise BadInput("There is no name.", where="name", do="Give the name.")
    for words, most, where in ((name, 200, "name"), (email, 254, "email"), (telephone, 30, "telephone")):
        if len(words) > most:
            raise BadInput(f"It is longer than {most} characters.", where=where)
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise BadInput(f"'{email}' is not an e-mail address.", where="email") from error
    if telephone and (not TELEPHONE.fullmatch(telephone) or sum(c.isdigit() for c in telephone) < 5):
        raise BadInput(f"'{telephone}' is not a telephone number.", where="telephone")
    return Details(name, email, telephone)


def _tidy(words: str) -> str:
    """Without control characters, and with single spaces."""
    unwanted = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
    kept = "".join(" " if unicodedata.category(c) in unwanted else c for c in words)
    return " ".join(unicodedata.normalize("NFC", kept).split())
