"""Printed letters: one PDF for a batch, the same however often it is fetched."""

from __future__ import annotations

from schoolward.apps.outbox.channels import Attachment, attachment_of
from schoolward.apps.outbox.models import Message, PrintBatch
from schoolward.publishing.letters import DL, Letter, Window, page_count, render_letters
from schoolward.terms.calendar import LONDON

PDF = "application/pdf"


def batch_pdf(batch: PrintBatch) -> bytes:
    """The letters of the batch, in order, each on pages of its own with its attached PDFs behind it."""
    messages = batch.messages.order_by("pk").select_related("authority")
    on = batch.made_at.astimezone(LONDON).date()
    files: dict[str, Attachment] = {}
    letters = [_letter(message, files, behind=True) for message in messages]
    title = f"{len(letters)} letters"
    behind = {key: files[key].content for letter in letters for key in letter.printed_behind}
    return render_letters(letters, authority=batch.authority.name, on=on, title=title, behind=behind)


def by_hand(batch: PrintBatch) -> list[str]:
    """The names of files that somebody prints and puts in, since they are no PDFs or locked ones."""
    keys = {key for message in batch.messages.only("attachments") for key in message.attachments}
    return sorted(found.name for found in map(attachment_of, keys) if not _is_printable(found))


def message_pdf(message: Message, window: Window = DL) -> bytes:
    """One letter by itself."""
    on = message.asked_at.astimezone(LONDON).date()
    title = message.subject
    return render_letters(
        [_letter(message, {})], authority=message.authority.name, on=on, title=title, window=window
    )


def _letter(message: Message, files: dict[str, Attachment], *, behind: bool = False) -> Letter:
    """The letter; `files` keeps the files that go with several."""
    for key in message.attachments:
        if key not in files:
            files[key] = attachment_of(key)
    printable = [key for key in message.attachments if _is_printable(files[key])] if behind else []
    return Letter(
        address="\n".join(part for part in (message.recipient_name, message.recipient) if part),
        subject=message.subject,
        text=message.text,
        reference=f"{message.authority.code}/{message.pk}",
        html=message.html,
        enclosures=tuple(files[key].name for key in message.attachments),
        printed_behind=tuple(printable),
    )


def _is_printable(found: Attachment) -> bool:
    return found.media_type == PDF and page_count(found.content) > 0
