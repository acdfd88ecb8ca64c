"""Charts for screens, drawn in plain Python as SVG: no start-up, under a millisecond each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from datetime import date

from schoolward.publishing import look
from schoolward.publishing.canvas import (
    Canvas,
    Scale,
    digits_of,
    fitted,
    nice_ticks,
    scale,
    spread,
    text_width,
    wrapped,
)
from schoolward.publishing.charts import (
    Bars,
    Chart,
    Dot,
    Inspections,
    Line,
    Panel,
    Question,
    Shares,
    Strip,
    Trend,
    panel_in_words,
    runs,
    say_number,
)
from schoolward.publishing.shares import draw_shares


def page_chart(question: Question, width: int = look.WIDE) -> Chart:
    """The chart for a screen: plain SVG that a strict content security policy lets stand in the page."""
    return Chart(
        question.title,
        question.alt,
        question.table,
        lambda: draw(question, width),
        lambda: draw(question, look.NARROW),
    )


def page_pictures(question: Question) -> str:
    """The picture twice, for wide and narrow screens, so that text is legible on a phone. The style sheet
    shows one of `.chart-wide` and `.chart-narrow`; a hidden one is not read aloud."""
    wide, narrow = (draw(question, width) for width in (look.WIDE, look.NARROW))
    return f'<div class="chart-wide">{wide}</div><div class="chart-narrow">{narrow}</div>'


def draw(question: Question, width: int) -> str:
    """The SVG of any kind of chart, `width` wide."""
    if isinstance(question, Trend):
        return draw_trend(question, width)
    if isinstance(question, Strip):
        return draw_strip(question, width)
    if isinstance(question, Inspections):
        return draw_inspections(question, width)
    if isinstance(question, Shares):
        return draw_shares(question, width)
    return draw_bars(question, width)


# Trend ------------------------------------------------------------------------------------------------

_PANEL_HEIGHT = 160  # without its heading
_GAP = 20
_PANEL_LEAST = 290
PANEL_WIDTH = 310  # two abreast beside the facts, one on a phone
_DASHES = ("", "5 3", "1.5 2.5")  # what a school is compared with is told apart by line as well as by name


def draw_trend(trend: Trend, width: int) -> str:
    """Small multiples, as many abreast as stay legible."""
    abreast = max(1, min(len(trend.panels), width // _PANEL_LEAST))
    each = (width - _GAP * (abreast - 1)) / abreast
    heads = _heads(trend, each)
    height = _PANEL_HEIGHT + 16 * max(len(head) for head in heads)
    canvas = Canvas(width, math.ceil(len(trend.panels) / abreast) * height, trend.alt)
    for i, (panel, head) in enumerate(zip(trend.panels, heads, strict=True)):
        corner = ((each + _GAP) * (i % abreast), height * (i // abreast))
        _draw_headed(canvas, panel, head, corner, (each, height))
    return canvas.svg()


def draw_panels(trend: Trend, width: int = PANEL_WIDTH) -> list[str]:
    """The small multiples one by one, all of one size: the page sets as many abreast as it has room for."""
    heads = _heads(trend, width)
    height = _PANEL_HEIGHT + 16 * max((len(head) for head in heads), default=0)
    drawn = []
    for panel, head in zip(trend.panels, heads, strict=True):
        canvas = Canvas(width, height, f"Line chart. {panel_in_words(panel)}")
        _draw_headed(canvas, panel, head, (0, 0), (width, height))
        drawn.append(canvas.svg())
    return drawn


def _heads(trend: Trend, width: float) -> list[list[str]]:
    return [wrapped(panel.measure + _in_unit(panel.unit), width, bold=True) for panel in trend.panels]


def _draw_headed(
    canvas: Canvas,
    panel: Panel,
    head: list[str],
    corner: tuple[float, float],
    size: tuple[float, float],
) -> None:
    (left, top), (width, height) = corner, size
    for k, line in enumerate(head):
        canvas.text(left, top + 14 + 16 * k, line, look.INK, bold=True)
    _draw_panel(canvas, panel, left, top + height - _PANEL_HEIGHT, width)


def _draw_panel(canvas: Canvas, panel: Panel, left: float, top: float, width: float) -> None:
    values = panel.drawn
    if not values:
        canvas.text(left, top + 24, "No figures known")
        return
    ticks = nice_ticks(min(values), max(values), 3, whole=panel.unit == "%")
    names = max(text_width(line.name, bold=True) for line in (panel.subject, *panel.others))
    x0 = left + max(text_width(say_number(t, digits_of(ticks)), 12) for t in ticks) + 8
    x1 = left + width - names - 14
    y0, y1 = top + _PANEL_HEIGHT - 36, top + 24
    years = panel.years
    x = scale(years[0], years[-1], x0 + 8, x1) if len(years) > 1 else (lambda _: (x0 + x1) / 2)
    y = scale(ticks[0], ticks[-1], y0, y1)
    _y_axis(canvas, ticks, y, x0, x1)
    _years(canvas, years, x, y0 + 18)
    _marks(canvas, panel, x, (x0, x1), (y1, y0))
    for line, dash in zip(panel.others, itertools.cycle(_DASHES), strict=False):
        _draw_line(canvas, line, x, y, look.QUIET, 1.5, dash=dash)
    for reading in panel.subject.readings:
        if reading.low is not None and reading.high is not None:
            canvas.line(
                x(reading.year), y(reading.low), x(reading.year), y(reading.high), look.ACCENT_WASH, 5
            )
    _draw_line(canvas, panel.subject, x, y, look.ACCENT, 2.5, dots=3.5)
    _direct_labels(canvas, panel, y, x1 + 10, (y1, y0))


def _marks(
    canvas: Canvas, panel: Panel, x: Scale, across: tuple[float, float], down: tuple[float, float]
) -> None:
    for mark in panel.marks:
        at, rightwards = x(mark.year), x(mark.year) < sum(across) / 2
        canvas.line(at, down[0] - 8, at, down[1], look.QUIET, dash="3 3")
        side = 4 if rightwards else -4
        canvas.text(at + side, down[0] - 6, mark.label, size=12, anchor="start" if rightwards else "end")


def _in_unit(unit: str) -> str:
    return f" ({unit})" if unit and unit != "%" else " (%)" if unit else ""


def _y_axis(canvas: Canvas, ticks: Sequence[float], y: Scale, x0: float, x1: float) -> None:
    for tick in ticks:
        canvas.line(x0, y(tick), x1, y(tick), look.FAINT)
        canvas.text(x0 - 6, y(tick) + 4, say_number(tick, digits_of(ticks)), size=12, anchor="end")


def _years(canvas: Canvas, years: Sequence[int], x: Scale, y: float) -> None:
    step = max(1, math.ceil(len(years) * 38 / max(x(years[-1]) - x(years[0]), 38)))
    for year in years[::-step][::-1]:
        canvas.text(x(year), y, str(year), size=12, anchor="middle")


def _draw_line(
    canvas: Canvas,
    line: Line,
    x: Scale,
    y: Scale,
    colour: str,
    width: float,
    *,
    dots: float = 2,
    dash: str = "",
) -> None:
    """The line, broken where a year has no figure: a gap is not bridged as if it were known."""
    for run in runs(line.readings):
        canvas.path([(x(r.year), y(r.value)) for r in run], colour, width, dash)
        for reading in run:
            canvas.dot(x(reading.year), y(reading.value), dots, colour)


def _direct_labels(canvas: Canvas, panel: Panel, y: Scale, x: float, within: tuple[float, float]) -> None:
    lines = [
        line for line in (panel.subject, *panel.others) if any(r.value is not None for r in line.readings)
    ]
    wanted = [y(next(r.value for r in reversed(line.readings) if r.value is not None)) + 4 for line in lines]
    for line, at in zip(lines, spread(wanted, 15, within), strict=True):
        mine = line is panel.subject
        canvas.text(x, at, line.name, look.ACCENT if mine else look.CONTEXT, bold=mine)


# Strip ------------------------------------------------------------------------------------------------

_ROW = 21


def draw_strip(strip: Strip, width: int) -> str:
    """One school a row, its interval as a band, the threshold as a line."""
    known = strip.known
    top, foot = 26, 44 if strip.unknown else 30
    canvas = Canvas(width, top + max(len(known), 1) * _ROW + foot, strip.alt)
    if not known:
        canvas.text(0, top, "No figures known")
        return canvas.svg()
    shown = [v for d in known for v in (d.value, d.low, d.high) if v is not None] + [strip.threshold]
    ticks = nice_ticks(min(shown), max(shown), 4, whole=strip.unit == "%")
    room = min(max(text_width(d.label, bold=d.emphasis) for d in known), width * 0.45)
    x0, x1, bottom = room + 14, width - 40, top + len(known) * _ROW
    x = scale(ticks[0], ticks[-1], x0, x1)
    for tick in ticks:
        canvas.line(x(tick), top, x(tick), bottom, look.FAINT)
        canvas.text(x(tick), bottom + 17, say_number(tick, digits_of(ticks)), size=12, anchor="middle")
    for i, dot in enumerate(known):
        _draw_dot(canvas, strip, dot, x, top + i * _ROW + _ROW / 2, room)
    _threshold(canvas, strip, x, top, bottom, width)
    if strip.unknown:
        canvas.text(0, bottom + 36, f"Not drawn, unknown: {len(strip.unknown)}", size=12)
    return canvas.svg()


def _draw_dot(canvas: Canvas, strip: Strip, dot: Dot, x: Scale, y: float, room: float) -> None:
    colour = look.ACCENT if dot.emphasis else look.QUIET
    ink = look.ACCENT if dot.emphasis else look.CONTEXT
    canvas.text(
        room, y + 4.5, fitted(dot.label, room, bold=dot.emphasis), ink, anchor="end", bold=dot.emphasis
    )
    right = x(dot.value) + 7
    if dot.low is not None and dot.high is not None:
        canvas.line(x(dot.low), y, x(dot.high), y, look.ACCENT_WASH if dot.emphasis else look.FAINT, 6)
        right = max(right, x(dot.high) + 5)
    canvas.dot(x(dot.value), y, 4.5, colour)
    canvas.text(right, y + 4.5, strip.say(dot.value), ink, size=12, bold=dot.emphasis)


def _threshold(canvas: Canvas, strip: Strip, x: Scale, top: float, bottom: float, width: float) -> None:
    at = x(strip.threshold)
    canvas.line(at, top - 6, at, bottom, look.INK, 1.5)
    label = f"{strip.threshold_label} {strip.say(strip.threshold)}"
    half = text_width(label) / 2
    canvas.text(min(max(at, half), width - half), top - 11, label, look.INK, anchor="middle")


# Inspections ------------------------------------------------------------------------------------------


def draw_inspections(question: Inspections, width: int) -> str:
    """Grades down, years along; a category of concern is named under its mark."""
    top, row = 28, 28
    canvas = Canvas(width, top + len(question.scale) * row + 34, question.alt)
    events = sorted(question.inspections, key=lambda i: i.on)
    if not events:
        canvas.text(0, top, "No inspections on record")
        return canvas.svg()
    room = max(text_width(grade) for grade in question.scale) + 8
    first, last = events[0].on.year, max(events[-1].on.year + 1, events[0].on.year + 2)
    x = scale(first, last, room + 12, width - 16)
    heights = {grade: top + row * i + row / 2 - 4 for i, grade in enumerate(question.scale)}
    bottom = top + row * len(question.scale)
    for grade, y in heights.items():
        canvas.line(room + 2, y, width - 8, y, look.FAINT)
        canvas.text(room - 4, y + 4.5, grade, anchor="end")
    _years(canvas, range(first, last + 1), x, bottom + 18)
    for mark in question.marks:
        canvas.line(x(mark.year), top - 8, x(mark.year), bottom, look.QUIET, dash="3 3")
        _within(canvas, x(mark.year), top - 12, mark.label, look.CONTEXT, width)
    points = [(x(year_of(i.on)), heights[i.grade], i) for i in events if i.grade in heights]
    for (ax, ay, _), (bx, by, _) in itertools.pairwise(points):
        canvas.path([(ax, ay), (bx, ay), (bx, by)], look.QUIET, 1.5)
    for px, py, event in points:
        latest = event is points[-1][2]
        canvas.dot(px, py, 5.5 if latest else 4.5, look.ACCENT if latest or event.category else look.CONTEXT)
        if event.category:
            _within(canvas, px, py + 18, event.category, look.ACCENT, width)
    return canvas.svg()


def _within(canvas: Canvas, x: float, y: float, text: str, colour: str, width: float) -> None:
    """Text centred on x, moved as far as it must be to stay in the picture."""
    half = text_width(text, 12) / 2
    canvas.text(min(max(x, half), width - half), y, text, colour, size=12, anchor="middle")


def year_of(day: date) -> float:
    """A day as a year with its fraction."""
    return day.year + (day.timetuple().tm_yday - 1) / 366


# Bars -------------------------------------------------------------------------------------------------


def draw_bars(question: Bars, width: int) -> str:
    """Bars from nought, their counts at their ends."""
    row = 30
    canvas = Canvas(width, len(question.bars) * row + 8, question.alt)
    room = min(max((text_width(b.label, bold=b.emphasis) for b in question.bars), default=0), width * 0.45)
    most = max((b.count for b in question.bars), default=0) or 1
    x = scale(0, most, room + 12, width - text_width(str(most)) - 12)
    for i, bar in enumerate(question.bars):
        y = 4 + i * row
        ink = look.ACCENT if bar.emphasis else look.CONTEXT
        canvas.text(
            room, y + 19, fitted(bar.label, room, bold=bar.emphasis), ink, anchor="end", bold=bar.emphasis
        )
        canvas.box(x(0), y + 4, x(bar.count) - x(0), 21, look.ACCENT if bar.emphasis else look.QUIET)
        canvas.text(x(bar.count) + 6, y + 19, say_number(bar.count), ink, bold=bar.emphasis)
    canvas.line(x(0), 2, x(0), len(question.bars) * row + 6, look.CONTEXT)
    return canvas.svg()
