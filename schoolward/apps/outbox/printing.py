"""Printed letters: one PDF for a batch, the same however often it is fetched."""

from __future__ import annotations

from schoolward.apps.outbox.channels import attachment_of
from schoolward.apps.outbox.models import Message, PrintBatch
from schoolward.publishing.letters import DL, Letter, Window, render_letters
from schoolward.terms.calendar import LONDON


def batch_pdf(batch: PrintBatch) -> bytes:
    """The letters of the batch, in order, each on pages of its own."""
    messages = batch.messages.order_by("pk").select_related("authority")
    on = batch.made_at.astimezone(LONDON).date()
    names: dict[str, str] = {}
    letters = [_letter(message, names) for message in messages]
    return render_letters(letters, authority=batch.authority.name, on=on, title=f"{len(letters)} letters")


def message_pdf(message: Message, window: Window = DL) -> bytes:
    """One letter by itself."""
    on = message.asked_at.astimezone(LONDON).date()
    title = message.subject
    return render_letters(
        [_letter(message, {})], authority=message.authority.name, on=on, title=title, window=window
    )


def _letter(message: Message, names: dict[str, str]) -> Letter:
    """The letter; `names` keeps the names of files that go with several."""
    for key in message.attachments:
        if key not in names:
            names[key] = attachment_of(key).name
    return Letter(
        address="\n".join(part for part in (message.recipient_name, message.recipient) if part),
        subject=message.subject,
        text=message.text,
        reference=f"{message.authority.code}/{message.pk}",
        html=message.html,
        enclosures=tuple(names[key] for key in message.attachments),
    )
