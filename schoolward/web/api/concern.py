"""Schools causing concern as at a day, with what people decided: only for those who may know."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.concern.models import StatusDecision
from schoolward.apps.concern.queries import Line, list_of
from schoolward.apps.concern.runs import work_out
from schoolward.apps.tenancy import clock
from schoolward.web.api import shapes
from schoolward.web.api.asking import Day, Question, check_has_come
from schoolward.web.api.door import opens_to
from schoolward.web.api.problems import ALWAYS

router = Router(tags=["Concern"])
HANDLING = "Exempt from publication unless a person decides otherwise."


class DayAsked(Question):
    """As at which day."""

    as_at: Day = None


@router.get("concern", response={200: shapes.Concern, **ALWAYS}, summary="Schools causing concern")
@opens_to(P.VIEW_CONCERN)
def concern(request: HttpRequest, asked: Query[DayAsked]) -> dict[str, Any]:
    """Every school of the authority as at a day: proposed, decided, and what stands. The same for ever."""
    check_has_come(asked.as_at)
    found = list_of(work_out(request.acting.authority, asked.as_at or clock.today()))
    return {
        "authority": request.acting.authority.code,
        "as_at": found.run.as_at,
        "rules_edition": found.run.rules_edition,
        "data_edition": found.run.data_edition,
        "handling": HANDLING,
        "counts": found.counts,
        "schools": [_school(line) for line in found.lines],
    }


def _school(line: Line) -> dict[str, Any]:
    decision = _decision(line.decision) if line.decision else None
    return line.proposal.working | {"stands": line.stands, "decision": decision}


def _decision(decision: StatusDecision) -> dict[str, Any]:
    return {
        "status": decision.status,
        "decided_on": decision.decided_on,
        "decided_by": decision.decided_by.person.name,
        "review_on": decision.review_on,
    }
