"""A person decides, says why, and nothing is overwritten."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.ownership import left_behind
from schoolward.apps.audit.models import Event
from schoolward.apps.concern import actions, queries
from schoolward.apps.concern.models import StatusDecision
from schoolward.apps.concern.states import Capacity, KnowledgeKind, Status
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import ScopeMissing, scope
from schoolward.terms.errors import BadInput, NotAllowed, NotNow
from tests.factories.people import make_authority, make_member
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return make_authority(901)


@pytest.fixture(autouse=True)
def _inside(authority):
    with scope(authority):
        yield


@pytest.fixture
def adviser(authority):
    return Acting.of(make_member(authority, "adviser"))


@pytest.fixture
def school():
    return make_school(900001)


def decide(by, school, status=Status.CONCERN, review_on=date(2027, 3, 31), **other):
    words = {
        "reason": "Results fell three years running.",
        "capacity": Capacity.NOT_JUDGED,
        "capacity_evidence": "",
    }
    return actions.decide_status(
        by=by, school=school, status=status, review_on=review_on, proposal=None, **(words | other)
    )


def test_decide_status_with_a_reason_is_kept_and_audited(adviser, school):
    decision = decide(adviser, school)
    event = Event.objects.get(action="concern.decide_status")
    assert decision.decided_by_id == adviser.membership_id
    assert (event.by_name, event.reason, event.after["status"]) == ("Ann Reed", decision.reason, "concern")


def test_decide_status_twice_keeps_both_and_the_later_stands(adviser, school):
    with clock.frozen_at(date(2026, 9, 10)):
        first = decide(adviser, school)
    with clock.frozen_at(date(2026, 11, 2)):
        second = decide(adviser, school, Status.WATCH)
    assert queries.decisions_as_at(date(2026, 11, 2))[school.pk] == second
    assert queries.decisions_as_at(date(2026, 11, 1))[school.pk] == first
    assert queries.decisions_as_at(date(2026, 9, 9)) == {}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reason": "  "}, "reason"),
        ({"capacity": Capacity.LACKS}, "evidence"),
        ({"review_on": date(2026, 1, 1)}, "future"),
    ],
)
def test_decide_status_without_what_it_needs_is_refused_and_nothing_kept(adviser, school, wrong, sentence):
    with pytest.raises(BadInput, match=sentence):
        decide(adviser, school, **wrong)
    assert not StatusDecision.objects.exists()
    assert not Event.objects.filter(action="concern.decide_status").exists()


def test_decide_status_by_a_finance_officer_is_refused(authority, school):
    finance = Acting.of(make_member(authority, "finance_officer", "Bo Finch"))
    with pytest.raises(NotAllowed, match="Finance officer"):
        decide(finance, school)


def test_decide_status_on_another_authoritys_school_is_refused(adviser):
    with pytest.raises(NotNow, match="not one of this authority's"):
        decide(adviser, make_school(900002, authority_code=902))


def test_decision_without_a_reason_is_refused_by_the_database(adviser, school):
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusDecision.objects.create(
            school=school,
            status="concern",
            reason="",
            capacity="not_judged",
            decided_on=date(2026, 1, 1),
            review_on=date(2026, 2, 1),
            decided_at=clock.now(),
            decided_by_id=adviser.membership_id,
        )


def test_decisions_of_one_authority_are_not_seen_by_another(adviser, school):
    decide(adviser, school)
    with scope(make_authority(902, "Elsewhere")):
        assert queries.decisions_on(school) == []


def test_decisions_without_a_scope_cannot_be_read(adviser, school, authority):
    decide(adviser, school)
    from contextvars import Context

    with pytest.raises(ScopeMissing):
        Context().run(lambda: list(StatusDecision.objects.all()))


def test_knowledge_recorded_later_was_not_known_earlier(adviser, school):
    with clock.frozen_at(date(2026, 10, 5)):
        actions.record_knowledge(
            by=adviser,
            school=school,
            kind=KnowledgeKind.HEAD_VACANCY,
            sentence="The head left at Easter.",
            known_from=date(2026, 4, 20),
        )
    assert queries.knowledge_as_at(date(2026, 9, 1)) == []
    assert len(queries.knowledge_as_at(date(2026, 10, 5))) == 1


def test_knowledge_in_the_audit_names_the_kind_and_not_the_sentence(adviser, school):
    actions.record_knowledge(
        by=adviser,
        school=school,
        kind=KnowledgeKind.SAFEGUARDING,
        sentence="Three recent referrals.",
        known_from=date(2026, 1, 5),
    )
    event = Event.objects.get(action="concern.record_knowledge")
    assert "referrals" not in str((event.after, event.reason, event.target_label))


def test_ended_knowledge_counts_until_its_last_day(adviser, school):
    with clock.frozen_at(date(2026, 3, 1)):
        known = actions.record_knowledge(
            by=adviser,
            school=school,
            kind=KnowledgeKind.DEFICIT,
            sentence="£40k.",
            known_from=date(2026, 3, 1),
        )
    with clock.frozen_at(date(2026, 6, 1)):
        actions.end_knowledge(by=adviser, known=known, until=date(2026, 5, 31), because="Balanced.")
    assert queries.knowledge_as_at(date(2026, 5, 31)) == [known]
    assert queries.knowledge_as_at(date(2026, 6, 1)) == []


def test_lead_officer_named_anew_ends_the_lead_before(authority, school):
    director = Acting.of(make_member(authority, "director", "Di Rowe"))
    first, second = (
        make_member(authority, "adviser", "Al Moss"),
        make_member(authority, "adviser", "Bea Lark"),
    )
    actions.name_lead_officer(by=director, school=school, member=first, starts_on=date(2026, 9, 1))
    actions.name_lead_officer(by=director, school=school, member=second, starts_on=date(2026, 11, 1))
    assert queries.leads_as_at(date(2026, 10, 1))[school.pk].member == first
    assert queries.leads_as_at(date(2026, 11, 1))[school.pk].member == second


def test_hand_over_schools_moves_every_school_led(authority):
    director = Acting.of(make_member(authority, "director", "Di Rowe"))
    leaver, heir = make_member(authority, "adviser", "Al Moss"), make_member(authority, "adviser", "Bea Lark")
    for urn in (900001, 900002):
        actions.name_lead_officer(by=director, school=make_school(urn), member=leaver)
    assert actions.hand_over_schools(by=director, from_member=leaver, to_member=heir) == 2
    assert (len(queries.led_by(leaver.pk)), len(queries.led_by(heir.pk))) == (0, 2)


def test_work_of_a_leaver_is_found_by_its_owners(authority):
    director = Acting.of(make_member(authority, "director", "Di Rowe"))
    leaver, stays = (
        make_member(authority, "adviser", "Al Moss"),
        make_member(authority, "adviser", "Bea Lark"),
    )
    school = make_school(900001)
    actions.name_lead_officer(by=director, school=school, member=leaver)
    panel = actions.hold_panel(by=director, held_on=clock.today(), title="Autumn", present="Di Rowe")
    minuted = {"minute": "Talked over.", "action": "Visit", "due_on": date(2026, 12, 1)}
    for owner in (leaver, stays):
        actions.minute_school(by=director, panel=panel, school=school, owner=owner, **minuted)
    assert queries.leaders() == {leaver.pk}
    assert queries.owners_of_panel_actions() == {leaver.pk, stays.pk}
    leaver.ends_on = clock.days_from_today(-1)
    leaver.save()
    assert [(member.pk, count) for member, count in left_behind()] == [(leaver.pk, 2)]
    for hand_over in (actions.hand_over_schools, actions.hand_over_panel_actions):
        hand_over(by=director, from_member=leaver, to_member=stays)
    assert left_behind() == []
