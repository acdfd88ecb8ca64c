"""Officers' surveys: the list, starting one, who has answered, and opening, closing and reopening."""

from __future__ import annotations

from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.files.actions import store_file
from schoolward.apps.files.queries import files_of
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import choices_of, schools_of
from schoolward.apps.survey import actions, attachments, queries
from schoolward.apps.survey.effort import effort_of, likely_answers
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.offering import services_on_offer
from schoolward.apps.survey.questionnaire import OfferedService
from schoolward.apps.survey.questionnaire import Questionnaire as Definition
from schoolward.apps.survey.standard import standard_questionnaires
from schoolward.apps.survey.states import EntryState
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import LONDON
from schoolward.terms.errors import BadFile, BadInput, NotNow
from schoolward.web.formats import plural
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.sheets import columns_of, sheet_reply

CLOSING_HOUR = time(17)


def closing(
    answers: Answers, name: str, missing: str = "Give the day, such as 31 March 2027."
) -> datetime | None:
    """Five in the afternoon in London of the day that was given."""
    day = answers.day(name, missing)
    return datetime.combine(day, CLOSING_HOUR, LONDON) if day else None


@requires(P.VIEW_RETURNS)
def survey_list(request: HttpRequest) -> HttpResponse:
    """Every survey with how many schools have answered, the latest first."""
    rows = [(survey, *queries.counts_of(survey)) for survey in queries.surveys()]
    return render(
        request, "surveys/list.html", {"rows": rows, "may_manage": request.acting.may(P.MANAGE_SURVEYS)}
    )


@requires(P.MANAGE_SURVEYS)
def start_survey(request: HttpRequest) -> HttpResponse:
    """Prepares a survey: which questionnaire, until when, which schools; nothing goes out yet."""
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            if survey := _prepare(request, answers):
                return redirect("survey", survey.pk)
        except BadInput as problem:
            answers.errors[problem.where or "title"] = str(problem)
    services = services_on_offer()
    page = {
        "answers": answers,
        "questionnaires": [
            (key, f"{each.title}, about {plural(minutes_of(each, services), 'minute')}. {each.purpose}")
            for key, each in _choices().items()
        ],
        "schools": list(schools_of(request.acting.authority_code, open_only=True)),
        "choices": choices_of(request.acting.authority_code),
        "chosen": request.POST.getlist("school"),
        "services": len(services),
    }
    return render(request, "surveys/start.html", page, status=400 if answers.errors else 200)


def _choices() -> dict[str, Definition]:
    """What can be asked: the authority's own questionnaires as they stand, and the standard ones beside."""
    own = {row.key: queries.definition_of(row.versions.first()) for row in queries.questionnaires()}
    return standard_questionnaires() | own


def minutes_of(definition: Definition, services: list[OfferedService]) -> int:
    """About how long it takes a school that might buy two services in five."""
    likely = likely_answers(definition, services, {})
    return effort_of(queries.Form(definition, tuple(services)).pages(likely)).minutes


def _prepare(request: HttpRequest, answers: Answers) -> Survey | None:
    choices = _choices()
    key = answers.choice("questionnaire", choices, "Choose what to ask.")
    title = answers.text("title", "Give a title that heads will recognise.")
    closes_at = closing(answers, "closes_on")
    schools = _schools(request)
    if request.POST.get("who") == "all" and key and choices[key].is_pilot:
        answers.errors["school"] = "A pilot wave goes to some schools: tick those that were agreed."
    elif not schools:
        answers.errors["school"] = "Choose at least one school."
    if answers.errors:
        return None
    version = actions.save_questionnaire(by=request.acting, definition=choices[key])
    survey = actions.prepare_survey(
        by=request.acting,
        title=title,
        version=version,
        services=services_on_offer(),
        closes_at=closes_at,
        introduction=answers.text("introduction"),
        agreed_with=answers.text("agreed_with"),
    )
    actions.ask_schools(by=request.acting, survey=survey, schools=schools)
    say(request, f"Prepared for {len(schools)} schools. Look at it, then open it.")
    return survey


def _schools(request: HttpRequest) -> list[School]:
    rows = schools_of(request.acting.authority_code, open_only=True)
    if request.POST.get("who") == "all":
        return list(rows)
    urns = {int(text) for text in request.POST.getlist("school") if text.isascii() and text.isdigit()}
    return [school for school in rows if school.urn in urns]


@requires(P.VIEW_RETURNS)
def survey_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One survey: what is asked, who has answered, and what can be done with it now."""
    survey = get_object_or_404(Survey.objects.select_related("version__questionnaire"), pk=pk)
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            if _take_step(request, survey, answers):
                return redirect("survey", pk)
        except (BadInput, NotNow, BadFile) as problem:
            answers.errors[STEP_FIELD.get(request.POST.get("step", ""), "step")] = str(problem)
    rows = queries.standings(survey)
    state = request.GET.get("state", "")
    page = {
        "survey": survey,
        "form": queries.form_of(survey),
        "minutes": minutes_of(queries.definition_of(survey.version), list(queries.form_of(survey).services)),
        "rows": [row for row in rows if state in ("", row.state)],
        "counts": {each: sum(row.state == each for row in rows) for each in EntryState},
        "late": sum(row.is_late for row in rows),
        "waiting": sum(row.waiting for row in rows),
        "total": len(rows),
        "state": state,
        "states": EntryState,
        "files": files_of(attachments.SURVEY, str(survey.pk)),
        "may_manage": request.acting.may(P.MANAGE_SURVEYS),
        "answers": answers,
        "over": survey.closes_at < clock.now(),
    }
    return render(request, "surveys/survey.html", page, status=400 if answers.errors else 200)


STEP_FIELD = {"deadline": "closes_on", "reopen": "reopen_on", "attach": "file"}


def _take_step(request: HttpRequest, survey: Survey, answers: Answers) -> bool:
    """Does the step that was sent; False where an answer will not do."""
    request.acting.check(P.MANAGE_SURVEYS)
    by = request.acting
    match request.POST.get("step"):
        case "open":
            actions.open_survey(by=by, survey=survey)
            say(
                request,
                "The survey is open. Schools see it on their first page; letters go out from Letters.",
            )
        case "close":
            actions.close_survey(by=by, survey=survey)
            say(request, "The survey is closed. Schools can no longer send, unless you give one more time.")
        case "deadline":
            moment, reason = closing(answers, "closes_on"), answers.text("reason", "Say why.")
            if answers.errors:
                return False
            actions.move_deadline(by=by, survey=survey, closes_at=moment, reason=reason)
            say(request, "The deadline has moved for every school.")
        case "reopen":
            moment, reason = closing(answers, "reopen_on"), answers.text("reopen_reason", "Say why.")
            if answers.errors:
                return False
            actions.reopen_survey(by=by, survey=survey, closes_at=moment, reason=reason)
            say(request, "The survey is open again.")
        case "attach":
            if "file" not in request.FILES:
                raise BadInput("Choose a file.", do="A PDF that heads can read is best.")
            owner = {"owner_kind": attachments.SURVEY, "owner_id": str(survey.pk)}
            store_file(by=by, upload=request.FILES["file"], **owner)
            say(request, "Attached. A file of the same name becomes its next version.")
    return True


@requires(P.VIEW_RETURNS)
def survey_export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Who has answered, as CSV or Excel."""
    survey = get_object_or_404(Survey, pk=pk)
    rows = [
        (
            row.entry.school.urn,
            row.entry.school.name,
            row.entry.school.phase,
            row.state.label,
            row.sent_at.astimezone(LONDON).date() if row.sent_at else None,
            "yes" if row.is_late else "no",
            row.entry.due_at.astimezone(LONDON).date(),
        )
        for row in queries.standings(survey)
    ]
    return sheet_reply(form, f"survey-{survey.pk}-schools", EXPORTED, rows)


EXPORTED = columns_of("URN", "School", "Phase", "State", ("Sent on", "date"), "Late", ("Due on", "date"))
