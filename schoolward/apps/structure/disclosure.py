"""What structures give under the Freedom of Information Act: what was put forward; no model, no holder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schoolward.apps.audit.exports import Export, register_export
from schoolward.apps.structure import bridge
from schoolward.apps.structure.models import StructureVersion
from schoolward.terms.calendar import LONDON


def register() -> None:
    """Called once from `ready()`."""
    register_export(
        Export(
            "structures-put-forward",
            "Posts of the structures put forward between the two days.",
            ("Structure", "Version", "Put forward", "Unit", "Post", "FTE today", "FTE then"),
            put_forward_between,
        )
    )
    register_export(
        Export(
            "structure-models",
            "Structures that were not put forward, what was computed from them, and who holds posts.",
            restricted="They are the authority's deliberation before consultation, and personal data.",
        )
    )


def put_forward_between(since: date, until: date) -> Iterator[tuple]:
    """One row for each post of each version put forward."""
    rows = StructureVersion.objects.filter(put_forward_at__date__range=(since, until))
    for version in rows.select_related("structure").order_by("put_forward_at", "pk"):
        day = version.put_forward_at.astimezone(LONDON).date()
        for post in bridge.from_document(version.content).posts:
            yield (
                version.structure.name,
                version.number,
                day,
                post.unit,
                post.title,
                post.current_fte,
                post.fte,
            )
