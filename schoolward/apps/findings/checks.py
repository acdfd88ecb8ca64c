"""May this person, and may anyone now? Each check raises a sentence fit for the screen."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.findings.models import Findings, Redaction, Remark, Theme
from schoolward.apps.findings.states import FINDINGS_MOVES, FindingsState
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.states import SurveyState
from schoolward.terms.errors import NotAllowed, NotNow


def check_can_code(by: Acting) -> None:
    """Those who code answers; nobody codes in the system's name."""
    by.check(Permission.CODE_ANSWERS)
    if by.membership_id is None:
        raise NotAllowed("A person decides what a text is about.", do="Sign in to code it.")


def check_can_decide(remark: Remark, by: Acting) -> None:
    """As for coding, while the text is still what the school says."""
    check_can_code(by)
    if remark.superseded_at:
        raise NotNow("The school has changed this text since.", do="Code the text that it sent last.")


def check_can_name(theme_survey: Survey, theme: Theme) -> None:
    """A theme is used for the texts of its own survey, until it is given up."""
    if theme.survey_id != theme_survey.pk:
        raise NotNow(f"“{theme.name}” is a theme of another survey.")
    if theme.retired_at:
        raise NotNow(f"“{theme.name}” was given up.", do="Choose another theme.")


def check_can_lift(redaction: Redaction, by: Acting) -> None:
    """Once, by those who code."""
    check_can_code(by)
    if redaction.lifted_at:
        raise NotNow("This passage is printed again already.")


def check_can_prepare(survey: Survey, by: Acting) -> None:
    """Those who code answers, once the survey is closed: a figure that still moves is no finding."""
    by.check(Permission.CODE_ANSWERS)
    if survey.state != SurveyState.CLOSED:
        raise NotNow(
            "Findings are prepared once the survey is closed.",
            do="Close it first; late returns can be entered until then.",
        )


def check_can_move(findings: Findings, by: Acting, to: FindingsState) -> None:
    """Those who publish findings, along the moves there are."""
    by.check(Permission.PUBLISH_FINDINGS)
    if to not in FINDINGS_MOVES[FindingsState(findings.state)]:
        raise NotNow(
            f"These findings are {findings.get_state_display().lower()}, "
            f"so they cannot become {FindingsState(to).label.lower()}."
        )


def check_can_publish(findings: Findings, by: Acting) -> None:
    """As above, and by somebody other than who prepared them: two people look."""
    check_can_move(findings, by, FindingsState.PUBLISHED)
    if by.membership_id is not None and findings.prepared_by_id == by.membership_id:
        raise NotNow("You prepared these findings, so somebody else publishes them.", do="Ask a colleague.")


def may_read(findings: Findings, by: Acting) -> bool:
    """Published ones, everybody who reads papers; others, those who prepare or publish them."""
    if findings.state == FindingsState.PUBLISHED:
        return by.may(Permission.VIEW_PAPERS)
    return by.may(Permission.CODE_ANSWERS) or by.may(Permission.PUBLISH_FINDINGS)


def sentence_against(check, *args) -> str:
    """The sentence with which `check` refuses, or an empty string where it does not."""
    try:
        check(*args)
    except (NotAllowed, NotNow) as refusal:
        return str(refusal)
    return ""
