"""Watching returns: how many have answered and will have, which kinds of school are behind; chasing them."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.files.actions import store_file
from schoolward.apps.files.queries import files_of
from schoolward.apps.letters import actions
from schoolward.apps.letters import queries as letter_queries
from schoolward.apps.letters.models import Letter
from schoolward.apps.survey import attachments, watching
from schoolward.apps.survey.letters import CHOICES
from schoolward.apps.survey.models import Survey
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput
from schoolward.web.messages import say


@requires(P.VIEW_RETURNS)
def survey_returns(request: HttpRequest, pk: int) -> HttpResponse:
    """The rate by phase, type, area and size, the likely end, and letters to those who are silent."""
    survey = get_object_or_404(Survey.objects.select_related("version__questionnaire"), pk=pk)
    if request.method == "POST":
        return redirect("letter", _write(request, survey).pk)
    watched = watching.watch(survey)
    page = {
        "survey": survey,
        "watched": watched,
        "as_at": clock.now(),
        "started": [row.entry.school for row in watched.standings if row.state == "started"],
        "letters": _letters(watched) if request.acting.may(P.WRITE_LETTERS) else [],
        "written": Letter.objects.filter(kind__startswith="survey.", about=str(pk)),
    }
    return render(request, "surveys/returns.html", page)


def _letters(watched: watching.Watched) -> list[tuple[str, str, int]]:
    """The letters that make sense now: key, what it is, and how many schools it would go to."""
    counted = [(c, sum(map(c.belongs, watched.standings))) for c in CHOICES]
    return [(choice.key, choice.title, count) for choice, count in counted if count]


def _write(request: HttpRequest, survey: Survey) -> Letter:
    """A letter about the survey, begun from its template with what is attached to the survey."""
    key = request.POST.get("letter", "")
    if key not in {choice.key for choice in CHOICES}:
        raise BadInput("Choose which letter to write.", do="Go back and choose one.")
    letter = actions.start_letter(by=request.acting, kind=f"survey.{key}", about=str(survey.pk))
    if key == "invitation":
        for file in files_of(attachments.SURVEY, str(survey.pk)):
            upload = ContentFile(file.latest.content.path.read_bytes(), name=file.name)
            owner = {"owner_kind": letter_queries.FILE_OWNER, "owner_id": str(letter.pk)}
            store_file(by=request.acting, upload=upload, **owner)
    say(request, "The letter is begun. Choose who signs it under Recipients, then freeze it.")
    return letter
