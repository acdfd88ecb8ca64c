"""Estuary's people: the same every time, reachable nowhere, at one with the register."""

import csv
from collections import Counter
from datetime import date

import pytest

from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.accounts.roles import AUTHORITY, ROLES
from schoolward.demo.load_people import ROLE_KEYS
from schoolward.demo.people import OFFICERS, SCHOOL_ROLES, people_of_estuary
from schoolward.demo.published import ESTUARY, SEED, build_world
from schoolward.demo.published.register import write_register

FIRST_DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def people():
    return people_of_estuary(FIRST_DAY)


def test_people_asked_for_twice_are_the_same(people):
    assert people_of_estuary(FIRST_DAY) == people


def test_every_person_has_one_organisation_and_a_reserved_address(people):
    for person in people:
        places = (person.authority, person.urn, person.trust, person.provider)
        assert sum(place is not None for place in places) == 1
        assert person.email.endswith(".example")
        assert person.email.isascii()
        assert " " not in person.email


def test_the_authority_has_every_officer(people):
    here = Counter((person.role, person.job_title) for person in people if person.authority == ESTUARY.code)
    assert here == {(role, title): count for role, title, count in OFFICERS}


def test_every_role_of_an_authority_that_does_something_can_be_tried(people):
    played = {ROLE_KEYS.get(person.role, person.role) for person in people}
    idle = {P.VIEW_PAPERS}  # roles of capabilities that are yet to come read papers alone
    wanted = {role.key for role in ROLES if role.organisation_kind == AUTHORITY and role.permissions != idle}
    assert wanted <= played


def test_every_open_school_has_head_chair_clerk_and_business_manager(people):
    world = build_world(FIRST_DAY, SEED)
    roles: dict[int, set[str]] = {}
    for person in people:
        if person.urn is not None:
            roles.setdefault(person.urn, set()).add(person.role)
    for one in world.open_on(FIRST_DAY, ESTUARY.code):
        wanted = {"head", *(role for role, _ in SCHOOL_ROLES)}
        assert wanted - roles[one.urn] <= ({"designated_teacher"} if one.code == "IND" else set())


def test_heads_are_those_of_the_register(people, tmp_path):
    path = write_register(tmp_path, build_world(FIRST_DAY, SEED), FIRST_DAY)
    with path.open(encoding="utf-8", newline="") as file:
        register = {int(r["URN"]): f"{r['HeadFirstName']} {r['HeadLastName']}" for r in csv.DictReader(file)}
    heads = {person.urn: person.name.full for person in people if person.role == "head"}
    assert heads
    assert heads == {urn: register[urn] for urn in heads}


def test_some_head_leads_two_schools_and_one_post_is_held_for_the_time(people):
    heads = [person for person in people if person.role == "head"]
    assert len({person.email for person in heads}) < len(heads)
    assert "Acting Headteacher" in {person.job_title for person in heads}


def test_one_address_belongs_to_one_name(people):
    owners: dict[str, set[str]] = {}
    for person in people:
        owners.setdefault(person.email, set()).add(person.name.full)
    assert all(len(names) == 1 for names in owners.values())
