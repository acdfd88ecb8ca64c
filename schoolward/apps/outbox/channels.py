"""Ways to send, each registered under its name: another is one function more."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from schoolward.apps.outbox.models import Attempt, Message
from schoolward.apps.outbox.states import State
from schoolward.terms.errors import SchoolwardError


class NotSent(Exception):
    """The other side certainly did not take the message."""

    def __init__(self, detail: str, *, passing: bool, address_refused: bool = False) -> None:
        super().__init__(detail)
        self.detail, self.passing, self.address_refused = detail, passing, address_refused


class Unsure(Exception):
    """The line broke while the message was handed over: the other side may have taken it."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class LookUp:
    """How the other side is asked: whether it took what an attempt sent, and how a message went."""

    was_taken: Callable[[Message, Attempt], str]
    how_it_went: Callable[[Message], tuple[State, str] | None]


# Sends one message and says what the other side answered; raises NotSent or Unsure.
Send = Callable[[Message], str]
ReadAttachment = Callable[[str], Attachment]

channels: dict[str, Send | None] = {"print": None}  # printed letters are collected in batches by a person
look_ups: dict[str, LookUp] = {}  # only where the other side can be asked
_readers: list[ReadAttachment] = []


def channel(name: str) -> Callable[[Send], Send]:
    """Registers a way to send."""

    def register(send: Send) -> Send:
        assert name not in channels, f"two channels are called {name}"
        channels[name] = send
        return send

    return register


def look_up_with(name: str, was_taken, how_it_went) -> None:
    """Registers how the other side of a channel is asked about messages."""
    assert name not in look_ups, f"{name} is looked up in two ways"
    look_ups[name] = LookUp(was_taken, how_it_went)


def email_channel() -> str:
    """How e-mails leave: by GOV.UK Notify where there is a key, else by the mail server."""
    return "notify" if settings.SCHOOLWARD_NOTIFY_KEY else "smtp"


def posts_letters() -> bool:
    """True where GOV.UK Notify prints and posts letters for us."""
    return bool(settings.SCHOOLWARD_NOTIFY_KEY and settings.SCHOOLWARD_NOTIFY_POST)


def read_attachments_with(reader: ReadAttachment) -> None:
    """Registers the function that fetches a file by its key; the files above do so."""
    _readers[:] = [reader]


def attachments_of(message: Message) -> Iterable[Attachment]:
    """The files that go with the message."""
    yield from map(attachment_of, message.attachments)


def attachment_of(key: str) -> Attachment:
    """The file of that key."""
    assert _readers, "nobody registered how to read attachments"
    return _readers[0](key)


@channel("smtp")
def send_email(message: Message) -> str:
    """Hands the message to the mail server of the settings; on the demonstration that is a folder."""
    mailer = mailers.default
    assert not (settings.SCHOOLWARD_DEMONSTRATION and isinstance(mailer, SmtpBackend)), (
        "a demonstration sends nothing"
    )
    try:  # nothing is handed over before the end of this block
        mail = _compose(message)
        mailer.open()
    except (SchoolwardError, ValueError) as error:
        raise NotSent(f"The e-mail could not be put together: {error}", passing=False) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"The mail server could not be reached: {error}", passing=True) from error
    try:
        mailer.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise NotSent(_said(code, answer), passing=code < 500, address_refused=code >= 500) from error
    except smtplib.SMTPResponseException as error:  # it answered, and the answer was no
        passing = error.smtp_code < 500
        raise NotSent(_said(error.smtp_code, error.smtp_error), passing=passing) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unsure(f"The line to the mail server broke while it took the message: {error}") from error
    finally:
        _hang_up(mailer)
    return "Taken by the mail server."


def _compose(message: Message) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=" ".join(message.subject.split()),
        body=message.text,
        from_email=message.sender,
        to=[formataddr((" ".join(message.recipient_name.split()), message.recipient))],
        headers={"Message-ID": message.message_id},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for found in attachments_of(message):
        mail.attach(found.name, found.content, found.media_type)
    return mail


def _said(code: int, answer: bytes | str) -> str:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"The mail server said: {code} {words}"


def _hang_up(mailer) -> None:
    with suppress(OSError, smtplib.SMTPException):  # what it was for has been decided by now
        mailer.close()
