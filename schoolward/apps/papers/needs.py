"""What papers ask of a person now."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import Need
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.papers.models import FrozenPaper
from schoolward.apps.papers.states import PaperState


def paper_needs(by: Acting) -> Iterator[Need]:
    """Papers to sign off and to publish, for those who do."""
    verbs = {}
    if by.may(Permission.SIGN_PAPERS):
        verbs[PaperState.FROZEN] = "Sign off"
    if by.may(Permission.PUBLISH_PAPERS):
        verbs[PaperState.SIGNED] = "Publish, or keep exempt:"
    if not verbs:
        return
    rows = FrozenPaper.objects.filter(state__in=verbs)
    for pk, state, frozen_by_id, title in rows.values_list("pk", "state", "frozen_by_id", "paper__title"):
        if state == PaperState.FROZEN and frozen_by_id == by.membership_id:
            continue
        yield Need(f"{verbs[state]} “{title}”", reverse("frozen_paper", args=[pk]))
