"""The letters' jobs."""

from __future__ import annotations

from schoolward.apps.jobs.kinds import job_kind
from schoolward.apps.jobs.running import RunningJob
from schoolward.apps.letters.actions import SEND_KIND
from schoolward.apps.letters.sending import hand_over_all


@job_kind(SEND_KIND, label="Sending a letter", attempts=6)
def send_letter(job: RunningJob, *, frozen: int) -> str:
    """Hands every copy of the letter over to the outbox."""
    left = hand_over_all(frozen, by=job.by, tick=lambda done, of: job.progress(done, of, "handed over"))
    return f"Stopped; {left} copies were not handed over." if left else "Every copy is handed over."
