"""What the record of changes gives under the Freedom of Information Act: how much was changed, not what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from schoolward.apps.audit.exports import Export, register_export
from schoolward.apps.audit.queries import Asked, find_events
from schoolward.apps.tenancy.scope import current_authority


def register() -> None:
    """The counts are given; the words are not."""
    register_export(
        Export(
            "changes-by-month",
            "How many changes of each kind were made in each month.",
            ("Month", "Kind of change", "Number"),
            changes_by_month,
        )
    )
    register_export(
        Export(
            "changes-in-full",
            "Who changed what, with before and after.",
            restricted="It names people, and what stood in restricted records.",
        )
    )


def changes_by_month(since: date, until: date) -> Iterator[tuple[str, str, int]]:
    """Month, kind of change and number."""
    rows = find_events(current_authority().code, Asked(since=since, until=until)).order_by()
    counted = rows.annotate(month=TruncMonth("at")).values("month", "action").annotate(n=Count("pk"))
    for row in counted.order_by("month", "action"):
        yield f"{row['month']:%Y-%m}", row["action"].replace("_", " ").replace(".", ": "), row["n"]
