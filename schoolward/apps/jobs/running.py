"""What a handler holds while its job runs: progress, cancelling, and steps that are done once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction

from schoolward.apps.jobs.kinds import JobKind, kinds
from schoolward.apps.jobs.models import Job, Step
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority

LOOK_SECONDS = 0.5  # progress is written, and cancelling looked for, at most so often

stopping = threading.Event()  # set when this process was asked to end


# The first three are no `Exception`s: a handler that goes on after a bad row must not go on after these.
class Cancelled(BaseException):
    """Somebody cancelled the job."""


class Stopped(BaseException):
    """The worker was asked to end; the job goes on in another, with no attempt lost."""


class LeaseLost(BaseException):
    """Another worker has the job by now; whatever this one still does must not count."""


class TryAgain(Exception):
    """The handler met something passing, such as a busy server: try again later."""

    def __init__(self, sentence: str, after_seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.after_seconds = sentence, after_seconds


@dataclass(frozen=True)
class AskedBy:
    """Who asked for the job, as an actor of what it does."""

    audit_id: str
    audit_name: str
    audit_role: str
    authority_code: int | None


class RunningJob:
    """One attempt at a job."""

    def __init__(self, job: Job, authority: Authority | None) -> None:
        self.id, self.payload, self.attempt, self.authority = job.pk, job.payload, job.attempts, authority
        self.by = AskedBy(job.by_id, job.by_name, job.by_role, job.authority_code)
        self.kind: JobKind = kinds[job.kind]
        self.token = job.lease_token
        self._looked = float("-inf")
        self._lost = threading.Event()

    def progress(self, done: int, total: int | None = None, sentence: str = "") -> None:
        """Show how far it is; also stops the handler when the job was cancelled. Cheap to call often.

        Inside a transaction others see it only at the end, so do long work outside of one.
        """
        if stopping.is_set():
            raise Stopped
        last = total is not None and done >= total
        if self._looks_again(at_once=last):
            values = {"done_count": done, "total_count": total, "sentence": sentence[:500]}
            self._hold(**values)
            self._stop_if_cancelled()

    def check_cancelled(self) -> None:
        """Stops the handler when the job was cancelled or the worker must end: call it where it is safe."""
        if stopping.is_set():
            raise Stopped
        if self._looks_again():
            self._stop_if_cancelled()

    @contextmanager
    def step(self, name: str) -> Iterator[bool]:
        """A transaction that is True the first time this step of the job is done, and False ever after.

        What is written to the database inside is written once, however often the job is repeated.
        """
        with transaction.atomic():
            self._hold()  # keeps the row locked: nobody can take the job back before this is committed
            _, first = Step.objects.get_or_create(job_id=self.id, name=name)
            yield first

    def renew(self) -> None:
        """Show that the worker lives; called by the heartbeat."""
        self._hold()

    def _hold(self, **values) -> None:
        if self._lost.is_set() or not Job.objects.held(self.id, self.token).update(
            lease_until=lease_end(self.kind), **values
        ):
            self._lost.set()
            raise LeaseLost

    def _looks_again(self, *, at_once: bool = False) -> bool:
        now = time.monotonic()
        due = at_once or now - self._looked >= LOOK_SECONDS
        if due:
            self._looked = now
        return due

    def _stop_if_cancelled(self) -> None:
        held = Job.objects.held(self.id, self.token).values_list("cancel_asked_at", flat=True).first()
        if held:
            raise Cancelled


def lease_end(kind: JobKind) -> datetime:
    """Until when a worker that shows itself now is taken to be alive."""
    return clock.real_now() + timedelta(seconds=kind.lease_seconds)


@contextmanager
def heartbeat(job: RunningJob) -> Iterator[None]:
    """Renews the lease from a thread of its own for as long as the block runs."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, ended), name=f"heartbeat of job {job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(job: RunningJob, ended: threading.Event) -> None:
    pause = job.kind.lease_seconds / 4
    try:
        while not ended.wait(pause):
            try:
                job.renew()
                pause = job.kind.lease_seconds / 4
            except LeaseLost:
                return
            except DatabaseError:  # busy or gone for a moment: sooner than usual, on a new connection
                connection.close()
                pause = min(1.0, job.kind.lease_seconds / 10)
    finally:
        connection.close()
