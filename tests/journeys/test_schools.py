"""Whoever knows schools finds one, reads its page on screen, phone and paper, and takes the list away."""

import csv
import io
import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

ADVISER = "School improvement adviser"


def search(page: Page, words: str) -> list[str]:
    """The names of the schools that the search finds."""
    page.goto("/schools/")
    page.get_by_role("searchbox").first.fill(words)
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/schools/?q=*")  # whole: the rows come after the heading
    return page.locator(".sw-schools tbody th a").all_inner_texts()


def a_school(page: Page, phase: str) -> str:
    """Opens the page of the first school of that phase, and gives its name."""
    page.goto(f"/schools/?phase={phase}")
    link = page.locator(".sw-schools tbody th a").first
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return name


def printed(page: Page) -> PdfReader:
    """The page as it comes out on A4, once all of it has come: a heading is there before the rest is."""
    page.wait_for_load_state("load")
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def test_school_is_found_by_name_number_and_postcode_without_scripts(
    estuary, page_without_scripts: Page, sign_in_as
):
    page = page_without_scripts
    sign_in_as(page, ADVISER)
    assert search(page, "curlew bank") == ["Curlew Bank Primary School"]
    place = page.locator(".sw-schools tbody th .sw-small").inner_text()
    page.locator(".sw-schools tbody th a").click()
    urn = re.search(r"/schools/(\d{6})/", page.url)[1]
    postcode = re.search(r"ZZ\d+ \w{3}", page.locator(".sw-factlist").first.inner_text())[0]
    assert place
    assert search(page, urn) == ["Curlew Bank Primary School"]
    assert "Curlew Bank Primary School" in search(page, postcode)
    assert "Curlew Bank Primary School" in search(page, postcode.replace(" ", "").lower())
    assert search(page, "no such school") == []
    expect(page.locator("main")).to_contain_text("No school answers to this.")


def test_filters_and_sorting_live_in_the_address(estuary, page: Page, sign_in_as, axe):
    sign_in_as(page, ADVISER)
    page.goto("/schools/")
    everyone = page.get_by_role("status").inner_text()
    page.get_by_label("Phase").select_option("Secondary")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("phase=Secondary"))
    narrowed = page.get_by_role("status").inner_text()
    assert narrowed.split()[0] != everyone.split()[0]
    page.get_by_role("link", name="Pupils").click()
    expect(page).to_have_url(re.compile(r"phase=Secondary.*sort="))
    pupils = page.locator(".sw-schools tbody td.num:nth-of-type(4)").all_inner_texts()
    counts = [int(each.replace(",", "")) for each in pupils if each != "unknown"]
    assert counts == sorted(counts, reverse=counts[0] > counts[-1])
    address = page.url
    page.goto("/")
    page.goto(address)
    assert page.get_by_role("status").inner_text() == narrowed
    axe(page)


def test_list_is_taken_away_as_csv_and_excel(estuary, page: Page, sign_in_as):
    sign_in_as(page, ADVISER)
    page.goto("/schools/?phase=Secondary")
    shown = page.locator(".sw-schools tbody tr").count()
    with page.expect_download() as got:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(got.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == shown
    assert {row["Phase"] for row in rows} == {"Secondary"}
    with page.expect_download() as got:
        page.get_by_role("link", name="Excel").click()
    sheet = openpyxl.load_workbook(io.BytesIO(got.value.path().read_bytes())).active
    assert sheet.max_row == shown + 1


def test_map_leads_to_a_school_and_says_the_same_in_a_list(estuary, page: Page, sign_in_as, axe, picture):
    sign_in_as(page, ADVISER)
    page.goto("/schools/")
    page.get_by_role("link", name="on a map").click()
    page.wait_for_url("**/map/")  # all of it, as what follows counts
    dots = page.locator(".sw-map.chart-wide a[href], .sw-map.chart-wide a")
    assert dots.count() == page.locator(".sw-names").first.locator("li").count()
    axe(page)
    picture(page, "map")
    dots.nth(5).dispatch_event("click")
    expect(page).to_have_url(re.compile(r"/schools/\d{6}/$"))


def test_school_page_tells_its_story(estuary, page: Page, phone: Page, sign_in_as, axe, picture):
    for where in (page, phone):
        sign_in_as(where, ADVISER)
        a_school(where, "Primary")
        axe(where)
    picture(page, "school-page")
    picture(phone, "school-page-phone")
    for heading in ("Key stage 2", "Inspections", "Standards, year by year", "Money and staff", "People"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    page.get_by_text("Every figure of key stage 2").click()
    assert page.get_by_role("region", name="Key stage 2").get_by_role("row").count() > 20


def test_school_is_found_and_read_by_keyboard_alone(estuary, page: Page, sign_in_as):
    sign_in_as(page, ADVISER)
    page.goto("/schools/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    press_until(page, "input[type=search], input[name=q]")
    page.keyboard.type("curlew bank")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 school")
    press_until(page, ".sw-schools tbody th a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Curlew Bank Primary School")
    press_until(page, "details summary")
    page.keyboard.press("Enter")
    expect(page.locator("details[open]").first).to_be_visible()


def press_until(page: Page, selector: str) -> None:
    """Presses Tab until something of the kind has the focus, as a person does who sees where it is."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("kind => document.activeElement.matches(kind)", selector):
            return
    pytest.fail(f"no {selector} can be reached by keyboard")


@pytest.mark.parametrize("phase", ["Primary", "Secondary", "All-through"])
def test_school_page_prints_on_two_sides(estuary, page: Page, sign_in_as, phase):
    sign_in_as(page, ADVISER)
    name = a_school(page, phase)
    paper = printed(page)
    text = " ".join(" ".join(side.extract_text() for side in paper.pages).split())
    assert len(paper.pages) == 2
    assert [round(float(side)) for side in paper.pages[0].mediabox[2:]] == [595, 842]
    assert name in text
    for told in ("Standards, year by year", "Facts", "Sources"):
        assert told in text
    for left_out in ("Sign out", "Skip to main content", "Every figure of"):
        assert left_out not in text


def test_head_has_one_school_and_sees_nothing_of_concern(estuary, page: Page, sign_in_as, axe, picture):
    sign_in_as(page, ADVISER)
    page.goto("/concern/")
    name = page.locator(".sw-concern th a").first.inner_text()
    urn = re.search(r"\d{6}", page.locator(".sw-concern th a").first.get_attribute("href"))[0]
    sign_in_as(page, "Headteacher", of=name)
    page.get_by_role("link", name="My school").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    axe(page)
    picture(page, "my-school")
    words = page.locator("body").inner_text()
    assert not re.search(r"concern|lead officer|proposed", words, re.IGNORECASE)
    assert page.goto(f"/concern/{urn}/").status == 403
    assert page.goto(f"/schools/{int(urn) + 1}/").status == 404


@pytest.mark.parametrize(
    ("role", "address", "heading", "name"),
    [
        ("Administrator", "/data/", "Published data", "data"),
        ("Administrator", "/people/", "People", "people"),
        ("Administrator", "/contacts/", "Contacts", "contacts"),
        ("School improvement adviser", "/risk/", "Bands of risk", "bands-of-risk"),
    ],
)
def test_pages_of_the_guides_say_what_they_are(
    estuary, page: Page, sign_in_as, picture, role, address, heading, name
):
    sign_in_as(page, role)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    picture(page, name)
