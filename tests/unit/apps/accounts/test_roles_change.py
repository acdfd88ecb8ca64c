"""People who move: a role ends, moves or hands its work over, and no work is lost on the way."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from schoolward.apps.accounts import ownership
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.actions import end_role, give_role, hand_over, move_role, rename_person
from schoolward.apps.accounts.chores import needs_about_people
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.queries import choose_membership, find_members, find_person, in_force
from schoolward.apps.audit.models import Event
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotAllowed, NotNow
from tests.factories.people import make_authority, make_member, make_organisation, make_person, sign_in

pytestmark = pytest.mark.django_db


class Desk:
    """Work of one kind, kept in a dictionary: whose, how much."""

    def __init__(self):
        self.things = {}

    def count(self, member):
        return self.things.get(member.pk, 0)

    def hand_over(self, *, by, from_member, to_member):
        moved = self.things.pop(from_member.pk, 0)
        self.things[to_member.pk] = self.things.get(to_member.pk, 0) + moved
        return moved


@pytest.fixture
def desk(monkeypatch):
    desk = Desk()
    monkeypatch.setattr(ownership, "_kinds", {})
    ownership.register_owned_work(
        ownership.OwnedWork("visits", desk.count, desk.hand_over, lambda: desk.things.keys())
    )
    return desk


@pytest.fixture
def admin(authority):
    return make_member(authority, "administrator", "Ada King")


@pytest.fixture
def by(admin):
    return Acting.of(admin)


@pytest.fixture
def ann(authority):
    return make_member(authority, "adviser", "Ann Reed")


@pytest.fixture
def ben(authority):
    return make_member(authority, "adviser", "Ben Moss")


def _end(by, member, on, to=None, **more):
    return end_role(by=by, member=member, on=on, hand_over_to=to, reason="Retires", **more)


def test_a_role_holds_on_its_last_day_and_not_after(by, ann, today):
    _end(by, ann, today)
    assert choose_membership(ann.person, ann.pk) == ann
    with clock.frozen_at(date(2026, 11, 24)):
        assert choose_membership(ann.person, ann.pk) is None


def test_ending_at_once_stops_access_now_and_keeps_the_past(by, ann, today):
    _end(by, ann, today, at_once=True)
    assert choose_membership(ann.person, ann.pk) is None
    rows = Membership.objects.filter(pk=ann.pk)
    assert in_force(rows, date(2026, 11, 22)).exists()
    assert not in_force(rows, today).exists()


def test_a_role_that_has_not_begun_can_be_called_off(by, authority, today):
    later = make_member(authority, "adviser", "Late Comer", starts_on=date(2027, 1, 1))
    _end(by, later, today, at_once=True)
    with clock.frozen_at(date(2027, 1, 1)):
        assert choose_membership(later.person, later.pk) is None


def test_work_must_be_handed_over_with_the_role(by, ann, ben, desk, today):
    desk.things = {ann.pk: 3}
    with pytest.raises(NotNow, match="3 × visits"):
        _end(by, ann, today)
    assert Membership.objects.get(pk=ann.pk).ends_on is None
    _end(by, ann, today, ben)
    assert desk.things == {ben.pk: 3}
    actions = list(Event.objects.order_by("id").values_list("action", flat=True))[-2:]
    assert actions == ["accounts.hand_over", "accounts.end_role"]


def test_work_that_comes_after_the_end_was_set_is_not_lost(by, ann, ben, desk, today):
    _end(by, ann, today)
    desk.things = {ann.pk: 2}
    assert ownership.left_behind() == []
    with clock.frozen_at(date(2026, 11, 30)):
        assert ownership.left_behind() == [(ann, 2)]
        (need,) = needs_about_people(by)
        assert "Ann Reed, whose role has ended, still has 2 things" in need.sentence
        assert need.url == f"/people/roles/{ann.pk}/?what=hand_over"
        hand_over(by=by, from_member=ann, to_member=ben, reason="Left")
        assert (ownership.left_behind(), desk.things) == ([], {ben.pk: 2})


@pytest.mark.parametrize("trouble", ["same", "ended", "future", "other organisation"])
def test_work_goes_only_to_a_colleague_in_force(by, ann, ben, authority, desk, trouble, today):
    receiver = {
        "same": lambda: ann,
        "ended": lambda: _end(by, ben, date(2026, 1, 1)),
        "future": lambda: make_member(authority, "adviser", "Una New", starts_on=date(2027, 1, 1)),
        "other organisation": lambda: make_member(authority, "headteacher", "Hal Head"),
    }[trouble]()
    desk.things = {ann.pk: 1}
    with pytest.raises(NotNow):
        hand_over(by=by, from_member=ann, to_member=receiver, reason="Leaves")
    assert desk.things == {ann.pk: 1}


def test_moving_ends_one_day_and_begins_the_next(by, authority):
    head = make_member(authority, "headteacher", "Hal Head", urn=900001)
    other = make_organisation("school", authority, urn=900002)
    new = move_role(by=by, member=head, organisation=other, on=date(2027, 1, 1), reason="New post")
    head.refresh_from_db()
    assert (head.ends_on, new.starts_on, new.role) == (date(2026, 12, 31), date(2027, 1, 1), "headteacher")
    for day, urn in ((date(2026, 12, 31), 900001), (date(2027, 1, 1), 900002)):
        (held,) = in_force(Membership.objects.filter(person=head.person), day)
        assert held.organisation.urn == urn


def test_promotion_keeps_the_work_where_that_is_wanted(by, ann, desk):
    desk.things = {ann.pk: 4}
    new = move_role(
        by=by,
        member=ann,
        organisation=ann.organisation,
        role="assistant_director",
        on=date(2027, 1, 1),
        reason="Promoted",
        keep_work=True,
    )
    assert desk.things == {new.pk: 4}


def test_a_refused_move_changes_nothing(by, ann, desk):
    desk.things = {ann.pk: 4}
    with pytest.raises(NotNow, match="4 × visits"):
        move_role(
            by=by,
            member=ann,
            organisation=ann.organisation,
            role="analyst",
            on=date(2027, 1, 1),
            reason="Moves",
        )
    assert Membership.objects.filter(person=ann.person).count() == 1
    for on, role in ((ann.starts_on, "analyst"), (date(2027, 1, 1), "adviser")):
        with pytest.raises(BadInput):
            move_role(by=by, member=ann, organisation=ann.organisation, role=role, on=on, reason="Moves")


def test_what_nobody_may_do(by, ann, ben, admin, today):
    with pytest.raises(NotAllowed, match="acting in"):
        _end(by, admin, today)
    with pytest.raises(NotAllowed, match="may not invite people"):
        _end(Acting.of(ben), ann, today)
    with pytest.raises(BadInput, match="reason"):
        end_role(by=by, member=ann, on=today, hand_over_to=None, reason="  ")
    with pytest.raises(BadInput, match="before the first"):
        _end(by, ann, date(2020, 1, 1))
    _end(by, ann, date(2026, 11, 1))
    with pytest.raises(NotNow, match="already ended"):
        _end(by, ann, today)


def test_a_role_is_held_once_at_a_time_even_if_the_program_forgets(authority, ann):
    again = {"person": ann.person, "organisation": ann.organisation, "role": "adviser"}
    assert give_role(by=Acting.system(authority), **again) == ann
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(starts_on=date(2026, 1, 1), **again)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            starts_on=date(2026, 1, 2), ends_on=date(2026, 1, 1), **again | {"role": "analyst"}
        )


def test_people_are_found_by_name_organisation_urn_role_and_state(by, ann, ben, authority, today):
    head = make_member(authority, "headteacher", "Hal Head", urn=900001)
    _end(by, ben, date(2026, 10, 1))

    def found(**asked):
        return {m.person.name for m in find_members(**asked)}

    assert found(words="ann reed") == {"Ann Reed"}
    assert found(words="900001") == found(words="School 900001") == found(kind="school") == {"Hal Head"}
    assert found(role="adviser") == {"Ann Reed"}
    assert found(role="adviser", state="ended") == {"Ben Moss"}
    assert found(state="all") == {"Ada King", "Ann Reed", "Ben Moss", "Hal Head"}
    assert found(words="100%") == set()
    assert find_person(head.person.pk) == head.person


def test_people_of_another_authority_are_not_found(client, admin, ann):
    stranger = make_member(make_authority(902, "Elsewhere"), "adviser", "Sam Stranger")
    sign_in(client, admin)
    assert find_person(stranger.person.pk) is None
    assert client.get(reverse("person", args=[stranger.person.pk])).status_code == 404
    assert client.get(reverse("change_role", args=[stranger.pk])).status_code == 404
    for address in (reverse("people"), reverse("people_export", args=["csv"])):
        page = client.get(address, {"state": "all"}).content.decode()
        assert "Ann Reed" in page
        assert "Sam Stranger" not in page


def test_a_name_is_corrected_with_a_reason(by, ann, authority):
    rename_person(by=by, person=ann.person, name=" Ann  Field ", reason="Married")
    event = Event.objects.get(action="accounts.rename_person")
    assert (event.before, event.after) == ({"name": "Ann Reed"}, {"name": "Ann Field"})
    with pytest.raises(NotAllowed):
        rename_person(by=by, person=make_person("Nobody Here"), name="X", reason="Typo")


class TestFlow:
    """What, details, check, done: nothing changes before the last step."""

    @pytest.fixture(autouse=True)
    def signed_in(self, client, admin, ann, ben, desk):
        desk.things = {ann.pk: 3}
        sign_in(client, admin)

    def _post(self, client, member, **sent):
        return client.post(reverse("change_role", args=[member.pk]), sent)

    def test_ending_a_role_with_a_hand_over(self, client, ann, ben, desk):
        page = client.get(reverse("change_role", args=[ann.pk])).content.decode()
        assert "The role ends" in page
        sent = {"what": "end", "when": "day", "on": "31/12/2026", "reason": "Retires"}
        page = self._post(client, ann, **sent)
        assert page.status_code == 400
        assert "Choose who takes the work over" in page.content.decode()
        page = self._post(client, ann, to=ben.pk, **sent).content.decode()
        assert "when 31 December 2026 is over" in page
        assert "goes to Ben Moss now" in page
        assert (Membership.objects.get(pk=ann.pk).ends_on, desk.things) == (None, {ann.pk: 3})
        back = self._post(client, ann, to=ben.pk, step="change", **sent).content.decode()
        assert 'value="31/12/2026"' in back
        assert self._post(client, ann, to=ben.pk, step="do", **sent).status_code == 302
        assert Membership.objects.get(pk=ann.pk).ends_on == date(2026, 12, 31)
        assert desk.things == {ben.pk: 3}

    def test_moving_to_a_school_found_by_name(self, client, ann, authority, desk):
        make_organisation("school", authority, urn=900005, name="Quay Primary School")
        sent = {"what": "move", "role": "headteacher", "words": "quay", "on": "1 January 2027"}
        sent |= {"reason": "Becomes a head", "to": "keep"}
        assert "Quay Primary School, from 1 January 2027" in self._post(client, ann, **sent).content.decode()
        self._post(client, ann, step="do", **sent)
        new = Membership.objects.get(person=ann.person, role="headteacher")
        assert desk.things == {new.pk: 3}

    def test_handing_over_needs_work_and_a_colleague(self, client, ann, ben, admin, desk):
        page = client.get(reverse("change_role", args=[ben.pk])).content.decode()
        assert "Ben Moss has no work to hand over" in page
        self._post(client, ann, what="hand_over", to=admin.pk, reason="Long leave", step="do")
        assert desk.things == {admin.pk: 3}

    @pytest.mark.parametrize("to", ["", "999999", "x", "keep"])
    def test_a_made_up_receiver_is_refused(self, client, ann, desk, to):
        reply = self._post(client, ann, what="hand_over", to=to, reason="Leave", step="do")
        assert (reply.status_code, desk.things) == (400, {ann.pk: 3})

    def test_a_director_may_hand_over_but_not_end(self, client, ann, authority):
        sign_in(client, make_member(authority, "director", "Dora Day"))
        page = client.get(reverse("change_role", args=[ann.pk])).content.decode()
        assert "Only the work goes to somebody else" in page
        assert 'value="end"' not in page
        reply = self._post(client, ann, what="end", when="now", reason="Gone", step="do")
        assert Membership.objects.get(pk=ann.pk).ends_on is None
        assert reply.status_code in (200, 400)
