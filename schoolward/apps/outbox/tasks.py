"""The outbox's jobs."""

from __future__ import annotations

from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.kinds import job_kind
from schoolward.apps.jobs.running import RunningJob
from schoolward.apps.jobs.sweeping import sweep
from schoolward.apps.outbox import sending
from schoolward.apps.outbox.actions import SEND_KIND
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy import clock

sweep(sending.mark_broken_off)


@job_kind(SEND_KIND, label="Sending messages")
def send_messages(job: RunningJob) -> str:
    """Sends what waits in the authority's outbox; comes back while some must be tried again later."""
    sent = tried = 0
    waiting = sending.waiting_messages()
    for pk in waiting:
        job.check_cancelled()
        sent += sending.send(pk) == State.SENT
        tried += 1
        job.progress(tried, len(waiting), f"{sent} sent")
    if due := sending.next_due():
        seconds = max((due - clock.real_now()).total_seconds(), 1)
        enqueue(SEND_KIND, by=job.by, authority=job.authority, delay_seconds=seconds, join=True)
    return f"{sent} of {tried} sent."
