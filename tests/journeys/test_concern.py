"""An adviser and a director work on schools causing concern, from the list to a signed paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.machinery.walking import PAPER

ADVISER = "School improvement adviser"
DIRECTOR = "Director of children's services"


def first_school(page: Page) -> str:
    """Opens the first school of the list, and gives its name."""
    page.goto("/concern/")
    link = page.locator(".sw-concern th a").first
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return name


def decide(page: Page) -> None:
    """Fills in a decision and sends it."""
    page.locator("#decide ~ form").get_by_label("Concern", exact=True).check()
    page.get_by_label("Why", exact=True).fill("Maths fell three years running; agreed with the chair.")
    page.get_by_label("Can improve with some support").check()
    page.get_by_label("Evidence of that").fill("The new maths lead's work shows in books.")
    page.get_by_label("Look at this again on").fill("31 March 2027")
    page.get_by_role("button", name="Record the decision").click()


def test_list_on_paper_keeps_its_sizes_in_order(estuary, page: Page, sign_in_as):
    """Headings above text above small print, as on screen, and no line over another."""
    sign_in_as(page, ADVISER)
    page.goto("/concern/")
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    heights = [
        page.locator(f"main {piece}").first.evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
        for piece in ("h1", ".govuk-tag", ".sw-small")
    ]
    assert heights == sorted(heights, reverse=True), heights
    heading, below = (page.locator(f"main {it}").first.bounding_box() for it in ("h1", ".sw-as-at"))
    assert heading["y"] + heading["height"] <= below["y"]


def test_adviser_decides_and_the_list_shows_it(estuary, page: Page, sign_in_as, picture):
    sign_in_as(page, ADVISER)
    picture(page, "home-adviser")
    name = first_school(page)
    decide(page)
    expect(page.get_by_role("status")).to_contain_text(f"Your decision on {name} is recorded")
    expect(page.locator(".sw-timeline li").first).to_contain_text("Maths fell three years running")
    picture(page, "concern-school")
    page.goto("/concern/")
    expect(page.locator(".sw-concern tr", has_text=name).first).to_contain_text("look again 31 March 2027")


def test_adviser_decides_without_scripts(estuary, page_without_scripts: Page, sign_in_as):
    page = page_without_scripts
    sign_in_as(page, ADVISER)
    first_school(page)
    decide(page)
    expect(page.get_by_role("status")).to_contain_text("is recorded")


def test_decision_without_a_reason_is_explained_and_keeps_what_was_typed(
    estuary, page: Page, axe, sign_in_as
):
    sign_in_as(page, ADVISER)
    first_school(page)
    page.get_by_label("Look at this again on").fill("31 March 2027")
    page.get_by_role("button", name="Record the decision").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("Choose a status.")
    expect(summary).to_contain_text("Say in a sentence why.")
    expect(page.get_by_label("Look at this again on")).to_have_value("31 March 2027")
    axe(page)


def test_list_as_at_an_earlier_day_shows_what_changed_since(estuary, page: Page, sign_in_as, picture):
    sign_in_as(page, DIRECTOR)
    page.goto("/concern/?compare=16+July+2026")
    expect(page.get_by_role("heading", name="Changes since 16 July 2026")).to_be_visible()
    picture(page, "concern-list")
    page.goto("/concern/?as_at=31+December+2018")
    expect(page.locator(".sw-as-at")).to_contain_text("31 December 2018")
    expect(page.locator("main")).to_contain_text("floor", ignore_case=True)


def test_list_of_a_day_to_come_is_refused(estuary, page: Page, sign_in_as):
    sign_in_as(page, DIRECTOR)
    page.goto("/concern/?as_at=1+January+2099")
    expect(page.locator("main")).to_contain_text("Nothing is known yet of a day in the future")


def test_adviser_records_what_is_known_and_ends_it(estuary, page: Page, sign_in_as):
    sign_in_as(page, ADVISER)
    first_school(page)
    page.get_by_text("Record what you know").click()
    page.get_by_label("What is known").fill("The bursar's post is vacant.")
    page.get_by_role("button", name="Record", exact=True).click()
    known = page.locator(".sw-known", has_text="The bursar's post is vacant.")
    expect(known).to_be_visible()
    known.get_by_text("No longer so").click()
    known.get_by_label("Why it no longer holds").fill("Filled on 20 November.")
    known.get_by_role("button", name="Mark").click()
    expect(page.locator(".sw-known--ended", has_text="Filled on 20 November.")).to_be_visible()


def test_adviser_agrees_a_category_in_three_steps(estuary, page: Page, sign_in_as, axe, picture):
    sign_in_as(page, ADVISER)
    page.goto("/categories/?state=to_propose")
    page.locator("tbody th a").first.click()
    page.get_by_label(re.compile("^Secure")).check()
    page.get_by_label("Why", exact=True).fill("Good in every measure.")
    page.get_by_role("button", name="Propose").click()
    page.get_by_label("Day", exact=True).fill("20/11/2026")
    page.get_by_label("With whom").fill("the headteacher")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Record the conversation").click()
    axe(page)
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.get_by_role("heading", name="Agreed: Secure")).to_be_visible()
    picture(page, "category")


def test_director_signs_and_publishes_the_paper_and_a_head_reads_the_public_part(
    estuary, page: Page, sign_in_as, axe, picture
):
    sign_in_as(page, DIRECTOR)
    picture(page, "home-director")
    page.get_by_role("link", name="Sign off “Schools causing concern”").click()
    picture(page, "paper-frozen")
    page.get_by_role("button", name="Sign off").click()
    axe(page)
    page.get_by_label("Why this paper may be published").fill("The board meets in public.")
    page.get_by_role("button", name="Publish the public part").click()
    expect(page.get_by_role("status")).to_contain_text("Published")
    address = page.url
    sign_in_as(page, "Headteacher")
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Schools causing concern")
    expect(page.locator(".sw-exempt")).to_have_count(0)
    assert page.goto(address + "exempt.html").status == 404


def test_analyst_writes_a_paper_sees_its_page_and_freezes_it(estuary, page: Page, sign_in_as, axe, picture):
    sign_in_as(page, "Data analyst")
    page.goto("/papers/")
    page.get_by_label("Compared with").fill("31 August 2026")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("What is being done").fill("Each school was visited in October.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".sw-document")).to_contain_text("Each school was visited in October.")
    axe(page)
    picture(page, "paper-draft")
    page.get_by_role("button", name="Freeze").click()
    expect(page.get_by_text("You froze this paper").or_(page.locator(".sw-document"))).not_to_have_count(0)
    expect(page.get_by_role("button", name="Sign off")).to_have_count(0)


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_paper_downloads_as_a_document(estuary, page: Page, sign_in_as, form):
    sign_in_as(page, DIRECTOR)
    page.goto("/papers/")
    page.locator("tbody th a").last.click()
    with page.expect_download() as got:
        page.get_by_role("link", name={"pdf": "PDF", "docx": "Word"}[form]).first.click()
    start = got.value.path().read_bytes()[:4]
    assert start == (b"%PDF" if form == "pdf" else b"PK\x03\x04")


def test_head_cannot_open_the_list(estuary, page: Page, sign_in_as):
    sign_in_as(page, "Headteacher")
    answer = page.goto("/concern/")
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("may not see which schools cause concern")
