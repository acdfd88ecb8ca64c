"""Working demand out, in the background."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.demand import actions, bridge, queries
from schoolward.apps.demand.models import DemandRun
from schoolward.apps.demand.states import Stage
from schoolward.apps.jobs.kinds import job_kind
from schoolward.apps.jobs.running import Cancelled, RunningJob
from schoolward.terms.errors import SchoolwardError
from schoolward.terms.money import format_pounds


@job_kind(
    actions.KIND, label="Working out what schools will buy", attempts=3, lease_seconds=120, is_long=True
)
def work_out(job: RunningJob, run: int) -> str:
    """Fits the run's tables; safe to repeat, and a run that was killed goes on with its next chain."""
    asked = DemandRun.objects.get(pk=run)
    if asked.stage != Stage.ASKED:
        return "This run has ended already."
    try:
        outcome = bridge.fit_tables(
            asked.inputs,
            seed=asked.seed,
            draws=asked.draws,
            scratch=queries.demand_folder() / "unfinished",
            progress=lambda done, total: job.progress(done, total, "chains have walked"),
        )
    except SchoolwardError as refusal:
        actions.refuse_run(by=job.by, run=asked, sentence=str(refusal))
        raise
    except Cancelled:
        actions.refuse_run(by=job.by, run=asked, sentence="Cancelled while it was being worked out.")
        raise
    with job.step("keep the result") as first:
        if first:
            actions.finish_run(by=job.by, run=asked, outcome=outcome)
    for follow in followers:
        follow(Acting.system(job.authority, "demand"), asked)
    money = outcome.summary["revenue_pence"]
    low, high = (format_pounds(money[key], pence=False) for key in ("p05", "p95"))
    return f"Income at list prices: {format_pounds(money['mean'], pence=False)} ({low} to {high})."


# What higher apps do when a run has ended: they register here in `ready()`.
followers: list = []
