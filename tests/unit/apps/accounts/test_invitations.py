"""From an invitation to a role held: who may, what is sent, and every way in which a link stops working."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from schoolward.apps.accounts import invitations
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Invitation, Membership, Organisation, Person
from schoolward.apps.accounts.queries import pending_invitations
from schoolward.apps.audit.models import Event
from schoolward.apps.outbox.models import Message
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import every_authority, scope
from schoolward.terms.errors import BadInput, NotAllowed, NotNow
from tests.factories.people import (
    PASSWORD,
    make_authority,
    make_member,
    make_organisation,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return make_authority()


@pytest.fixture
def admin(authority):
    return make_member(authority, "administrator", "Ada King")


@pytest.fixture
def school(authority):
    return make_organisation("school", authority, urn=900007, name="Marsh Lane Primary School")


@pytest.fixture
def invite(admin, school):
    """Invites, and gives the invitation with the address of its page."""

    def invite(email="hal@example.org", role="headteacher", organisation=school, by=admin):
        links = []
        with scope(by.authority):
            found = invitations.invite(
                by=Acting.of(by),
                name="Hal Head",
                email=email,
                organisation=organisation,
                role=role,
                link_to=lambda token: links.append(reverse("accept_invitation", args=[token])) or "https://x",
            )
        return found, links[0]

    return invite


def _accept(client, link, password=PASSWORD):
    return client.post(link, {"new": password, "again": password})


def _role(person_email):
    with every_authority("the test looks at everything"):
        return list(Membership.objects.filter(person__email=person_email).values_list("role", "starts_on"))


def test_a_new_person_accepts_and_is_signed_in_to_the_role(client, invite, today):
    found, link = invite()
    page = client.get(link).content.decode()
    assert "Marsh Lane Primary School" in page
    assert _accept(client, link)["Location"] == "/"
    assert _role("hal@example.org") == [("headteacher", today)]
    assert client.get("/").wsgi_request.acting.organisation.urn == 900007
    found = _reload(found)
    assert (found.accepted_by.email, found.accepted_at is not None) == ("hal@example.org", True)


def _reload(invitation):
    with every_authority("the test looks at everything"):
        return Invitation.objects.select_related("accepted_by").get(pk=invitation.pk)


def test_the_message_says_who_what_where_and_until_when_and_nothing_else(authority, invite):
    invite()
    with scope(authority):
        message = Message.objects.get()
    assert message.recipient == "hal@example.org"
    for words in (
        "Estuary",
        "Ada King",
        "Administrator",
        "Headteacher",
        "Marsh Lane Primary School",
        "https://x",
    ):
        assert words in message.text
    assert re.search(r"It works until \d+ \w+ \d{4}", message.text)
    assert message.erase_once_sent


def test_the_secret_is_kept_nowhere_but_in_the_link(invite, authority):
    found, link = invite()
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert found.token_hash == invitations.hash_token(token) != token
    assert token not in str(list(Event.objects.values()))


def test_a_link_works_once(client, invite):
    _, link = invite()
    _accept(client, link)
    client.logout()
    assert client.get(link).status_code == 410
    assert _accept(client, link).status_code == 410
    assert len(_role("hal@example.org")) == 1


def test_a_link_runs_out_and_a_new_one_replaces_it(client, invite, admin):
    found, old = invite()
    with clock.frozen_at(clock.real_now() + timedelta(days=1)), scope(admin.authority):
        links = []
        invitations.resend_invitation(
            by=Acting.of(admin), invitation=found, link_to=lambda token: links.append(token) or "https://y"
        )
        Invitation.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))
    assert client.get(old).status_code == 404
    new = reverse("accept_invitation", args=links)
    assert "has run out" in client.get(new).content.decode()
    with scope(admin.authority):
        assert Message.objects.count() == 2
        Invitation.objects.update(expires_at=clock.real_now() + timedelta(seconds=60))
    assert _accept(client, new)["Location"] == "/"


def test_a_withdrawn_link_is_useless(client, invite, admin):
    found, link = invite()
    sign_in(client, admin)
    client.post(reverse("withdraw_invitation", args=[found.pk]))
    client.logout()
    assert "was withdrawn" in client.get(link).content.decode()
    assert _accept(client, link).status_code == 410
    assert not Person.objects.filter(email="hal@example.org").exists()


def test_somebody_known_must_sign_in_as_themselves(client, invite, admin):
    known = make_person("Hal Head", "hal@example.org")
    _, link = invite()
    assert "has an account here already" in client.get(link).content.decode()
    _accept(client, link)
    assert _role("hal@example.org") == [], "a password typed here must not take an account over"
    sign_in(client, admin)
    _accept(client, link)
    assert _role("hal@example.org") == [], "nor may somebody else who is signed in"
    client.logout()
    client.force_login(known, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(link)["Location"] == "/"
    assert [role for role, _ in _role("hal@example.org")] == ["headteacher"]
    assert Person.objects.get(email="hal@example.org").check_password(PASSWORD)


def test_staff_go_on_to_their_code(client, invite, admin):
    _, link = invite("new@example.org", "adviser", admin.organisation)
    _accept(client, link)
    assert client.get("/")["Location"] == reverse("set_up_code")


@pytest.mark.parametrize("password", ["short", "hal@example.org", ""])
def test_a_bad_password_is_refused_and_the_link_still_works(client, invite, password):
    _, link = invite()
    assert _accept(client, link, password).status_code == 400
    assert _accept(client, link)["Location"] == "/"


def test_nobody_is_invited_twice_to_what_they_have(client, invite, admin, school):
    _, link = invite()
    with pytest.raises(NotNow, match="has been invited"):
        invite("HAL@example.org ")
    _accept(client, link)
    with pytest.raises(NotNow, match="holds this role already"):
        invite()


def test_only_administrators_invite(authority, invite):
    director = make_member(authority, "director", "Dora Day")
    with pytest.raises(NotAllowed, match="may not invite people"):
        invite(by=director)


def test_a_role_must_fit_the_organisation(invite, school):
    with pytest.raises(NotNow, match="kind of organisation called authority"):
        invite(role="director")


@pytest.mark.parametrize("email", ["nobody", "a@b", "a b@example.org", ""])
def test_an_address_that_is_none_is_refused(invite, email):
    with pytest.raises(BadInput):
        invite(email)
    with every_authority("the test looks at everything"):
        assert not Message.objects.exists()


def test_another_authoritys_invitation_is_not_found(client, invite):
    found, _ = invite()
    stranger = make_member(make_authority(902, "Elsewhere"), "administrator", "Sam Stranger")
    sign_in(client, stranger)
    assert client.post(reverse("withdraw_invitation", args=[found.pk])).status_code == 404
    assert client.post(reverse("resend_invitation", args=[found.pk])).status_code == 404
    with scope(stranger.authority):
        assert not pending_invitations().exists()


class TestPage:
    """The form in its three steps, without scripts."""

    @pytest.fixture(autouse=True)
    def signed_in(self, client, admin, school, authority):
        sign_in(client, admin)
        make_organisation("school", authority, urn=900008, name="Marsh Road Infant School")

    def _send(self, client, **more):
        sent = {"name": "Hal Head", "email": "hal@example.org", "role": "headteacher", "words": "marsh"}
        return client.post(reverse("invite"), sent | more)

    def test_several_schools_fit_and_one_is_chosen_then_checked_then_sent(self, client, school, authority):
        page = self._send(client)
        assert page.status_code == 400
        assert "Which one?" in page.content.decode()
        page = self._send(client, organisation=school.pk)
        assert "Check the invitation" in page.content.decode()
        with scope(authority):
            assert not Invitation.objects.exists()
            assert self._send(client, organisation=school.pk, step="send").status_code == 302
            assert Invitation.objects.get().organisation == school

    def test_a_urn_is_enough(self, client, school):
        page = self._send(client, words=" 900007 ").content.decode()
        assert "Check the invitation" in page
        assert "Marsh Lane Primary School" in page

    def test_a_school_that_is_not_there_is_said_so(self, client):
        assert "No school is called or numbered" in self._send(client, words="zzz").content.decode()
        assert "Say which school" in self._send(client, words="").content.decode()

    def test_a_role_in_the_authority_needs_no_organisation(self, client):
        page = self._send(client, role="adviser", words="").content.decode()
        assert "Check the invitation" in page
        assert "Estuary" in page

    def test_a_new_provider_is_made_only_when_the_invitation_goes(self, client, authority):
        sent = {"role": "provider", "words": "Reading  Matters"}
        assert "A new provider called Reading Matters" in self._send(client, **sent).content.decode()
        self._send(client, organisation="new", **sent)
        assert not Organisation.objects.filter(kind="provider").exists()
        self._send(client, organisation="new", step="send", **sent)
        assert Organisation.objects.get(kind="provider").name == "Reading Matters"

    def test_missing_answers_are_all_named(self, client):
        page = self._send(client, name="", email="", role="").content.decode()
        for sentence in ("Say what the person is called", "Give the person", "Choose a role"):
            assert sentence in page

    def test_the_list_shows_what_waits(self, client, school):
        self._send(client, organisation=school.pk, step="send")
        page = client.get(reverse("invitations")).content.decode()
        assert "hal@example.org" in page
        assert "Send again" in page


def test_starts_on_is_the_day_of_acceptance(client, invite):
    _, link = invite()
    with clock.frozen_at(date(2027, 1, 4)):
        _accept(client, link)
    assert _role("hal@example.org") == [("headteacher", date(2027, 1, 4))]
