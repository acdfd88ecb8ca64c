"""What surveys give under the Freedom of Information Act: who answered; what they said, a person weighs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schoolward.apps.audit.exports import Export, register_export
from schoolward.apps.survey.models import ReturnVersion
from schoolward.apps.survey.states import ReturnState


def register() -> None:
    """Called once from `ready()`."""
    register_export(
        Export(
            "survey-returns",
            "Which schools answered which survey between the two days, and how.",
            ("Survey", "URN", "School", "Sent", "Route", "Late"),
            survey_returns,
        )
    )
    register_export(
        Export(
            "survey-answers",
            "What each school said it would buy, at which price, and what it would spend.",
            restricted="It could prejudice commercial interests; a person weighs it.",
        )
    )
    register_export(
        Export(
            "survey-drafts",
            "What people at schools wrote before they sent an answer.",
            restricted="It is private to the school, and the authority does not hold it for itself.",
        )
    )


def survey_returns(since: date, until: date) -> Iterator[tuple]:
    """Survey, URN, school, day, route, yes or no; of what counts as the school's answer."""
    rows = ReturnVersion.objects.filter(
        number=1, returned__state=ReturnState.NOMINATED, sent_at__date__range=(since, until)
    ).select_related("returned__entry__survey", "returned__entry__school")
    for row in rows.order_by("sent_at", "pk"):
        entry = row.returned.entry
        late = "yes" if row.is_late else "no"
        yield (
            entry.survey.title,
            entry.school.urn,
            entry.school.name,
            row.sent_at.date(),
            row.returned.get_route_display(),
            late,
        )
