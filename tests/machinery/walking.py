"""A walk over every page that a role can reach by links: accessible, whole and not too wide.

Pages are fetched with the browser's session; every one must answer, and every link lead somewhere. On SQLite
those that are of a new kind are drawn, measured and given to axe; on PostgreSQL they would look the same.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.db import connection
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.machinery.browsing import DESKTOP, PHONE

DOWNLOADS = re.compile(r"\.(csv|xlsx|pdf|docx|html|svg|css|json|zip)$|^/files/")
CHILDLESS = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# Takes away the fourth and later of neighbours made alike, such as rows: axe would look at each anew.
ALIKE = """() => {
    const seen = ["class", "style", "fill", "role", "type", "scope", "tabindex", "aria-hidden"];
    const marks = it => [...it.attributes].map(a => a.name + (seen.includes(a.name) ? a.value : ""));
    const made = it => it.nodeType == 1 ? it.tagName + marks(it) + [...it.childNodes].map(made)
        : it.nodeType == 3 && it.data.trim() ? "text" : "";
    for (const parent of document.querySelectorAll("tbody, tr, ul, ol, dl, div, select, svg g")) {
        const counts = {};
        for (const child of [...parent.children]) {
            const kind = made(child);
            counts[kind] = (counts[kind] || 0) + 1;
            if (counts[kind] > 3) child.remove();
        }
    }
}"""
PAPER = {"width": 688, "height": 1016}  # A4 between margins of 14 mm, at 96 pixels an inch
MOST_PAGES = 90


@dataclass
class Known:
    """Routes of which a page was looked at closely, and what those pages were made of."""

    routes: set[str] = field(default_factory=set)
    pieces: set[str] = field(default_factory=set)


@dataclass
class Walk:
    """One walk over the site, and what it found wrong.

    Two addresses of every route are visited, so that links out of the first school, paper or rule are not
    all there is. A page is looked at where it is the first of its route, or is made of something that no page
    before was made of; `known`, which all walks of a kind share, holds both.
    """

    site_url: str
    known: Known
    visits: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    def visit(self, page: Page, axe, width: Callable[[Page], int]) -> None:
        waiting, seen = deque([self.site_url + "/"]), set()
        while waiting and len(seen) < MOST_PAGES:
            address = waiting.popleft()
            if address in seen or not self.is_wanted(address):
                continue
            seen.add(address)
            answer = page.request.get(address)
            if answer.status != 200:
                self.troubles.append(f"{answer.status} at {address}")
                continue
            made = Made.of(answer.text())
            waiting.extend(pages_among(made.links, answer.url, self.site_url))
            if connection.vendor == "sqlite" and self.is_new(route_of(answer.url), made.pieces):
                page.goto(address)
                self.look(page, axe, width)

    def is_new(self, route: str, pieces: set[str]) -> bool:
        """True for a page unlike all before; from now on it is known."""
        known = self.known
        if route in known.routes and pieces <= known.pieces:
            return False
        known.routes.add(route)
        known.pieces |= pieces
        return True

    def is_wanted(self, address: str) -> bool:
        """True for the first two addresses of a route; an address of no route is a dead link."""
        try:
            route = route_of(address)
        except Resolver404:
            self.troubles.append(f"a link leads nowhere: {address}")
            return False
        self.visits[route] = self.visits.get(route, 0) + 1
        return self.visits[route] <= (1 if route.endswith("?") else 2)

    def look(self, page: Page, axe, width: Callable[[Page], int]) -> None:
        if (wide := width(page)) > PHONE["width"]:
            self.troubles.append(f"{page.url} is {wide} pixels wide on a phone")
        if (
            page.viewport_size == DESKTOP and (wide := width_on_paper(page)) > PAPER["width"] + 1
        ):  # of rounding
            self.troubles.append(f"{page.url} is cut off on paper: {wide} pixels of {PAPER['width']}")
        page.evaluate(ALIKE)
        try:
            axe(page)
        except AssertionError as trouble:
            self.troubles.append(str(trouble))

    def assert_well(self, at_least: int) -> None:
        assert not self.troubles, "\n".join(self.troubles)
        assert len(self.visits) >= at_least, self.visits


class Made(HTMLParser):
    """What a page's text is made of: every element with its parent, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.pieces: set[str] = set()
        self.links: list[str] = []

    @classmethod
    def of(cls, text: str) -> "Made":
        made = cls()
        made.feed(text)
        return made

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href") or "")
        one = f"{tag} {' '.join(given)} {given.get('class')}"
        self.pieces.add(f"{self.open[-1] if self.open else ''} > {one}")
        if tag not in CHILDLESS:
            self.open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while any(one.split()[0] == tag for one in self.open):
            if self.open.pop().split()[0] == tag:
                return


def route_of(address: str) -> str:
    """The route that answers the address, with a question mark where the address asks for something."""
    parts = urlsplit(address)
    return resolve(parts.path or "/").route + ("?" if parts.query else "")


def pages_among(hrefs: Iterable[str], here: str, site_url: str) -> list[str]:
    """Full addresses of this site's pages among what a page links to."""
    full = [urljoin(here, href).split("#")[0] for href in hrefs if href]
    ours = dict.fromkeys(each for each in full if each.startswith(site_url))
    return [each for each in ours if not DOWNLOADS.search(urlsplit(each).path)]


def width_on_a_phone(page: Page) -> int:
    """How wide the page lays itself out where the screen has 360 pixels."""
    page.set_viewport_size(PHONE)
    wide = width_of(page)
    page.set_viewport_size(DESKTOP)
    return wide


def width_on_paper(page: Page) -> int:
    """How wide the page lays itself out between the margins of A4."""
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    wide = width_of(page)
    page.emulate_media(media="screen")
    page.set_viewport_size(DESKTOP)
    return wide


def width_of(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")
