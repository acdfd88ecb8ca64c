"""One's own tokens, by which programs act in the role one acts in."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from schoolward.apps.accounts import tokens
from schoolward.apps.accounts.access import signed_in
from schoolward.apps.accounts.models import ApiToken
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput
from schoolward.web.forms import Answers
from schoolward.web.messages import say

LASTS = {"30": "30 days", "90": "90 days", "366": "A year"}


@signed_in
@never_cache
def my_tokens(request: HttpRequest) -> HttpResponse:
    """The role's tokens, and a form for another; its secret is shown in the answer, this once."""
    answers, made = Answers(request.POST), None
    if request.method == "POST":
        made = _create(request, answers)
    page = {
        "tokens": tokens.tokens_of(request.acting),
        "made": made,
        "answers": answers,
        "lasts": list(LASTS.items()),
        "example": request.build_absolute_uri(reverse("api-1:schools")),
        "real_today": clock.real_now().date(),
    }
    return render(request, "accounts/tokens.html", page, status=400 if answers.errors else 200)


@signed_in
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Makes one of the role's tokens useless."""
    token = get_object_or_404(ApiToken, pk=pk, membership_id=request.acting.membership_id)
    tokens.revoke_token(by=request.acting, token=token)
    say(request, f"{token.name}: the token no longer works.")
    return redirect("my_tokens")


def _create(request: HttpRequest, answers: Answers) -> tuple[ApiToken, str] | None:
    name = answers.text("name", "Say which program the token is for.")
    days = answers.choice("lasts", LASTS, "Choose how long the token lasts.")
    if answers.errors:
        return None
    last_day = clock.real_now().date() + timedelta(days=int(days))
    try:
        return tokens.create_token(by=request.acting, name=name, expires_on=last_day)
    except BadInput as problem:
        answers.errors["name"] = f"{problem.what} {problem.do}"
        return None
