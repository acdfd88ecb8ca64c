"""Answers on paper and in workbooks: the form to print, the workbook out, and either entered for a school."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.files.actions import store_file
from schoolward.apps.files.queries import files_of
from schoolward.apps.survey import attachments, checks, queries, workbook
from schoolward.apps.survey.deadline import due_words
from schoolward.apps.survey.flow import Asked, every_field, relevant
from schoolward.apps.survey.models import Entry
from schoolward.apps.survey.paper_form import paper_form
from schoolward.apps.survey.questionnaire import Kind
from schoolward.apps.survey.returns import receive_return
from schoolward.apps.survey.states import ReturnRoute, ReturnState
from schoolward.apps.tenancy import clock
from schoolward.publishing.documents import MEDIA_TYPES
from schoolward.publishing.documents import render as set_document
from schoolward.publishing.given import MOST_BYTES
from schoolward.publishing.meta import Meta
from schoolward.terms.calendar import LONDON
from schoolward.terms.errors import BadFile, BadInput, NotNow
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.pages.answering_forms import Sent, read_page
from schoolward.web.sheets import XLSX, file_reply

NOON = time(12)


@requires(P.VIEW_RETURNS)
def officers_form(request: HttpRequest, pk: int, urn: int, form: str) -> HttpResponse:
    """The school's form to print (pdf) or fill in (xlsx), empty: what a school writes is its own."""
    return _form(_entry(pk, urn), form, {})


@requires(P.ANSWER_SURVEY)
def schools_form(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The same for the school's own people, the workbook with what they have answered so far."""
    entry = queries.entry_to_answer(pk, request.acting)
    if entry is None:
        raise Http404
    draft = queries.draft_of(entry)
    return _form(entry, form, draft.content if draft else {})


def _form(entry: Entry, form: str, answers: dict) -> HttpResponse:
    asked, name = queries.form_of(entry.survey), f"survey-{entry.survey_id}-{entry.school.urn}.{form}"
    if form == "xlsx":
        book = workbook.as_xlsx(asked.questionnaire, asked.services, _about(entry), answers, clock.today())
        return file_reply(book, name, XLSX)
    if form != "pdf":
        raise Http404
    survey, school = entry.survey, entry.school
    markdown, tables = paper_form(asked.questionnaire, asked.services, survey.introduction)
    meta = Meta(
        title=survey.title,
        authority=survey.authority.name,
        on=clock.today(),
        subtitle=f"{school.name} ({school.urn}). Due {due_words(entry.due_at)}",
        marking="Fictional" if survey.authority.is_demonstration else "",
        numbered=False,
    )
    return file_reply(set_document(markdown, "pdf", meta=meta, tables=tables), name, MEDIA_TYPES["pdf"])


def _about(entry: Entry) -> workbook.About:
    survey = entry.survey
    return workbook.About(
        survey=survey.title,
        school=entry.school.name,
        urn=entry.school.urn,
        code=f"{survey.pk}-{survey.version.digest[:12]}-{survey.services_digest[:12]}",
        due=due_words(entry.due_at),
    )


@requires(P.ENTER_RETURNS)
def enter(request: HttpRequest, pk: int, urn: int) -> HttpResponse:
    """A return that came on paper or as a workbook: read, looked through beside the scan, then taken in."""
    entry, answers = _entry(pk, urn), Answers(request.POST)
    refusal = ""
    try:
        checks.check_can_enter(entry, request.acting)
    except NotNow as error:
        refusal = str(error)
    form = queries.form_of(entry.survey)
    asked = [f for f in every_field(form.questionnaire, form.services) if f.question.kind != Kind.FILE]
    sent, cells, step = Sent(), (), request.POST.get("step", "")
    if step == "read":
        sent.values, cells = _read(request, entry, form, answers)
    elif step == "take" and not refusal:
        sent = read_page(asked, request.POST)
        answers.errors |= sent.problems
        if _take(request, entry, form, sent, answers):
            return redirect("survey_school", pk, urn)
    page = {
        "entry": entry,
        "refusal": refusal,
        "sections": _sections(asked),
        "content": sent.values,
        "typed_again": sent.typed,
        "cells": cells,
        "read": step == "read" and not answers.errors,
        "route": request.POST.get("route", "workbook" if step == "read" else "paper"),
        "kept": files_of(attachments.SCAN, str(entry.pk)),
        "counts": entry.returns.filter(state=ReturnState.NOMINATED).exists(),
        "answers": answers,
    }
    return render(request, "surveys/enter.html", page, status=400 if answers.errors else 200)


def _read(
    request: HttpRequest, entry: Entry, form: queries.Form, answers: Answers
) -> tuple[dict, tuple[workbook.CellProblem, ...]]:
    """What the workbook says; it is kept beside the return, scanned, before anybody looks inside."""
    given = request.FILES.get("workbook")
    if given is None or given.size > MOST_BYTES:
        answers.errors["workbook"] = "The file is larger than 5 MB." if given else "Choose the workbook."
        return {}, ()
    content = given.read()
    try:
        _keep(request, entry, ContentFile(content, given.name))
        found = workbook.read_book(content, given.name, form.questionnaire, form.services, _about(entry))
    except (BadFile, NotNow) as error:
        answers.errors["workbook"] = str(error)
        return {}, ()
    return found.answers, found.problems


def _take(request: HttpRequest, entry: Entry, form: queries.Form, sent: Sent, answers: Answers) -> bool:
    """Takes the return in with its scan; False where an answer will not do."""
    route = answers.choice("route", (ReturnRoute.PAPER, ReturnRoute.WORKBOOK), "Choose how it came.")
    signed = answers.text("on_behalf_of", "Say who signed it: the name on the paper, and the role.")
    arrived = answers.day("arrived_on", "Give the day on which it came.")
    scan = request.FILES.get("scan")
    if route == ReturnRoute.PAPER and scan is None:
        answers.errors["scan"] = "Attach the scan of the paper."
    values = {name: value for name, value in sent.values.items() if value is not None}
    if not values and not sent.problems:
        answers.errors["step"] = "Nothing is answered. Enter what the paper says."
    if answers.errors:
        return False
    kept = relevant(form.pages(values, entry.sampled), values)
    try:
        if scan is not None:
            _keep(request, entry, scan)
        version = receive_return(
            by=request.acting,
            entry=entry,
            route=ReturnRoute(route),
            answers=kept,
            arrived_at=_moment(arrived),
            on_behalf_of=signed,
            note=answers.text("note"),
        )
    except (BadInput, BadFile, NotNow) as error:
        answers.errors["scan" if isinstance(error, BadFile) else "arrived_on"] = str(error)
        return False
    say(request, _told(version.returned.state, len(values) - len(kept)))
    return True


def _told(state: str, left_out: int) -> str:
    done = (
        "It is the school's answer."
        if state == ReturnState.NOMINATED
        else "Another answer counts: compare them."
    )
    if left_out:
        noun = "answer was" if left_out == 1 else "answers were"
        done += (
            f" {left_out} {noun} left out, because the school's other answers mean that they are not asked."
        )
    return f"The return is taken in. {done}"


def _keep(request: HttpRequest, entry: Entry, upload: UploadedFile | ContentFile) -> None:
    owner = {"owner_kind": attachments.SCAN, "owner_id": str(entry.pk)}
    store_file(by=request.acting, upload=upload, **owner)


def _moment(day: datetime) -> datetime:
    """Now for what came today; noon of an earlier day, since nobody notes the minute of the post."""
    return clock.now() if day == clock.today() else datetime.combine(day, NOON, LONDON)


def _sections(asked: list[Asked]) -> list[tuple]:
    """Each section with its fields; one that repeats, service by service."""
    found: dict[str, tuple] = {}
    for each in asked:
        section = each.section
        _, groups = found.setdefault(section.key, (section, {}))
        matrix = each.question.kind == Kind.MATRIX
        key = each.question.key if matrix else each.service.key if each.service else each.field
        groups.setdefault(key, []).append(replace(each, section=None))
    return [(section, list(groups.values())) for section, groups in found.values()]


def _entry(pk: int, urn: int) -> Entry:
    rows = Entry.objects.select_related("survey__version", "survey__authority", "school")
    return get_object_or_404(rows, survey=pk, school__urn=urn)
