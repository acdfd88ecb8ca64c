"""What findings give under the Freedom of Information Act: what is published; the rest, a person weighs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schoolward.apps.audit.exports import Export, register_export
from schoolward.apps.findings.models import Findings, Reply
from schoolward.apps.findings.states import FindingsState


def register() -> None:
    """Called once from `ready()`."""
    register_export(
        Export(
            "survey-findings",
            "Which findings of surveys were published between the two days.",
            ("Survey", "Number", "Published", "Schools asked", "Schools that answered"),
            findings_published,
        )
    )
    register_export(
        Export(
            "survey-replies",
            "What schools said and what the authority does about it, written between the two days.",
            ("Survey", "You said", "We did", "State", "Written"),
            replies_written,
        )
    )
    register_export(
        Export(
            "survey-remarks",
            "Sentences that schools wrote, how they were coded, and what was left out of them.",
            restricted="Schools were asked for their consent, and some sentences are about living people.",
        )
    )


def findings_published(since: date, until: date) -> Iterator[tuple]:
    """Survey, number, day, schools asked and answered."""
    rows = Findings.objects.filter(state=FindingsState.PUBLISHED, published_at__date__range=(since, until))
    for row in rows.select_related("survey").order_by("published_at", "pk"):
        asked, answered = row.content["asked"], row.content["answered"]
        yield row.survey.title, row.number, row.published_at.date(), asked, answered


def replies_written(since: date, until: date) -> Iterator[tuple]:
    """Survey, what schools said, what is done, its state, the day."""
    rows = Reply.objects.filter(replaced_at__isnull=True, written_at__date__range=(since, until))
    for row in rows.select_related("survey").order_by("written_at", "pk"):
        yield row.survey.title, row.said, row.did, row.get_state_display(), row.written_at.date()
