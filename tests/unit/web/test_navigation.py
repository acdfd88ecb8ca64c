"""The navigation: one row where it fits, else sections and the ways of the section one is in."""

import pytest
from django.urls import reverse

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.web.navigation import SECTIONS, menu_for

EVERY_WAY = [way for section in SECTIONS for way in section.ways]


def acting(key: str) -> Acting:
    return Acting(None, key, None, None, roles.BY_KEY[key].permissions)


def test_nobody_has_no_way_on():
    assert menu_for(None, "/").first == ()


def test_role_with_few_ways_sees_them_in_one_row():
    menu = menu_for(acting("headteacher"), "/")
    assert "My school" in [entry.label for entry in menu.first]
    assert menu.second == ()


def test_role_with_many_ways_sees_sections_and_inside_one_its_ways():
    outside = menu_for(acting("director"), "/")
    inside = menu_for(acting("director"), reverse("concern_list") + "900001/")
    assert outside.first[0].label == "Schools"
    assert outside.second == ()
    assert inside.section == "Schools"
    assert [(e.label, e.current) for e in inside.second if e.current] == [("Concern", "true")]
    assert [e.label for e in inside.first if e.current] == ["Schools"]


def test_page_itself_is_told_from_a_page_below_it():
    menu = menu_for(acting("director"), reverse("papers"))
    assert "page" in {entry.current for entry in (*menu.first, *menu.second)}


@pytest.mark.parametrize("role", roles.ROLES, ids=lambda role: role.key)
def test_every_way_that_the_role_may_go_is_reached_and_no_other(role):
    allowed = {reverse(way.url_name) for way in EVERY_WAY if role.permissions & set(way.permissions)}
    menus = [menu_for(acting(role.key), path) for path in ("/", *allowed)]
    assert {entry.address for menu in menus for entry in (*menu.first, *menu.second)} == allowed
