"""Human resources, finance and a union representative look at structures, grants and what may be afforded."""

from playwright.sync_api import Page, expect

HR = "Human resources lead"
FINANCE = "Finance officer"
UNION = "Union representative"


def test_hr_compares_structures_and_changes_a_post(estuary, page: Page, axe, sign_in_as, picture):
    sign_in_as(page, HR)
    page.goto("/structure/")
    page.get_by_role("link", name="Today", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    axe(page)
    picture(page, "structure-today")
    page.get_by_role("link", name="Beside Small core, larger arm").click()
    expect(page.locator(".sw-abreast figure")).to_have_count(2)
    axe(page)
    picture(page, "structure-compare")
    page.goto("/structure/")
    page.get_by_role("link", name="Core first", exact=True).click()
    page.get_by_role("link", name="Change Clerk to governing boards").click()
    page.get_by_label("FTE in this structure: traded").fill("1.5")
    page.get_by_label("Why").fill("Two clerks share the evening boards")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("status")).to_contain_text("Kept as version 2")


def test_finance_sees_what_goes_with_the_grant(estuary, page: Page, axe, sign_in_as, picture):
    sign_in_as(page, FINANCE)
    page.goto("/structure/")
    page.get_by_role("link", name="Grants that end, and what goes with them").click()
    expect(page.get_by_role("checkbox", name="School improvement grant")).to_be_checked()
    expect(page.locator("main")).to_contain_text("a pupil, if maintained schools agreed to de-delegate it")
    axe(page)
    picture(page, "structure-grants")


def test_finance_follows_demand_while_it_is_worked_out(estuary, page: Page, axe, sign_in_as):
    sign_in_as(page, FINANCE)
    page.goto("/demand/")
    expect(page.get_by_role("heading", level=1)).to_have_text("What schools will buy")
    axe(page)
    page.goto("/structure/frontier/")
    axe(page)


def test_union_sees_posts_put_forward_and_neither_money_nor_holders(estuary, phone: Page, sign_in_as, axe):
    page = phone
    sign_in_as(page, UNION)
    page.goto("/structure/")
    page.get_by_role("link", name="Hold what we have").click()
    expect(page.locator("main")).to_contain_text("Virtual headteacher")
    expect(page.locator("main")).not_to_contain_text("£")
    axe(page)
