"""One school in a survey, as officers see it: what it sent, more time, and which of two answers counts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.survey import actions, queries, returns
from schoolward.apps.survey.models import Entry
from schoolward.apps.survey.states import ExtensionState, ReturnState
from schoolward.terms.errors import BadInput, NotNow
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.pages.answering_sending import compared_in_words, version_in_words
from schoolward.web.pages.surveys import closing


@requires(P.VIEW_RETURNS)
def survey_school(request: HttpRequest, pk: int, urn: int) -> HttpResponse:
    """The school's answer as it was sent, never a draft; and what an officer can do about it."""
    rows = Entry.objects.select_related("survey__version", "school")
    entry = get_object_or_404(rows, survey=pk, school__urn=urn)
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            if _take_step(request, entry, answers):
                return redirect("survey_school", pk, urn)
        except (BadInput, NotNow) as problem:
            answers.errors[STEP_FIELD.get(request.POST.get("step", ""), "choice_reason")] = str(problem)
    form = queries.form_of(entry.survey)
    version = queries.nominated_version(entry)
    found = queries.returns_of(entry)
    waiting = [each for each in found if each.state == ReturnState.WAITING]
    page = {
        "entry": entry,
        "state": queries.state_of(entry),
        "sent_version": version,
        "signatures": list(version.co_signatures.select_related("signed_by__person")) if version else [],
        "sections": version_in_words(entry, form, version) if version else [],
        "returns": found,
        "waiting": [(each, compared_in_words(form, version, each)) for each in waiting] if version else [],
        "extensions": entry.extensions.select_related("asked_by__person", "decided_by__person"),
        "asked": ExtensionState.ASKED,
        "may_manage": request.acting.may(P.MANAGE_SURVEYS),
        "may_settle": request.acting.may(P.ENTER_RETURNS),
        "answers": answers,
    }
    return render(request, "surveys/school.html", page, status=400 if answers.errors else 200)


STEP_FIELD = {"time": "until", "refuse": "because", "grant": "because"}


def _take_step(request: HttpRequest, entry: Entry, answers: Answers) -> bool:
    """Does the step that was sent; False where an answer will not do."""
    step = request.POST.get("step")
    if step == "time":
        return _give_time(request, entry, answers)
    if step in ("grant", "refuse"):
        asked = entry.extensions.filter(state=ExtensionState.ASKED).first()
        if asked is None:
            raise NotNow("This request was decided already.")
        because = answers.text("because")
        actions.decide_extension(by=request.acting, extension=asked, grant=step == "grant", because=because)
        say(
            request,
            "More time is given." if step == "grant" else "The request is refused; the school sees why.",
        )
        return True
    numbers = {str(each.number): each for each in entry.returns.all()}
    returned = numbers.get(answers.text("number"))
    if returned is None:
        raise BadInput("That answer is not here.", do="Choose one of those shown.")
    reason = answers.text("choice_reason")
    match step:
        case "nominate":
            returns.nominate_return(by=request.acting, returned=returned, reason=reason)
        case "set_aside":
            returns.set_return_aside(by=request.acting, returned=returned, reason=reason)
        case "merge":
            take = set(request.POST.getlist("take"))
            returns.merge_return(by=request.acting, returned=returned, take=take, reason=reason)
    say(request, "It is settled which answer counts. Both are kept.")
    return True


def _give_time(request: HttpRequest, entry: Entry, answers: Answers) -> bool:
    until = closing(answers, "until", "Give the day until which the school has time.")
    reason = answers.text("reason", "Say why.")
    if answers.errors:
        return False
    actions.give_more_time(by=request.acting, entry=entry, until=until, reason=reason)
    say(request, f"{entry.school.name} has more time.")
    return True
