"""Who may stop a job or try it again, and when. That the role may is asked where the page is opened."""

from __future__ import annotations

from schoolward.apps.audit.record import Actor
from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.states import ENDED, State
from schoolward.terms.errors import NotAllowed, NotNow


def check_can_cancel(job: Job, by: Actor) -> None:
    """Raise NotAllowed or NotNow unless `by` may cancel the job now."""
    _check_own(job, by)
    if job.state in ENDED:
        raise NotNow(f"This work has ended already: {State(job.state).label.lower()}.")
    if job.cancel_asked_at:
        raise NotNow("Somebody has cancelled this work already; it stops at the next safe point.")


def check_can_try_again(job: Job, by: Actor) -> None:
    """Raise NotAllowed or NotNow unless `by` may have the job run once more."""
    _check_own(job, by)
    if job.state not in {State.FAILED, State.CANCELLED}:
        raise NotNow("Only work that failed or was cancelled can be tried again.")


def can_cancel(job: Job, by: Actor) -> bool:
    """True where `check_can_cancel` has nothing to say."""
    return _passes(check_can_cancel, job, by)


def can_try_again(job: Job, by: Actor) -> bool:
    """True where `check_can_try_again` has nothing to say."""
    return _passes(check_can_try_again, job, by)


def _check_own(job: Job, by: Actor) -> None:
    if job.authority_code not in (None, by.authority_code):
        raise NotAllowed("This work belongs to another authority.")


def _passes(check, job: Job, by: Actor) -> bool:
    try:
        check(job, by)
    except (NotAllowed, NotNow):
        return False
    return True
