"""Working out the bands of risk in the background: learning takes some seconds."""

from __future__ import annotations

from datetime import date

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.concern.risk_runs import work_out_risk
from schoolward.apps.jobs.kinds import job_kind
from schoolward.apps.jobs.running import RunningJob

RISK = "concern.risk"


@job_kind(RISK, label="Working out bands of risk", attempts=2, lease_seconds=180, is_long=True)
def risk(job: RunningJob, as_at: str, member: int) -> dict:
    """The run of a day; safe to repeat, as one that is there already is given back."""
    run = work_out_risk(by=Acting.of(Membership.objects.get(pk=member)), as_at=date.fromisoformat(as_at))
    return {"sentence": f"{run.bands.count()} schools have a band.", "run": run.pk}
