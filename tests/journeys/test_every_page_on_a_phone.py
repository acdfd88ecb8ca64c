"""Every page that the assistant director can reach, on a phone; a file of its own, to run beside others."""

from playwright.sync_api import Page

from tests.machinery.walking import Known, Walk, width_of


def test_pages_are_accessible_on_a_phone(estuary, phone: Page, axe, sign_in_as):
    """On a telephone lists become cards and the navigation folds; the assistant director reaches most."""
    sign_in_as(phone, "Assistant director, school improvement")
    walk = Walk(estuary.url, Known())
    walk.visit(phone, axe, width_of)
    walk.assert_well(at_least=25)
