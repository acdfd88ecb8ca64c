"""Roles in force on a day, against a dull reading of their dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.queries import choose_membership, in_force
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.calendar import LONDON
from tests.factories.people import make_authority, make_organisation, make_person

FIRST = date(2026, 8, 20)
DAYS = st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))
SPANS = st.tuples(DAYS, st.none() | st.integers(0, 12), st.booleans())


def _dull(starts_on, length, stopped, day):
    """Whether a role holds on the day, read off slowly: stopped means not on its last day."""
    if length is None:
        return day >= starts_on
    last = starts_on + timedelta(days=length)
    held = {starts_on + timedelta(days=n) for n in range(length + 1)}
    return day in (held - {last} if stopped else held)


@pytest.mark.django_db
class TestInForce(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.lists(SPANS, min_size=1, max_size=6), DAYS)
    def test_roles_in_force_are_those_whose_days_hold_the_day(self, spans, day):
        authority = make_authority()
        organisation, person = make_organisation("authority", authority), make_person()
        with scope(authority):
            made = Membership.objects.bulk_create(
                Membership(
                    authority=authority,
                    person=person,
                    organisation=organisation,
                    role=role,
                    starts_on=start,
                    ends_on=None if length is None else start + timedelta(days=length),
                    stopped_at=clock.now().astimezone(LONDON) if stopped and length is not None else None,
                )
                for role, (start, length, stopped) in zip(ROLES, spans, strict=False)
            )
            wanted = {m.pk for m, span in zip(made, spans, strict=True) if _dull(*span, day)}
            assert {m.pk for m in in_force(Membership.objects.all(), day)} == wanted
        with clock.frozen_at(day):
            alone = choose_membership(person, None)
            assert (alone.pk if alone else None) == (next(iter(wanted)) if len(wanted) == 1 else None)
            assert all((choose_membership(person, m.pk) is not None) == (m.pk in wanted) for m in made)


ROLES = ("director", "adviser", "analyst", "administrator", "hr_lead", "finance_officer")
