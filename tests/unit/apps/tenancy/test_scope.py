"""One authority's things are never another's; without a scope nothing is answered."""

from datetime import UTC, date, datetime

import pytest

from schoolward.apps.accounts.models import Membership
from schoolward.apps.tenancy import clock, scope
from schoolward.apps.tenancy.scope import ScopeMissing, WrongScope, every_authority
from schoolward.terms.calendar import LONDON
from tests.factories.people import make_authority, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    here, there = make_authority(901, "Here"), make_authority(902, "There")
    return make_member(here, "adviser", "Ann Reed"), make_member(there, "adviser", "Ben Moss")


def test_without_a_scope_every_question_raises(two):
    for ask in (
        lambda: list(Membership.objects.all()),
        lambda: Membership.objects.count(),
        lambda: Membership.objects.create(person=two[0].person),
        lambda: two[0].refresh_from_db(),
        lambda: two[0].delete(),
    ):
        with pytest.raises(ScopeMissing):
            ask()


def test_a_scope_answers_for_its_authority_alone(two):
    ann, ben = two
    with scope.scope(ann.authority):
        assert list(Membership.objects.all()) == [ann]
        assert not Membership.objects.filter(pk=ben.pk).exists()
        assert Membership.objects.update(ends_on=date(2030, 1, 1)) == 1
        with pytest.raises(Membership.DoesNotExist):
            ben.refresh_from_db()
    with every_authority("the test looks at everything"):
        assert set(Membership.objects.all()) == {ann, ben}
        assert Membership.objects.get(pk=ben.pk).ends_on is None


def test_what_is_made_in_a_scope_belongs_there(two):
    ann, ben = two
    fields = {"person": ann.person, "organisation": ann.organisation, "starts_on": date(2026, 1, 1)}
    with scope.scope(ann.authority):
        assert Membership.objects.create(role="analyst", **fields).authority == ann.authority
        with pytest.raises(WrongScope):
            Membership.objects.create(role="director", authority=ben.authority, **fields)
        with pytest.raises(WrongScope):
            Membership.objects.bulk_create([Membership(role="director", authority=ben.authority, **fields)])


def test_scopes_nest_and_are_left_even_by_an_error(two):
    ann, ben = two
    with scope.scope(ann.authority):
        with pytest.raises(AssertionError, match="broken off"), scope.scope(ben.authority):
            assert scope.current_authority() != ben.authority, "broken off"
        assert scope.current_authority() == ann.authority
    with pytest.raises(ScopeMissing):
        scope.current_authority()
    with every_authority("the test asks for one"), pytest.raises(ScopeMissing):
        scope.current_authority()


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 1, 23, 30, tzinfo=UTC), date(2026, 12, 1)),
    ],
)
def test_the_day_is_londons(utc, day):
    with clock.frozen_at(utc.astimezone(LONDON)):
        assert clock.today() == day


def test_security_never_asks_the_shifted_clock(settings):
    settings.SCHOOLWARD_TODAY = date(2020, 1, 1)
    assert clock.today() == date(2020, 1, 1)
    assert clock.real_now().year >= 2026
