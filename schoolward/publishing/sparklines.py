"""Word-sized pictures for a table's cells: a line through the years, and an interval on a shared scale."""

from __future__ import annotations

from collections.abc import Sequence

from schoolward.publishing import look
from schoolward.publishing.canvas import Canvas, scale
from schoolward.publishing.charts import Reading, runs


def sparkline(
    readings: Sequence[Reading],
    label: str,
    *,
    threshold: float | None = None,
    width: int = 96,
    height: int = 24,
) -> str:
    """A word-sized line for a table's cell: the last value in accent, gaps left open."""
    canvas = Canvas(width, height, label)
    values = [r.value for r in readings if r.value is not None]
    if not values:
        return canvas.svg()
    reach = [*values, *([threshold] if threshold is not None else [])]
    years = [r.year for r in readings]
    x = scale(min(years), max(years), 4, width - 5) if max(years) > min(years) else (lambda _: width / 2)
    y = scale(min(reach), max(reach), height - 4, 4) if max(reach) > min(reach) else (lambda _: height / 2)
    if threshold is not None:
        canvas.line(0, y(threshold), width, y(threshold), look.QUIET, dash="2 2")
    for run in runs(readings):
        canvas.path([(x(r.year), y(r.value)) for r in run], look.CONTEXT, 1.5)
        if len(run) == 1:
            canvas.dot(x(run[0].year), y(run[0].value), 1.5, look.CONTEXT)
    last = max((r for r in readings if r.value is not None), key=lambda r: r.year)
    canvas.dot(x(last.year), y(last.value), 3, look.ACCENT)
    return canvas.svg()


def interval_bar(
    value: float,
    low: float,
    high: float,
    label: str,
    *,
    within: tuple[float, float],
    threshold: float | None = None,
    width: int = 120,
    height: int = 18,
) -> str:
    """A word-sized interval for a table's cell, on the scale `within` that its whole column shares."""
    canvas = Canvas(width, height, label)
    x = scale(*within, 5, width - 5)
    if threshold is not None:
        canvas.line(x(threshold), 0, x(threshold), height, look.INK, 1)
    canvas.line(x(low), height / 2, x(high), height / 2, look.ACCENT_WASH, 6)
    canvas.dot(x(value), height / 2, 4, look.ACCENT)
    return canvas.svg()
