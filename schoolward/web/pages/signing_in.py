"""Signing in: by password and code, or on the demonstration by choosing a person."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from schoolward.apps.accounts import roles, second_factor
from schoolward.apps.accounts.access import person_only, public
from schoolward.apps.accounts.queries import demonstration_memberships, memberships_of
from schoolward.apps.tenancy.models import Authority
from schoolward.web.messages import say
from schoolward.web.middleware import MEMBERSHIP_KEY

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@public("nobody is signed in yet")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form for e-mail address and password; on the demonstration, the list of people as well."""
    error = None
    if request.method == "POST":
        email = request.POST.get("email", "").strip().lower()
        person = authenticate(request, username=email, password=request.POST.get("password", ""))
        if person:
            login(request, person)
            return redirect(_next(request))
        error = "The e-mail address or the password is wrong."
    people = _by_role(demonstration_memberships())
    page = {"error": error, "people": people, "email": request.POST.get("email", ""), "next": _next(request)}
    page["site_is_empty"] = not people and not Authority.objects.exists()
    page["home"] = settings.SCHOOLWARD_HOME
    return render(request, "accounts/sign_in.html", page, status=400 if error else 200)


@require_POST
def _sign_in_as(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("membership", "")
    member = next((m for m in demonstration_memberships() if str(m.pk) == chosen), None)
    if member is None:
        raise Http404
    login(request, member.person, backend=MODEL_BACKEND)
    request.session[MEMBERSHIP_KEY] = member.pk
    return redirect(_next(request))


sign_in_as = public("only on the demonstration, where people are invented; elsewhere it is not found")(
    _sign_in_as
)


@public("leaving is always possible")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    say(request, "You are signed out.")
    return redirect("sign_in")


@person_only
def choose_role(request: HttpRequest) -> HttpResponse:
    """The roles one holds today; a click acts in one of them."""
    members = memberships_of(request.user)
    if request.method == "POST":
        chosen = next((m for m in members if str(m.pk) == request.POST.get("membership")), None)
        if chosen is None:
            raise Http404
        request.session[MEMBERSHIP_KEY] = chosen.pk
        return redirect("home")
    return render(request, "accounts/choose_role.html", {"members": members, "roles": roles.BY_KEY})


@person_only
def set_up_code(request: HttpRequest) -> HttpResponse:
    """Shows the picture that an authenticator app reads, and checks the first code."""
    if second_factor.has_code(request.user):
        return redirect("enter_code")
    device = second_factor.device_to_set_up(request.user)
    error = ""
    if request.method == "POST":
        answer = second_factor.confirm_set_up(person=request.user, code=request.POST.get("code", ""))
        if answer.device:
            return _go_on(request, answer.device)
        error = answer.sentence
    picture = segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=2)
    secret = device.config_url.split("secret=")[1].split("&")[0]
    page = {"picture": picture, "secret": secret, "error": error}
    return render(request, "accounts/set_up_code.html", page, status=400 if error else 200)


@person_only
def enter_code(request: HttpRequest) -> HttpResponse:
    """Asks for the code of the moment from the authenticator app."""
    error = ""
    if request.method == "POST":
        answer = second_factor.check_code(person=request.user, code=request.POST.get("code", ""))
        if answer.device:
            return _go_on(request, answer.device)
        error = answer.sentence
    return render(request, "accounts/enter_code.html", {"error": error}, status=400 if error else 200)


def _go_on(request: HttpRequest, device: TOTPDevice) -> HttpResponse:
    """Signed in with both; the session gets a new key, as at every step up."""
    otp_login(request, device)
    request.session.cycle_key()
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Where the person was going, if that is on this site; else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


def _by_role(members: list) -> list[tuple[roles.Role, list]]:
    return [(role, found) for role in roles.ROLES if (found := [m for m in members if m.role == role.key])]
