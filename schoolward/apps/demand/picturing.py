"""A run's income as a chart, the same on screen and in papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schoolward.publishing.charts import Chart
from schoolward.publishing.ranges import Interval, Intervals, range_chart
from schoolward.terms.money import format_pounds

BOUNDS = (
    ("silent_buy_nothing", "Silent schools buy nothing"),
    ("silent_like_others", "They buy as the others do"),
    ("silent_buy_all", "They buy everything"),
)


def income_chart(summary: Mapping[str, Any]) -> Chart:
    """Income as a range, with what silent schools could do to it."""
    money, bounds = summary["revenue_pence"], summary["bounds_pence"]
    low, high = (format_pounds(money[key], pence=False) for key in ("p05", "p95"))
    rows = [Interval("Expected", *(money[k] / 100 for k in ("mean", "p05", "p95")), emphasis=True)]
    rows += [Interval(words, *[bounds[key] / 100] * 3) for key, words in BOUNDS]
    title = f"Income at list prices is expected between {low} and {high}"
    return range_chart(Intervals(title, "Income a year", "£", tuple(rows), "Supposition"))
