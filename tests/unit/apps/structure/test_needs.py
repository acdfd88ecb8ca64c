"""What structures ask on the first page: money that is about to end."""

from datetime import date

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.structure import actions, bridge
from schoolward.apps.structure.needs import structure_needs
from schoolward.apps.tenancy import clock
from tests.factories.people import make_member
from tests.factories.structures import make_today

pytestmark = pytest.mark.django_db
ENDS = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("day", "urgency"), [(date(2026, 11, 26), 3), (date(2027, 2, 1), 2), (ENDS, 2)], ids=str
)
def test_grant_that_ends_is_told_with_the_day_and_the_way_to_what_goes_with_it(
    finance, version, day, urgency
):
    with clock.frozen_at(day):
        (need,) = structure_needs(finance)
    assert need.sentence == "Grant, £110,000 a year, ends: see what goes with it"
    assert (need.due_on, need.urgency) == (ENDS, urgency)
    assert need.url == f"/structure/{version.structure_id}/grants/"


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2027, 4, 1)], ids=["far off", "over"])
def test_grant_that_ends_later_or_has_ended_is_not_told(finance, version, day):
    with clock.frozen_at(day):
        assert list(structure_needs(finance)) == []


def test_newest_version_counts(finance, version):
    actions.keep_version(
        by=finance,
        structure=version.structure,
        base_number=version.number,
        content=bridge.without_record(bridge.from_document(version.content), "funding", "Grant"),
        because="It was taken back",
    )
    with clock.frozen_at(date(2026, 11, 26)):
        assert list(structure_needs(finance)) == []


@pytest.mark.parametrize("role", ["adviser", "director"])
def test_who_may_not_model_structures_or_leads_the_core_and_who_has_none_is_told_nothing(
    authority, finance, role
):
    assert list(structure_needs(finance)) == []
    with clock.frozen_at(date(2026, 11, 26)):
        make_today(finance)
        other = Acting.of(make_member(authority, role, "Ada Reed"))
        assert list(structure_needs(other)) == []
