"""One attempt at a job: claim it, run its handler, and write down what came of it."""

from __future__ import annotations

import logging
import secrets
import time
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from schoolward.apps.jobs import bell
from schoolward.apps.jobs.kinds import JobKind, kinds
from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.running import (
    Cancelled,
    LeaseLost,
    RunningJob,
    Stopped,
    TryAgain,
    heartbeat,
    lease_end,
)
from schoolward.apps.jobs.states import ENDED, State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import SchoolwardError

log = logging.getLogger(__name__)


def run_job(job_id: int) -> None:
    """Runs the job unless it is running, ended, cancelled or not due yet."""
    if (job := _claim(job_id)) is None:
        return
    authority = Authority.objects.get(code=job.authority_code) if job.authority_code else None
    running = RunningJob(job, authority)
    try:
        running.check_cancelled()
        with heartbeat(running), scope(authority) if authority else nullcontext():
            result = running.kind.handler(running, **job.payload)
        _end(job, State.DONE, result=result if isinstance(result, dict) else {"sentence": result or "Done."})
    except LeaseLost:
        log.warning("Job %s went on elsewhere; what this worker had left to do was dropped.", job.pk)
    except Cancelled:
        _end(job, State.CANCELLED, sentence="Cancelled while it was running.")
    except TryAgain as hindrance:
        _try_again_or_fail(job, hindrance.sentence, after_seconds=hindrance.after_seconds)
    except SchoolwardError as error:  # a wrong world: the same again would not help
        _end(job, State.FAILED, sentence=str(error))
    except Exception:
        _fail_with_reference(job)
    except BaseException as leaving:
        give_back(job)
        if not isinstance(leaving, Stopped):
            raise


def _claim(job_id: int) -> Job | None:
    """The job, now held by this attempt alone; None where there is nothing to do."""
    kind_name = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    if kind_name is None:
        return None
    if (kind := kinds.get(kind_name)) is None:
        log.error("Job %s is of a kind that nobody knows: %s.", job_id, kind_name)
        return None
    due = Job.objects.not_started().filter(pk=job_id, not_before__lte=clock.real_now())
    token = secrets.token_hex(16)
    claimed = due.update(
        state=State.RUNNING,
        attempts=F("attempts") + 1,
        lease_token=token,
        lease_until=lease_end(kind),
        started_at=Coalesce("started_at", clock.now()),
        done_count=0,
        total_count=None,
        sentence="",
    )
    return Job.objects.get(pk=job_id, lease_token=token) if claimed else None


def _fail_with_reference(job: Job) -> None:
    """A defect of ours: the traceback goes to the log, the person gets a number to quote."""
    reference = secrets.token_hex(4).upper()
    log.exception("Job %s (%s), attempt %s, reference %s", job.pk, job.kind, job.attempts, reference)
    sentence = (
        f"Something went wrong that is not your doing. Quote reference {reference} to the administrator."
    )
    _try_again_or_fail(job, sentence, reference=reference)


def _try_again_or_fail(
    job: Job, sentence: str, *, reference: str = "", after_seconds: float | None = None
) -> None:
    kind = kinds[job.kind]
    if job.attempts >= kind.attempts:
        _end(job, State.FAILED, sentence=sentence, reference=reference)
    else:
        pause = kind.pause_seconds(job.attempts) if after_seconds is None else after_seconds
        _end(job, State.WAITING, pause=pause, sentence=sentence, reference=reference)


def give_back(job: Job) -> None:
    """Leaves the job to another worker at once, with no attempt lost."""
    _end(job, State.WAITING, pause=0, attempts=job.attempts - 1, sentence="Interrupted; it goes on shortly.")


def take_back(job: Job, kind: JobKind | None) -> bool:
    """True where this call took the job from its dead worker; another may have been quicker, or it lives."""
    lost = {"expired": True, "sentence": "The program that ran it stopped unexpectedly."}
    if job.cancel_asked_at:
        return _write(job, State.CANCELLED, **lost)
    if kind is None or job.attempts >= kind.attempts:
        return _write(job, State.FAILED, **lost)
    return _write(job, State.WAITING, pause=kind.pause_seconds(job.attempts), **lost)


def _end(job: Job, state: State, **values: Any) -> None:
    """Writes the outcome of the attempt, and tries for a while if the database is busy."""
    for tries_left in (4, 3, 2, 1, 0):
        try:
            if not _write(job, state, **values):
                log.warning("Job %s went on elsewhere; the outcome here was dropped.", job.pk)
            return
        except OperationalError:
            if not tries_left or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(1)


@transaction.atomic
def _write(job: Job, state: State, *, pause: float = 0, expired: bool = False, **values: Any) -> bool:
    """True where the outcome was written: only while the attempt still holds the job."""
    held = Job.objects.held(job.pk, job.lease_token)
    if expired:
        held = held.filter(lease_until__lt=clock.real_now())
    if state in ENDED:
        values["ended_at"] = clock.now()
        values.setdefault("sentence", (values.get("result") or {}).get("sentence", ""))
    not_before = clock.real_now() + timedelta(seconds=pause)
    free = {"lease_token": "", "lease_until": None, "not_before": not_before}
    if not held.update(state=state, **free, **values):
        return False
    if state == State.WAITING:
        bell.ring(job, not_before)
    return True
