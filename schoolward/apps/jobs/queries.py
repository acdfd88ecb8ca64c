"""Reading work in the background."""

from __future__ import annotations

from django.db.models import QuerySet

from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.states import ENDED


def jobs_seen_by(authority_code: int | None) -> QuerySet[Job]:
    """The authority's jobs and those of the whole site, newest first."""
    return Job.objects.seen_by(authority_code)


def find_job(pk: int, authority_code: int | None) -> Job | None:
    """The job, or None where it is not there or belongs to another authority."""
    return jobs_seen_by(authority_code).filter(pk=pk).first()


def unfinished_jobs(kind: str, authority_code: int | None) -> QuerySet[Job]:
    """Jobs of one kind that have not ended."""
    return jobs_seen_by(authority_code).filter(kind=kind).exclude(state__in=ENDED)


def unfinished_anywhere(*kinds: str) -> QuerySet[Job]:
    """Jobs of these kinds that have not ended, of any authority: for the site's upkeep, never a page."""
    return Job.objects.filter(kind__in=kinds).exclude(state__in=ENDED)
