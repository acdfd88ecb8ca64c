"""Every page that a role can reach by links, on a desktop: accessible, whole and not too wide for a phone."""

import pytest
from playwright.sync_api import Page

from tests.machinery.walking import Known, Walk, width_on_a_phone

ROLES = (
    "Director of children's services",
    "School improvement adviser",
    "Data analyst",
    "Administrator",
    "Headteacher",
    "Member of the board",
)


@pytest.fixture(scope="module")
def known() -> Known:
    """What has been looked at on a desktop."""
    return Known()


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_role_are_accessible_and_fit_a_phone(estuary, page: Page, axe, sign_in_as, known, role):
    sign_in_as(page, role)
    walk = Walk(estuary.url, known)
    walk.visit(page, axe, width_on_a_phone)
    walk.assert_well(at_least=4)
