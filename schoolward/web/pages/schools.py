"""Schools: the list, the map, and the page of each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.concern.queries import lead_of
from schoolward.apps.contacts.queries import contacts_of, roles_of
from schoolward.apps.performance.queries import history_edition, history_of
from schoolward.apps.register import queries
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.web.pages import schools_list, schools_map, schools_story
from schoolward.web.pages.schools_list import Asked
from schoolward.web.pages.standings import standing_of, standings_for
from schoolward.web.sheets import sheet_reply


@requires(P.VIEW_SCHOOLS)
def schools(request: HttpRequest) -> HttpResponse:
    """Every school of the authority: searched, narrowed, sorted; a hundred on a page."""
    code = request.acting.authority.code
    asked = Asked.of(request.GET)
    standings = standings_for(request.acting)
    found = schools_list.find(code, asked, standings)
    page = {
        "found": found,
        "asked": found.asked,
        "choices": found.choices,
        "standings": bool(standings),
        "edition": history_edition(code),
        "loaded": found.count > 0 or queries.projected_edition() != "empty",
    }
    return render(request, "schools/list.html", page)


@requires(P.VIEW_SCHOOLS)
def schools_export(request: HttpRequest, form: str) -> HttpResponse:
    """The schools asked for, all of them, as CSV or Excel."""
    code = request.acting.authority.code
    rows = (schools_list.cells(row) for row in schools_list.every_row(code, Asked.of(request.GET)))
    return sheet_reply(form, f"schools-{clock.today():%Y-%m-%d}", schools_list.COLUMNS, rows)


@requires(P.VIEW_SCHOOLS)
def map_of_schools(request: HttpRequest) -> HttpResponse:
    """The authority's open schools on a map, and the same in a list beneath."""
    drawn = schools_map.draw(request.acting.authority, standings_for(request.acting))
    return render(request, "schools/map.html", {"drawn": drawn})


@requires(P.VIEW_SCHOOLS, P.VIEW_OWN_SCHOOL)
def school(request: HttpRequest, urn: int) -> HttpResponse:
    """What the authority knows of one school, and how it knows it."""
    found = _reachable(request.acting, urn)
    history = history_of(urn, found.authority_code, found.opened_on)
    page = {
        "school": found,
        "story": schools_story.tell(found, history, queries.events_of([urn])),
        "standing": standing_of(request.acting, found),
        "may_list": request.acting.may(P.VIEW_SCHOOLS),
        **_people_of(request.acting, found),
    }
    return render(request, "schools/school.html", page)


def _people_of(acting: Acting, found: School) -> dict:
    """The contacts for those who may see them, and the lead officer for the core service; else nothing."""
    people: dict = {"contacts": [], "lead": None, "of_core": acting.may(P.VIEW_CONCERN)}
    if acting.may(P.VIEW_CONTACTS) or acting.may(P.CONFIRM_OWN_CONTACTS):
        (held,) = contacts_of([found])
        people["contacts"] = [(role, held.by_role.get(role)) for role in roles_of(found)]
        people["confirmed"] = held.confirmed
    if people["of_core"]:
        people["lead"] = lead_of(found, clock.today())
    return people


@requires(P.VIEW_OWN_SCHOOL)
def my_school(request: HttpRequest) -> HttpResponse:
    """The school one acts for; a trust chooses among its schools."""
    own = queries.own_schools(request.acting)
    if len(own) == 1:
        return redirect("school", urn=own[0].urn)
    return render(request, "schools/mine.html", {"schools": own})


def _reachable(acting: Acting, urn: int) -> School:
    """The school, if this person may open its page; else it is not found, whoever's it is."""
    found = queries.reachable_school(acting, urn)
    if found is None:
        raise Http404
    return found
