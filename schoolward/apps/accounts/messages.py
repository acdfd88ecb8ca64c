"""What people are sent about their accounts: plain text, and nothing about any school's standing."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Invitation, Person
from schoolward.terms.calendar import LONDON, format_day

INVITATION = """\
Dear {name},

{inviter} invites you to Schoolward, where {authority} keeps its school improvement service.

Your role: {role}, {organisation}

Open this address to accept. It is for you alone: please do not pass it on.

{link}

It works until {until}. If you did not expect this message, there is nothing you need to do.
"""

FORGOTTEN = """\
Dear {name},

Somebody, probably you, asked for a new password for Schoolward.

Open this address to choose one. It works once, for a day.

{link}

If it was not you, there is nothing you need to do: your password stays as it is.
"""


def send_invitation(invitation: Invitation, by: Acting, link: str) -> None:
    """The invitation, on its way when the transaction commits."""
    text = INVITATION.format(
        name=invitation.name,
        inviter=f"{by.audit_name} ({by.role_name})" if by.person else invitation.authority.name,
        authority=invitation.authority.name,
        role=invitation.role_name,
        organisation=invitation.organisation.name,
        link=link,
        until=format_day(invitation.expires_at.astimezone(LONDON).date()),
    )
    _send(invitation.email, f"{invitation.authority.name} invites you to Schoolward", text)


def send_password_link(person: Person, link: str) -> None:
    """The link to choose a new password, on its way when the transaction commits."""
    _send(person.email, "A new password for Schoolward", FORGOTTEN.format(name=person.name, link=link))


def _send(to: str, subject: str, text: str) -> None:
    sender = settings.DEFAULT_FROM_EMAIL
    transaction.on_commit(lambda: send_mail(" ".join(subject.split()), text, sender, [to]))
