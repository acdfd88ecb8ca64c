"""The pages of an empty site that anyone can reach: on a desktop, on a telephone, and without scripts."""

import pytest
from playwright.sync_api import Page, expect

OPEN = ("/sign-in/", "/accessibility/", "/no-such-page/")


@pytest.mark.parametrize("path", OPEN)
def test_open_page_is_accessible_on_a_desktop(empty_site, page: Page, axe, path):
    page.goto(path)
    axe(page)


@pytest.mark.parametrize("path", OPEN)
def test_open_page_is_accessible_and_fits_on_a_phone(empty_site, phone: Page, axe, path):
    phone.goto(path)
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_site_sends_a_stranger_to_sign_in_and_says_when_the_password_is_wrong(
    empty_site, page_without_scripts: Page
):
    page_without_scripts.goto("/")
    expect(page_without_scripts).to_have_url(f"{empty_site.url}/sign-in/?next=/")
    page_without_scripts.get_by_label("E-mail").fill("nobody@example.org")
    page_without_scripts.get_by_label("Password").fill("not the password")
    page_without_scripts.get_by_role("button", name="Sign in").click()
    expect(page_without_scripts.locator("main")).to_contain_text("e-mail address or the password is wrong")


def test_empty_site_offers_no_demonstration_people(empty_site, page: Page):
    page.goto("/sign-in/")
    assert page.get_by_role("heading", level=1).count() == 1
    assert "demonstration" not in page.inner_text("main").lower()
