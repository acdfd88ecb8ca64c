"""Whose files they are: what goes out with a survey, what a school attaches, and scans of paper."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.files.owners import FileOwner, register_file_owner
from schoolward.apps.register.queries import own_schools
from schoolward.apps.survey import checks, queries
from schoolward.apps.survey.models import Entry, Survey
from schoolward.apps.survey.states import SurveyState
from schoolward.terms.errors import NotAllowed

SURVEY, ENTRY, SCAN = "survey.survey", "survey.entry", "survey.scan"
_NOT_YOURS = "You may not read this file."


def register() -> None:
    """Called once from `ready()`."""
    register_file_owner(FileOwner(SURVEY, _check_read_survey, _check_change_survey))
    register_file_owner(FileOwner(ENTRY, _check_read_entry, _check_change_entry))
    register_file_owner(FileOwner(SCAN, _check_read_scan, _check_change_scan))


def _check_read_survey(owner_id: str, by: Acting) -> None:
    """Officers; and the people of schools that are asked, once the survey is open."""
    if by.may(Permission.VIEW_RETURNS):
        return
    schools = [school.pk for school in own_schools(by)]
    asked = Entry.objects.filter(survey=int(owner_id), school__in=schools)
    if not asked.exclude(survey__state=SurveyState.PREPARING).exists():
        raise NotAllowed(_NOT_YOURS)


def _check_change_survey(owner_id: str, by: Acting) -> None:
    """While it is being prepared; a later version of an open survey's letter is a new version of the file."""
    by.check(Permission.MANAGE_SURVEYS)
    Survey.objects.get(pk=int(owner_id))


def _check_read_entry(owner_id: str, by: Acting) -> None:
    """The school's people; officers only once the school has sent an answer."""
    entry = _entry(owner_id)
    if checks.acts_for(by, entry.school):
        return
    by.check(Permission.VIEW_RETURNS)
    if not queries.has_sent(entry):
        raise NotAllowed(_NOT_YOURS)


def _check_change_entry(owner_id: str, by: Acting) -> None:
    checks.check_can_answer(_entry(owner_id), by)


def _check_read_scan(owner_id: str, by: Acting) -> None:
    if not checks.acts_for(by, _entry(owner_id).school):
        by.check(Permission.VIEW_RETURNS)


def _check_change_scan(owner_id: str, by: Acting) -> None:
    checks.check_can_enter(_entry(owner_id), by)


def _entry(owner_id: str) -> Entry:
    return Entry.objects.select_related("survey", "school").get(pk=int(owner_id))
