"""What findings ask of a person now."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import Need
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.findings.models import Findings, Remark
from schoolward.apps.findings.states import FindingsState
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.states import SurveyState

CODERS = frozenset({"analyst", "commissioning_manager"})


def findings_needs(by: Acting) -> Iterator[Need]:
    """Texts that nobody has coded, for analysts; findings that wait to be published, for directors."""
    if by.may(Permission.CODE_ANSWERS) and by.role in CODERS:
        for survey in Survey.objects.filter(state=SurveyState.CLOSED).defer("services"):
            left = Remark.objects.filter(
                entry__survey=survey, superseded_at__isnull=True, codings__isnull=True
            ).count()
            if left:
                noun = "text waits" if left == 1 else "texts wait"
                url = reverse("findings_survey", args=[survey.pk])
                yield Need(f"{left} {noun} to be coded: {survey.title}", url, urgency=3)
    if by.may(Permission.PUBLISH_FINDINGS):
        rows = Findings.objects.order_by("number").values_list("survey_id", "pk", "state", "survey__title")
        latest = {survey_id: row for survey_id, *row in rows}
        for pk, state, title in latest.values():
            if state == FindingsState.PREPARED:
                yield Need(f"Findings to publish: {title}", reverse("findings_read", args=[pk]))
