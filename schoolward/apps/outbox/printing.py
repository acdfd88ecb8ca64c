"""Printed letters: one PDF for a batch, the same however often it is fetched."""

from __future__ import annotations

from schoolward.apps.outbox.models import Message, PrintBatch
from schoolward.publishing.letters import Letter, render_letters
from schoolward.terms.calendar import LONDON


def batch_pdf(batch: PrintBatch) -> bytes:
    """The letters of the batch, in order, each on pages of its own."""
    messages = batch.messages.order_by("pk")
    on = batch.made_at.astimezone(LONDON).date()
    letters = [_letter(message) for message in messages]
    return render_letters(letters, authority=batch.authority.name, on=on, title=f"{len(letters)} letters")


def _letter(message: Message) -> Letter:
    address = "\n".join(part for part in (message.recipient_name, message.recipient) if part)
    reference = f"{message.authority.code}/{message.pk}"
    return Letter(address=address, subject=message.subject, text=message.text, reference=reference)
