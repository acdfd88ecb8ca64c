"""What people are sent about their accounts: plain text, and nothing about any school's standing."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Invitation, Person
from schoolward.apps.outbox.actions import queue_message
from schoolward.apps.outbox.channels import email_channel
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import scope
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
    subject = f"{invitation.authority.name} invites you to Schoolward"
    _send(by, invitation.name, invitation.email, subject, text, f"invitation {invitation.token_hash}")


def send_password_link(person: Person, authority: Authority, link: str, key: str) -> None:
    """The link to choose a new password, sent by one of the authorities where the person has a role."""
    text = FORGOTTEN.format(name=person.name, link=link)
    subject = "A new password for Schoolward"
    with scope(authority):
        _send(Acting.system(authority, "account"), person.name, person.email, subject, text, key)


def _send(by: Acting, name: str, email: str, subject: str, text: str, key: str) -> None:
    """The link in the words is a secret, so the outbox forgets them once they are sent."""
    queue_message(
        by=by,
        channel=email_channel(),
        recipient=email,
        recipient_name=name,
        subject=" ".join(subject.split()),
        text=text,
        idempotency_key=key,
        erase_once_sent=True,
    )
