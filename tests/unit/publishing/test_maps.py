"""A map without tiles: schools in place, reachable by keyboard, distances honest."""

from __future__ import annotations

import re
from xml.etree.ElementTree import XML  # our own SVG, not a stranger's

import pytest

from schoolward.publishing.maps import Outline, Point, draw_map, fit, simplify

SQUARE = ((0.4, 51.3), (0.7, 51.3), (0.7, 51.5), (0.4, 51.5), (0.4, 51.3))
ESTUARY = Outline("Estuary", (SQUARE,))
SCHOOLS = [
    Point("900001", "Saltings Primary & Nursery", 51.4, 0.5, emphasis=True, url="/schools/900001?a=1&b=2"),
    Point("900002", "Ferry Road", 51.45, 0.6, url="/schools/900002"),
]


def drawn(points=SCHOOLS, outlines=(ESTUARY,), **more):
    return draw_map(outlines, points, title="One school causes concern", **more)


def test_map_links_have_names_and_safe_addresses():
    root = XML(drawn())
    links = {a.attrib["aria-label"]: a.attrib["href"] for a in root.iter("{http://www.w3.org/2000/svg}a")}
    assert links == {
        "Saltings Primary & Nursery": "/schools/900001?a=1&b=2",
        "Ferry Road": "/schools/900002",
    }
    assert root.attrib["role"] == "group"


def test_map_without_links_is_one_image_with_alternative_text():
    root = XML(drawn([Point("1", "A", 51.4, 0.5, emphasis=True)]))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == (
        "Map of 1 schools. One school causes concern. Marked as school causing concern: A."
    )


def test_map_holds_no_style_script_or_outside_address():
    assert not re.search(r"<style|<script|\sstyle=|<image|url\(|https?://(?!www\.w3\.org/2000/svg)", drawn())


def test_map_projection_keeps_distances_alike_in_both_directions():
    project = fit([ESTUARY], [], (640, 520))
    (x0, y0), (x1, _), (_, y1) = (
        project(0.5, 51.4),
        project(0.5 + 1 / 69.47, 51.4),
        project(0.5, 51.4 + 1 / 111.32),
    )
    # at 51.4° north a kilometre is 1/69.5 of a degree of longitude and 1/111.3 of latitude
    assert x1 - x0 == pytest.approx(y0 - y1, rel=0.005)
    assert y1 < y0


def test_map_scale_bar_is_as_long_as_it_says():
    svg = drawn()
    km = float(re.search(r">([\d.]+) km<", svg)[1])
    bar = re.findall(r'<line x1="([\d.]+)" y1="506" x2="([\d.]+)" y2="506"', svg)[0]
    project = fit([ESTUARY], SCHOOLS, (640, 520))
    assert float(bar[1]) - float(bar[0]) == pytest.approx(km / 111.32 * project.per_degree, abs=0.02)


def test_map_school_far_outside_is_told_and_not_drawn():
    svg = drawn([*SCHOOLS, Point("900003", "Misplaced", 0.0, 0.0)])
    assert "1 not drawn: no coordinates, or outside the area." in svg
    assert svg.count("<title>") == 2


def test_map_of_nothing_says_so():
    assert "No coordinates known" in drawn([], [])


def test_map_of_schools_without_outline_is_drawn():
    assert drawn(SCHOOLS, []).count("<title>") == 2


def test_map_neighbours_lie_beneath_and_do_not_stretch_it():
    far = Outline("Kent", (((0.7, 51.3), (3.7, 51.3), (3.7, 54.0), (0.7, 51.3)),), neighbour=True)
    assert fit([ESTUARY, far], SCHOOLS, (640, 520)) == fit([ESTUARY], SCHOOLS, (640, 520))
    fills = re.findall(r'<path [^>]*fill="(#\w+)"', drawn(outlines=[ESTUARY, far]))
    assert fills == ["#f6f7f8", "#eceef0"]


def test_simplify_keeps_corners_and_drops_what_lies_on_the_line():
    ring = [(0, 0), (1, 0.001), (2, 0), (2, 1), (2, 2), (0, 2), (0, 0)]
    assert simplify(ring, 0.1) == [(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)]
