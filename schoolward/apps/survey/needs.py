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
from schoolward.apps.survey.models import CoSignature, Entry, Extension, Return
from schoolward.apps.survey.states import ExtensionState, ReturnState, SurveyState
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import LONDON
from schoolward.terms.errors import NotAllowed, NotNow


def survey_needs(by: Acting) -> Iterator[Need]:
    """Surveys to answer, to send and to co-sign; for officers, more time asked for and returns to compare."""
    if by.may(Permission.ANSWER_SURVEY):
        yield from _for_schools(queries.entries_of(by), by)
    if by.may(Permission.MANAGE_SURVEYS):
        yield from _for_officers()


def _for_schools(entries: list[Entry], by: Acting) -> Iterator[Need]:
    """In as many questions to the database for a trust's thirty schools as for one."""
    sent = queries.versions_that_count(entries)
    unsigned = _unsigned(entries, sent, by) if by.may(Permission.COSIGN_SURVEY) else set()
    waiting = _waiting(sent) if by.may(Permission.SEND_SURVEY) else set()
    for entry in entries:
        url = reverse("answering", args=[entry.pk])
        if entry.pk not in sent and _may_answer(entry, by):
            yield _to_answer(entry, url)
        if entry.pk in unsigned:
            yield Need(f"Co-sign the answer of {entry.school.name} to the {_lower(entry.survey.title)}", url)
        if entry.pk in waiting:
            yield Need(f"Two answers came from {entry.school.name}: say which counts", url, urgency=1)


def _to_answer(entry: Entry, url: str) -> Need:
    verb = "Go on with" if entry.started_at else "Answer"
    sentence = f"{verb} the {_lower(entry.survey.title)} for {entry.school.name}, due {_due(entry.due_at)}"
    return Need(sentence, url, _day(entry.due_at), 1 if clock.now() > entry.due_at else 2)


def _unsigned(entries: list[Entry], sent: dict[int, int], by: Acting) -> set[int]:
    """Those whose answer, in a survey that is open, waits for this person's name beside it."""
    asked = {entry.pk for entry in entries if entry.pk in sent and entry.survey.state == SurveyState.OPEN}
    if not asked:
        return asked
    signed = CoSignature.objects.filter(version__in=[sent[pk] for pk in asked], signed_by_id=by.membership_id)
    done = set(signed.values_list("version_id", flat=True))
    return {pk for pk in asked if sent[pk] not in done}


def _waiting(sent: dict[int, int]) -> set[int]:
    """Those from whom a second answer came."""
    if not sent:
        return set()
    rows = Return.objects.filter(entry__in=list(sent), state=ReturnState.WAITING)
    return set(rows.values_list("entry_id", flat=True))


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
