"""A real authority from an empty site: Medway's published files, its list as at 2018, the working, the paper.

Skipped only where the published files are not at hand.
"""

import base64
import re
import shutil

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page, expect

from tests.machinery.sites import Site
from tests.real_data.published import AT_HAND, FOLDER, WHY_NOT

pytestmark = pytest.mark.skipif(not AT_HAND, reason=WHY_NOT)

PASSWORD, EMAIL = "three quiet otters", "ada.king@example.org"
WANTED = (
    "register/spine_2017-18.csv.gz",
    "register/gias_links_2023-04-21.csv.gz",
    "ks2/ks2_perf_2016.csv.gz",
    "ks2/ks2_perf_2018.csv.gz",
    "ks4/ks4_perf_2018.csv.gz",
    "ofsted/ofsted_inspection_history_to_2020-02.csv.gz",
)
DIRECTOR_TOO = """
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.actions import give_role
from schoolward.apps.accounts.models import Membership
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import scope
authority = Authority.objects.get()
with scope(authority):
    member = Membership.objects.get()
    give_role(by=Acting.system(authority, "journey"), person=member.person, organisation=member.organisation,
              role="director", starts_on=clock.today())
"""
IMPORT_TAKES_MS = 400_000


def sign_in(page: Page) -> None:
    """By password, and with the code of an app that is set up on the way."""
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    key = base64.b32decode(page.locator(".sw-key").inner_text().replace(" ", ""))
    page.get_by_label("The six figures").fill(f"{totp(key):06d}")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("header")).to_contain_text("Ada King")


def load_files(page: Page, empty_site: Site) -> None:
    """The published files from a folder on the server, watched until they are in."""
    folder = empty_site.home / "downloaded"
    folder.mkdir()
    for name in WANTED:
        shutil.copy(FOLDER / name, folder)
    page.goto("/data/import/")
    page.get_by_label("Or a folder on the server").fill(str(folder))
    page.get_by_role("button", name="Load").click()
    expect(page.locator("main")).to_contain_text("6 files: 6 taken", timeout=IMPORT_TAKES_MS)


def test_medway_from_an_empty_site_to_a_list_and_its_paper(empty_site: Site, page: Page, axe):
    made = empty_site.run(
        "make-administrator",
        "--name",
        "Ada King",
        "--email",
        EMAIL,
        "--authority",
        "887",
        "--password",
        PASSWORD,
    )
    assert made.returncode == 0, made.stderr
    sign_in(page)
    load_files(page, empty_site)
    assert empty_site.run("manage", "shell", "-c", DIRECTOR_TOO).returncode == 0

    page.goto("/role/")
    page.get_by_role("button", name=re.compile("Director")).click()
    page.goto("/schools/?q=Medway")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto("/concern/?as_at=31+December+2018")
    axe(page)
    cards = page.locator(".sw-card")
    by_status = [int(cards.nth(n).locator(".sw-card__figure").inner_text()) for n in range(4)]
    assert (by_status[:2], sum(by_status)) == ([3, 14], 101)
    row = page.locator(".sw-concern tbody tr").first
    row.locator("summary").click()
    expect(row).to_contain_text(re.compile(r"Floor|Inadequate|inspect", re.I))
    row.locator("th a").click()
    expect(page.locator("main")).to_contain_text("The school's page")
    axe(page)

    page.goto("/papers/")
    page.get_by_label("As at").fill("31 December 2018")
    page.get_by_label("Compared with").fill("31 July 2018")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".sw-document")).to_contain_text("Medway")
    axe(page)
