"""What letters give under the Freedom of Information Act: which left, when, and to how many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q

from schoolward.apps.audit.exports import Export, register_export
from schoolward.apps.letters.audiences import label_of
from schoolward.apps.letters.models import FrozenLetter
from schoolward.apps.letters.states import BEGUN, CopyState
from schoolward.terms.calendar import LONDON


def register() -> None:
    """Called once from `ready()`."""
    register_export(
        Export(
            "letters-sent",
            "Letters to schools sent between the two days, with to whom and how many; not their words.",
            ("Letter", "Subject", "To", "Sent", "Signed by", "Copies"),
            letters_sent,
        )
    )
    register_export(
        Export(
            "letters",
            "The words of letters, and drafts.",
            restricted="They name people at schools, so a person looks through them first.",
        )
    )


def letters_sent(since: date, until: date) -> Iterator[tuple]:
    """Title, subject as written, audience, day, signatory, copies handed over."""
    rows = FrozenLetter.objects.filter(state__in=BEGUN, begun_at__date__range=(since, until))
    rows = rows.select_related("letter", "signatory__person")
    gone = Count("copies", filter=Q(copies__state=CopyState.HANDED_OVER))
    for row in rows.annotate(gone=gone).order_by("begun_at", "pk"):
        day = row.begun_at.astimezone(LONDON).date()
        to = label_of(row.audience, row.about)
        yield row.letter.title, row.subject, to, day, row.signatory.person.name, row.gone
