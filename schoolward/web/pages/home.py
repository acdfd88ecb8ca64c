"""The first page: what needs this person now, and how the service stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schoolward.apps.accounts.access import public, signed_in
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import needs_of
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.concern import queries
from schoolward.apps.concern.models import ProposalRun
from schoolward.apps.survey import watching
from schoolward.apps.tenancy import clock
from schoolward.terms.years import academic_year_label, exam_year_of

TERM_DAYS = 120


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What needs the person now, most urgent first; then the core service, or the schools one leads on."""
    page = {
        "needs": needs_of(request.acting),
        "surveys": watching.running() if request.acting.may(Permission.VIEW_RETURNS) else [],
        "core": _core(request.acting) if request.acting.may(Permission.VIEW_CONCERN) else None,
    }
    return render(request, "pages/home.html", page)


def _core(by: Acting) -> dict | None:
    """The list as last worked out, against a term before; None where none was worked out yet."""
    run = ProposalRun.objects.first()
    if run is None:
        return None
    now, before = queries.counts_of(run, TERM_DAYS)
    counts = now.by_status
    overdue = now.reviews_before(clock.today())
    year = exam_year_of(clock.today())
    return {
        "run": run,
        "counts": counts,
        "earlier": before,
        "change": counts["concern"] - before.by_status["concern"] if before else None,
        "overdue": len(overdue),
        "oldest_overdue": overdue[0] if overdue else None,
        "agreed": queries.categories_agreed(year),
        "schools": sum(counts.values()),
        "year_label": academic_year_label(year),
        "led": _led(by, run, now, year) if by.role == "adviser" else [],
    }


def _led(by: Acting, run: ProposalRun, counts: queries.Counts, exam_year: int) -> list[tuple]:
    """The adviser's own schools: where each stands, its category this year as agreed and as proposed."""
    own = queries.standings_led(run, counts, by.membership_id)
    categories = queries.category_names(exam_year, [each.urn for each in own])
    return [(each, *categories.get(each.urn, (None, None))) for each in own]


@public("the law asks for it, and people must be able to read it before they sign in")
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "pages/accessibility.html", {})


@public("a colour is no secret")
def theme(request: HttpRequest) -> HttpResponse:
    """The authority's colour as a stylesheet: inline styles are refused by the content security policy."""
    colour = request.GET.get("c", "")
    if len(colour) != 6 or any(ch not in "0123456789abcdef" for ch in colour):
        colour = "1d70b8"
    reply = HttpResponse(f":root{{--accent:#{colour}}}", content_type="text/css")
    reply["Cache-Control"] = "public, max-age=86400, immutable"
    return reply


@public("a load balancer asks it")
def health(request: HttpRequest) -> HttpResponse:
    """'ok' when the site answers."""
    return HttpResponse("ok", content_type="text/plain")
