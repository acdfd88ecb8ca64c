"""Ending a role, moving it, or handing its work over: what, the details, the answers to check, done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from schoolward.apps.accounts import actions, checks, ownership, queries, roles
from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.models import Membership, Organisation
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotAllowed, NotNow
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.pages.choosing import choose_into, settle
from schoolward.web.pages.inviting import roles_by_kind
from schoolward.web.pages.passwords import status_of

WHATS = {
    "end": "The role ends",
    "move": "The person moves to another role or organisation",
    "hand_over": "Only the work goes to somebody else",
}
KEEP = "keep"


@dataclass(frozen=True)
class Change:
    """What was answered, ready to be checked by eye and then done."""

    what: str
    reason: str
    on: date | None = None
    at_once: bool = False
    role: str = ""
    organisation: Organisation | None = None
    to: Membership | None = None
    keep_work: bool = False


@requires(P.MANAGE_PEOPLE, P.HAND_OVER_WORK)
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of the flow; nothing changes before the last."""
    member = Membership.objects.filter(pk=pk).select_related("person", "organisation", "authority").first()
    if member is None:
        raise Http404
    refusals = _refusals(request, member)
    what = request.POST.get("what") or request.GET.get("what", "")
    page = {"member": member, "whats": WHATS, "refusals": refusals, "what": what}
    if what not in WHATS or what in refusals:
        error = {"what": "Choose what happens."} if "what" in request.GET else {}
        return render(request, "accounts/change_role.html", page | {"errors": error}, status=status_of(error))
    page |= {
        "owned": ownership.owned_by(member),
        "colleagues": [(m.pk, f"{m.person.name}, {m.role_name}") for m in queries.colleagues_of(member)],
        "roles_by_kind": roles_by_kind(),
        "sent": request.POST,
        "options": (),
    }
    if request.method != "POST":
        return render(request, "accounts/change_role_details.html", page | {"errors": {}})
    return _answered(request, member, page)


def _answered(request: HttpRequest, member: Membership, page: dict) -> HttpResponse:
    answers = Answers(request.POST)
    change = _read(request, member, answers, page)
    if answers.errors or request.POST.get("step") == "change":
        page["errors"] = answers.errors
        return render(request, "accounts/change_role_details.html", page, status=status_of(answers.errors))
    if request.POST.get("step") != "do":
        page |= {"change": change, "role_name": roles.BY_KEY[change.role].name if change.role else ""}
        return render(request, "accounts/change_role_check.html", page)
    try:
        sentence = _do(request, member, change)
    except (BadInput, NotNow) as error:
        page["errors"] = {"on" if isinstance(error, BadInput) else "to": str(error)}
        return render(request, "accounts/change_role_details.html", page, status=409)
    say(request, sentence)
    return redirect("person", member.person_id)


def _read(request: HttpRequest, member: Membership, answers: Answers, page: dict) -> Change:
    what = page["what"]
    reason = answers.text("reason", "Say why, in a few words. It is kept in the record of changes.")
    to, keep = None, False
    if page["owned"] or what == "hand_over":
        allowed = [key for key, _ in page["colleagues"]] + ([KEEP] if what == "move" else [])
        chosen = answers.choice("to", allowed, "Choose who takes the work over.")
        keep = chosen == KEEP
        if chosen.isdigit():
            to = Membership.objects.select_related("person").get(pk=chosen)
    at_once = what == "end" and request.POST.get("when") == "now"
    if what == "hand_over":
        return Change(what, reason, to=to)
    missing = "Give the last day of the role." if what == "end" else "Give the first day of the new role."
    on = clock.today() if at_once else answers.day("on", missing)
    if on and what == "end" and on < member.starts_on and not at_once:
        answers.errors["on"] = "The last day is before the first day of the role."
    if what == "end":
        return Change(what, reason, on, at_once, to=to)
    if on and on <= member.starts_on:
        answers.errors["on"] = "The move must be after the first day of the present role."
    role = answers.choice("role", roles.BY_KEY, "Choose the role.")
    organisation = choose_into(request, role, answers, page) if role else None
    if organisation and (organisation.pk, role) == (member.organisation_id, member.role):
        answers.errors["role"] = "That is the role this person holds. Choose another role or organisation."
    return Change(what, reason, on, role=role, organisation=organisation, to=to, keep_work=keep)


def _do(request: HttpRequest, member: Membership, change: Change) -> str:
    by, reason = request.acting, change.reason
    if change.what == "hand_over":
        assert change.to
        moved = actions.hand_over(by=by, from_member=member, to_member=change.to, reason=reason)
        things = ", ".join(f"{count} × {kind}" for kind, count in moved.items()) or "nothing"
        return f"{change.to.person} has taken over {things}."
    assert change.on
    if change.what == "end":
        actions.end_role(
            by=by, member=member, on=change.on, hand_over_to=change.to, reason=reason, at_once=change.at_once
        )
        return f"{member.person}'s role has ended." if change.at_once else f"{member.person}'s role will end."
    assert change.organisation
    new = actions.move_role(
        by=by,
        member=member,
        organisation=settle(by, change.organisation),
        role=change.role,
        on=change.on,
        reason=reason,
        hand_over_to=change.to,
        keep_work=change.keep_work,
    )
    return f"{member.person} will be {new.role_name} for {new.organisation}."


def _refusals(request: HttpRequest, member: Membership) -> dict[str, str]:
    """For each thing that cannot be done, the sentence that says why."""
    found = {}
    try:
        checks.check_can_end_role(member, request.acting)
    except (NotAllowed, NotNow) as refusal:
        found = {"end": str(refusal), "move": str(refusal)}
    if not request.acting.may(P.HAND_OVER_WORK):
        found["hand_over"] = "Your role may not hand work over."
    elif not ownership.owned_by(member):
        found["hand_over"] = f"{member.person} has no work to hand over."
    return found
