"""Every page that a role can reach by links, on a desktop and a phone: accessible, whole and not too wide."""

from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

ROLES = (
    "Director of children's services",
    "School improvement adviser",
    "Data analyst",
    "Administrator",
    "Headteacher",
    "Member of the board",
)
DOWNLOADS = (".csv", ".xlsx", ".pdf", ".docx", ".html", ".svg", ".css", ".json", ".zip")
MOST_A_ROUTE = 2
MOST_PAGES = 70


def links_of(page: Page, site_url: str) -> list[str]:
    """Addresses on this site that the page links to, downloads left out."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    here = urlsplit(site_url).netloc
    kept = [urljoin(site_url, href).split("#")[0] for href in found if urlsplit(href).netloc == here]
    return [each for each in dict.fromkeys(kept) if not urlsplit(each).path.endswith(DOWNLOADS)]


def route_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        pytest.fail(f"a link leads nowhere: {address}")


def walk(page: Page, site_url: str, look) -> dict[str, int]:
    """Visits one or two addresses of every route reachable from the first page; `look` examines each."""
    waiting, seen, visits = deque([site_url + "/"]), set(), {}
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.popleft()
        route = route_of(address)
        if address in seen or visits.get(route, 0) >= MOST_A_ROUTE:
            continue
        seen.add(address)
        visits[route] = visits.get(route, 0) + 1
        response = page.goto(address)
        assert response.status == 200, f"{response.status} at {address}"
        look(page)
        waiting.extend(links_of(page, site_url))
    return visits


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_role_are_accessible(estuary, page: Page, axe, sign_in_as, role):
    sign_in_as(page, role)
    visits = walk(page, estuary.url, axe)
    assert len(visits) >= 4, visits


@pytest.mark.parametrize("role", ROLES[:2])
def test_pages_of_a_role_fit_a_phone(estuary, phone: Page, axe, sign_in_as, role):
    def look(page: Page) -> None:
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{page.url} is {wide} pixels wide"

    sign_in_as(phone, role)
    walk(phone, estuary.url, look)
