"""A map of schools drawn from outlines and coordinates: no tile server, no script, nothing fetched.

Schools are dots that can be reached by keyboard and followed as links. The same schools must stand in a
list beneath: a map is never the only way to them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from schoolward.publishing import look
from schoolward.publishing.canvas import Canvas, short, text_width

type Ring = Sequence[tuple[float, float]]  # (longitude, latitude), WGS84

_KM_PER_DEGREE = 111.32
_MARGIN = 14
_FOOT = 46


@dataclass(frozen=True, slots=True)
class Point:
    """A school on the map; `emphasis` puts it in accent and on top."""

    id: str
    label: str
    lat: float
    lon: float
    emphasis: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """An area: its rings (outer and holes alike), and whether it is the authority or a neighbour."""

    name: str
    rings: tuple[Ring, ...]
    neighbour: bool = False


@dataclass(frozen=True)
class Projection:
    """Degrees to the drawing: distances true at the middle latitude, which for an authority is close enough
    (under 1% off at its edges)."""

    west: float
    north: float
    shrink: float  # how much shorter a degree of longitude is here than one of latitude
    per_degree: float
    left: float
    top: float

    def __call__(self, lon: float, lat: float) -> tuple[float, float]:
        x = self.left + (lon - self.west) * self.shrink * self.per_degree
        return x, self.top + (self.north - lat) * self.per_degree


def draw_map(
    outlines: Sequence[Outline],
    points: Sequence[Point],
    *,
    title: str,
    size: tuple[int, int] = (640, 520),
    emphasised: str = "school causing concern",
    other: str = "other school",
) -> str:
    """The map as SVG, safe to put in a page under a strict content security policy."""
    placed = [p for p in points if math.isfinite(p.lat) and math.isfinite(p.lon)]
    if not placed and not any(o.rings for o in outlines):
        canvas = Canvas(*size, f"{title}. No coordinates known.")
        canvas.text(_MARGIN, 30, "No coordinates known")
        return canvas.svg()
    project = fit(outlines, placed, size)
    shown = [p for p in placed if _is_inside(project(p.lon, p.lat), size)]
    canvas = Canvas(*size, alternative_text(title, points, emphasised, outside=len(points) - len(shown)))
    for outline in sorted(outlines, key=lambda o: not o.neighbour):
        _draw_outline(canvas, outline, project, size)
    for point in sorted(shown, key=lambda p: (p.emphasis, -p.lat)):
        _draw_point(canvas, point, project)
    canvas.box(0, size[1] - _FOOT + 8, size[0], _FOOT, look.PAPER)
    _scale_bar(canvas, project, size)
    _legend(canvas, shown, size, emphasised, other)
    # a picture that holds links is a group of things, not one image: role "img" would hide them
    return canvas.svg(role="group" if any(p.url for p in shown) else "img")


def alternative_text(title: str, points: Sequence[Point], emphasised: str, *, outside: int = 0) -> str:
    """What the map shows, in words."""
    marked = [p.label for p in points if p.emphasis]
    named = ", ".join(marked[:10]) + (f" and {len(marked) - 10} more" if len(marked) > 10 else "")
    missing = f" {outside} not drawn: no coordinates, or outside the area." if outside else ""
    told = f" Marked as {emphasised}: {named or 'none'}." if emphasised else ""
    return f"Map of {len(points)} schools. {title}.{told}{missing}"


def _is_inside(place: tuple[float, float], size: tuple[int, int]) -> bool:
    return 0 <= place[0] <= size[0] and 0 <= place[1] <= size[1] - _FOOT + 4


def fit(outlines: Sequence[Outline], points: Sequence[Point], size: tuple[int, int]) -> Projection:
    """The projection that fills the drawing with the authority; neighbours run off its edges."""
    own = [position for o in outlines if not o.neighbour for ring in o.rings for position in ring]
    places = own or [(p.lon, p.lat) for p in points]
    if not places:
        places = [position for o in outlines for ring in o.rings for position in ring]
    west, east = min(x for x, _ in places), max(x for x, _ in places)
    south, north = min(y for _, y in places), max(y for _, y in places)
    if east - west < 0.01 and north - south < 0.01:
        west, east, south, north = west - 0.02, east + 0.02, south - 0.02, north + 0.02
    shrink = math.cos(math.radians((south + north) / 2))
    room_x, room_y = size[0] - 2 * _MARGIN, size[1] - _MARGIN - _FOOT
    per_degree = min(room_x / max((east - west) * shrink, 1e-9), room_y / max(north - south, 1e-9))
    left = _MARGIN + (room_x - (east - west) * shrink * per_degree) / 2
    top = _MARGIN + (room_y - (north - south) * per_degree) / 2
    return Projection(west, north, shrink, per_degree, left, top)


def simplify(ring: Iterable[tuple[float, float]], tolerance: float) -> list[tuple[float, float]]:
    """The ring with points dropped that stray less than `tolerance` from the line (Douglas and Peucker)."""
    points = list(ring)
    if len(points) < 3:
        return points
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    spans = [(0, len(points) - 1)]  # a stack, not recursion: coastlines are long
    while spans:
        first, last = spans.pop()
        farthest, distance = _farthest(points, first, last)
        if distance > tolerance:
            keep[farthest] = True
            spans += [(first, farthest), (farthest, last)]
    return [point for point, kept in zip(points, keep, strict=True) if kept]


def _farthest(points: Sequence[tuple[float, float]], first: int, last: int) -> tuple[int, float]:
    """Which point between two strays most from the stretch of line that joins them, and how far."""
    (ax, ay), (bx, by) = points[first], points[last]
    dx, dy = bx - ax, by - ay
    squared = dx * dx + dy * dy or 1.0
    best, at = 0.0, first
    for i in range(first + 1, last):
        px, py = points[i][0] - ax, points[i][1] - ay
        # the nearest place on the stretch itself: past its ends the line's own distance would say too little
        share = min(1.0, max(0.0, (px * dx + py * dy) / squared))
        distance = math.hypot(px - share * dx, py - share * dy)
        if distance > best:
            best, at = distance, i
    return at, best


def _draw_outline(canvas: Canvas, outline: Outline, project: Projection, size: tuple[int, int]) -> None:
    parts = []
    for ring in outline.rings:
        drawn = simplify((project(lon, lat) for lon, lat in ring), 0.6)
        if len(drawn) > 3 and _touches(drawn, size):
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn) + "Z")
    if parts:
        fill, line = ("#f6f7f8", look.FAINT) if outline.neighbour else ("#eceef0", look.QUIET)
        canvas.shapes.append(
            f'<path d="{"".join(parts)}" fill="{fill}" fill-rule="evenodd" stroke="{line}" '
            'stroke-linejoin="round"/>'
        )


def _touches(points: Sequence[tuple[float, float]], size: tuple[int, int]) -> bool:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) < size[0] and max(xs) > 0 and min(ys) < size[1] and max(ys) > 0


def _draw_point(canvas: Canvas, point: Point, project: Projection) -> None:
    x, y = project(point.lon, point.lat)
    colour, r = (look.ACCENT, 6.5) if point.emphasis else (look.CONTEXT, 4)
    dot = (
        f'<circle cx="{short(x)}" cy="{short(y)}" r="{r}" fill="{colour}" stroke="{look.PAPER}" '
        'stroke-width="1.2">'
        f"<title>{escape(point.label)}</title></circle>"
    )
    if point.url:
        # an unseen rim to aim at; no wider, or one school would cover its neighbour
        target = f'<circle cx="{short(x)}" cy="{short(y)}" r="8" fill="none" pointer-events="all"/>'
        dot = f'<a href="{escape(point.url)}" aria-label="{escape(point.label)}">{target}{dot}</a>'
    canvas.shapes.append(dot)


def _scale_bar(canvas: Canvas, project: Projection, size: tuple[int, int]) -> None:
    """A bar of a round number of kilometres, a sixth of the width or so."""
    per_km = project.per_degree / _KM_PER_DEGREE
    wanted = size[0] / 6 / per_km
    power = 10 ** math.floor(math.log10(wanted))
    km = next(m * power for m in (5, 2, 1) if m * power <= wanted)
    x1, y = size[0] - _MARGIN, size[1] - 14
    x0 = x1 - km * per_km
    canvas.line(x0, y, x1, y, look.INK, 1.5)
    for x in (x0, x1):
        canvas.line(x, y - 4, x, y + 4, look.INK, 1.5)
    canvas.text((x0 + x1) / 2, y - 8, f"{km:g} km", size=12, anchor="middle")


def _legend(
    canvas: Canvas, points: Sequence[Point], size: tuple[int, int], emphasised: str, other: str
) -> None:
    x, y = _MARGIN + 6, size[1] - 14
    for label, colour, r, many in (
        (emphasised, look.ACCENT, 6.5, sum(p.emphasis for p in points)),
        (other, look.CONTEXT, 4, sum(not p.emphasis for p in points)),
    ):
        if not label:  # the reader may not know of this kind, or there is no such kind
            continue
        text = f"{label} ({many})"
        canvas.dot(x, y - 4, r, colour)
        canvas.text(x + 12, y, text, look.INK, size=12)
        x += 12 + text_width(text, 12) + 22
