"""Charts of ranges and of the frontier: names stay readable where marks are crowded or a screen is narrow."""

import itertools
import re

import pytest

from schoolward.publishing import look
from schoolward.publishing.canvas import text_width
from schoolward.publishing.frontiers import Frontier, Spot, draw_frontier
from schoolward.publishing.ranges import (
    Interval,
    Intervals,
    Swing,
    Tornado,
    draw_intervals,
    draw_tornado,
)


def words(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def box(svg: str, name: str) -> tuple[float, float, float]:
    """Where a name begins and ends across, and its foot."""
    tag = re.search(rf'<text x="([-\d.]+)" y="([-\d.]+)"([^>]*)>{re.escape(name)}</text>', svg)
    across, long = float(tag[1]), text_width(name, 12)
    left = across - long if 'text-anchor="end"' in tag[3] else across
    return left, left + long, float(tag[2])


def overlapping(boxes: list[tuple[float, float, float]]) -> bool:
    return any(
        a[0] < b[1] and b[0] < a[1] and abs(a[2] - b[2]) < 12 for a, b in itertools.combinations(boxes, 2)
    )


def test_points_on_one_another_share_a_name_and_others_keep_theirs():
    crowd = [Spot(letter, n * 1000.0, 96 + n / 100, tie=0) for n, letter in enumerate("ABC")]
    apart = Spot("D", 400_000.0, 99.0, tie=1)
    options = [Spot("Today", 200_000.0, 94.0), Spot("Hold what we have", 202_000.0, 94.0)]
    svg = draw_frontier(Frontier("Cover", (*crowd, apart, *options)), look.WIDE)
    said = words(svg)
    assert "A to C" in said
    assert not {"A", "B", "C"} & set(said)
    assert {"D", "Today", "Hold what we have"} <= set(said)
    assert not overlapping([box(svg, name) for name in ("A to C", "D", "Today", "Hold what we have")])


def test_long_name_is_whole_on_a_narrow_screen():
    rows = (Interval("Silent schools buy nothing", 5, 4, 6), Interval("Expected", 7, 6, 8, emphasis=True))
    said = words(draw_intervals(Intervals("Income", "Income", "£", rows), look.NARROW))
    assert "Silent schools buy" in said
    assert "nothing" in said
    assert "Silent schools buy nothing" in words(
        draw_intervals(Intervals("Income", "Income", "£", rows), look.WIDE)
    )


@pytest.mark.parametrize(("high", "said"), [(99.9, "now 99.5%"), (99.6, "now 99.50%"), (80.0, "now 100%")])
def test_tornado_has_as_many_places_as_tell_its_ends_apart(high, said):
    question = Tornado("Cover", "Cover", "%", 99.5, (Swing("Core days", "more", 99.3, "fewer", high),))
    told = words(draw_tornado(question, look.NARROW))
    assert said in told
    ticks = [each for each in told if each.endswith("%") and not each.startswith("now")]
    assert len(ticks) == len(set(ticks)), "every tick says something else"
    ends = question.table.rows[0]
    assert ends[2] != ends[4]
