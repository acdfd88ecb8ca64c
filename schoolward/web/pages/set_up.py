"""Setting a real authority up: which it is, what it is called, and its colour."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.terms.errors import BadInput, NotNow
from schoolward.web import first_steps
from schoolward.web.forms import Answers
from schoolward.web.messages import say


@requires(P.MANAGE_SITE)
def set_up(request: HttpRequest) -> HttpResponse:
    """The steps and where they stand; which authority, from the register; its name and colour."""
    authority = request.acting.authority
    known = {found.code: found for found in first_steps.authorities_in_register()}
    here = known.get(authority.code)
    answers = Answers(request.POST)
    if request.method == "POST":
        code = answers.text("code") or str(authority.code)
        chosen = known.get(int(code)) if code.isascii() and code.isdigit() and len(code) == 3 else None
        name = answers.text("name")
        if chosen and chosen.code != authority.code and name in ("", authority.name):
            name = chosen.name  # the name in the box was the other authority's
        try:
            settled = first_steps.settle(
                by=request.acting,
                code=int(code) if code.isdigit() else 0,
                name=name,
                colour=answers.text("colour"),
            )
            say(request, f"This site is set up for {settled.name}.")
            return redirect("set_up")
        except BadInput as error:
            answers.errors[error.where or "code"] = f"{error.what} {error.do}".strip()
        except NotNow as error:
            answers.errors["code"] = str(error)
    page = {
        "authority": authority,
        "steps": first_steps.steps(authority),
        "known": [(a.code, f"{a.name} ({a.code}), {a.open_schools:,} open schools") for a in known.values()],
        "here": here,
        "why_fixed": first_steps.why_code_is_fixed(authority),
        "sent": request.POST,
        "errors": answers.errors,
    }
    return render(request, "accounts/set_up.html", page, status=400 if answers.errors else 200)
