"""GOV.UK Notify as a way to send: e-mails through one template of the service, letters as finished PDFs.

The service's e-mail template has the subject `((subject))` and the message `((body))`, followed by
`((file_1))` to `((file_5))` where letters have attachments. Notify knows each attempt by a reference of its
own, so it can be asked whether it took a message over a line that broke, before anything is sent again.
"""

from __future__ import annotations

import io
from datetime import timedelta
from hashlib import sha256

from django.conf import settings

from schoolward.apps.outbox.channels import Attachment, NotSent, Unsure, attachments_of, channel, look_up_with
from schoolward.apps.outbox.models import Attempt, Message
from schoolward.apps.outbox.printing import message_pdf
from schoolward.apps.outbox.states import State
from schoolward.publishing.letters import NOTIFY
from schoolward.terms.errors import SchoolwardError

EMAIL, POST = "notify", "notify_post"
MOST_FILES, MOST_FILE_BYTES = 5, 2 * 1024 * 1024
TIMEOUT_SECONDS = 30
# Notify forgets after seven days; nobody asks for longer.
ASK_FOR = timedelta(days=7)
# What Notify says of a message, and what that means here; what is not named goes on.
MEANINGS = {
    "delivered": (State.DELIVERED, "GOV.UK Notify: delivered."),
    "received": (State.DELIVERED, "GOV.UK Notify: printed and given to the post."),
    "permanent-failure": (State.BOUNCED, "GOV.UK Notify: the address does not exist or takes no mail."),
    "temporary-failure": (
        State.FAILED,
        "GOV.UK Notify: the inbox was full or out of reach for three days.",
    ),
    "technical-failure": (State.FAILED, "GOV.UK Notify: something went wrong there. Send it again."),
    "validation-failed": (State.FAILED, "GOV.UK Notify: the letter's layout was refused."),
    "virus-scan-failed": (State.FAILED, "GOV.UK Notify: its scanner refused the letter."),
    "cancelled": (State.FAILED, "GOV.UK Notify: the letter was cancelled there."),
}
# Words in Notify's refusals, and the sentence that tells an officer what to do.
ADVICE = (
    ("team-only", "The key is a team key, which sends only to the team's own people: put in a live key."),
    ("team api key", "The key is a team key, which cannot send letters: put in a live key."),
    ("trial mode", "The service is still in trial mode: ask GOV.UK Notify to make it live."),
    ("send limits", "The service has sent as many messages as it may today; it is tried again later."),
    ("rate limit", "GOV.UK Notify takes only so many messages a minute; it is tried again shortly."),
    ("invalid token", "GOV.UK Notify refuses the key: check SCHOOLWARD_NOTIFY_KEY."),
    ("template not found", "Notify has no such template: check SCHOOLWARD_NOTIFY_TEMPLATE."),
    (
        "missing personalisation",
        "Its template asks for more than it is given: see the administrator's guide.",
    ),
)


def register() -> None:
    """Makes both channels and their look-up known; called once from `ready()`."""
    channel(EMAIL)(send_email)
    channel(POST)(send_post)
    for name in (EMAIL, POST):
        look_up_with(name, was_taken, how_it_went)


def client():
    """The real client, with the key and the address of the settings."""
    from notifications_python_client.notifications import NotificationsAPIClient  # slow, and few need it

    return NotificationsAPIClient(
        settings.SCHOOLWARD_NOTIFY_KEY, base_url=settings.SCHOOLWARD_NOTIFY_URL, timeout=TIMEOUT_SECONDS
    )


def send_email(message: Message) -> str:
    """Hands the message to Notify, which writes the e-mail from its template."""
    try:
        words = {"subject": message.subject, "body": message.text, **_files(message)}
    except (SchoolwardError, ValueError, OSError) as error:
        raise NotSent(f"The e-mail could not be put together: {error}", passing=False) from error
    return _hand_over(
        message,
        lambda ask: ask.send_email_notification(
            message.recipient, settings.SCHOOLWARD_NOTIFY_TEMPLATE, words, reference=_latest(message)
        ),
    )


def send_post(message: Message) -> str:
    """Hands the finished letter to Notify, which prints and posts it."""
    try:
        pdf = message_pdf(message, NOTIFY)
    except (SchoolwardError, ValueError, OSError) as error:
        raise NotSent(f"The letter could not be set: {error}", passing=False) from error
    return _hand_over(
        message,
        lambda ask: ask.send_precompiled_letter_notification(_latest(message), io.BytesIO(pdf)),
    )


def _hand_over(message: Message, give) -> str:
    from notifications_python_client.errors import APIError

    try:
        taken = give(client())
    except APIError as error:
        raise _meaning(error) from error
    message.taken_as = taken["id"]
    return "Taken by GOV.UK Notify."


def was_taken(message: Message, attempt: Attempt) -> str:
    """Notify's number for what was sent in this attempt; empty where it knows of none."""
    from notifications_python_client.errors import APIError

    try:
        found = client().get_all_notifications(reference=reference_of(message, attempt.number))
    except APIError as error:
        raise _meaning(error) from error
    return found["notifications"][0]["id"] if found["notifications"] else ""


def how_it_went(message: Message) -> tuple[State, str] | None:
    """What became of a message that was taken; None while nobody knows."""
    from notifications_python_client.errors import APIError

    try:
        found = client().get_notification_by_id(message.taken_as)
    except APIError as error:
        if error.status_code == 404:  # older than Notify keeps
            return None
        raise _meaning(error) from error
    return MEANINGS.get(found["status"])


def reference_of(message: Message, number: int) -> str:
    """What Notify knows an attempt by: no other installation, message or attempt has the same."""
    origin = f"{message.authority_id}:{message.pk}:{message.idempotency_key}:{message.asked_at.isoformat()}"
    return f"schoolward-{sha256(origin.encode()).hexdigest()[:20]}-{number}"


def _latest(message: Message) -> str:
    return reference_of(message, message.attempts.count())


def check_files(attachments: list[Attachment]) -> None:
    """Raise ValueError for what Notify would not take."""
    if len(attachments) > MOST_FILES:
        raise ValueError(f"GOV.UK Notify takes at most {MOST_FILES} files with an e-mail.")
    for found in attachments:
        if len(found.content) > MOST_FILE_BYTES:
            raise ValueError(f"{found.name} is larger than the 2 MB that GOV.UK Notify takes.")


def _files(message: Message) -> dict[str, object]:
    """A link to each file; a place without one is blank. A message without any names none."""
    from notifications_python_client import prepare_upload

    found = list(attachments_of(message))
    if not found:
        return {}
    check_files(found)
    places: dict[str, object] = {f"file_{n}": "" for n in range(1, MOST_FILES + 1)}
    for n, each in enumerate(found, start=1):
        places[f"file_{n}"] = prepare_upload(
            io.BytesIO(each.content), filename=each.name, confirm_email_before_download=False
        )
    return places


def _meaning(error) -> NotSent | Unsure:
    """What a failure says of the message: refused for good or for now, or nobody knows."""
    if error.response is None:
        cause = error.__cause__
        if _never_reached(cause):
            return NotSent(f"GOV.UK Notify could not be reached: {cause}", passing=True)
        return Unsure(f"The line to GOV.UK Notify broke while it took the message: {cause}")
    status, said = error.status_code, _said(error)
    if status < 400:
        return Unsure(f"GOV.UK Notify answered, but not in words we understand ({status}).")
    detail = f"GOV.UK Notify said: {status} {said}."
    advice = next((words for sign, words in ADVICE if sign in said.casefold()), "")
    return NotSent(
        f"{detail} {advice}".strip(),
        passing=status in (408, 429) or status >= 500,
        address_refused=status == 400 and "email_address" in said,
    )


def _said(error) -> str:
    told = error.message
    if isinstance(told, list):
        return "; ".join(str(each.get("message", each)) for each in told)
    return str(told)


def _never_reached(cause: BaseException | None) -> bool:
    """True where no connection was made at all, so that nothing can have been taken."""
    import requests
    from urllib3.exceptions import NewConnectionError

    if isinstance(cause, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    return isinstance(reason, NewConnectionError)
