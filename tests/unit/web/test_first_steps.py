"""From a site with nothing on it to an authority that works."""

import pytest
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Organisation
from schoolward.apps.contacts.actions import add_contact
from schoolward.apps.register.models import Projection
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.colours import contrast_with_white, parse_colour
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput
from schoolward.web.first_steps import make_administrator, set_up_needs, steps
from tests.factories.people import make_authority, make_member, sign_in
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db
DARK = "#00407a"


@pytest.fixture
def admin():
    return make_administrator(
        name="Ada King", email="ada@example.org", authority_code=887, password="three quiet otters"
    )


@pytest.fixture
def register():
    for urn, code, name in ((100001, 887, "Medway"), (100002, 887, "Medway"), (100003, 886, "Kent")):
        make_school(urn, authority_code=code, authority_name=name)
    Projection.objects.create(pk=1, edition="abc", projected_at=clock.now(), schools=3)


def test_an_empty_site_says_the_one_command(client):
    assert "make-administrator" in client.get(reverse("sign_in")).content.decode()


def test_a_site_with_an_authority_does_not(client, admin):
    assert "make-administrator" not in client.get(reverse("sign_in")).content.decode()


def test_the_demonstration_makes_no_administrator(settings):
    settings.SCHOOLWARD_DEMONSTRATION = True
    with pytest.raises(BadInput, match="demonstration"):
        make_administrator(name="A", email="a@example.org", authority_code=887, password="three quiet otters")
    assert not Authority.objects.exists()


def test_the_steps_are_asked_for_until_each_is_done(client, admin, register):
    Projection.objects.all().delete()
    by = Acting.of(admin)

    def left():
        with scope(admin.authority):
            return [need.sentence[:11] for need in set_up_needs(by)]

    assert left() == ["Step 1 of 3", "Step 2 of 3", "Step 3 of 3"]
    Projection.objects.create(pk=1, edition="abc", projected_at=clock.now(), schools=3)
    assert left() == ["Step 2 of 3", "Step 3 of 3"]
    sign_in(client, admin)
    assert "Step 2 of 3" in client.get("/").content.decode()
    reply = client.post(reverse("set_up"), {"code": "887", "name": "Medway Council", "colour": DARK})
    assert reply.status_code == 302
    assert left() == ["Step 3 of 3"]
    admin.authority.refresh_from_db()
    make_member(admin.authority, "adviser", "Ann Reed")
    assert left() == []
    assert (admin.authority.name, admin.authority.colour) == ("Medway Council", DARK)
    assert Organisation.objects.get(authority_code=887).name == "Medway Council"
    page = client.get(reverse("set_up")).content.decode()
    assert "2 open schools" in page
    assert f"c={DARK[1:]}" in page


def test_another_authority_is_chosen_from_the_register_while_nothing_is_kept(client, admin, register):
    sign_in(client, admin)
    client.post(reverse("set_up"), {"code": "886", "name": "Authority 887", "colour": DARK})
    authority = Authority.objects.get()
    assert (authority.code, authority.name) == (886, "Kent")
    assert client.get("/").wsgi_request.acting.organisation.authority_code == 886


def test_the_authority_is_fixed_once_something_is_kept_for_it(client, admin, register):
    by = Acting.system(admin.authority)
    with scope(admin.authority):
        school = make_school(100009, authority_code=887)
        add_contact(by=by, school=school, role="head", name="Ivy Moor")
    sign_in(client, admin)
    reply = client.post(reverse("set_up"), {"code": "886", "name": "Kent", "colour": DARK})
    assert reply.status_code == 400
    assert "Contacts are kept for" in reply.content.decode()
    assert Authority.objects.get().code == 887


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"colour": "#ffdd00"}, "a contrast of 1.3 to 1"),
        ({"colour": "red"}, "is not a colour"),
        ({"colour": "#77777"}, "is not a colour"),
        ({"name": " "}, "has no name"),
        ({"code": "885"}, "No school of the loaded register"),
        ({"code": "8"}, "is not a"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_changes(client, admin, register, sent, sentence):
    sign_in(client, admin)
    reply = client.post(reverse("set_up"), {"code": "887", "name": "Medway", "colour": DARK} | sent)
    assert reply.status_code == 400
    assert sentence in reply.content.decode()
    authority = Authority.objects.get()
    assert (authority.code, authority.name, authority.colour) == (887, "Authority 887", "#1d70b8")


def test_only_whoever_sets_the_site_up_may(client, admin):
    sign_in(client, make_member(admin.authority, "director", "Dora Day"))
    assert client.get(reverse("set_up")).status_code == 403


def test_the_demonstration_asks_for_no_steps():
    authority = make_authority(990, demonstration=True)
    by = Acting.of(make_member(authority, "administrator", "Ida Invented"))
    with scope(authority):
        assert list(set_up_needs(by)) == []
        assert [step.done for step in steps(authority)] == [False, False, False]


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#ffffff", 1.0), ("#000000", 21.0), ("#767676", 4.54), ("#1d70b8", 5.17)]
)
def test_contrast_is_the_published_formulas(colour, ratio):
    assert contrast_with_white(colour) == pytest.approx(ratio, abs=0.01)
    assert parse_colour(colour.upper()[1:]) == colour
