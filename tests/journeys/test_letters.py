"""A letter is written, looked at, signed and sent; one that comes back is told to contacts."""

import re

from playwright.sync_api import Page, expect

WRITER, DIRECTOR = "Data analyst", "Director of children's services"
TITLE = "Visits this autumn"


def test_letter_is_written_signed_and_sent_and_one_that_comes_back_reaches_contacts(
    estuary, page: Page, axe, sign_in_as
):
    sign_in_as(page, WRITER)
    page.goto("/letters/")
    axe(page)
    page.get_by_label("What it is, for this list").fill(TITLE)
    page.get_by_label("Begin from").select_option("kind:plain")
    page.get_by_role("button", name="Begin").click()
    letter = page.url

    page.get_by_role("link", name="Choose recipients").click()
    page.get_by_label("Which schools").select_option(label="Schools that I name by their numbers")
    page.get_by_label("Their numbers").fill("900001, 900002")
    page.get_by_label("Headteacher", exact=True).check()
    page.get_by_label("Chair of governors", exact=True).uncheck()
    signs = page.locator("#signatory option", has_text=DIRECTOR).first.get_attribute("value")
    page.get_by_label("Signed by").select_option(signs)
    axe(page)
    page.get_by_role("button", name="Choose these recipients").click()
    expect(page.get_by_text("2 people reached").first).to_be_visible()

    page.goto(letter)
    page.get_by_label("Subject").fill("Visits to {{ school.name }}")
    page.get_by_label("Text").fill("Dear {{ recipient.name }},\n\nwe write about **{{ school.nickname }}**.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("These fields are not known").first).to_be_visible()
    expect(page.get_by_role("button", name="Freeze")).to_be_disabled()
    page.get_by_label("Text").fill("Dear {{ recipient.name }},\n\nwe write about **{{ school.name }}**.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("As it will look", exact=True)).to_contain_text("we write about")
    axe(page)
    page.get_by_role("button", name="Freeze").click()
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_disabled()
    frozen = page.url

    sign_in_as(page, DIRECTOR)
    page.goto("/")
    page.get_by_role("link", name=re.compile(f"Sign the letter .{TITLE}")).first.click()
    axe(page)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_role("button", name="Send", exact=True).click()
    sign_in_as(page, WRITER)
    _until_sent(page, frozen)

    page.goto("/outbox/?state=sent")
    page.locator("tr", has_text="Visits to").first.get_by_text("Change").click()
    row = page.locator("tr", has_text="Visits to").first
    row.get_by_label("What is to be done").select_option(label="It came back")
    row.get_by_label("Why").fill("The mail server says that there is no such mailbox.")
    row.get_by_role("button", name="Record it").click()
    page.goto(frozen)
    expect(page.get_by_text("came back", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Contacts", exact=True).last.click()
    expect(page.get_by_text("Came back", exact=True).first).to_be_visible()
    axe(page)


def _until_sent(page: Page, address: str) -> None:
    """The worker hands copies over and sends them meanwhile."""
    for _ in range(60):
        page.goto(address)
        if page.locator("td").get_by_text("sent", exact=True).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("the letter was not sent")
