"""Work in the background: what runs, how far it is, what came of it; cancelling and trying again."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.jobs import actions
from schoolward.apps.jobs.checks import can_cancel, can_try_again
from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.queries import find_job, jobs_seen_by
from schoolward.apps.jobs.states import ENDED, State
from schoolward.web.messages import say

PAGE_SIZE = 50
TONES = {"running": "blue", "waiting": "yellow", "done": "green", "failed": "red", "cancelled": "grey"}


@requires(P.VIEW_JOBS)
def jobs(request: HttpRequest) -> HttpResponse:
    """The authority's work and the whole site's, newest first; of one state where it is chosen."""
    state = request.GET.get("state", "")
    found = jobs_seen_by(request.acting.authority_code)
    if state in State.values:
        found = found.filter(state=state)
    page = {
        "found": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "state": state,
        "states": [("", "Any"), *State.choices],
        "tones": TONES,
    }
    return render(request, "jobs/list.html", page)


@requires(P.VIEW_JOBS)
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece of work: how far it is, or what came of it."""
    found = _find(request, pk)
    page = {
        "job": found,
        "tones": TONES,
        "ended": found.state in ENDED,
        "can_cancel": can_cancel(found, request.acting),
        "can_try_again": can_try_again(found, request.acting),
    }
    return render(request, "jobs/job.html", page)


@requires(P.VIEW_JOBS)
def job_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far it is, for the page to show without being loaded again."""
    found = _find(request, pk)
    return JsonResponse(
        {
            "state": found.state,
            "state_in_words": found.get_state_display(),
            "ended": found.state in ENDED,
            "done": found.done_count,
            "total": found.total_count,
            "sentence": found.sentence,
        }
    )


@requires(P.VIEW_JOBS)
@require_POST
def cancel_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancels the work: at once where it has not begun, else at its next safe point."""
    after = actions.cancel_job(job=_find(request, pk), by=request.acting)
    ended = after.state in ENDED
    say(request, "The work is cancelled." if ended else "The work stops at its next safe point.")
    return redirect("job", pk)


@requires(P.VIEW_JOBS)
@require_POST
def try_job_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Has work that failed or was cancelled done once more."""
    actions.try_job_again(job=_find(request, pk), by=request.acting)
    say(request, "The work is tried again.")
    return redirect("job", pk)


def _find(request: HttpRequest, pk: int) -> Job:
    if (found := find_job(pk, request.acting.authority_code)) is None:
        raise Http404
    return found
