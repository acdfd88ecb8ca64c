"""The frontier of cover against risk: each point a structure, ties joined, officers' options beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from schoolward.publishing import look
from schoolward.publishing.canvas import Canvas, Scale, nice_ticks, scale, text_width
from schoolward.publishing.charts import Chart
from schoolward.publishing.ranges import say_short
from schoolward.publishing.tables import Table, table

_HEIGHT = 380
_TOP, _FOOT = 30, 52


@dataclass(frozen=True, slots=True)
class Spot:
    """One structure: risk across (pounds), cover up (percent). `tie` is None off the frontier."""

    label: str
    risk_pounds: float
    cover_pct: float
    tie: int | None = None
    chosen: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Frontier:
    """Structures on one pair of scales; those of one tie cannot be told apart by the years drawn."""

    title: str
    spots: tuple[Spot, ...]

    @property
    def along(self) -> list[Spot]:
        """Those on the frontier, by risk."""
        return sorted((s for s in self.spots if s.tie is not None), key=lambda s: s.risk_pounds)

    @property
    def beside(self) -> list[Spot]:
        """Today's structure and options."""
        return [s for s in self.spots if s.tie is None]

    @property
    def alt(self) -> str:
        told = "; ".join(_told(s) for s in (*self.along, *self.beside))
        ties = {s.tie for s in self.along if sum(o.tie == s.tie for o in self.along) > 1}
        joined = (
            f" {len(ties)} group{'s' if len(ties) > 1 else ''} of points cannot be told apart."
            if ties
            else ""
        )
        return f"Cover of core need against the risk of a deficit. {self.title}. {told}.{joined}"

    @property
    def table(self) -> Table:
        rows = [
            (s.label, say_short(s.risk_pounds, "£"), f"{s.cover_pct:.1f}%", self._tie_words(s), s.remark)
            for s in (*self.along, *self.beside)
        ]
        headings = ["Structure", "#Mean deficit in the worst years", "#Core need covered", "Tie", "Remark"]
        return table(self.title, headings, rows)

    def _tie_words(self, spot: Spot) -> str:
        if spot.tie is None:
            return "not on the frontier"
        same = [s.label for s in self.along if s.tie == spot.tie and s is not spot]
        return f"cannot be told apart from {', '.join(same)}" if same else "none"


def _told(spot: Spot) -> str:
    return (
        f"{spot.label}: {spot.cover_pct:.1f}% covered, {say_short(spot.risk_pounds, '£')} in the worst years"
    )


def frontier_chart(question: Frontier) -> Chart:
    """The chart for screens and papers."""
    return Chart(
        question.title,
        question.alt,
        question.table,
        lambda: draw_frontier(question, look.WIDE),
        lambda: draw_frontier(question, look.NARROW),
    )


def draw_frontier(question: Frontier, width: int) -> str:
    """Points as dots, joined along the frontier; a tie is a band; options are rings with their names."""
    canvas = Canvas(width, _HEIGHT, question.alt)
    if not question.spots:
        canvas.text(0, 20, "No structure to show")
        return canvas.svg()
    xs = nice_ticks(*_reach([s.risk_pounds for s in question.spots]), 3 if width < 500 else 5)
    ys = nice_ticks(*_reach([s.cover_pct for s in question.spots]), 4, whole=True)
    if len(ys) < 2 or ys[-1] > 100:  # nothing covers more than all
        ys = [t for t in nice_ticks(*_reach([s.cover_pct for s in question.spots]), 4) if t <= 100]
    left = max(text_width(f"{t:g}%", 12) for t in ys) + 8
    x, y = scale(xs[0], xs[-1], left + 12, width - 40), scale(ys[0], ys[-1], _HEIGHT - _FOOT, _TOP)
    _axes(canvas, xs, ys, x, y, left, width)
    for a, b in pairwise(question.along):
        same = a.tie == b.tie
        colour, thick = (look.ACCENT_WASH, 10) if same else (look.QUIET, 1.5)
        canvas.line(x(a.risk_pounds), y(a.cover_pct), x(b.risk_pounds), y(b.cover_pct), colour, thick)
    for spot in question.along:
        canvas.dot(x(spot.risk_pounds), y(spot.cover_pct), 7 if spot.chosen else 5, look.ACCENT)
    for spot in question.beside:
        canvas.dot(x(spot.risk_pounds), y(spot.cover_pct), 5, look.CONTEXT, hollow=True)
    _labels(canvas, question, x, y, width)
    return canvas.svg()


def _reach(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    pad = (high - low) * 0.08 or max(abs(high) * 0.02, 0.5)
    return low - pad, high + pad


def _axes(
    canvas: Canvas, xs: Sequence[float], ys: Sequence[float], x: Scale, y: Scale, left: float, width: float
) -> None:
    canvas.text(0, 14, "Core need covered", look.CONTEXT, size=12)
    for tick in ys:
        canvas.line(left, y(tick), width - 8, y(tick), look.FAINT)
        canvas.text(left - 4, y(tick) + 4, f"{tick:g}%", size=12, anchor="end")
    for tick in xs:
        canvas.line(x(tick), _TOP, x(tick), _HEIGHT - _FOOT, look.FAINT)
        canvas.text(x(tick), _HEIGHT - _FOOT + 17, say_short(tick, "£"), size=12, anchor="middle")
    words = (
        "Mean deficit of the traded arm in its worst years"
        if width > 500
        else "Mean deficit in the worst years"
    )
    canvas.text(width - 8, _HEIGHT - 8, words, look.CONTEXT, size=12, anchor="end")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name may stand: its room on the drawing, and how it is set there."""

    left: float
    right: float
    foot: float
    at: float
    anchor: str

    def clear_of(self, others: Sequence[tuple[float, float, float, float]]) -> bool:
        return not any(
            self.left < right and self.right > left and self.foot - 10 < low and self.foot + 3 > high
            for left, right, high, low in others
        )


def _labels(canvas: Canvas, question: Frontier, x: Scale, y: Scale, width: float) -> None:
    """Names beside their points, one for points that lie on one another, each where nothing else is."""
    marks = [(x(s.risk_pounds), y(s.cover_pct)) for s in question.spots]
    taken = [(across - 7, across + 7, up - 7, up + 7) for across, up in marks]
    for group in (*_heaps(question.along, x, y), *([s] for s in question.beside)):
        name, bold = _named(group), any(s.chosen for s in group)
        ends = [x(s.risk_pounds) for s in group]
        up = sum(y(s.cover_pct) for s in group) / len(group)
        places = list(_places(min(ends), max(ends), up, text_width(name, 12, bold=bold), width))
        place = next((p for p in places if p.clear_of(taken)), places[-1])
        taken.append((place.left, place.right, place.foot - 10, place.foot + 3))
        ink = look.ACCENT if group[0].tie is not None else look.INK
        canvas.text(place.at, place.foot, name, ink, size=12, anchor=place.anchor, bold=bold)


def _heaps(spots: Sequence[Spot], x: Scale, y: Scale) -> list[list[Spot]]:
    """Points along the frontier, those together that are too near one another for names of their own."""
    heaps: list[list[Spot]] = []
    for spot in spots:
        last = heaps[-1][-1] if heaps else None
        near = last is not None and (
            abs(x(spot.risk_pounds) - x(last.risk_pounds)) < 22
            and abs(y(spot.cover_pct) - y(last.cover_pct)) < 12
        )
        if near:
            heaps[-1].append(spot)
        else:
            heaps.append([spot])
    return heaps


def _named(group: Sequence[Spot]) -> str:
    first, last = group[0].label, group[-1].label
    return first if len(group) == 1 else f"{first}, {last}" if len(group) == 2 else f"{first} to {last}"


def _places(first: float, last: float, up: float, long: float, width: float) -> Iterator[_Place]:
    """Places for a name of this length about its points, the best first; the last one is always to be had."""
    middle = (first + last) / 2
    for foot in (up + 4, up - 10, up + 19, up + 33, up - 24, up + 47, up + 61):
        beside = foot == up + 4
        rights, lefts = (last + 11, first - 11) if beside else (middle - 4, middle + 4)
        if rights + long < width:
            yield _Place(rights, rights + long, foot, rights, "start")
        if lefts - long > 0:
            yield _Place(lefts - long, lefts, foot, lefts, "end")


def spots_of(rows: Sequence[dict]) -> Iterator[Spot]:
    """The points of a run's frontier, lettered from A, the least risk first."""
    ordered = sorted(rows, key=lambda row: row["cvar_out_of_sample_pence"])
    for n, row in enumerate(ordered):
        yield Spot(
            chr(ord("A") + n),
            row["cvar_out_of_sample_pence"] / 100,
            row["core_cover"] * 100,
            row["tie"],
            remark="" if row["proven"] else "not shown to be the best in the time allowed",
        )
