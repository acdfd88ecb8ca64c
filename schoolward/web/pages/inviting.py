"""Inviting people, and accepting an invitation."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from schoolward.apps.accounts import checks, queries, roles
from schoolward.apps.accounts import invitations as inviting
from schoolward.apps.accounts.access import public, requires
from schoolward.apps.accounts.models import Invitation, Person
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput, NotNow
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.middleware import MEMBERSHIP_KEY
from schoolward.web.pages.choosing import choose_into, settle
from schoolward.web.pages.passwords import check_typed_twice, status_of

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@requires(P.MANAGE_PEOPLE)
def invite(request: HttpRequest) -> HttpResponse:
    """Who, in which role, where; then the answers to check; then the message goes."""
    sent = request.POST if request.method == "POST" else request.GET
    answers = Answers(sent)
    page = {"roles_by_kind": roles_by_kind(), "sent": sent, "errors": answers.errors, "options": ()}
    if request.method != "POST":
        return render(request, "accounts/invite.html", page)
    name = answers.text("name", "Say what the person is called.")
    email = answers.text("email", "Give the person's e-mail address.")
    role = answers.choice("role", roles.BY_KEY, "Choose a role.")
    organisation = choose_into(request, role, answers, page) if role else None
    if answers.errors or sent.get("step") == "change":
        return render(request, "accounts/invite.html", page, status=status_of(answers.errors))
    assert organisation
    page |= {"organisation": organisation, "role": roles.BY_KEY[role]}
    if sent.get("step") != "send":
        return render(request, "accounts/invite_check.html", page)
    try:
        inviting.invite(
            by=request.acting,
            name=name,
            email=email,
            organisation=settle(request.acting, organisation),
            role=role,
            link_to=_link_to(request),
        )
    except BadInput as error:
        answers.errors[error.where or "email"] = error.what
        return render(request, "accounts/invite.html", page, status=400)
    except NotNow as error:
        answers.errors["email"] = str(error)
        return render(request, "accounts/invite.html", page, status=409)
    say(request, f"The invitation to {email} is on its way.")
    return redirect("invitations")


@requires(P.MANAGE_PEOPLE)
def invitations(request: HttpRequest) -> HttpResponse:
    """Invitations that nobody has accepted yet."""
    waiting = [(row, row.expires_at <= clock.real_now()) for row in queries.pending_invitations()]
    return render(request, "accounts/invitations.html", {"waiting": waiting})


@requires(P.MANAGE_PEOPLE)
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends a new link; the old one stops working."""
    invitation = _invitation(pk)
    inviting.resend_invitation(by=request.acting, invitation=invitation, link_to=_link_to(request))
    say(request, f"A new link for {invitation.email} is on its way. The old one no longer works.")
    return redirect("invitations")


@requires(P.MANAGE_PEOPLE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Makes the link useless."""
    invitation = _invitation(pk)
    inviting.withdraw_invitation(by=request.acting, invitation=invitation)
    say(request, f"The invitation to {invitation.email} is withdrawn.")
    return redirect("invitations")


@public("the link in the message is the proof, and whoever opens it may have no account yet")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """What the person is invited to; a new person chooses a password, a known one must be signed in."""
    invitation = inviting.find_invitation(token)
    if invitation is None:
        return render(request, "accounts/invitation_over.html", {"sentence": ""}, status=404)
    try:
        checks.check_can_accept(invitation)
    except NotNow as refusal:
        return render(request, "accounts/invitation_over.html", {"sentence": str(refusal)}, status=410)
    person = request.user if request.user.is_authenticated else None
    page = {
        "invitation": invitation,
        "role": roles.BY_KEY[invitation.role],
        "known": Person.objects.filter(email=invitation.email).exists(),
        "is_them": person is not None and person.email == invitation.email,
        "errors": {},
    }
    if request.method == "POST" and (page["is_them"] or not page["known"]):
        return _accept(request, invitation, page)
    return render(request, "accounts/accept_invitation.html", page)


def _accept(request: HttpRequest, invitation: Invitation, page: dict) -> HttpResponse:
    known = page["is_them"]
    errors = {} if known else check_typed_twice(request)
    if not errors:
        try:
            with scope(invitation.authority):
                member = inviting.accept_invitation(
                    invitation=invitation,
                    password=None if known else request.POST["new"],
                    person=request.user if known else None,
                )
            if not known:
                login(request, member.person, backend=MODEL_BACKEND)
            request.session[MEMBERSHIP_KEY] = member.pk
            say(request, f"Welcome. You are now {member.role_name} for {member.organisation.name}.")
            return redirect("home")
        except BadInput as error:
            errors = {"new": f"{error.what} {error.do}"}
    return render(request, "accounts/accept_invitation.html", page | {"errors": errors}, status=400)


def roles_by_kind() -> list[tuple[str, list[roles.Role]]]:
    """Roles in the groups of a chooser."""
    names = {
        roles.AUTHORITY: "In the authority",
        roles.SCHOOL: "In a school",
        roles.TRUST: "In a trust",
        roles.PROVIDER: "With a provider",
    }
    return [
        (words, [role for role in roles.ROLES if role.organisation_kind == kind])
        for kind, words in names.items()
    ]


def _invitation(pk: int) -> Invitation:
    if found := Invitation.objects.filter(pk=pk).first():
        return found
    raise Http404


def _link_to(request: HttpRequest):
    return lambda token: request.build_absolute_uri(reverse("accept_invitation", args=[token]))
