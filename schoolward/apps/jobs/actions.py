"""Asking for work in the background, stopping it, and trying it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from schoolward.apps.audit.record import Actor, record
from schoolward.apps.jobs import bell, checks
from schoolward.apps.jobs.kinds import kinds
from schoolward.apps.jobs.models import Job, Step
from schoolward.apps.jobs.states import State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority


@transaction.atomic
def enqueue(
    kind: str,
    *,
    by: Actor,
    authority: Authority | None,
    payload: dict[str, Any] | None = None,
    delay_seconds: float = 0,
    join: bool = False,
    slot: str = "",
) -> Job:
    """The job, asked for in the caller's transaction: if that is rolled back, nobody ever asked.

    `authority` is None for work of the whole site. With `join`, a job of the same kind, authority and payload
    that starts in time will do: it sees what the caller's transaction wrote.
    """
    assert kind in kinds, f"no kind of job is called {kind}"
    code = authority.code if authority else None
    same = {"kind": kind, "authority_code": code, "payload": payload or {}}
    not_before = clock.real_now() + timedelta(seconds=delay_seconds)
    if join and (found := _joinable(same, not_before)):
        return found
    who = {"by_id": by.audit_id, "by_name": by.audit_name, "by_role": by.audit_role}
    job = Job.objects.create(**same, **who, asked_at=clock.now(), not_before=not_before, slot=slot)
    bell.ring(job, not_before)
    record("jobs.enqueue_job", by=by, target=job)
    return job


def _joinable(same: dict[str, Any], not_before: datetime) -> Job | None:
    """A job that starts in time and will see what the caller writes.

    The lock makes a worker that is about to start it wait for the end of the caller's transaction.
    """
    in_time = Job.objects.not_started().filter(**same, not_before__lte=not_before)
    return in_time.select_for_update().first()


@transaction.atomic
def cancel_job(*, job: Job, by: Actor) -> Job:
    """The job, cancelled; where it is running, it stops at its next safe point."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    checks.check_can_cancel(job, by)
    before = job.state
    job.cancel_asked_at = clock.now()
    if job.state != State.RUNNING:
        job.state, job.ended_at = State.CANCELLED, clock.now()
        job.sentence = f"Cancelled by {by.audit_name} before it started."
    job.save(update_fields=["cancel_asked_at", "state", "ended_at", "sentence"])
    record("jobs.cancel_job", by=by, target=job, before={"state": before}, after={"state": job.state})
    return job


@transaction.atomic
def try_job_again(*, job: Job, by: Actor) -> Job:
    """The job, queued once more with as many attempts as at first; steps it had done stay done."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    checks.check_can_try_again(job, by)
    before = job.state
    job.state, job.attempts, job.not_before = State.QUEUED, 0, clock.real_now()
    job.ended_at = job.cancel_asked_at = job.result = None
    job.sentence = job.reference = ""
    job.save()
    bell.ring(job, job.not_before)
    record("jobs.try_job_again", by=by, target=job, before={"state": before}, after={"state": job.state})
    return job


def forget_old_jobs(*, keep_days: int) -> int:
    """How many jobs were removed: ended for longer than that. The audit keeps that they were asked for."""
    old = Job.objects.filter(ended_at__lt=clock.now() - timedelta(days=keep_days))
    Step.objects.filter(job__in=old).delete()
    return old.delete()[0]
