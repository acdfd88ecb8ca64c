"""A password changed, and a new one where it was forgotten, without telling anybody who has an account."""

import re

import pytest
from django.urls import reverse

from schoolward.apps.accounts.models import Person
from schoolward.apps.audit.models import Event
from schoolward.apps.outbox.models import Message
from schoolward.apps.tenancy.scope import every_authority
from tests.factories.people import PASSWORD, make_authority, make_member

pytestmark = pytest.mark.django_db
NEW = "seven patient herons"


@pytest.fixture
def head():
    return make_member(make_authority(), "headteacher", "Hal Head")


@pytest.fixture
def ask(client):
    """Asks for a link; gives the page's text and the link in the message, if one was queued."""

    def ask(email):
        page = client.post(reverse("forgotten_password"), {"email": email}).content.decode()
        with every_authority("the test looks at everything"):
            messages = list(Message.objects.all())
            Message.objects.all().delete()
        if not messages:
            return page, None
        (message,) = messages
        assert (message.channel, message.erase_once_sent) == ("smtp", True)
        return page, re.search(r"http://testserver(/\S+)", message.text)[1]

    return ask


def _password_is(person, password):
    return Person.objects.get(pk=person.pk).check_password(password)


def test_forgotten_password_sends_a_link_that_works_once(client, head, ask):
    _, link = ask(" HAL.Head@example.org ")
    assert client.get(link).status_code == 200
    reply = client.post(link, {"new": NEW, "again": NEW})
    assert reply["Location"] == reverse("sign_in")
    assert _password_is(head.person, NEW)
    assert client.get(link).status_code == 410
    assert client.post(link, {"new": PASSWORD, "again": PASSWORD}).status_code == 410
    assert _password_is(head.person, NEW)


def test_forgotten_password_says_the_same_to_everybody(head, ask):
    known, link = ask(head.person.email)
    unknown, none = ask("nobody@example.org")
    plain = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in (known, unknown)]
    assert plain[0] == plain[1]
    assert link
    assert none is None


def test_asking_twice_sends_one_message(head, ask):
    assert ask(head.person.email)[1]
    assert ask(head.person.email)[1] is None


def test_link_dies_with_the_password_it_was_for(client, head, ask):
    _, link = ask(head.person.email)
    head.person.set_password(NEW)
    head.person.save()
    assert client.get(link).status_code == 410


def test_link_dies_in_a_day(client, head, ask, monkeypatch, settings):
    _, link = ask(head.person.email)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    "link", ["/password/new/zzzz/xyz/", "/password/new/MQ/abc-def/", "/password/new/w6k/a/"]
)
def test_invented_links_are_over(client, head, link):
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("short", "short", "too short"),
        ("hal.head@example.org", "hal.head@example.org", "too similar"),
        (NEW, "another thing entirely", "not the same"),
        ("", "", "Type a new password"),
    ],
)
def test_new_password_that_will_not_do_is_refused_with_a_reason(client, head, ask, new, again, sentence):
    _, link = ask(head.person.email)
    reply = client.post(link, {"new": new, "again": again})
    assert reply.status_code == 400
    assert sentence in reply.content.decode()
    assert _password_is(head.person, PASSWORD)


def test_changing_it_keeps_this_session_and_ends_the_others(client, head):
    other = type(client)()
    for each in (client, other):
        each.post(reverse("sign_in"), {"email": head.person.email, "password": PASSWORD})
    key = client.session.session_key
    client.post(reverse("change_password"), {"old": PASSWORD, "new": NEW, "again": NEW})
    assert _password_is(head.person, NEW)
    assert client.get("/").status_code == 200
    assert client.session.session_key != key
    assert other.get("/").status_code == 302


def test_changing_it_needs_the_present_one(client, head):
    client.post(reverse("sign_in"), {"email": head.person.email, "password": PASSWORD})
    reply = client.post(reverse("change_password"), {"old": "wrong", "new": NEW, "again": NEW})
    assert (reply.status_code, _password_is(head.person, PASSWORD)) == (400, True)


def test_the_record_says_who_and_never_the_password(client, head, ask):
    _, link = ask(head.person.email)
    client.post(link, {"new": NEW, "again": NEW})
    events = Event.objects.filter(action__contains="password")
    assert {e.action for e in events} == {"accounts.ask_new_password", "accounts.set_forgotten_password"}
    assert NEW not in str(list(events.values()))
