"""Who holds posts: seen and recorded by those who model structures alone."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.structure import actions, queries
from schoolward.apps.structure.models import Holder
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput
from schoolward.terms.money import parse_pounds
from schoolward.web.forms import Answers
from schoolward.web.messages import say


@requires(P.MODEL_STRUCTURE)
def holders(request: HttpRequest) -> HttpResponse:
    """Holders of today's posts, and the form to record or end one."""
    answers = Answers(request.POST)
    today = queries.today_structure()
    found = queries.drawn(queries.newest(today)) if today else None
    if request.method == "POST":
        try:
            if request.POST.get("step") == "end":
                return _end(request, answers)
            if _record(request, answers):
                return redirect("structure_holders")
        except BadInput as wrong:
            answers.errors[wrong.where or "name"] = f"{wrong.what} {wrong.do}".strip()
    posts = found.establishment.posts if found else ()
    page = {
        "holders": queries.holders_on(clock.today()),
        "posts": {post.post: post for post in posts},
        "choices": [(post.post, f"{post.title}, {post.unit}") for post in posts],
        "answers": answers,
        "today_pk": today.pk if today else None,
    }
    return render(request, "structure/holders.html", page, status=400 if answers.errors else 200)


def _record(request: HttpRequest, answers: Answers) -> bool:
    name = answers.text("name", "Give the holder's name.")
    fte = _fte(answers)
    pay = _pounds(answers, "annual_pay")
    age, service = _whole(answers, "age_years", 16, 80), _whole(answers, "service_years", 0, 60)
    starts_on = answers.day("starts_on")
    if answers.errors:
        return False
    actions.record_holder(
        by=request.acting,
        post=answers.text("post"),
        name=name,
        fte=fte,
        annual_pay_pence=pay,
        age_years=age,
        service_years=service,
        starts_on=starts_on,
    )
    say(request, "The holder is recorded.")
    return True


def _end(request: HttpRequest, answers: Answers) -> HttpResponse:
    text = answers.text("holder")
    holder = get_object_or_404(Holder, pk=int(text) if text.isascii() and text.isdigit() else 0)
    actions.end_holder(by=request.acting, holder=holder, on=clock.today())
    say(request, "The record ends today.")
    return redirect("structure_holders")


def _fte(answers: Answers) -> Decimal:
    try:
        value = Decimal(answers.text("fte"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 < value <= 1:
        answers.errors["fte"] = "Give the FTE as a number above 0 and at most 1, such as 0.6."
    return value


def _pounds(answers: Answers, name: str) -> int | None:
    if not (text := answers.text(name)):
        return None
    try:
        return parse_pounds(text)
    except BadInput as wrong:
        answers.errors[name] = str(wrong)
        return None


def _whole(answers: Answers, name: str, least: int, most: int) -> int | None:
    if not (text := answers.text(name)):
        return None
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        answers.errors[name] = f"Give a whole number of years from {least} to {most}, or leave it empty."
        return None
    return int(text)
