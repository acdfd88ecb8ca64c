"""A real browser on a desktop, on a telephone and without scripts; and a check that pages are accessible.

A page notices what a person may not: an error in the console, a refused script, an answer of 500, a request
that leaves this machine. Any of them fails the test when it ends.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright

from setup.ground import CACHE, ROOT
from setup.machine import BROWSER_ADVICE, find_chromium
from tests.machinery.sites import Site

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    # no name leads anywhere but here; asked for by hand for each request, the browser would keep no cache
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE ::1",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
# what passed is counted only: handing over every element of a long table takes longer than looking at it
FINDINGS = """rules => axe.run(document, {runOnly: rules}).then(
    found => ({violations: found.violations, passes: found.passes.length}))"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HERE = {"127.0.0.1", "localhost", "::1"}
PICTURES = ROOT / "docs" / "pictures"
PICTURE_HEIGHT = 1100


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started for each file: while it runs, Django takes this thread for one of coroutines."""
    program = os.environ.get("SCHOOLWARD_CHROMIUM") or find_chromium()
    if program is None:
        pytest.fail(BROWSER_ADVICE, pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a desktop, in a context of its own; relative addresses are the site's."""
    yield from _watched(browser, request, viewport=DESKTOP)


@pytest.fixture
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page 360 pixels wide, with touch."""
    yield from _watched(browser, request, viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def page_without_scripts(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a desktop with JavaScript switched off."""
    yield from _watched(browser, request, viewport=DESKTOP, java_script_enabled=False)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails, saying what and where, unless the page meets WCAG 2.2 AA and good practice.

    Pages are the same on PostgreSQL, where they are only waited for.
    """
    return assert_accessible if connection.vendor == "sqlite" else wait_until_whole


@pytest.fixture
def sign_in_as() -> Callable[..., None]:
    """`sign_in_as(page, "Data analyst")` becomes the first of Estuary's people in that role.

    `sign_in_as(page, "Headteacher", of="Slipway Primary School")` becomes the head of that school.
    """
    return choose_person


@pytest.fixture
def picture() -> Callable[[Page, str], Path]:
    """`picture(page, "name")` takes a picture of the page, as far down as a reader of a manual will look.

    `./check --refresh` puts it in docs/pictures, for the README and the guides; otherwise it goes to the
    cache, so that a run of the tests changes nothing in the tree.
    """
    return take_picture


def wait_until_whole(page: Page) -> None:
    """Returns once everything that the page asks for has come."""
    page.wait_for_load_state()


def assert_accessible(page: Page) -> None:
    """See the fixture `axe`. Evaluated, because the site's security policy refuses a script tag."""
    wait_until_whole(page)  # half a page has rows without their headings
    page.evaluate(AXE.read_text())
    found = page.evaluate(FINDINGS, RULES)
    assert found["passes"], "axe looked at nothing"
    assert not found["violations"], f"{page.url} is not accessible:\n" + "\n".join(
        map(_told, found["violations"])
    )


def choose_person(page: Page, role: str, of: str = "") -> None:
    """See the fixture `sign_in_as`."""
    page.goto("/sign-in/")
    chosen = page.locator(".sw-people__role").filter(has=page.get_by_role("heading", name=role, exact=True))
    listed = chosen.locator(".sw-person").filter(has_text=of)
    if listed.count():
        listed.first.click()
    else:
        chosen.locator("summary").click()
        option = chosen.locator("option").filter(has_text=f"{of}:").first
        chosen.get_by_role("combobox").select_option(option.get_attribute("value"))
        chosen.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def take_picture(page: Page, name: str) -> Path:
    """See the fixture `picture`."""
    assert re.fullmatch(r"[a-z0-9-]+", name), "a picture's name is words and hyphens"
    folder = PICTURES if os.environ.get("SCHOOLWARD_REFRESH") else CACHE / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    width, height = page.evaluate("[document.documentElement.clientWidth, document.body.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, PICTURE_HEIGHT)}
    page.screenshot(path=path, full_page=True, clip=clip, animations="disabled")
    return path


def _told(violation: dict) -> str:
    places = "\n".join(f"    {node['html'][:160]}" for node in violation["nodes"][:4])
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{places}"


def _watched(browser: Browser, request: pytest.FixtureRequest, **options: object) -> Iterator[Page]:
    site = _site(request)
    address = {"base_url": site.url} if site else {}
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London", **address, **options)
    context.set_default_timeout(10_000)
    troubles = _watch(context)
    page = context.new_page()
    yield page
    if request.node.stash.get(FAILED, False):
        take_failure(page, request.node.name)
    context.close()
    if troubles:
        log = f"\n\nThe site's log ends:\n{site.log_tail()}" if site else ""
        pytest.fail("The browser met trouble:\n" + "\n".join(troubles) + log, pytrace=False)


def _site(request: pytest.FixtureRequest) -> Site | None:
    """The site that the test asks for, if it asks for one."""
    asked = [name for name in ("estuary", "empty_site") if name in request.fixturenames]
    return request.getfixturevalue(asked[0]) if asked else None


def _watch(context: BrowserContext) -> list[str]:
    """A list that fills up with what goes wrong on any page of the context."""
    troubles: list[str] = []

    def answered(response: Response) -> None:
        if response.status >= 500:
            troubles.append(f"{response.status} {response.url}")

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.hostname not in HERE:
            troubles.append(f"a request left this machine: {request.url}")

    context.on("request", asked)
    context.on("response", answered)
    context.on("weberror", lambda error: troubles.append(f"script error: {error.error}"))
    context.on("console", lambda said: troubles.append(said.text) if _is_trouble(said) else None)
    return troubles


def _is_trouble(said: object) -> bool:
    """An error in the console; but that a page was not found or refused is the site's answer, not a fault."""
    return said.type == "error" and not re.search(r"status of 4\d\d", said.text)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Note a failure, so that the page can be pictured before it is closed."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


def take_failure(page: Page, name: str) -> None:
    """What the page looked like when the test failed."""
    folder = CACHE / "failures"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{re.sub(r'[^A-Za-z0-9-]+', '-', name)}.png", full_page=True)
