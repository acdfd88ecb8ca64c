"""Preparing findings in the background: every table is attacked before it is printed, which takes a while."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.findings.actions import prepare_findings
from schoolward.apps.findings.models import Findings
from schoolward.apps.findings.states import ByPhase
from schoolward.apps.jobs.kinds import job_kind
from schoolward.apps.jobs.running import RunningJob
from schoolward.apps.survey.models import Survey

PREPARE = "findings.prepare"


@job_kind(PREPARE, label="Preparing findings", attempts=2, lease_seconds=120)
def prepare(job: RunningJob, survey: int, by_phase: str, summary: str, after: int, member: int) -> dict:
    """Findings numbered after `after`; safe to repeat, as one that is there already is given back."""
    found = Findings.objects.filter(survey=survey, number__gt=after).order_by("number").first()
    if found is None:
        found = prepare_findings(
            by=Acting.of(Membership.objects.get(pk=member)),
            survey=Survey.objects.get(pk=survey),
            by_phase=ByPhase(by_phase),
            summary=summary,
            progress=lambda done, total: job.progress(done, total, "Working out tables"),
        )
    return {"sentence": "The findings are prepared.", "findings": found.pk}
