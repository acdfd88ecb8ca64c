"""Calling a worker to a job: the only module that knows django.tasks and its backend."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.management import call_command
from django.tasks import TaskResultStatus, task
from django.tasks.exceptions import TaskResultDoesNotExist

from schoolward.apps.jobs.kinds import kinds
from schoolward.apps.jobs.models import Job

KEEP_DAYS = 7
SHORT, LONG = "default", "long"  # queues


@task()
def answer(job_id: int) -> None:
    """Runs the job if it is still to be run; a bell rung twice does no harm."""
    from schoolward.apps.jobs.attempts import run_job  # it rings the bell itself when it must try again

    run_job(job_id)


def ring(job: Job, not_before: datetime) -> None:
    """Calls a worker of the kind's queue, in the caller's transaction."""
    queue = LONG if kinds[job.kind].is_long else SHORT
    found = answer.using(run_after=not_before, queue_name=queue).enqueue(job.pk)
    Job.objects.filter(pk=job.pk).update(task_id=found.id)


def still_rings(task_id: str, now: datetime) -> bool:
    """True while a worker may yet come: the bell waits its turn, or was answered only just now."""
    try:
        found = answer.get_result(task_id)
    except TaskResultDoesNotExist:
        return False
    just_now = found.started_at is not None and found.started_at > now - timedelta(seconds=30)
    return found.status == TaskResultStatus.READY or just_now


def forget_old_bells() -> None:
    """Removes what the backend keeps of bells long answered."""
    call_command("prune_db_task_results", min_age_days=KEEP_DAYS, verbosity=0)
