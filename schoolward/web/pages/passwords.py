"""One's own account: a password changed, or a new one where it was forgotten."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from schoolward.apps.accounts import passwords
from schoolward.apps.accounts.access import person_only, public
from schoolward.terms.errors import BadInput
from schoolward.web.messages import say


@person_only
def change_password(request: HttpRequest) -> HttpResponse:
    """Asks for the present password and the new one, twice."""
    errors = {}
    if request.method == "POST":
        old, new = request.POST.get("old", ""), request.POST.get("new", "")
        errors = check_typed_twice(request)
        try:
            if not errors:
                passwords.change_password(person=request.user, old=old, new=new)
                update_session_auth_hash(request, request.user)
                say(request, "Your password is changed. Other devices are signed out.")
                return redirect("home")
        except BadInput as error:
            errors = {error.where or "new": f"{error.what} {error.do}"}
    return render(request, "accounts/change_password.html", {"errors": errors}, status=status_of(errors))


@public("whoever forgot the password cannot sign in")
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Asks for the e-mail address; the answer is the same whether or not anybody has it."""
    if request.method == "POST":
        passwords.ask_new_password(
            email=request.POST.get("email", ""),
            link_to=lambda key, token: request.build_absolute_uri(reverse("new_password", args=[key, token])),
        )
        return render(request, "accounts/password_link_sent.html", {})
    return render(request, "accounts/forgotten_password.html", {})


@public("the link in the message is the proof")
def new_password(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Asks for the new password, twice."""
    person = passwords.find_for_new_password(key, token)
    if person is None:
        return render(request, "accounts/link_is_over.html", {}, status=410)
    errors = {}
    if request.method == "POST" and not (errors := check_typed_twice(request)):
        try:
            passwords.set_forgotten_password(person=person, token=token, new=request.POST["new"])
            say(request, "Your new password is set. Sign in with it.")
            return redirect("sign_in")
        except BadInput as error:
            errors = {"new": f"{error.what} {error.do}"}
    page = {"errors": errors, "person": person}
    return render(request, "accounts/new_password.html", page, status=status_of(errors))


def check_typed_twice(request: HttpRequest) -> dict[str, str]:
    """The errors of a form that asks for a new password twice."""
    if not request.POST.get("new"):
        return {"new": "Type a new password."}
    if request.POST["new"] != request.POST.get("again"):
        return {"again": "The two passwords are not the same. Type the new one again."}
    return {}


def status_of(errors: dict[str, str]) -> int:
    """400 where there are errors."""
    return 400 if errors else 200
