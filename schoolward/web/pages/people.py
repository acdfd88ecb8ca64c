"""The people of the authority: who holds which role, where and since when."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts import actions, checks, ownership, queries, roles, second_factor
from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.models import Membership, Person
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.audit.models import Event
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import NotAllowed, NotNow
from schoolward.web.messages import say
from schoolward.web.sheets import columns_of, sheet_reply

PAGE_SIZE = 100
STATES = {"now": "In force today", "ahead": "Yet to begin", "ended": "Ended", "all": "All"}
KINDS = {
    roles.AUTHORITY: "The authority",
    roles.SCHOOL: "Schools",
    roles.TRUST: "Trusts",
    roles.PROVIDER: "Providers",
}
COLUMNS = columns_of("Name", "E-mail", "Role", "Organisation", "URN", ("From", "date"), ("To", "date"))


@requires(P.MANAGE_PEOPLE, P.HAND_OVER_WORK)
def people(request: HttpRequest) -> HttpResponse:
    """Roles held with the authority, by name; narrowed by words, role, kind of organisation and state."""
    asked = _asked(request)
    pages = Paginator(queries.find_members(**asked), PAGE_SIZE)
    page = {
        "found": pages.get_page(request.GET.get("page")),
        "asked": asked,
        "states": STATES,
        "kinds": KINDS,
        "roles": [(role.key, role.name) for role in roles.ROLES],
        "state_of": state_of,
        "query": request.GET.urlencode(),
        "waiting": queries.pending_invitations().count() if request.acting.may(P.MANAGE_PEOPLE) else 0,
        "may_invite": request.acting.may(P.MANAGE_PEOPLE),
    }
    return render(request, "accounts/people.html", page)


@requires(P.MANAGE_PEOPLE, P.HAND_OVER_WORK)
def people_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same list as CSV or Excel."""
    rows = (
        (m.person.name, m.person.email, m.role_name, m.organisation.name, _urn(m), m.starts_on, m.ends_on)
        for m in queries.find_members(**_asked(request))
    )
    return sheet_reply(form, f"people-{clock.today():%Y-%m-%d}", COLUMNS, rows)


@requires(P.MANAGE_PEOPLE, P.HAND_OVER_WORK)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles with their dates, work they own, and what was changed about them or by them."""
    found = _person(pk)
    members = queries.roles_held_by(found)
    page = {
        "person": found,
        "members": [(m, state_of(m), ownership.owned_by(m)) for m in members],
        "needs_code": any(roles.BY_KEY[m.role].needs_second_factor for m in members),
        "has_code": second_factor.has_code(found),
        "why_no_reset": _refusal(lambda: checks.check_can_reset_code(found, request.acting)),
        "events": list(events_about(found, members)[:10]) if request.acting.may(P.VIEW_AUDIT) else [],
        "may_manage": request.acting.may(P.MANAGE_PEOPLE),
    }
    return render(request, "accounts/person.html", page)


@requires(P.MANAGE_PEOPLE)
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects the person's name."""
    found = _person(pk)
    name, reason = request.POST.get("name", ""), request.POST.get("reason", "")
    actions.rename_person(by=request.acting, person=found, name=name, reason=reason)
    say(request, f"The name is now {found.name}.")
    return redirect("person", pk)


@requires(P.MANAGE_PEOPLE)
@require_POST
def reset_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets the person's authenticator app."""
    found = _person(pk)
    second_factor.reset_code(by=request.acting, person=found, reason=request.POST.get("reason", ""))
    say(request, f"{found.name} sets up a new app when next signing in. The password stays.")
    return redirect("person", pk)


def state_of(member: Membership) -> str:
    """now, ahead or ended."""
    today = clock.today()
    if member.stopped_at or (member.ends_on and member.ends_on < today):
        return "ended"
    return "ahead" if member.starts_on > today else "now"


def events_about(person: Person, members: list[Membership]) -> QuerySet[Event]:
    """What was changed by the person, about the person or about their roles, newest first.

    What they do to their own account (a password, a code) belongs to no authority, and is shown to each.
    """
    ours = Q(authority_code=members[0].authority.code) if members else Q(pk=None)
    about = Q(target_kind="accounts.person", target_id=str(person.pk))
    about |= Q(target_kind="accounts.membership", target_id__in=[str(m.pk) for m in members])
    by_them = Q(by_id=f"person:{person.pk}")
    return Event.objects.filter((ours & (about | by_them)) | (Q(authority_code=None) & about))


def _person(pk: int) -> Person:
    if (found := queries.find_person(pk)) is None:
        raise Http404
    return found


def _asked(request: HttpRequest) -> dict[str, str]:
    state = request.GET.get("state", "now")
    return {
        "words": request.GET.get("words", "").strip()[:100],
        "role": request.GET.get("role", ""),
        "kind": request.GET.get("kind", ""),
        "state": state if state in STATES else "now",
    }


def _urn(member: Membership) -> str:
    return str(member.organisation.urn or "")


def _refusal(check) -> str:
    try:
        check()
    except (NotAllowed, NotNow) as refusal:
        return str(refusal)
    return ""
