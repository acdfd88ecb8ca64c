"""Password, code and session: what lets somebody in, and what does not."""

import time

import pytest
from axes.utils import reset
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from schoolward.apps.accounts import second_factor
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.models import Event
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput, NotAllowed
from tests.factories.people import (
    PASSWORD,
    code_of,
    make_app,
    make_authority,
    make_member,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    """Somebody whose role needs no code."""
    return make_member(make_authority(), "headteacher", "Hal Head")


@pytest.fixture
def adviser():
    return make_member(make_authority(), "adviser", "Ann Reed")


@pytest.fixture(autouse=True)
def no_lock_out_from_another_test():
    yield
    reset()


def _give_password(client, email, password=PASSWORD, **more):
    return client.post(reverse("sign_in"), {"email": email, "password": password, **more})


def test_right_password_signs_in_without_regard_to_capitals(client, head):
    assert _give_password(client, head.person.email.upper())["Location"] == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("email", ["hal.head@example.org", "nobody@example.org", ""])
def test_wrong_password_and_unknown_address_get_the_same_answer(client, head, email):
    reply = _give_password(client, email, "not the password")
    assert reply.status_code == 400
    assert "The e-mail address or the password is wrong." in reply.content.decode()


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client, head, wanted):
    assert _give_password(client, head.person.email, next=wanted)["Location"] == "/"


def test_signing_in_goes_on_to_the_page_asked_for(client, head):
    reply = client.get(reverse("change_password"))
    assert reply["Location"] == f"{reverse('sign_in')}?next={reverse('change_password')}"
    assert _give_password(client, head.person.email, next="/password/")["Location"] == "/password/"


def test_session_key_changes_at_sign_in_and_at_the_code(client, adviser):
    client.get(reverse("sign_in"))
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    _give_password(client, adviser.person.email)
    with_password = client.session.session_key
    device = make_app(adviser.person)
    client.post(reverse("enter_code"), {"code": code_of(device, time.time())})
    assert len({planted, with_password, client.session.session_key}) == 3
    assert client.get("/").status_code == 200


def test_sign_out_ends_the_session_and_takes_a_post(client, head):
    _give_password(client, head.person.email)
    assert client.get(reverse("sign_out")).status_code == 405
    key = client.session.session_key
    client.post(reverse("sign_out"))
    assert client.get("/")["Location"].startswith(reverse("sign_in"))
    client.cookies["sessionid"] = key
    assert client.get("/")["Location"].startswith(reverse("sign_in"))


def test_eight_wrong_passwords_lock_that_address_and_say_so(client, head):
    other = make_member(head.authority, "headteacher", "Una Other")
    for _ in range(7):
        assert _give_password(client, head.person.email, "wrong wrong wrong").status_code == 400
    locked = _give_password(client, head.person.email, "wrong wrong wrong")
    assert locked.status_code == 429
    assert "Too many tries" in locked.content.decode()
    assert _give_password(client, head.person.email).status_code == 429, "even the right one waits"
    assert _give_password(client, other.person.email).status_code == 302, "others are not shut out"


def test_password_alone_is_not_enough_for_staff(client, adviser):
    _give_password(client, adviser.person.email)
    assert client.get("/")["Location"] == reverse("set_up_code")
    make_app(adviser.person)
    assert client.get("/")["Location"] == reverse("enter_code")


def test_setting_up_shows_one_key_until_its_code_is_right(client, adviser):
    _give_password(client, adviser.person.email)
    first = client.get(reverse("set_up_code")).content.decode()
    device = TOTPDevice.objects.get(user=adviser.person)
    wrong = client.post(reverse("set_up_code"), {"code": "000000"})
    assert (wrong.status_code, TOTPDevice.objects.get().confirmed) == (400, False)
    assert first.count('class="sw-key"') == 1
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    reply = client.post(reverse("set_up_code"), {"code": code_of(device, time.time())})
    assert (reply.status_code, TOTPDevice.objects.get().confirmed) == (302, True)
    assert Event.objects.filter(action="accounts.set_up_code").count() == 1
    assert client.get(reverse("set_up_code"))["Location"] == reverse("enter_code"), "no second app on top"


def test_a_code_counts_once(adviser):
    device = make_app(adviser.person)
    code = code_of(device, time.time())
    assert second_factor.check_code(person=adviser.person, code=f"{code[:3]} {code[3:]}").device == device
    again = second_factor.check_code(person=adviser.person, code=code)
    assert again.device is None
    assert "used already" in again.sentence


def test_an_old_code_is_refused(adviser):
    device = make_app(adviser.person)
    old = code_of(device, time.time() - 300)
    assert second_factor.check_code(person=adviser.person, code=old).device is None


def test_wrong_codes_make_even_the_right_one_wait(adviser):
    device = make_app(adviser.person)
    TOTPDevice.objects.update(throttling_failure_count=5)
    second_factor.check_code(person=adviser.person, code="nonsense")
    TOTPDevice.objects.filter(throttling_failure_count=6).get()
    answer = second_factor.check_code(person=adviser.person, code=code_of(device, time.time()))
    assert answer.device is None
    assert "Try again in 3" in answer.sentence, "two to the fifth is 32 seconds"


def test_an_administrator_resets_a_lost_code_and_the_person_starts_afresh(client, adviser):
    make_app(adviser.person)
    admin = make_member(adviser.authority, "administrator", "Ada King")
    sign_in(client, admin)
    reply = client.post(reverse("reset_code", args=[adviser.person.pk]), {"reason": "Lost phone; I rang her"})
    assert reply["Location"] == reverse("person", args=[adviser.person.pk])
    assert not second_factor.has_code(adviser.person)
    event = Event.objects.get(action="accounts.reset_code")
    assert (event.by_name, event.target_id, event.reason) == (
        "Ada King",
        str(adviser.person.pk),
        "Lost phone; I rang her",
    )


def test_resetting_ends_what_the_old_code_opened(client, adviser):
    sign_in(client, adviser)
    assert client.get("/").status_code == 200
    with scope(adviser.authority):
        second_factor.reset_code(by=Acting.system(adviser.authority), person=adviser.person, reason="Stolen")
    assert client.get("/")["Location"] == reverse("set_up_code")


def test_resetting_is_refused_for_oneself_for_strangers_and_without_a_reason(adviser):
    admin = Acting.of(make_member(adviser.authority, "administrator", "Ada King"))
    stranger = make_member(make_authority(902, "Elsewhere"), "adviser", "Sam Stranger").person
    with scope(adviser.authority):
        for person, match in ((admin.person, "your own"), (stranger, "no role with your authority")):
            with pytest.raises(NotAllowed, match=match):
                second_factor.reset_code(by=admin, person=person, reason="Asked")
        with pytest.raises(BadInput, match="reason"):
            second_factor.reset_code(by=admin, person=adviser.person, reason=" ")
        with pytest.raises(NotAllowed):
            second_factor.reset_code(by=Acting.of(adviser), person=admin.person, reason="Asked")


def test_somebody_shut_out_is_signed_out(client, head):
    _give_password(client, head.person.email)
    head.person.is_active = False
    head.person.save()
    assert client.get("/")["Location"].startswith(reverse("sign_in"))
    assert _give_password(client, head.person.email).status_code == 400


def test_somebody_without_a_role_is_told_so(client):
    person = make_person("Nora Norole")
    _give_password(client, person.email)
    assert "You have no role in force today" in client.get("/", follow=True).content.decode()


def test_with_two_roles_one_is_chosen_and_only_own_ones_can_be(client, head):
    second = make_member(head.authority, "headteacher", head.person, urn=900002)
    stranger = make_member(head.authority, "headteacher", "Una Other", urn=900003)
    _give_password(client, head.person.email)
    assert client.get("/")["Location"] == reverse("choose_role")
    assert client.post(reverse("choose_role"), {"membership": stranger.pk}).status_code == 404
    client.post(reverse("choose_role"), {"membership": second.pk})
    assert client.get("/").wsgi_request.acting.organisation.urn == 900002
