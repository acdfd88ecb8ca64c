"""Figures with their uncertainty as pictures: intervals side by side, a curve with its band, a tornado."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schoolward.publishing import look
from schoolward.publishing.canvas import Canvas, digits_of, fitted, nice_ticks, scale, text_width, wrapped
from schoolward.publishing.charts import Chart, say_number
from schoolward.publishing.tables import Table, table

_ROW, _TOP, _FOOT = 28, 8, 30


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the range it lies in nine times in ten."""

    label: str
    value: float
    low: float
    high: float
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Intervals:
    """Figures side by side on one scale from nought; `unit` stands before a figure when it is £."""

    title: str
    measure: str
    unit: str
    rows: tuple[Interval, ...]
    labelled: str = "What"

    def say(self, value: float) -> str:
        return say_short(value, self.unit)

    @property
    def alt(self) -> str:
        told = "; ".join(
            f"{r.label} {self.say(r.value)}, {self._say_range(r)}".removesuffix(", no range")
            for r in self.rows[:12]
        )
        more = f"; and {len(self.rows) - 12} more in the table" if len(self.rows) > 12 else ""
        return f"Ranges of {self.measure}. {self.title}. {told}{more}."

    @property
    def table(self) -> Table:
        rows = [(r.label, self.say(r.value), self._say_range(r)) for r in self.rows]
        return table(self.title, [self.labelled, f"#{self.measure}", "#Nine times in ten"], rows)

    def _say_range(self, row: Interval) -> str:
        """From end to end; a figure that was supposed, and not reckoned, has no range."""
        return "no range" if row.low == row.high else f"{self.say(row.low)} to {self.say(row.high)}"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A figure at one place of the horizontal scale, with its range."""

    x: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A figure that follows another, such as buyers by price, with a band; `here` marks where one stands."""

    title: str
    across: str
    across_unit: str
    up: str
    up_unit: str
    points: tuple[CurvePoint, ...]
    here: float | None = None
    here_label: str = ""

    @property
    def alt(self) -> str:
        told = "; ".join(
            f"at {say_short(p.x, self.across_unit)} {say_short(p.value, self.up_unit)} "
            f"({say_short(p.low, self.up_unit)} to {say_short(p.high, self.up_unit)})"
            for p in self.points
        )
        return f"Curve of {self.up} by {self.across}. {self.title}. {told}."

    @property
    def table(self) -> Table:
        rows = [
            (
                say_short(p.x, self.across_unit),
                say_short(p.value, self.up_unit),
                f"{say_short(p.low, self.up_unit)} to {say_short(p.high, self.up_unit)}",
            )
            for p in self.points
        ]
        return table(self.title, [self.across, f"#{self.up}", "#Nine times in ten"], rows)


@dataclass(frozen=True, slots=True)
class Swing:
    """What becomes of a figure when one supposition is lower, and when it is higher."""

    label: str
    low_words: str
    low: float
    high_words: str
    high: float

    @property
    def width(self) -> float:
        return abs(self.high - self.low)


@dataclass(frozen=True, slots=True)
class Tornado:
    """Suppositions by how much hangs on each, about where the figure stands."""

    title: str
    measure: str
    unit: str
    base: float
    swings: tuple[Swing, ...]

    @property
    def in_order(self) -> Sequence[Swing]:
        return sorted(self.swings, key=lambda swing: -swing.width)

    def say(self, value: float) -> str:
        """The figure with as many places as it takes to tell it from the others."""
        if self.unit != "%":
            return say_short(value, self.unit)
        widest = max((swing.width for swing in self.swings), default=0.0)
        return f"{say_number(value, 0 if widest >= 10 else 1 if widest >= 0.5 else 2)}%"

    @property
    def alt(self) -> str:
        told = "; ".join(
            f"{s.label}: {self.say(s.low)} with {s.low_words}, {self.say(s.high)} with {s.high_words}"
            for s in self.in_order
        )
        stands = self.say(self.base)
        return f"Tornado of {self.measure}, which stands at {stands}. {self.title}. {told}."

    @property
    def table(self) -> Table:
        rows = [
            (s.label, s.low_words, self.say(s.low), s.high_words, self.say(s.high)) for s in self.in_order
        ]
        headings = ["Supposition", "Lower", f"#{self.measure}, lower", "Higher", f"#{self.measure}, higher"]
        return table(self.title, headings, rows)


type Ranged = Intervals | Curve | Tornado


def range_chart(question: Ranged) -> Chart:
    """The chart for screens and papers."""
    draws: dict[type, Callable[[Ranged, int], str]] = {
        Intervals: draw_intervals,
        Curve: draw_curve,
        Tornado: draw_tornado,
    }
    draw = draws[type(question)]
    return Chart(
        question.title,
        question.alt,
        question.table,
        lambda: draw(question, look.WIDE),
        lambda: draw(question, look.NARROW),
    )


def draw_intervals(question: Intervals, width: int) -> str:
    """One row for each figure: its range as a band, itself as a dot, both in words at the end."""
    rows = question.rows
    if not rows:
        canvas = Canvas(width, _TOP + _ROW + _FOOT, question.alt)
        canvas.text(0, 20, "Nothing to show")
        return canvas.svg()
    room = min(max(text_width(r.label, bold=r.emphasis) for r in rows), width * 0.4)
    names = [_in_two_lines(row.label, room, bold=row.emphasis) for row in rows]
    heights = [_ROW + (len(name) - 1) * 12 for name in names]
    bottom = _TOP + sum(heights)
    canvas = Canvas(width, bottom + _FOOT, question.alt)
    said = max(text_width(question.say(r.value), 12, bold=True) for r in rows)
    ticks = nice_ticks(min(0.0, *(r.low for r in rows)), max(r.high for r in rows), 3 if width < 500 else 5)
    x = scale(ticks[0], ticks[-1], room + 14, width - said - 10)
    _axis(canvas, ticks, x, question.unit, bottom)
    for i, row in enumerate(rows):
        y = _TOP + sum(heights[:i]) + heights[i] / 2
        ink = look.ACCENT if row.emphasis else look.CONTEXT
        for n, line in enumerate(names[i]):
            foot = y + 4.5 + (n - (len(names[i]) - 1) / 2) * 15
            canvas.text(room, foot, line, ink, anchor="end", bold=row.emphasis)
        canvas.line(x(row.low), y, x(row.high), y, look.ACCENT_WASH, 9)
        canvas.dot(x(row.value), y, 4.5, look.ACCENT)
        canvas.text(
            width - 2, y + 4.5, question.say(row.value), look.INK, size=12, anchor="end", bold=row.emphasis
        )
    return canvas.svg()


def _in_two_lines(text: str, room: float, *, bold: bool) -> list[str]:
    """The name whole where two lines can hold it; else shortened, as the table beneath has it whole."""
    lines = wrapped(text, room, bold=bold)
    two = [lines[0], " ".join(lines[1:])] if lines[1:] else lines
    return [fitted(line, room, bold=bold) for line in two]


def _axis(canvas: Canvas, ticks: Sequence[float], x, unit: str, bottom: float) -> None:
    for tick in ticks:
        canvas.line(x(tick), _TOP, x(tick), bottom, look.FAINT)
        anchor = "start" if tick == ticks[0] else "middle"
        canvas.text(x(tick), bottom + 17, say_short(tick, unit), size=12, anchor=anchor)


_CURVE_HEIGHT = 260


def draw_curve(question: Curve, width: int) -> str:
    """The line with a band of its range at each place where it was worked out."""
    points = question.points
    canvas = Canvas(width, _CURVE_HEIGHT, question.alt)
    if len(points) < 2:
        canvas.text(0, 20, "Worked out at one price only")
        return canvas.svg()
    ticks = nice_ticks(0.0, max(p.high for p in points), 4)
    left = max(text_width(say_short(t, question.up_unit), 12) for t in ticks) + 10
    x = scale(points[0].x, points[-1].x, left + 14, width - 26)
    y = scale(ticks[0], ticks[-1], _CURVE_HEIGHT - 46, 26)
    canvas.text(0, 14, question.up, look.CONTEXT, size=12)
    for tick in ticks:
        canvas.line(left, y(tick), width - 8, y(tick), look.FAINT)
        canvas.text(left - 6, y(tick) + 4, say_short(tick, question.up_unit), size=12, anchor="end")
    for point in points:
        canvas.line(x(point.x), y(point.low), x(point.x), y(point.high), look.ACCENT_WASH, 9)
    canvas.path([(x(p.x), y(p.value)) for p in points], look.ACCENT, 2.5)
    for point in points:
        canvas.dot(x(point.x), y(point.value), 4, look.ACCENT)
        canvas.text(
            x(point.x), _CURVE_HEIGHT - 28, say_short(point.x, question.across_unit), size=12, anchor="middle"
        )
    if question.here is not None:
        canvas.line(x(question.here), 26, x(question.here), _CURVE_HEIGHT - 44, look.QUIET, dash="3 3")
        canvas.text(x(question.here), 20, question.here_label, look.INK, size=12, anchor="middle")
    canvas.text(width - 8, _CURVE_HEIGHT - 8, question.across, look.CONTEXT, size=12, anchor="end")
    return canvas.svg()


def draw_tornado(question: Tornado, width: int) -> str:
    """Bars to both sides of where the figure stands, the widest on top."""
    swings = question.in_order
    row = 44
    canvas = Canvas(width, _TOP + 20 + max(len(swings), 1) * row + _FOOT, question.alt)
    if not swings:
        canvas.text(0, 20, "Nothing to show")
        return canvas.svg()
    reach = [v for s in swings for v in (s.low, s.high)] + [question.base]
    ticks = nice_ticks(min(reach), max(reach), 3 if width < 500 else 5)
    x = scale(ticks[0], ticks[-1], 30, width - 30)
    bottom = _TOP + 20 + len(swings) * row
    for tick in ticks:
        canvas.line(x(tick), _TOP + 20, x(tick), bottom, look.FAINT)
        canvas.text(x(tick), bottom + 17, question.say(tick), size=12, anchor="middle")
    for i, swing in enumerate(swings):
        y = _TOP + 20 + i * row
        canvas.text(4, y + 13, fitted(swing.label, width - 8), look.INK, bold=True)
        low, high = sorted((x(swing.low), x(swing.high)))
        canvas.box(low, y + 18, high - low, 18, look.ACCENT_WASH)
        canvas.line(low, y + 18, low, y + 36, look.ACCENT, 2)
        canvas.line(high, y + 18, high, y + 36, look.ACCENT, 2)
    canvas.line(x(question.base), _TOP + 14, x(question.base), bottom, look.INK, 1.5)
    canvas.text(
        min(max(x(question.base), 60), width - 60),
        _TOP + 8,
        f"now {question.say(question.base)}",
        look.INK,
        size=12,
        anchor="middle",
    )
    return canvas.svg()


def say_short(value: float, unit: str) -> str:
    """£1,234, £412k, £1.31m, 48%, 12: short enough to stand beside a mark."""
    if unit == "£":
        size = abs(value)
        sign = "−" if value < 0 and size >= 0.5 else ""
        if size >= 999_500:
            return f"{sign}£{size / 1e6:.2f}m"
        return f"{sign}£{size / 1000:.0f}k" if size >= 9_950 else f"{sign}£{size:,.0f}"
    digits = 0 if abs(value) >= 10 or value == int(value) else min(digits_of([round(value, 1)]), 1)
    return say_number(value, digits) + (unit if unit == "%" else "")
