"""A category is proposed, discussed with the head, and only then agreed."""

from datetime import date

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.concern import actions
from schoolward.apps.concern.models import Category
from schoolward.apps.concern.states import CATEGORY_MOVES, CATEGORY_WORDS, CategoryState
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput, NotAllowed, NotNow
from tests.factories.people import make_authority, make_member
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    authority = make_authority(901)
    with scope(authority):
        yield authority


@pytest.fixture
def adviser(authority):
    by = Acting.of(make_member(authority, "adviser"))
    actions.open_categories(by=by)
    return by


@pytest.fixture
def proposed(adviser):
    return actions.propose_category(
        by=adviser,
        school=make_school(),
        exam_year=2027,
        category=Category.objects.get(key="targeted"),
        because="Maths fell.",
        evidence=[{"code": "trend_falling"}],
    )


def talk(by, row, **other):
    said = {"on": date(2026, 10, 14), "spoken_with": "the head", "head_agrees": True, "head_view": ""}
    with clock.frozen_at(date(2026, 11, 1)):
        return actions.record_conversation(by=by, row=row, **(said | other))


def test_every_state_has_its_moves_and_words():
    assert set(CATEGORY_MOVES) == set(CATEGORY_WORDS) == set(CategoryState)


def test_agree_category_before_a_conversation_is_refused(adviser, proposed):
    with pytest.raises(NotNow, match="proposed, then discussed"):
        actions.agree_category(by=adviser, row=proposed, category=proposed.proposed, because="")


def test_agree_category_after_a_conversation_is_kept(adviser, proposed):
    row = actions.agree_category(
        by=adviser, row=talk(adviser, proposed), category=proposed.proposed, because=""
    )
    assert (row.state, row.agreed.key, row.agreed_by_id) == ("agreed", "targeted", adviser.membership_id)


def test_agree_category_other_than_proposed_needs_a_reason(adviser, proposed):
    row = talk(adviser, proposed)
    secure = Category.objects.get(key="secure")
    with pytest.raises(BadInput, match="not the category that was proposed"):
        actions.agree_category(by=adviser, row=row, category=secure, because=" ")
    assert (
        actions.agree_category(by=adviser, row=row, category=secure, because="New maths lead.").agreed
        == secure
    )


def test_conversation_in_which_the_head_disagrees_needs_the_heads_view(adviser, proposed):
    with pytest.raises(BadInput, match="head's view"):
        talk(adviser, proposed, head_agrees=False)


def test_conversation_in_the_future_is_refused(adviser, proposed):
    with pytest.raises(BadInput, match="future"):
        talk(adviser, proposed, on=date(2026, 12, 1))


def test_agreed_category_cannot_be_proposed_again(adviser, proposed):
    actions.agree_category(by=adviser, row=talk(adviser, proposed), category=proposed.proposed, because="")
    with pytest.raises(NotNow):
        actions.propose_category(
            by=adviser,
            school=proposed.school,
            exam_year=2027,
            category=proposed.proposed,
            because="Again.",
            evidence=[],
        )


def test_propose_category_by_a_panel_member_is_refused(authority, adviser):
    member = Acting.of(make_member(authority, "panel_member", "Pat Vale"))
    with pytest.raises(NotAllowed):
        actions.propose_category(
            by=member,
            school=make_school(),
            exam_year=2027,
            category=Category.objects.first(),
            because="x",
            evidence=[],
        )


def test_panel_action_without_an_owner_is_refused(authority, adviser):
    director = Acting.of(make_member(authority, "director", "Di Rowe"))
    panel = actions.hold_panel(
        by=director, held_on=date(2026, 10, 1), title="Autumn", present="Di Rowe, improvement"
    )
    with pytest.raises(BadInput, match="what, who and by when"):
        actions.minute_school(
            by=director, panel=panel, school=make_school(), minute="Spoken of.", action="Visit"
        )


def test_closed_panel_takes_no_more_minutes(authority, adviser):
    director = Acting.of(make_member(authority, "director", "Di Rowe"))
    panel = actions.hold_panel(
        by=director, held_on=date(2026, 10, 1), title="Autumn", present="Di Rowe, improvement"
    )
    actions.close_panel(by=director, panel=panel)
    with pytest.raises(NotNow, match="closed"):
        actions.minute_school(by=director, panel=panel, school=make_school(), minute="Too late.")
