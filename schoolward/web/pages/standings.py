"""Which schools cause concern, for pages that mark them: only for those who may know."""

from __future__ import annotations

from django.db.models import Subquery

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.concern.models import ProposalRun, ProposedStatus, StatusDecision
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock


def standings_for(acting: Acting) -> dict[int, str] | None:
    """URN to the status that stands (decided, else last proposed); None for those who may not see it."""
    if not acting.may(P.VIEW_CONCERN):
        return None
    found = dict(ProposedStatus.objects.filter(run_id=_last_run()).values_list("urn", "status"))
    decided = StatusDecision.objects.filter(decided_on__lte=clock.today()).order_by("decided_on", "pk")
    return found | dict(decided.values_list("school__urn", "status"))


def standing_of(acting: Acting, school: School) -> str | None:
    """The status that stands for one school, empty where none was worked out; None for who may not see it."""
    if not acting.may(P.VIEW_CONCERN):
        return None
    decided = StatusDecision.objects.filter(school=school, decided_on__lte=clock.today())
    status = decided.order_by("-decided_on", "-pk").values_list("status", flat=True).first()
    if status:
        return status
    proposed = ProposedStatus.objects.filter(run_id=_last_run(), urn=school.urn)
    return proposed.values_list("status", flat=True).first() or ""


def _last_run() -> Subquery:
    runs = ProposalRun.objects.filter(as_at__lte=clock.today()).order_by("-as_at", "-computed_at")
    return Subquery(runs.values("pk")[:1])
