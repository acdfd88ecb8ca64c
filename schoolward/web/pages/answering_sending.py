"""Sending a school's answer and what comes after: checking, differences, versions, co-signing, more time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.survey import answering, checks, queries, returns
from schoolward.apps.survey.answers import written
from schoolward.apps.survey.flow import Asked, Page, missing
from schoolward.apps.survey.models import Entry, Return, ReturnVersion
from schoolward.apps.survey.queries import Form
from schoolward.apps.survey.states import ReturnState
from schoolward.terms.calendar import LONDON
from schoolward.terms.errors import BadInput, Conflict, NotNow
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.pages.answering import DO_NOT_KEEP, Room, room_of, why_not

CLOSING_HOUR = time(17)


@requires(P.ANSWER_SURVEY)
def check_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything answered on one page, what is missing, and the button that sends it."""
    room = room_of(request, pk)
    if room.draft is None:
        return redirect("answering_sent" if queries.has_sent(room.entry) else "answering", pk)
    errors = {}
    if request.method == "POST":
        try:
            return _send(request, room)
        except (NotNow, BadInput) as problem:
            errors = missing(room.pages(), room.content) or {"note": str(problem)}
        except Conflict:
            errors = {
                "note": "Somebody changed an answer after you opened this page. Check it again, then send."
            }
    pages = room.pages()
    has_sent = queries.has_sent(room.entry)
    page = {
        "entry": room.entry,
        "sections": sections_in_words(room.form, pages, room.content),
        "missing": missing(pages, room.content),
        "differences": room.differences(),
        "errors": errors,
        "links": {a.field: each.key for each in pages for a in each.asked},
        "base_version": room.version,
        "note": request.POST.get("note", ""),
        "refusal": why_not(checks.check_can_send, room.entry, request.acting, has_sent=has_sent),
        "has_sent": has_sent,
    }
    reply = render(request, "answering/check.html", page, status=400 if errors else 200)
    reply["Cache-Control"] = DO_NOT_KEEP
    return reply


def _send(request: HttpRequest, room: Room) -> HttpResponse:
    base = request.POST.get("version", "")
    version = answering.send_answer(
        by=request.acting,
        draft=room.draft,
        base_version=int(base) if base.isascii() and base.isdigit() else -1,
        note=request.POST.get("note", ""),
    )
    late = ", after the deadline" if version.is_late else ""
    say(request, f"The answer of {room.entry.school.name} is sent{late}. Thank you.")
    return redirect("answering_sent", room.entry.pk)


def sections_in_words(form: Form, pages: Iterable[Page], answers: dict) -> list[tuple]:
    """Each section with its pages, and each page's fields with their answers in words."""
    lines = [
        (page, [(each, written(each.question, answers.get(each.field))) for each in page.asked])
        for page in pages
    ]
    return [(s, [line for line in lines if line[0].section is s]) for s in form.questionnaire.sections]


@requires(P.ANSWER_SURVEY)
def differences(request: HttpRequest, pk: int) -> HttpResponse:
    """What two people of the school answered differently, with both values; settled by choosing one."""
    room = room_of(request, pk)
    if room.draft is None:
        return redirect("answering", pk)
    found = room.differences()
    if request.method == "POST":
        field, _, place = request.POST.get("choice", "").rpartition(":")
        chosen = next((each for each in found if each.field == field), None)
        if chosen is None or not place.isdigit() or int(place) >= len(chosen.words):
            raise BadInput("Somebody has settled this already.", do="Look at the list again.")
        answering.settle_difference(
            by=request.acting,
            draft=room.draft,
            field=field,
            value=chosen.words[int(place)].value,
            base_version=room.version,
            idempotency_key=secrets.token_hex(8),
        )
        say(request, "Settled.")
        return redirect("answering_differences", pk)
    shown = [(each, asked_of(room.form, each.field)) for each in found]
    return render(request, "answering/differences.html", {"entry": room.entry, "differences": shown})


def asked_of(form: Form, name: str) -> Asked:
    """The field with its question and service."""
    key, _, service = name.partition(".")
    return Asked(name, form.questionnaire.question(key), form.service(service))


@requires(P.ANSWER_SURVEY)
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """What the school sent, in all versions; changing it, co-signing it, asking for more time."""
    room = room_of(request, pk)
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            if _take_step(request, room, answers):
                return redirect("answering" if request.POST.get("step") == "change" else "answering_sent", pk)
        except BadInput as problem:
            answers.errors[STEP_FIELD.get(request.POST.get("step", ""), "reason")] = str(problem)
    version = queries.nominated_version(room.entry)
    found = queries.returns_of(room.entry)
    waiting = [each for each in found if each.state == ReturnState.WAITING]
    page = {
        "entry": room.entry,
        "sent_version": version,
        "signatures": list(version.co_signatures.select_related("signed_by__person")) if version else [],
        "sections": version_in_words(room.entry, room.form, version) if version else [],
        "returns": found,
        "waiting": [(each, compared_in_words(room.form, version, each)) for each in waiting]
        if version
        else [],
        "may_settle": request.acting.may(P.SEND_SURVEY),
        "cannot_change": why_not(checks.check_can_change, room.entry, request.acting, has_sent=True),
        "changing": room.draft is not None,
        "cannot_co_sign": why_not(checks.check_can_co_sign, version, request.acting) if version else "-",
        "asked": room.entry.extensions.first(),
        "answers": answers,
    }
    return render(request, "answering/sent.html", page, status=400 if answers.errors else 200)


STEP_FIELD = {"time": "until", "co_sign": "co_note", "nominate": "choice_reason"}


def _take_step(request: HttpRequest, room: Room, answers: Answers) -> bool:
    """Does the step that was sent; False where an answer will not do."""
    match request.POST.get("step"):
        case "change":
            answering.open_answer(by=request.acting, entry=room.entry)
            say(request, "Change what you like. What was sent stands until you send it again.")
        case "co_sign":
            version = queries.nominated_version(room.entry)
            answering.co_sign_answer(by=request.acting, version=version, note=answers.text("co_note"))
            say(request, "You have co-signed the answer.")
        case "time":
            until = answers.day("until", "Give the day until which you need time.")
            reason = answers.text("reason", "Say why, in a sentence.")
            if answers.errors:
                return False
            moment = datetime.combine(until, CLOSING_HOUR, LONDON)
            answering.ask_for_time(by=request.acting, entry=room.entry, until=moment, reason=reason)
            say(request, "You have asked for more time. The answer will stand here and on your first page.")
        case "nominate" | "set_aside" as step:
            numbers = {str(each.number): each for each in room.entry.returns.all()}
            returned = numbers.get(answers.text("number"))
            if returned is None:
                raise BadInput("That answer is not here.", do="Choose one of those shown.")
            act = returns.nominate_return if step == "nominate" else returns.set_return_aside
            act(by=request.acting, returned=returned, reason=answers.text("choice_reason"))
            say(request, "It is settled which answer counts; the other one is kept.")
    return True


def version_in_words(entry: Entry, form: Form, version: ReturnVersion) -> list[tuple]:
    """What a version said, section by section."""
    return sections_in_words(form, form.pages(version.answers, entry.sampled), version.answers)


def compared_in_words(form: Form, version: ReturnVersion, other: Return) -> list[tuple[Asked, str, str]]:
    """Where another return differs from the version that counts."""
    rows = returns.compare_returns(form, version.answers, other.latest.answers)
    found = [(asked_of(form, row.field), row) for row in rows if row.differs]
    return [
        (a, written(a.question, row.ours) or "–", written(a.question, row.theirs) or "–") for a, row in found
    ]
