"""The browser of the journeys: it sees what is inaccessible, what breaks and what leaves this machine."""

import pytest
from playwright.sync_api import Page

from tests.machinery.browsing import _watch, assert_accessible

GOOD = """<!DOCTYPE html><html lang="en"><head><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Schools</h1><p id="width"></p><noscript>Scripts are off</noscript></main>
<script>document.getElementById("width").textContent = window.innerWidth</script></body></html>"""
BAD = GOOD.replace("<h1>Schools</h1>", '<h1>Schools</h1><img src="data:,"><input type="text">')


def test_accessible_page_passes_axe(page: Page):
    page.set_content(GOOD)
    assert_accessible(page)


def test_inaccessible_page_fails_axe_with_what_is_wrong(page: Page):
    page.set_content(BAD)
    with pytest.raises(AssertionError, match=r"(?s)image-alt.*label"):
        assert_accessible(page)


def test_phone_is_360_pixels_wide(phone: Page):
    phone.set_content(GOOD)
    assert phone.inner_text("#width") == "360"


def test_scripts_are_off_where_they_should_be(page_without_scripts: Page):
    page_without_scripts.set_content(GOOD)
    assert page_without_scripts.inner_text("#width") == ""
    assert "Scripts are off" in page_without_scripts.inner_text("main")


def test_trouble_on_a_page_is_noticed(browser):
    context = browser.new_context()
    troubles = _watch(context)
    page = context.new_page()
    page.set_content(
        '<script>console.error("seen"); setTimeout(() => { throw new Error("thrown") })</script>'
    )
    page.evaluate("fetch('http://192.0.2.1/').catch(() => null)")
    page.wait_for_timeout(50)
    context.close()
    told = "\n".join(troubles)
    for word in ("seen", "thrown", "a request left this machine: http://192.0.2.1/"):
        assert word in told


@pytest.mark.parametrize(("tall", "shown"), [(3000, 1100), (300, 500)])
def test_picture_shows_the_page_down_to_where_a_reader_looks(page: Page, picture, monkeypatch, tall, shown):
    monkeypatch.delenv("SCHOOLWARD_REFRESH", raising=False)  # this one is for nobody
    page.set_content(GOOD.replace("<p", f'<div style="height: {tall}px"></div><p'))
    path = picture(page, "machinery")
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(path.read_bytes()[at : at + 4], "big") for at in (16, 20))
    assert width == 1280
    assert tall < height <= shown if tall < shown else height == shown
