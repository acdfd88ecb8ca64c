"""Human resources, finance, a union representative and a director look at structures and suppose things."""

import re

from playwright.sync_api import Locator, Page, expect

HR = "Human resources lead"
FINANCE = "Finance officer"
UNION = "Union representative"
DIRECTOR = "Director of children's services"
SUPPOSED_WITHIN_MS = 120_000  # four seconds of a processor, on a machine that does much else


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


def test_director_supposes_that_grants_are_cut_and_buyers_leave(
    estuary, page: Page, page_without_scripts: Page, axe, sign_in_as, picture
):
    """The second run, asked for without scripts, waits behind the first and is cancelled meanwhile."""
    sign_in_as(page_without_scripts, DIRECTOR)
    sign_in_as(page, DIRECTOR)
    page.goto("/structure/frontier/")
    page.get_by_role("link", name="Suppose something").click()
    axe(page)
    page_without_scripts.goto(page.url)
    page.get_by_label("Grants are cut by a further").fill("10")
    page.get_by_label("How many of the largest buyers leave").fill("5")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Grants cut by a further 10%; the 5 largest buyers lost"
    )
    _cancel_a_wave_of_academies(page_without_scripts)

    expect(page.get_by_role("heading", name="Structures as drawn")).to_be_visible(timeout=SUPPOSED_WITHIN_MS)
    today = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Today", exact=True))
    surplus = [_pounds(today.locator(f"td[data-label='Surplus {when}']")) for when in ("before", "then")]
    assert surplus[1] < surplus[0], "the same posts earn less without their largest buyers"
    best = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Expected income"))
    assert all(_pounds(cell) > 0 for cell in best.get_by_role("cell").all())
    axe(page)
    picture(page, "structure-supposed")
    page.get_by_role("link", name="The study").click()
    expect(page.get_by_role("listitem").filter(has_text="become academies (cancelled)")).to_be_visible()


def _cancel_a_wave_of_academies(page: Page) -> None:
    """Asks for it, watches it and cancels it; its page and the job's say what became of it."""
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("alert")).to_contain_text("Suppose at least one thing")
    page.get_by_label("How many maintained schools become academies").fill("5")
    page.get_by_role("button", name="Work it out").click()
    asked = page.url
    told = page.locator(".sw-working-on", has_text="5 schools become academies is")
    expect(told.get_by_role("link", name="Look again")).to_be_visible()
    told.get_by_role("link", name="Watch or cancel it").click()
    page.get_by_role("button", name="Cancel this work").click()
    expect(page.get_by_role("status")).to_contain_text("The work")
    page.goto(asked)
    refused = page.get_by_text("5 schools become academies: there is no result. Cancelled")
    while not refused.is_visible():  # a run in hand stops at its next round
        page.wait_for_timeout(250)
        page.reload()


def _pounds(cell: Locator) -> int:
    return int(re.sub(r"[^0-9-]", "", cell.inner_text().replace("\N{MINUS SIGN}", "-")))
