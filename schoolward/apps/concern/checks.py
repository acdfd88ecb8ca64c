"""May this person, and may anyone now? Each check raises a sentence fit for the screen."""

from __future__ import annotations

from datetime import date

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.concern.models import CategoryRecord, Panel
from schoolward.apps.concern.states import CATEGORY_MOVES, CATEGORY_WORDS, CategoryState
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotNow


def check_can_decide(school: School, by: Acting) -> None:
    """Core staff, for a school of their own authority."""
    by.check(Permission.DECIDE_CONCERN)
    _check_own(school, by)


def check_can_record_knowledge(school: School, by: Acting) -> None:
    """Those trusted with what officers know, for a school of their own authority."""
    by.check(Permission.RECORD_LOCAL_KNOWLEDGE)
    _check_own(school, by)


def check_can_move(record: CategoryRecord, to: CategoryState, by: Acting) -> None:
    """A category is proposed, then discussed with the head, then agreed: never in another order."""
    by.check(Permission.AGREE_CATEGORY)
    state = CategoryState(record.state)
    if to not in CATEGORY_MOVES[state]:
        raise NotNow(
            f"This category is at '{CATEGORY_WORDS[state]}', so it cannot go to '{CATEGORY_WORDS[to]}'.",
            do="A category is proposed, then discussed with the head, then agreed.",
        )


def check_can_minute(panel: Panel, by: Acting) -> None:
    """While the minutes are open."""
    by.check(Permission.RUN_PANEL)
    if panel.closed_at:
        raise NotNow("The minutes of this panel are closed.", do="Hold another panel, or record a decision.")


def check_not_in_future(day: date, noun: str) -> None:
    """What is recorded has happened."""
    if day > clock.today():
        raise BadInput(f"The {noun} is in the future.", do="Give today's date or an earlier one.")


def _check_own(school: School, by: Acting) -> None:
    if school.authority_code != by.authority_code:
        raise NotNow(f"{school.name} is not one of this authority's schools.", do="Choose one that is.")
