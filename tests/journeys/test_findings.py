"""An analyst codes texts and prepares findings, the director publishes them, a head reads them."""

import re

from playwright.sync_api import Page, expect

ANALYST, DIRECTOR, HEAD = "Data analyst", "Director of children's services", "Headteacher"


def work_on(page: Page, state: str) -> None:
    """Opens the work on the first survey in that state."""
    page.goto("/findings/")
    page.locator("tr", has=page.get_by_text(state, exact=True)).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="1. Texts")).to_be_visible()


def test_analyst_codes_a_text_beside_its_suggestions_and_leaves_a_passage_out(
    estuary, page: Page, axe, sign_in_as, picture
):
    sign_in_as(page, ANALYST)
    work_on(page, "Open")
    axe(page)
    page.get_by_role("link", name="Code the next one").click()
    here = page.url
    expect(page.get_by_text("Suggested (").first).to_be_visible()
    axe(page)
    picture(page, "findings-text")
    words = page.locator(".sw-quote--whole p").inner_text()
    page.get_by_text("Leave a passage out").click()
    page.get_by_label("The passage, copied from the text").fill(words[:20])
    page.get_by_label("names or describes a person").check()
    page.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_text("[left out: names or describes a person]").first).to_be_visible()
    page.get_by_role("button", name="Decide and go on").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose a theme")
    page.get_by_label("Timing").check()
    page.get_by_role("button", name="Decide and go on").click()
    expect(page.get_by_role("status")).to_contain_text("Decided.")
    assert page.url != here


def test_findings_go_from_analyst_to_director_to_head(estuary, page: Page, axe, sign_in_as, picture):
    sign_in_as(page, ANALYST)
    work_on(page, "Closed")
    page.get_by_label("None: all schools together").check()
    page.get_by_label("What should be said first").fill("Prepared once more after a late return.")
    page.get_by_role("button", name="Prepare findings").click(timeout=60_000)
    expect(page.get_by_role("status")).to_contain_text("Somebody else publishes them", timeout=60_000)
    page.get_by_role("link", name="Number 2").click()
    address = re.sub(r"^https?://[^/]+", "", page.url)
    sign_out(page)

    sign_in_as(page, DIRECTOR)
    page.goto(address)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("Schools can read these findings now")
    sign_out(page)

    sign_in_as(page, HEAD)
    page.goto("/findings/")
    page.locator("main").get_by_role("link").first.click()
    expect(page.get_by_text("Prepared once more after a late return.")).to_be_visible()
    expect(page.get_by_role("heading", name="You said, we did")).to_be_visible()
    expect(page.locator("th, td").filter(has_text=re.compile(r"^withheld$")).first).to_be_attached()
    axe(page)
    picture(page, "findings")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
