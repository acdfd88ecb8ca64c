"""What no database can keep is refused in words, on both engines."""

import pytest

from tests.factories.people import make_authority, make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    sign_in(client, make_member(make_authority(), "director", "Di Rowe"))
    return client


@pytest.mark.parametrize("address", ["/schools/?q=%00", "/audit/?about=a%00b", "/concern/?as_at=%00"])
def test_character_zero_in_an_address_is_refused_in_words(signed_in, address):
    answer = signed_in.get(address)
    assert answer.status_code == 400
    assert "cannot be kept" in answer.content.decode()


def test_character_zero_in_a_form_is_refused_in_words(signed_in):
    answer = signed_in.post("/panels/", {"title": "a\x00b", "held_on": "1 October 2026", "present": "Di"})
    assert answer.status_code == 400
    assert "cannot be kept" in answer.content.decode()
