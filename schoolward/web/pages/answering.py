"""A school's answer to a survey: the task list, its pages, saving as one types."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.drafts.merging import FieldConflict, SaveResult
from schoolward.apps.drafts.models import Draft
from schoolward.apps.files.actions import store_file
from schoolward.apps.files.queries import files_of
from schoolward.apps.survey import answering, attachments, checks, queries
from schoolward.apps.survey.answers import written
from schoolward.apps.survey.effort import effort_of, likely_answers
from schoolward.apps.survey.flow import Asked, Page, SectionProgress, progress
from schoolward.apps.survey.models import Entry
from schoolward.apps.survey.queries import Form
from schoolward.apps.survey.questionnaire import Kind, field_of
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadFile, BadInput, NotAllowed, NotNow, SchoolwardError
from schoolward.web.formats import clock_time
from schoolward.web.pages.answering_forms import Sent, read_page

DO_NOT_KEEP = "private, no-store"


@dataclass(frozen=True)
class Room:
    """One school's survey as its people find it now."""

    entry: Entry
    form: Form
    draft: Draft | None

    @property
    def content(self) -> dict[str, Any]:
        """What the draft holds; nothing before the first save."""
        return self.draft.content if self.draft else {}

    @property
    def version(self) -> int:
        return self.draft.version if self.draft else 0

    def pages(self) -> list[Page]:
        """The pages that the draft leads to."""
        return self.form.pages(self.content, self.entry.sampled)

    def differences(self) -> list:
        """What people answered differently; with one writer there is nothing to read."""
        if self.draft is None or not queries.has_several_writers(self.draft):
            return []
        return queries.differences_of(self.draft, self.form)


def room_of(request: HttpRequest, pk: int) -> Room:
    """The survey of a school that the person acts for; anybody else's is not found."""
    found = queries.room_to_answer(pk, request.acting)
    if found is None:
        raise Http404
    entry, draft = found
    return Room(entry, queries.form_of(entry.survey), draft)


def why_not(check, *args, **kwargs) -> str:
    """The sentence with which the check refuses; empty where it does not."""
    try:
        check(*args, **kwargs)
    except (NotAllowed, NotNow) as refusal:
        return str(refusal)
    return ""


@requires(P.ANSWER_SURVEY)
def answering_list(request: HttpRequest) -> HttpResponse:
    """The surveys that the person's schools are asked in; straight to the only one there is."""
    entries = queries.entries_of(request.acting)
    if len(entries) == 1:
        return redirect("answering", entries[0].pk)
    rows = [(entry, queries.state_of(entry)) for entry in entries]
    return render(request, "answering/list.html", {"rows": rows})


@requires(P.ANSWER_SURVEY, P.VIEW_RETURNS)
def task_list(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the school's answer has come, section by section, with who answered what and when.

    An officer who follows the link in a school's letter sees what the authority may see: what was sent.
    """
    if not request.acting.may(P.ANSWER_SURVEY):
        entry = get_object_or_404(Entry.objects.select_related("school"), pk=pk)
        return redirect("survey_school", entry.survey_id, entry.school.urn)
    room = room_of(request, pk)
    if room.draft is None and queries.has_sent(room.entry):
        return redirect("answering_sent", pk)
    pages = room.pages()
    words = queries.answered_by(room.draft) if room.draft else {}
    lines = progress(pages, room.form.questionnaire, room.content)
    likely = likely_answers(room.form.questionnaire, room.form.services, room.content)
    page = {
        "entry": room.entry,
        "form": room.form,
        "sections": [_section(each, room.content, words) for each in lines],
        "differences": room.differences(),
        "effort": effort_of(room.form.pages(likely, room.entry.sampled), room.content),
        "guessed": likely != room.content,
        "started": bool(words),
        "files": files_of(attachments.SURVEY, str(room.entry.survey_id)),
        "refusal": why_not(checks.check_can_answer, room.entry, request.acting),
        "asked": room.entry.extensions.first(),
    }
    return render(request, "answering/tasks.html", page)


def _section(each: SectionProgress, content: dict, words: dict) -> dict:
    """A line of the task list: how far, who last, and where to go on."""
    open_pages = [page for page in each.pages if not page.answered(content)]
    said = [words[a.field] for page in each.pages for a in page.asked if a.field in words]
    return {
        "section": each.section,
        "state": each.state,
        "answered": each.answered,
        "count": each.count,
        "pages": [(page, page.answered(content)) for page in each.pages],
        "next": next(iter(open_pages or each.pages), None),
        "last": max(said, key=lambda word: word.version, default=None),
        "fields": {a.field for page in each.pages for a in page.asked},
    }


@requires(P.ANSWER_SURVEY)
def question_page(request: HttpRequest, pk: int, page: str) -> HttpResponse:
    """One page of questions. Posting it saves and goes on; without scripts this is all there is."""
    room = room_of(request, pk)
    if room.draft is None and queries.has_sent(room.entry):
        return redirect("answering_sent", pk)
    here = next((each for each in room.pages() if each.key == page), None)
    if here is None:
        return redirect("answering", pk)  # an answer elsewhere has taken this page away
    asked = _with_way_out(room, here)
    return (_save_page if request.method == "POST" else _show_page)(request, room, here, asked)


def _with_way_out(room: Room, here: Page) -> tuple[Asked, ...]:
    """What is asked; on a service's card also where it would come from, as people change their mind there."""
    where = here.section.where
    if here.service is None or where is None:
        return here.asked
    question = room.form.questionnaire.question(where.question)
    return (*here.asked, Asked(field_of(question.key, here.service.key), question, here.service))


def _show_page(
    request: HttpRequest, room: Room, here: Page, asked: tuple[Asked, ...], sent: Sent | None = None
) -> HttpResponse:
    pages = room.pages()
    place = pages.index(here)
    fields = {each.field for each in asked}
    page = {
        "entry": room.entry,
        "here": here,
        "asked": asked,
        "content": room.content | sent.values if sent else room.content,
        "typed_again": sent.typed if sent else {},
        "errors": sent.problems if sent else {},
        "base_version": room.version,
        "key": secrets.token_hex(8),
        "before": pages[place - 1] if place else None,
        "place": place + 1,
        "count": len(pages),
        "differences": [each for each in room.differences() if each.field in fields],
        "from_check": request.GET.get("from") == "check",
        "refusal": why_not(checks.check_can_answer, room.entry, request.acting),
    }
    reply = render(request, "answering/page.html", page, status=400 if page["errors"] else 200)
    reply["Cache-Control"] = DO_NOT_KEEP  # the way back must not show an older answer
    return reply


def _save_page(request: HttpRequest, room: Room, here: Page, asked: tuple[Asked, ...]) -> HttpResponse:
    """Saves what differs; where somebody else changed the same meanwhile, the page says so with both."""
    sent = read_page(asked, request.POST)
    _take_files(request, room, asked, sent)
    changes = sent.changes(room.content)
    if sent.problems:
        return _show_page(request, room, here, asked, sent)
    if changes:
        draft = room.draft or answering.open_answer(by=request.acting, entry=room.entry)
        result = _save(request, draft, changes)
        if result.conflicts:
            return redirect(request.get_full_path())
        room = Room(room.entry, room.form, draft)
    if request.GET.get("from") == "check":
        return redirect("answering_check", room.entry.pk)
    return redirect(_after(room, here))


def _after(room: Room, here: Page) -> str:
    """The next page by what is answered now; after the last one, the check."""
    pages = room.pages()
    keys = [each.key for each in pages]
    if here.key in keys:
        following = pages[keys.index(here.key) + 1 :]
    else:  # the page took itself away: go on with the first that is open
        following = [each for each in pages if not each.answered(room.content)]
    if not following:
        return reverse("answering_check", args=[room.entry.pk])
    return reverse("answering_page", args=[room.entry.pk, following[0].key])


def _take_files(request: HttpRequest, room: Room, asked: tuple[Asked, ...], sent: Sent) -> None:
    for each in asked:
        upload = request.FILES.get(each.field) if each.question.kind == Kind.FILE else None
        if upload is None:
            continue
        try:
            version = store_file(
                by=request.acting, upload=upload, owner_kind=attachments.ENTRY, owner_id=str(room.entry.pk)
            )
        except BadFile as problem:
            sent.problems[each.field] = str(problem)
        else:
            sent.values[each.field] = {"file": version.pk, "name": version.file.name}


@requires(P.ANSWER_SURVEY)
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves the fields that a page names, as somebody types. The answer says what became of each."""
    room = room_of(request, pk)
    form = room.form
    try:
        draft = room.draft or _first_draft(request, room.entry)
        sent = read_page(_named(form, request.POST.getlist("fields")), request.POST)
        result = _save(request, draft, sent.values) if sent.values else SaveResult(draft.version)
    except SchoolwardError as refusal:
        return JsonResponse({"refused": str(refusal)}, status=409)
    reply = {
        "version": result.version,
        "saved": clock_time(clock.now()),
        "problems": sent.problems,
        "clashes": [_clash(form, each) for each in result.conflicts],
    }
    return JsonResponse(reply)


def _first_draft(request: HttpRequest, entry: Entry) -> Draft:
    """A draft for the first save; a page left open since the answer was sent must not start another."""
    if queries.has_sent(entry):
        raise NotNow("Your school's answer is sent.", do="Open it and choose to change it.")
    return answering.open_answer(by=request.acting, entry=entry)


def _named(form: Form, names: list[str]) -> list[Asked]:
    asked = []
    for name in names:
        if (question := form.questionnaire.question(name)) is None:
            raise BadInput("This is not asked.", do="Reload the page.")
        asked.append(Asked(name, question))
    return asked


def _save(request: HttpRequest, draft: Draft, changes: dict[str, Any]) -> SaveResult:
    base, key = request.POST.get("version", ""), request.POST.get("key", "")
    if not (base.isascii() and base.isdigit()) or not key:
        raise BadInput("The page did not say what it was written on.", do="Reload the page.")
    return answering.save_answer(
        by=request.acting,
        draft=draft,
        base_version=int(base[:9]),
        idempotency_key=key[:64],
        changes=changes,
    )


def _clash(form: Form, conflict: FieldConflict) -> dict[str, str]:
    question = form.questionnaire.question(conflict.field)
    return {
        "field": conflict.field,
        "mine": written(question, conflict.mine) or "nothing",
        "theirs": written(question, conflict.theirs) or "nothing",
        "name": conflict.their_name,
        "at": clock_time(datetime.fromisoformat(conflict.their_at)),
    }
