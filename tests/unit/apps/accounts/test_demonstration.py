"""Choosing a person instead of a password works on the demonstration, and is impossible anywhere else."""

import pytest
from django.urls import reverse

from schoolward.apps.accounts.queries import choose_membership, demonstration_memberships, memberships_of
from schoolward.apps.accounts.second_factor import second_factor_step
from schoolward.apps.outbox.models import Message
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import NotAllowed
from tests.factories.people import PASSWORD, make_authority, make_member, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstrating(settings):
    settings.SCHOOLWARD_DEMONSTRATION = True


@pytest.fixture
def invented():
    return make_member(make_authority(demonstration=True), "director", "Dora Example")


def _choose(client, member):
    return client.post(reverse("sign_in_as"), {"membership": member.pk})


def test_choosing_a_person_on_the_demonstration_signs_in(client, demonstrating, invented):
    assert _choose(client, invented).status_code == 302
    assert client.get(reverse("home")).status_code == 200


def test_choosing_a_person_without_the_flag_is_not_found(client, settings, invented):
    settings.SCHOOLWARD_DEMONSTRATION = False
    assert _choose(client, invented).status_code == 404
    assert demonstration_memberships() == []
    assert "_auth_user_id" not in client.session


def test_choosing_a_real_person_is_not_found(client, demonstrating):
    real = make_member(make_authority(demonstration=True), "director", make_person("Rose Real"))
    assert _choose(client, real).status_code == 404


def test_choosing_somebody_of_a_real_authority_is_not_found(client, demonstrating, invented):
    real = make_member(make_authority(902, "Realshire"), "director", make_person("Rose Real"))
    assert _choose(client, real).status_code == 404


def test_choosing_somebody_who_was_shut_out_is_not_found(client, demonstrating, invented):
    invented.person.is_active = False
    invented.person.save()
    assert _choose(client, invented).status_code == 404


def test_a_session_from_the_demonstration_is_worth_nothing_when_the_flag_goes(client, settings, invented):
    settings.SCHOOLWARD_DEMONSTRATION = True
    _choose(client, invented)
    settings.SCHOOLWARD_DEMONSTRATION = False
    reply = client.get(reverse("home"))
    assert reply["Location"] == reverse("choose_role")
    assert memberships_of(invented.person) == []
    assert choose_membership(invented.person, invented.pk) is None


def test_an_invented_person_gets_no_role_in_a_real_authority(invented):
    real = make_authority(902, "Realshire")
    with pytest.raises(NotAllowed, match="invented person"):
        make_member(real, "adviser", invented.person)


def test_a_real_person_on_the_demonstration_still_needs_a_code(demonstrating, invented):
    person = make_person("Rose Real")
    person.is_verified = lambda: False
    real = make_member(invented.authority, "director", person)
    assert second_factor_step(person, real) == "set_up_code"
    invented.person.is_verified = lambda: False
    assert second_factor_step(invented.person, invented) is None


def test_an_invented_person_has_no_password_and_gets_none(client, demonstrating, invented):
    assert not invented.person.has_usable_password()
    client.post(reverse("sign_in"), {"email": invented.person.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    client.post(reverse("forgotten_password"), {"email": invented.person.email})
    with scope(invented.authority):
        assert not Message.objects.exists()
