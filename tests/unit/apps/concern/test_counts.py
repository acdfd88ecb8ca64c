"""The first page's counts of schools causing concern are those of the list, read school by school."""

from datetime import UTC, date, datetime

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import needs_of
from schoolward.apps.concern import actions, queries
from schoolward.apps.concern.models import ProposalRun, ProposedStatus
from schoolward.apps.concern.states import Capacity, Status
from schoolward.apps.tenancy import clock
from tests.factories.people import make_member
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db
TODAY, SUMMER = date(2026, 11, 23), date(2026, 6, 1)


@pytest.fixture
def adviser(authority):
    return make_member(authority, "adviser")


@pytest.fixture
def schools():
    return [make_school(900001 + n) for n in range(4)]


def make_list(as_at: date, *statuses: Status) -> ProposalRun:
    """A list as worked out for the day, of schools from 900001 on."""
    keys = {"data_edition": "d", "rules_edition": "r", "local_digest": "", "version": "1"}
    computed_at = datetime(as_at.year, as_at.month, as_at.day, 9, tzinfo=UTC)
    run = ProposalRun.objects.create(as_at=as_at, computed_at=computed_at, **keys)
    for n, status in enumerate(statuses):
        urn = 900001 + n
        ProposedStatus.objects.create(run=run, urn=urn, name=f"School {urn}", status=status, working={})
    return run


def decide(by, school, on: date, status: Status, review_on: date):
    with clock.frozen_at(on):
        actions.decide_status(
            by=Acting.of(by),
            school=school,
            status=status,
            reason="Agreed.",
            capacity=Capacity.NOT_JUDGED,
            capacity_evidence="",
            review_on=review_on,
            proposal=None,
        )


def test_counts_are_those_of_the_list_on_each_of_two_days(adviser, schools):
    make_list(SUMMER, Status.CONCERN, Status.WATCH, Status.NONE, Status.UNKNOWN)
    make_list(date(2026, 9, 1), *[Status.CONCERN] * 4)
    run = make_list(TODAY, Status.CONCERN, Status.CONCERN, Status.NONE, Status.UNKNOWN)
    decide(adviser, schools[0], date(2026, 5, 1), Status.WATCH, date(2026, 10, 1))
    decide(adviser, schools[1], date(2026, 7, 1), Status.CONCERN, date(2026, 11, 1))
    decide(adviser, schools[0], date(2026, 8, 1), Status.CONCERN, date(2026, 12, 1))
    now, before = queries.counts_of(run, 120)
    assert now.by_status == {"concern": 2, "watch": 0, "unknown": 1, "none": 1}
    assert (before.as_at, before.by_status) == (SUMMER, {"concern": 0, "watch": 2, "unknown": 1, "none": 1})
    for counts, listed in ((now, run), (before, ProposalRun.objects.get(as_at=SUMMER))):
        whole = queries.list_of(listed)
        assert counts.by_status == whole.counts
        assert sorted(counts.reviews_on) == sorted(n.decision.review_on for n in whole.lines if n.decision)
    assert now.reviews_before(TODAY) == [date(2026, 11, 1)]


def test_first_list_has_nothing_to_be_compared_with(authority):
    assert queries.counts_of(make_list(TODAY, Status.WATCH), 120)[1] is None


def test_school_waits_until_somebody_decides_even_after_the_list_was_worked_out(authority, adviser, schools):
    make_list(date(2026, 11, 2), Status.CONCERN, Status.WATCH, Status.NONE)
    director = Acting.of(make_member(authority, "director", "Di Rowe"))
    actions.name_lead_officer(by=director, school=schools[1], member=adviser)
    deputy = Acting.of(make_member(authority, "assistant_director", "As Bell"))
    assert "2 schools are proposed for a decision" in said(deputy)
    assert "1 school is proposed for a decision that you lead on" in said(Acting.of(adviser))
    decide(adviser, schools[1], TODAY, Status.WATCH, date(2026, 11, 30))
    assert "1 school is proposed for a decision" in said(deputy)
    assert "Look again at Saltings 900002 Primary School" in said(deputy)
    assert said(Acting.of(adviser))[0] == "Look again at Saltings 900002 Primary School"
    assert not [each for each in said(Acting.of(adviser)) if "proposed for a decision" in each]


def said(by):
    return [need.sentence for need in needs_of(by)]
