"""The page of one's own tokens: making one, seeing it once, revoking it."""

import re

import pytest
from django.test import Client

from schoolward.apps.accounts.models import ApiToken
from schoolward.apps.audit.models import Event
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import every_authority
from tests.factories.people import make_authority, make_member, sign_in

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"schoolward_[\w-]{40,}")


@pytest.fixture
def authority():
    return make_authority(901)


@pytest.fixture
def client(authority):
    made = Client()
    sign_in(made, make_member(authority, "analyst"))
    return made


def make(client, name="Monthly figures", lasts="30"):
    return client.post("/tokens/", {"name": name, "lasts": lasts})


def tokens() -> list[ApiToken]:
    with every_authority("the test looks"):
        return list(ApiToken.objects.order_by("pk"))


def test_token_is_shown_once_and_works(client):
    page = make(client)
    (secret,) = SECRET.findall(page.content.decode())
    assert "no-store" in page["Cache-Control"]
    assert not SECRET.search(client.get("/tokens/").content.decode())
    answer = Client().get("/api/v1/schools", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200


def test_making_and_revoking_a_token_are_audited_without_the_secret(client):
    (secret,) = SECRET.findall(make(client).content.decode())
    client.post(f"/tokens/{tokens()[0].pk}/revoke/")
    events = list(Event.objects.filter(action__contains="_token").order_by("pk"))
    assert [event.action for event in events] == ["accounts.create_token", "accounts.revoke_token"]
    assert secret not in str([vars(event) for event in events])


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "", "lasts": "30"}, "Say which program the token is for."),
        ({"name": "Figures", "lasts": "4000"}, "Choose how long the token lasts."),
        ({"name": "Figures", "lasts": ""}, "Choose how long the token lasts."),
        ({"name": "x" * 81, "lasts": "30"}, "The name is longer than 80 characters."),
        ({"name": "Taken", "lasts": "30"}, "There is a token of this name."),
    ],
)
def test_token_that_will_not_do_is_refused_with_a_sentence(client, sent, sentence):
    make(client, "Taken")
    page = client.post("/tokens/", sent)
    assert page.status_code == 400
    assert sentence in page.content.decode()
    assert len(tokens()) == 1


def test_name_can_be_used_again_after_revoking(client):
    make(client)
    client.post(f"/tokens/{tokens()[0].pk}/revoke/")
    assert make(client).status_code == 200
    assert [token.revoked_at is None for token in tokens()] == [False, True]


def test_token_of_a_colleague_is_not_found(client, authority):
    make(client)
    other = Client()
    sign_in(other, make_member(authority, "analyst", "Ben Hall"))
    assert "Monthly figures" not in other.get("/tokens/").content.decode()
    assert other.post(f"/tokens/{tokens()[0].pk}/revoke/").status_code == 404
    assert tokens()[0].revoked_at is None


def test_last_day_is_within_a_year(client):
    make(client, lasts="366")
    assert (tokens()[0].expires_on - clock.real_now().date()).days == 366
