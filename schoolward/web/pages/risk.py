"""Bands of risk: groups of schools, never ranks, for core staff only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.concern import queries
from schoolward.apps.concern.risk_runs import is_level
from schoolward.apps.concern.states import RISK_WORDS
from schoolward.apps.concern.tasks import RISK
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.queries import unfinished_jobs
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import parse_day
from schoolward.terms.errors import BadInput
from schoolward.web.messages import say


@requires(P.VIEW_RISK)
def risk_list(request: HttpRequest) -> HttpResponse:
    """Schools in groups by their chance, each group by name, with what raised and lowered each."""
    run = queries.latest_risk_run(clock.today())
    names = dict(
        School.objects.filter(authority_code=request.acting.authority_code).values_list("urn", "name")
    )
    bands = sorted(run.bands.all(), key=lambda band: names.get(band.urn, "")) if run else []
    page = {
        "run": run,
        "names": names,
        "groups": [
            (group, means, [b for b in bands if b.group == group]) for group, means in RISK_WORDS.items()
        ],
        "running": unfinished_jobs(RISK, request.acting.authority_code).first(),
        "is_level": run is not None and is_level(run),
    }
    return render(request, "concern/risk.html", page)


@requires(P.VIEW_RISK)
@require_POST
def work_out(request: HttpRequest) -> HttpResponse:
    """Asks for the bands of a day in the background."""
    text = request.POST.get("as_at", "").strip()
    as_at = parse_day(text) if text else clock.today()
    if as_at is None or as_at > clock.today():
        raise BadInput(f"'{text}' is not a day that has come.", do="Write it like 31 December 2018.")
    payload = {"as_at": as_at.isoformat(), "member": request.acting.membership_id}
    enqueue(RISK, by=request.acting, authority=request.acting.authority, payload=payload, join=True)
    say(request, "The bands are being worked out. This takes about a minute; you may leave the page.")
    return redirect("risk_list")
