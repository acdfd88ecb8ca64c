"""Pictures that carry their words, break where nothing is known, and may stand under a strict policy."""

from __future__ import annotations

import re
from datetime import date
from xml.etree.ElementTree import XML  # our own SVG, not a stranger's

import pytest

from schoolward.publishing import drawing, plots
from schoolward.publishing.canvas import nice_ticks, spread, text_width, wrapped
from schoolward.publishing.charts import (
    Bar,
    Bars,
    Chart,
    Dot,
    Inspection,
    Reading,
    ShareRow,
    Shares,
    Strip,
    runs,
    say_number,
)
from schoolward.publishing.sparklines import interval_bar, sparkline
from schoolward.publishing.tables import table
from tests.fixtures.publishing.estuary import BARS, BELOW, INSPECTIONS, STRIP, TREND

EVERY = {"trend": TREND, "strip": STRIP, "inspections": INSPECTIONS, "bars": BARS, "one panel": BELOW}
# What the site's policy (style-src 'self', script-src 'self') would block, or what would leave the page.
FORBIDDEN = re.compile(r"<style|<script|<foreignObject|\sstyle=|\son\w+=|@import|url\(|href=\"http|<image")


@pytest.fixture(params=EVERY.values(), ids=EVERY)
def question(request):
    return request.param


@pytest.mark.parametrize("width", [360, 640])
def test_page_chart_is_safe_within_a_page_and_named(question, width):
    svg = drawing.page_chart(question, width).svg
    root = XML(svg)
    assert not FORBIDDEN.search(svg)
    assert not any("id" in node.attrib for node in root.iter())
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", question.alt)
    assert float(root.attrib["width"]) == width


@pytest.mark.parametrize("width", [360, 640])
def test_page_chart_text_stays_in_the_picture_and_is_large_enough(question, width):
    root = XML(drawing.page_chart(question, width).svg)
    for node in root.iter("{http://www.w3.org/2000/svg}text"):
        size, x = float(node.attrib["font-size"]), float(node.attrib["x"])
        long = text_width(node.text, size) * 0.9  # the measure is on the safe side
        start = {"start": x, "middle": x - long / 2, "end": x - long}[node.attrib.get("text-anchor", "start")]
        assert size >= 12
        assert start > -4, node.text
        assert start + long < width + 4, node.text


def test_paper_chart_has_the_same_words_and_is_drawn_with_bundled_type(question):
    paper, page = plots.paper_chart(question), drawing.page_chart(question)
    assert (paper.title, paper.alt, paper.table) == (page.title, page.alt, page.table)
    assert "Liberation Sans" in paper.svg
    assert not re.search(r"<style|<script|\sstyle=", paper.svg)


def test_paper_chart_drawn_twice_is_the_same(question):
    assert plots.draw(question) == plots.draw(question)


def test_chart_png_is_a_picture_twice_as_fine():
    png = drawing.page_chart(BARS).png
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 1280


def test_chart_without_alternative_text_cannot_be_made():
    with pytest.raises(AssertionError, match="alternative text"):
        Chart("Title", " ", table("T", ["A"], []), lambda: "")


def test_trend_breaks_where_a_year_is_unknown():
    readings = [
        Reading(2013, 62),
        Reading(2014, None),
        Reading(2015, 66),
        Reading(2016, 52),
        Reading(2018, 48),
    ]
    assert [[r.year for r in run] for run in runs(readings)] == [[2013], [2015, 2016], [2018]]


def test_trend_table_says_unknown_and_never_a_blank():
    cells = [cell for row in TREND.table.rows for cell in row]
    assert all(cells)
    assert "unknown" in cells
    assert ("Progress in maths", "2018", "−6.1", "0.0", "no figure", "−7.9 to −4.3") in TREND.table.rows


def test_trend_of_one_measure_leaves_out_columns_that_say_nothing():
    assert BELOW.table.headings == ("Year", "Estuary")


def test_strip_names_unknown_schools_in_table_and_words_but_draws_none():
    assert ("Marsh End Infant", "unknown", "not given") in STRIP.table.rows
    assert "1 unknown, not drawn" in STRIP.alt
    assert "Marsh End" not in drawing.draw(STRIP, 640)


def test_strip_value_at_the_threshold_is_not_below_it():
    strip = Strip("t", "m", "points", (Dot("At", -5.0), Dot("Under", -5.1)), -5, "Floor", 1)
    assert "1 below it: Under −5.1." in strip.alt


def test_bars_lengths_are_in_proportion_from_nought():
    svg = drawing.draw(Bars("t", "n", (Bar("a", 20), Bar("b", 5), Bar("c", 0))), 640)
    long, short, none = (float(w) for w in re.findall(r'<rect x="[^"]+" y="[^"]+" width="([\d.]+)"', svg))
    assert long == pytest.approx(short * 4, rel=0.01)
    assert none == 0


def test_counts_are_drawn_from_nought():
    assert ">0</text>" in drawing.draw(BELOW, 640)
    assert plots.specification(BELOW)["vconcat"][0]["hconcat"][0]["layer"][0]["layer"][0]["encoding"]["y"][
        "scale"
    ]["zero"]


def test_inspection_grade_outside_the_scale_is_told_in_words():
    other = type(INSPECTIONS)("t", INSPECTIONS.scale, (Inspection(date(2026, 3, 1), "Strong standard"),))
    assert "Strong standard" in other.alt
    assert drawing.draw(other, 640).count("<circle") == 0


@pytest.mark.parametrize(
    "empty",
    [
        type(TREND)("t", (type(TREND.panels[0])("m", "%", type(TREND.panels[0].subject)("S", ())),)),
        Strip("t", "m", "%", (Dot("A", None),), 60, "Floor"),
        type(INSPECTIONS)("t", ("Good",), ()),
        Bars("t", "n", ()),
    ],
    ids=["trend", "strip", "inspections", "bars"],
)
def test_chart_of_nothing_is_still_a_picture(empty):
    XML(drawing.draw(empty, 360))
    XML(plots.draw(empty))


def test_sparkline_leaves_gaps_open_and_marks_the_last_value():
    svg = sparkline([Reading(2013, 60), Reading(2014, 61), Reading(2016, 50), Reading(2017, 52)], "Falling")
    assert svg.count("<path") == 2
    assert svg.count("<circle") == 1
    assert 'aria-label="Falling"' in svg


def test_sparkline_of_nothing_known_is_an_empty_picture():
    assert "<path" not in sparkline([Reading(2018, None)], "unknown")


def test_interval_bar_shares_its_scale():
    left, right = (interval_bar(v, v - 1, v + 1, "x", within=(-10, 10), threshold=0) for v in (-5, 5))
    at = [float(re.search(r'cx="([\d.]+)"', svg)[1]) for svg in (left, right)]
    assert sum(at) == pytest.approx(120, abs=0.1)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (48, 80, [40, 60, 80]),
        (0, 0, [-1, 0, 1]),
        (97, 100, [97, 98, 99, 100]),
        (-6.1, 0, [-7.5, -5, -2.5, 0]),
    ],
)
def test_nice_ticks_are_round_and_hold_the_values(low, high, ticks):
    assert nice_ticks(low, high, 3, whole=low > 0) == ticks


def test_spread_moves_labels_apart_and_keeps_their_order():
    assert spread([10, 12, 40], 15, (0, 100)) == [10, 25, 40]
    assert spread([98, 99], 15, (0, 100)) == [85, 100]


def test_wrapped_text_fits_each_line():
    lines = wrapped("Expected standard in reading, writing and maths", 120)
    assert len(lines) > 1
    assert all(text_width(line) <= 120 for line in lines)


@pytest.mark.parametrize(
    ("value", "said"), [(-6.1, "−6.1"), (-0.04, "0.0"), (1204.0, "1,204.0"), (0.5, "0.5")]
)
def test_numbers_are_said_with_a_true_minus_and_no_minus_nought(value, said):
    assert say_number(value, 1) == said


@pytest.mark.parametrize("rows", [3, 33, 60])
def test_picture_of_many_rows_is_narrower_and_no_taller_than_a_page(rows):
    chart = plots.paper_chart(
        Shares("Most say so", tuple(ShareRow(f"Service {n}", 0.5) for n in range(rows)))
    )
    sides = (re.search(rf'<svg[^>]*?\b{side}="([\d.]+)', chart.svg)[1] for side in ("width", "height"))
    width, height = map(float, sides)
    line_cm, page_cm = 16.5, 24.9
    assert chart.width_share * line_cm * height / width < page_cm - 3, "with its caption"
    assert (chart.width_share == 1) == (rows == 3)
