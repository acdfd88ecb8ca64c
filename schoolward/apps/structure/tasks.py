"""Working structures out, in the background."""

from __future__ import annotations

import time

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.demand.bridge import read_draws
from schoolward.apps.demand.queries import draws_path
from schoolward.apps.demand.states import Stage
from schoolward.apps.jobs.kinds import job_kind
from schoolward.apps.jobs.running import Cancelled, RunningJob
from schoolward.apps.structure import case_runs, running
from schoolward.apps.structure.models import CaseRun, StructureRun
from schoolward.apps.structure.states import RunKind
from schoolward.terms.errors import SchoolwardError


@job_kind(running.JOB, label="Working out structures", attempts=3, lease_seconds=180, is_long=True)
def work_out(job: RunningJob, run: int) -> str:
    """A study, or what matters most about it: minutes, and in the background."""
    return _worked_out(job, run)


@job_kind(running.SUPPOSE, label="Working out a supposition", attempts=3, lease_seconds=180)
def suppose(job: RunningJob, run: int) -> str:
    """What a person supposed of a study: seconds, and they wait for it."""
    return _worked_out(job, run)


def _worked_out(job: RunningJob, run: int) -> str:
    """Works the run out from what was kept with it, so that it is the same however often it is repeated."""
    asked = StructureRun.objects.select_related("demand_run").get(pk=run)
    if asked.stage != Stage.ASKED:
        return "This run has ended already."
    from schoolward.apps.structure.bridge import study  # numerics take a while to import

    try:
        arrays = read_draws(draws_path(asked.demand_run), asked.demand_run.draws_sha256)
        result = study.work_out(
            asked.asked,
            arrays,
            lambda sentence, done, total: job.progress(done, total, sentence),
            time.monotonic,
        )
    except SchoolwardError as refusal:
        running.refuse_run(by=job.by, run=asked, sentence=str(refusal))
        raise
    except Cancelled:
        running.refuse_run(by=job.by, run=asked, sentence="Cancelled while it was being worked out.")
        raise
    with job.step("keep the result") as first:
        if first:
            running.finish_run(by=job.by, run=asked, result=result)
            if asked.kind == RunKind.STUDY:
                asked.refresh_from_db()
                running.ask_about(
                    by=Acting.system(job.authority, "structure"),
                    study=asked,
                    kind=RunKind.TORNADO,
                    title="What matters most",
                    scenario={},
                )
    return "Worked out."


@job_kind(case_runs.JOB, label="Working out the case of 2011", attempts=3, lease_seconds=180)
def work_out_case(job: RunningJob, run: int) -> str:
    """What the command makes of the files that come with the system; the same each time."""
    asked = CaseRun.objects.get(pk=run)
    if asked.stage != Stage.ASKED:
        return "This run has ended already."
    from schoolward.apps.structure.bridge.case import run_case

    sentence = "Working out the plan, and the range of the base budget's cut"
    try:
        documents = run_case(asked.case, lambda: job.progress(0, None, sentence))
    except SchoolwardError as refusal:
        case_runs.end_case(by=job.by, run=asked, refusal=str(refusal))
        raise
    except Cancelled:
        case_runs.end_case(by=job.by, run=asked, refusal="Cancelled while it was being worked out.")
        raise
    case_runs.end_case(by=job.by, run=asked, documents=documents)
    return "Worked out."
