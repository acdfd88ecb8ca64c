"""A school answers a survey together, with scripts and without; an officer reads what was sent."""

import re

from playwright.sync_api import Page, expect

CLASHING = "Heronsey Marina Primary School"
NOT_STARTED = "Wherrington Gate Primary School"
WITHOUT_SCRIPTS = "Dunlin Row Infant School"


def open_task_list(page: Page) -> None:
    """The task list of the survey that is open now, from the first page's needs."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("(Answer|Go on with) the survey of schools")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Survey of schools")


def test_head_answers_as_they_type_and_comes_back_to_it(estuary, page: Page, axe, sign_in_as, picture):
    sign_in_as(page, "Headteacher", of=NOT_STARTED)
    open_task_list(page)
    axe(page)
    picture(page, "survey-tasks")
    page.get_by_role("link", name="Who is answering").click()
    page.get_by_label("The headteacher").check()
    expect(page.locator("[data-save-status]")).to_contain_text("Saved at")
    axe(page)
    page.reload()
    expect(page.get_by_label("The headteacher")).to_be_checked()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Has the governing board seen this answer?")
    page.goto(page.url.replace("board_seen", "route"))
    # by keyboard alone: the first service from the council, and on past all the others
    page.locator("[data-field] input").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-save-status]")).to_contain_text("Saved at")
    axe(page)
    picture(page, "survey-services")
    services, presses = page.locator("[data-field]").count(), 0
    while page.evaluate("document.activeElement.textContent.trim()") != "Save and continue":
        page.keyboard.press("Tab")
        presses += 1
        assert presses < services + 4, "one press for each service, and the keyboard is caught nowhere"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leadership")
    page.goto(re.sub(r"page/.*", "", page.url))
    page.get_by_role("link", name="What the school might buy").click()
    axe(page)
    page.get_by_label("7", exact=True).first.check()
    expect(page.locator("[data-save-status]")).to_contain_text("Saved at")
    picture(page, "survey-card")


def test_two_tabs_never_overwrite_and_both_answers_are_kept(estuary, page: Page, sign_in_as, picture):
    sign_in_as(page, "Headteacher", of=NOT_STARTED)
    open_task_list(page)
    address = f"{page.url}page/strategy_clear/"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    page.get_by_label("4", exact=True).check()
    expect(page.locator("[data-save-status]")).to_contain_text("Saved at")
    other.get_by_label("2", exact=True).check()
    expect(other.locator("[data-save-status]")).to_contain_text("somebody else answered")
    page.reload()
    expect(page.get_by_label("4", exact=True)).to_be_checked()


def test_chair_sees_a_difference_and_business_manager_the_budget(
    estuary, page: Page, axe, sign_in_as, picture
):
    sign_in_as(page, "Chair of governors", of=CLASHING)
    open_task_list(page)
    page.get_by_role("link", name=re.compile("difference")).first.click()
    expect(page.get_by_role("button", name=re.compile("Take this"))).to_have_count(1)
    axe(page)
    picture(page, "survey-differences")
    sign_in_as(page, "School business manager", of=CLASHING)
    open_task_list(page)
    page.get_by_role("link", name="Check and send").click()
    expect(page.get_by_role("button", name="Send the school's answer")).to_be_disabled()
    axe(page)


def test_page_works_on_without_scripts(estuary, page_without_scripts: Page, sign_in_as):
    page = page_without_scripts
    sign_in_as(page, "Headteacher", of=WITHOUT_SCRIPTS)
    open_task_list(page)
    page.get_by_role("link", name="Expected budget").click()
    page.get_by_label("No, but I can guess").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label(re.compile("How much do you expect")).fill("lots")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("not an amount of money")
    page.get_by_label(re.compile("How much do you expect")).fill("12,500")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="All questions").click()
    page.get_by_role("link", name="Check and send").click()
    expect(page.locator("main")).to_contain_text("£12,500")
    page.get_by_role("button", name="Send the school's answer").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("It cannot be sent yet")


def test_officer_reads_what_was_sent_and_compares_a_second_answer(
    estuary, page: Page, axe, sign_in_as, picture
):
    sign_in_as(page, "Commissioning and traded services manager")
    page.goto("/surveys/")
    axe(page)
    page.get_by_role("link", name=re.compile("Survey of schools")).first.click()
    axe(page)
    picture(page, "surveys-returns")
    page.locator("tr", has_text="Second answer").get_by_role("link").click()
    expect(page.get_by_role("heading", name="A second answer came on paper")).to_be_visible()
    axe(page)
    page.get_by_label(re.compile("^Why .for example")).fill("The head said so on the telephone.")
    page.get_by_role("button", name="Keep the first").click()
    expect(page.get_by_role("status")).to_contain_text("It is settled which answer counts")


def test_head_answers_on_a_telephone(estuary, phone: Page, axe, sign_in_as):
    sign_in_as(phone, "Headteacher", of=CLASHING)
    open_task_list(phone)
    phone.locator(".sw-tasks").get_by_role("link", name="Services", exact=True).click()
    axe(phone)
    wide = phone.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, "the page scrolls sideways"
