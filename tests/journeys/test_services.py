"""A head reads the catalogue, commissioning sets a price, an officer changes a questionnaire."""

from playwright.sync_api import Page, expect

MANAGER = "Commissioning and traded services manager"
EDIT = "/surveys/questionnaires/annual-survey/edit/?q=strategy_clear"


def test_head_finds_a_service_with_its_price_worked_out(estuary, page: Page, axe, sign_in_as, picture):
    sign_in_as(page, "Headteacher")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Services").click()
    axe(page)
    picture(page, "services")
    page.get_by_role("link", name="HR advice").click()
    expect(page.get_by_role("table", name="How the price is worked out")).to_contain_text("pupils at £")
    axe(page)


def test_manager_sets_a_price_without_scripts(estuary, page_without_scripts: Page, sign_in_as):
    page = page_without_scripts
    sign_in_as(page, MANAGER)
    page.goto("/services/line/clerking/price/")
    page.get_by_label("From", exact=True).fill("1 April 2028")
    page.get_by_label("Firm: schools may rely on it").check()
    page.get_by_label("Flat price (£)").fill("2,150")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("table", name="What schools would pay")).to_contain_text("£2,150.00")
    page.get_by_role("button", name="Set this price").click()
    expect(page.get_by_role("status")).to_contain_text("from 1 April 2028 is set")


def test_preview_follows_what_is_typed(estuary, page: Page, axe, sign_in_as, picture):
    sign_in_as(page, "Data analyst")
    page.goto(EDIT)
    axe(page)
    page.get_by_label("Question", exact=True).fill("Is it plain who answers for what?")
    expect(page.locator("#preview")).to_contain_text("Is it plain who answers for what?")
    picture(page, "questionnaire-edit")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Saved in the version being written")
