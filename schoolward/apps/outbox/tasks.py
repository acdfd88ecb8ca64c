"""The outbox's jobs."""

from __future__ import annotations

from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.kinds import job_kind
from schoolward.apps.jobs.running import RunningJob
from schoolward.apps.jobs.sweeping import sweep
from schoolward.apps.outbox import following, sending
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


@job_kind(following.FOLLOW_KIND, label="Asking what became of messages")
def follow_messages(job: RunningJob) -> str:
    """Asks the other side about messages that are due; comes back while some may still change."""
    due = following.due_messages()
    for n, pk in enumerate(due, start=1):
        job.check_cancelled()
        following.follow(pk)
        job.progress(n, len(due))
    _send_what_was_not_taken(job)
    if at := following.next_look():
        seconds = max((at - clock.real_now()).total_seconds(), 1)
        enqueue(following.FOLLOW_KIND, by=job.by, authority=job.authority, delay_seconds=seconds, join=True)
    return f"Asked about {len(due)}."


def _send_what_was_not_taken(job: RunningJob) -> None:
    if sending.waiting_messages():
        enqueue(SEND_KIND, by=job.by, authority=job.authority, join=True)
