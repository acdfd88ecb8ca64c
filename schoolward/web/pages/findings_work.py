"""Where findings are made: how far coding is, themes, preparing, answers as files, and replies."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.findings import actions, checks, coding, leaving, queries
from schoolward.apps.findings.models import Findings, Reply
from schoolward.apps.findings.states import ByPhase, ReplyState
from schoolward.apps.findings.tasks import PREPARE
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.queries import unfinished_jobs
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.queries import form_of
from schoolward.apps.survey.states import SurveyState
from schoolward.apps.tenancy import clock
from schoolward.publishing.spreadsheets import Sheet, SheetColumn, write_csv, write_xlsx
from schoolward.terms.errors import BadInput, SchoolwardError
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.sheets import CSV, XLSX, file_reply

FIELD_OF_STEP = {"name": "name", "retire": "because", "prepare": "summary"}


@requires(P.CODE_ANSWERS)
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one survey's findings are, and the next step."""
    found = _survey(pk)
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            if _step(request, found, answers):
                return redirect("findings_survey", pk)
        except SchoolwardError as problem:
            answers.errors[FIELD_OF_STEP.get(request.POST.get("step", ""), "step")] = str(problem)
    running = unfinished_jobs(PREPARE, request.acting.authority_code)
    running = next((job for job in running if job.payload.get("survey") == found.pk), None)
    texts = queries.texts_of(found)
    page = {
        "survey": found,
        "open": found.state == SurveyState.OPEN,
        "progress": queries.progress_of(found),
        "texts": texts,
        "waiting": sum(each.coding is None for each in texts),
        "themes": _themes(found, texts),
        "unanswered": queries.unanswered_themes(found),
        "replies": queries.replies_of(found),
        "run": queries.latest_run(found),
        "prepared": Findings.objects.filter(survey=found).defer("content").order_by("-number"),
        "running": running,
        "refusal": checks.sentence_against(checks.check_can_prepare, found, request.acting),
        "answers": answers,
        "by_phase": ByPhase.choices,
    }
    return render(request, "findings/survey.html", page, status=400 if answers.errors else 200)


def _themes(found: Survey, texts: list[queries.Text]) -> list[dict[str, Any]]:
    return [
        {
            "theme": theme,
            "decided": sum(theme in each.themes for each in texts),
            "suggested": sum(any(s.theme_id == theme.pk for s in each.suggestions) for each in texts),
        }
        for theme in queries.themes_of(found)
    ]


def _step(request: HttpRequest, found: Survey, answers: Answers) -> bool:
    """Does what was asked; False where an answer will not do."""
    by, step = request.acting, request.POST.get("step")
    if step == "gather":
        count = coding.gather_remarks(by=by, survey=found)
        say(request, f"{count} texts were taken in." if count else "There are no new texts.")
    elif step == "suggest":
        coding.suggest_themes(by=by, survey=found)
        say(request, "Themes are suggested. They decide nothing.")
    elif step == "name":
        name = answers.text("name", "Give the theme a name.")
        if answers.errors:
            return False
        coding.name_theme(by=by, survey=found, name=name, words=answers.text("words"))
        say(request, f"The theme “{name}” is ready to use.")
    elif step == "retire":
        theme = next((t for t in queries.themes_of(found) if str(t.pk) == request.POST.get("theme")), None)
        if theme is None:
            raise BadInput("Choose a theme.")
        coding.retire_theme(by=by, theme=theme, because=answers.text("because"))
        say(request, f"The theme “{theme.name}” is given up.")
    elif step == "prepare":
        say(request, _prepare(request, found))
    else:
        raise Http404
    return True


def _prepare(request: HttpRequest, found: Survey) -> str:
    """What to say: all schools together are prepared at once, in seconds; by phase, in the background."""
    checks.check_can_prepare(found, request.acting)
    summary = request.POST.get("summary", "").strip()
    asked = request.POST.get("by_phase", "")
    by_phase = ByPhase(asked) if asked in ByPhase.values else ByPhase.NONE
    if by_phase == ByPhase.NONE:
        row = actions.prepare_findings(by=request.acting, survey=found, by_phase=by_phase, summary=summary)
        return f"Findings number {row.number} are prepared. Somebody else publishes them."
    last = Findings.objects.filter(survey=found).order_by("-number").values_list("number", flat=True).first()
    payload = {
        "survey": found.pk,
        "by_phase": str(by_phase),
        "summary": summary,
        "after": last or 0,
        "member": request.acting.membership_id,
    }
    enqueue(PREPARE, by=request.acting, authority=request.acting.authority, payload=payload)
    return "The findings are being prepared. You can leave this page."


# Answers as files ----------------------------------------------------------------------------------------


@requires(P.CODE_ANSWERS)
def answers_out(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Every sent answer as `csv` or `xlsx`; its codebook as `json`; as `zip` for `schoolward demand`."""
    found = _survey(pk)
    name = f"answers-{found.pk}"
    if form == "zip":
        return file_reply(
            _zipped(leaving.contract_of(found).files()), f"{name}-contract.zip", "application/zip"
        )
    if form == "json":
        text = json.dumps(leaving.codebook_document(found), ensure_ascii=False, indent=1)
        return file_reply(text.encode(), f"{name}-codebook.json", "application/json")
    variables = leaving.variables_of(form_of(found))
    heads = [*leaving.SCHOOL_FACTS, *(each.name for each in variables)]
    columns = [SheetColumn(head) for head in heads]
    rows = leaving.answer_rows(found, variables)
    if form == "csv":
        return file_reply(write_csv(columns, rows), f"{name}.csv", CSV)
    if form == "xlsx":
        book = [SheetColumn(head) for head in leaving.CODEBOOK_COLUMNS]
        sheets = [
            Sheet("Answers", columns, rows),
            Sheet("Codebook", book, leaving.codebook_rows(found, variables)),
        ]
        return file_reply(write_xlsx(sheets, made_on=clock.today()), f"{name}.xlsx", XLSX)
    raise Http404


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


# You said, we did ----------------------------------------------------------------------------------------


@requires(P.CODE_ANSWERS)
def replies(request: HttpRequest, pk: int) -> HttpResponse:
    """What schools said and what is done about it, and the form to write another."""
    found = _survey(pk)
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            if _write(request, found, answers):
                return redirect("findings_replies", pk)
        except BadInput as problem:
            answers.errors["did"] = str(problem)
    page = {
        "survey": found,
        "replies": queries.replies_of(found),
        "unanswered": queries.unanswered_themes(found),
        "themes": [("", "No theme")] + [(t.pk, t.name) for t in queries.themes_of(found)],
        "states": ReplyState.choices,
        "links": [("", "Nothing yet"), *queries.link_choices()],
        "answers": answers,
        "changed": Reply.objects.filter(
            survey=found, replaced_at=None, pk=_number(request.GET.get("change", ""))
        ).first(),
    }
    return render(request, "findings/replies.html", page, status=400 if answers.errors else 200)


def _write(request: HttpRequest, found: Survey, answers: Answers) -> bool:
    said = answers.text("said", "Say what schools said.")
    did = answers.text("did", "Say what is done, or why not.")
    state = answers.choice("state", ReplyState.values, "Choose what becomes of it.")
    due_on = answers.day("due_on")
    if answers.errors:
        return False
    themes = {str(theme.pk): theme for theme in queries.themes_of(found)}
    older = Reply.objects.filter(
        survey=found, replaced_at=None, pk=_number(request.POST.get("instead_of", ""))
    ).first()
    actions.write_reply(
        by=request.acting,
        survey=found,
        theme=themes.get(answers.text("theme")),
        said=said,
        did=did,
        state=ReplyState(state),
        due_on=due_on,
        links=[link for link in request.POST.getlist("link") if link],
        instead_of=older,
    )
    say(request, "The reply is written. Readers of the findings see it at once.")
    return True


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _survey(pk: int) -> Survey:
    rows = Survey.objects.select_related("version__questionnaire", "authority")
    return get_object_or_404(rows.exclude(state=SurveyState.PREPARING), pk=pk)
