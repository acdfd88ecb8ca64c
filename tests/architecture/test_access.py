"""Every address says what one needs to open it, and keeps its word with every role and with nobody."""

import pytest
from django.db import connection
from django.test import Client

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.models import Membership, Organisation, Person
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import scope
from tests.machinery.urls import Address, addresses

SIGN_IN = "/sign-in/"
UNKNOWN, REFUSED = 401, 403
METHODS = ("get", "post")


def ids(found: list[Address]) -> list[str]:
    return [address.route for address in found]


def of_kind(*kinds: str) -> list[Address]:
    return [address for address in addresses() if address.access and address.access.kind in kinds]


def test_every_address_says_what_one_needs():
    unmarked = [address.route for address in addresses() if address.access is None]
    assert addresses()
    assert not unmarked, "mark the view with public, person_only, signed_in or requires"


def test_every_public_address_says_why():
    assert not [address.route for address in of_kind("public") if not address.access.reason]


def test_every_permission_is_held_by_some_role():
    assert not [
        permission for permission in Permission if not any(permission in r.permissions for r in roles.ROLES)
    ]


@pytest.fixture
def authority(demonstration, db) -> Authority:
    return Authority.objects.create(
        code=999, name="Testshire", is_demonstration=True, first_started_on=clock.today()
    )


@pytest.fixture
def demonstration(settings) -> None:
    """The demonstration, where invented people need no second factor."""
    settings.SCHOOLWARD_DEMONSTRATION = True


@pytest.fixture
def act_as(authority):
    """`act_as(role)` is a client signed in as somebody who holds the role."""

    def sign_in(role: roles.Role) -> Client:
        person = Person.objects.create(
            email=f"{role.key}@example.org", name=role.name, is_demonstration=True, created_at=clock.now()
        )
        keys = {"urn": 100000} if role.organisation_kind == roles.SCHOOL else {}
        organisation = Organisation.objects.create(kind=role.organisation_kind, name="Somewhere", **keys)
        with scope(authority):
            Membership.objects.create(
                person=person, organisation=organisation, role=role.key, starts_on=clock.today()
            )
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return sign_in


def goes_to_sign_in(response) -> bool:
    return response.status_code == 302 and response.url.startswith(SIGN_IN)


def asks_for_a_sign_in(response) -> bool:
    """By the form for a person, by status 401 for a program."""
    return goes_to_sign_in(response) or response.status_code == UNKNOWN


@pytest.mark.django_db
class TestNobody:
    """Somebody who has not signed in."""

    def test_public_address_opens(self):
        client = Client()
        shut = [a.route for a in of_kind("public") if client.get(a.sample).status_code == REFUSED]
        assert not shut
        assert not [
            a.route
            for a in of_kind("public")
            if a.sample != SIGN_IN and goes_to_sign_in(client.get(a.sample)) and a.name != "sign_out"
        ]

    @pytest.mark.parametrize("method", METHODS)
    def test_any_other_address_asks_for_a_sign_in(self, method):
        closed = of_kind("person", "signed_in", "permission")
        answers = {a.route: getattr(Client(), method)(a.sample) for a in closed}
        assert not [route for route, answer in answers.items() if not asks_for_a_sign_in(answer)]


@pytest.mark.django_db
@pytest.mark.parametrize("role", roles.ROLES, ids=lambda role: role.key)
class TestRole:
    """Somebody who holds one role."""

    def test_address_that_the_role_may_open_opens(self, role, act_as):
        client = act_as(role)
        answers = {
            a.route: client.get(a.sample) for a in of_kind("signed_in", "permission") if a.opens_for(role)
        }
        assert not {
            route: answer.status_code
            for route, answer in answers.items()
            if answer.status_code == REFUSED or goes_to_sign_in(answer)
        }
        assert not [route for route, answer in answers.items() if answer.status_code >= 500]

    @pytest.mark.parametrize("method", METHODS)
    def test_address_that_the_role_may_not_open_is_refused(self, role, method, act_as):
        client = act_as(role)
        shut = [a for a in of_kind("permission") if not a.opens_for(role)]
        if connection.vendor != "sqlite":
            # one address of each kind: that all the others refuse was seen on SQLite
            shut = list({a.access.permissions: a for a in shut}.values())
        answers = {a.route: getattr(client, method)(a.sample).status_code for a in shut}
        assert not {route: status for route, status in answers.items() if status != REFUSED}
