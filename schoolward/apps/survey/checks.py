"""May this person, and may anyone now? Each check raises a sentence fit for the screen."""

from __future__ import annotations

from datetime import datetime

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.register.models import School
from schoolward.apps.survey.deadline import due_words
from schoolward.apps.survey.models import CoSignature, Entry, Extension, Return, ReturnVersion, Survey
from schoolward.apps.survey.states import (
    EXTENSION_MOVES,
    RETURN_MOVES,
    SURVEY_MOVES,
    ExtensionState,
    ReturnState,
    SurveyState,
)
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotAllowed, NotNow


def acts_for(by: Acting, school: School) -> bool:
    """True for somebody of the school itself, or of the trust that it belongs to today."""
    if by.organisation is None or by.role not in roles.BY_KEY:
        return False
    match roles.BY_KEY[by.role].organisation_kind:
        case roles.SCHOOL:
            return by.organisation.pk == school.organisation_id
        case roles.TRUST:
            return bool(school.trust_code) and by.organisation.trust_code == school.trust_code
    return False


def check_can_see(entry: Entry, by: Acting) -> None:
    """The school's own people, whatever the survey's state, once it was opened."""
    by.check(Permission.ANSWER_SURVEY)
    if not acts_for(by, entry.school):
        raise NotAllowed(f"You do not act for {entry.school.name}.")
    if entry.survey.state == SurveyState.PREPARING:
        raise NotNow("This survey is not open yet.", do="You will get a letter when it opens.")


def check_can_answer(entry: Entry, by: Acting) -> None:
    """The school's own people, while the survey is open or the school has more time."""
    check_can_see(entry, by)
    now = clock.now()
    if entry.survey.state == SurveyState.CLOSED and not _has_more_time(entry, now):
        raise NotNow(
            f"This survey was closed on {due_words(entry.survey.closed_at)}.",
            do="Ask the authority to reopen it for your school, with a reason.",
        )


def check_can_change(entry: Entry, by: Acting, *, has_sent: bool) -> None:
    """As for answering; what was sent is changed only before the school's deadline."""
    check_can_answer(entry, by)
    if has_sent and clock.now() > entry.due_at:
        raise NotNow(
            f"The deadline was {due_words(entry.due_at)}, and your school's answer is sent.",
            do="Ask for more time, with a reason, to change it.",
        )


def check_can_send(entry: Entry, by: Acting, *, has_sent: bool) -> None:
    """The head, or the trust for its schools."""
    check_can_see(entry, by)
    by.check(Permission.SEND_SURVEY)
    check_can_change(entry, by, has_sent=has_sent)


def check_can_co_sign(version: ReturnVersion, by: Acting) -> None:
    """The chair, of the version sent last of the return that counts; at any time, and once."""
    entry = version.returned.entry
    check_can_see(entry, by)
    by.check(Permission.COSIGN_SURVEY)
    if version.returned.state != ReturnState.NOMINATED or version.number != version.returned.latest.number:
        raise NotNow("A newer answer was sent since.", do="Read that one, then co-sign it.")
    if CoSignature.objects.filter(version=version, signed_by_id=by.membership_id).exists():
        raise NotNow("You have co-signed this answer already.")


def check_can_ask_for_time(entry: Entry, by: Acting, until: datetime) -> None:
    """The school's own people, for a moment ahead, once at a time."""
    check_can_see(entry, by)
    _check_later(entry, until)
    if entry.extensions.filter(state=ExtensionState.ASKED).exists():
        raise NotNow("Your school has asked for more time already.", do="Wait for the answer.")


def check_can_extend(entry: Entry, by: Acting, until: datetime) -> None:
    """Officers who manage surveys, for a moment later than the school's deadline and ahead of now."""
    by.check(Permission.MANAGE_SURVEYS)
    if entry.survey.state == SurveyState.PREPARING:
        raise NotNow("This survey is not open yet.", do="Change its deadline instead.")
    _check_later(entry, until)


def check_can_decide(extension: Extension, by: Acting, to: ExtensionState) -> None:
    """Officers who manage surveys; a request is decided once."""
    by.check(Permission.MANAGE_SURVEYS)
    if to not in EXTENSION_MOVES[ExtensionState(extension.state)]:
        raise NotNow("This request was decided already.")


def check_can_manage(survey: Survey, by: Acting) -> None:
    """Officers who manage surveys, while the survey is being prepared."""
    by.check(Permission.MANAGE_SURVEYS)
    if survey.state != SurveyState.PREPARING:
        raise NotNow(
            "This survey is open: what is asked can no longer be changed.", do="Close it and prepare another."
        )


def check_can_move(survey: Survey, by: Acting, to: SurveyState) -> None:
    """Officers who manage surveys, along the moves there are."""
    by.check(Permission.MANAGE_SURVEYS)
    if to not in SURVEY_MOVES[SurveyState(survey.state)]:
        raise NotNow(
            f"This survey is at '{SurveyState(survey.state).label}', "
            f"so it cannot go to '{SurveyState(to).label}'."
        )
    if survey.state == SurveyState.PREPARING and survey.closes_at <= clock.now():
        raise NotNow("The deadline is over before the survey opens.", do="Give a later one.")
    if survey.state == SurveyState.PREPARING and not survey.entries.exists():
        raise NotNow("No school is asked yet.", do="Choose schools first.")


def check_can_enter(entry: Entry, by: Acting) -> None:
    """Officers who enter returns that came on paper or as a workbook: nothing that arrives is refused."""
    by.check(Permission.ENTER_RETURNS)
    if entry.survey.state == SurveyState.PREPARING:
        raise NotNow("This survey is not open yet.", do="Open it, then enter what came back.")


def check_can_settle(returned: Return, by: Acting, to: ReturnState) -> None:
    """Whoever sends for the school, or enters returns for the authority, says which return counts."""
    entry = returned.entry
    if not (acts_for(by, entry.school) and by.may(Permission.SEND_SURVEY)):
        by.check(Permission.ENTER_RETURNS)
    if to not in RETURN_MOVES[ReturnState(returned.state)]:
        raise NotNow(
            f"This return is at '{ReturnState(returned.state).label}', "
            f"so it cannot go to '{ReturnState(to).label}'."
        )


def check_reason(reason: str) -> str:
    """The reason without outer spaces; BadInput where there is none."""
    if not reason.strip():
        raise BadInput("Give the reason.", do="A sentence is enough; it is kept with the change.")
    return reason.strip()


def _has_more_time(entry: Entry, now: datetime) -> bool:
    return entry.extended_until is not None and now <= entry.extended_until


def _check_later(entry: Entry, until: datetime) -> None:
    if until <= clock.now():
        raise BadInput("More time must end in the future.", do="Give a later day.")
    if until <= entry.due_at:
        raise BadInput(
            f"The school has until {due_words(entry.due_at)} already.", do="Give a later day than that."
        )
