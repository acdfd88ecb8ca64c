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
    if by.may(Permission.SIGN_PAPERS):
        rows = FrozenPaper.objects.filter(state=PaperState.FROZEN).exclude(frozen_by_id=by.membership_id)
        yield from _needs(rows, "Sign off")
    if by.may(Permission.PUBLISH_PAPERS):
        yield from _needs(FrozenPaper.objects.filter(state=PaperState.SIGNED), "Publish, or keep exempt:")


def _needs(rows, verb: str) -> Iterator[Need]:
    for frozen in rows.select_related("paper"):
        yield Need(f"{verb} “{frozen.paper.title}”", reverse("frozen_paper", args=[frozen.pk]))
