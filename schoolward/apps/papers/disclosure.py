"""What papers give under the Freedom of Information Act: which were published; no draft, no exempt part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schoolward.apps.audit.exports import Export, register_export
from schoolward.apps.papers.models import FrozenPaper
from schoolward.terms.calendar import LONDON


def register() -> None:
    """Called once from `ready()`."""
    register_export(
        Export(
            "papers-published",
            "Papers published between the two days; their public parts are on the site.",
            ("Paper", "As at", "Published", "Withdrawn"),
            papers_published,
        )
    )
    register_export(
        Export(
            "papers",
            "Drafts, papers that were not published, and exempt parts.",
            restricted="They are exempt unless a person decides otherwise.",
        )
    )


def papers_published(since: date, until: date) -> Iterator[tuple]:
    """Title, the day it speaks of, days of publication and of withdrawal."""
    rows = FrozenPaper.objects.filter(published_at__date__range=(since, until)).select_related("paper")
    for row in rows.order_by("published_at", "pk"):
        withdrawn = row.withdrawn_at.astimezone(LONDON).date() if row.withdrawn_at else None
        yield row.paper.title, row.paper.as_at, row.published_at.astimezone(LONDON).date(), withdrawn
