"""Which schools cause concern, for pages that mark them: only for those who may know."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.concern.models import ProposalRun
from schoolward.apps.concern.queries import decisions_as_at
from schoolward.apps.tenancy import clock


def standings_for(acting: Acting) -> dict[int, str] | None:
    """URN to the status that stands (decided, else last proposed); None for those who may not see it."""
    if not acting.may(P.VIEW_CONCERN):
        return None
    today = clock.today()
    run = ProposalRun.objects.filter(as_at__lte=today).order_by("-as_at", "-computed_at").first()
    found = dict(run.proposals.values_list("urn", "status")) if run else {}
    rows = decisions_as_at(today).values()
    return found | {decision.school.urn: decision.status for decision in rows}
