"""What surveys ask of a person now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import Need
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.survey import checks, queries
from schoolward.apps.survey.deadline import due_words
from schoolward.apps.survey.models import CoSignature, Entry, Extension, Return, ReturnVersion
from schoolward.apps.survey.states import ExtensionState, ReturnState, SurveyState
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import LONDON
from schoolward.terms.errors import NotAllowed, NotNow


def survey_needs(by: Acting) -> Iterator[Need]:
    """Surveys to answer, to send and to co-sign; for officers, more time asked for and returns to compare."""
    if by.may(Permission.ANSWER_SURVEY):
        for entry in queries.entries_of(by):
            yield from _for_school(entry, by)
    if by.may(Permission.MANAGE_SURVEYS):
        yield from _for_officers()


def _for_school(entry: Entry, by: Acting) -> Iterator[Need]:
    url = reverse("answering", args=[entry.pk])
    version = queries.nominated_version(entry)
    if version is None:
        if _may_answer(entry, by):
            verb = "Go on with" if entry.started_at else "Answer"
            sentence = (
                f"{verb} the {_lower(entry.survey.title)} for {entry.school.name}, due {_due(entry.due_at)}"
            )
            yield Need(sentence, url, _day(entry.due_at), 1 if clock.now() > entry.due_at else 2)
        return
    if by.may(Permission.COSIGN_SURVEY) and entry.survey.state == SurveyState.OPEN and _unsigned(version, by):
        yield Need(f"Co-sign the answer of {entry.school.name} to the {_lower(entry.survey.title)}", url)
    waiting = Return.objects.filter(entry=entry, state=ReturnState.WAITING)
    if by.may(Permission.SEND_SURVEY) and waiting.exists():
        yield Need(f"Two answers came from {entry.school.name}: say which counts", url, urgency=1)


def _for_officers() -> Iterator[Need]:
    about = ("entry__survey_id", "entry__survey__title", "entry__school__urn", "entry__school__name")
    asked = Extension.objects.filter(state=ExtensionState.ASKED).order_by("asked_at")
    for survey_id, title, urn, name, until in asked.values_list(*about, "until"):
        sentence = f"{name} asks for more time for the {_lower(title)}"
        yield Need(sentence, reverse("survey_school", args=[survey_id, urn]), _day(until))
    waiting = Return.objects.filter(state=ReturnState.WAITING).order_by("pk")
    for survey_id, _, urn, name in waiting.values_list(*about):
        yield Need(
            f"Two answers came from {name}: compare them", reverse("survey_school", args=[survey_id, urn])
        )


def _unsigned(version: ReturnVersion, by: Acting) -> bool:
    return not CoSignature.objects.filter(version=version, signed_by_id=by.membership_id).exists()


def _may_answer(entry: Entry, by: Acting) -> bool:
    try:
        checks.check_can_answer(entry, by)
    except (NotAllowed, NotNow):
        return False
    return True


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _due(moment: datetime) -> str:
    return due_words(moment, clock.today())


def _day(moment: datetime):
    return moment.astimezone(LONDON).date()
