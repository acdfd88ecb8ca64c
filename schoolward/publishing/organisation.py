"""Organisation charts as SVG: posts under whom they report to, changes in accent and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schoolward.publishing import look
from schoolward.publishing.canvas import Canvas, fitted
from schoolward.publishing.charts import Chart
from schoolward.publishing.tables import Table, table

_ROW, _BOX, _INDENT, _UNIT = 50, 42, 24, 30
_HALF = 500  # two abreast on a wide screen
_DEEPEST = 6  # deeper posts are drawn no further in, so that their boxes stay legible


@dataclass(frozen=True, slots=True)
class Box:
    """One post: never who holds it. `note` says what differs where `changed` is true."""

    key: str
    title: str
    unit: str
    note: str
    above: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class OrganisationChart:
    """Posts of one structure."""

    title: str
    boxes: tuple[Box, ...]

    @property
    def alt(self) -> str:
        changed = [box for box in self.boxes if box.changed]
        told = "; ".join(f"{box.title}: {box.note}" for box in changed[:20])
        more = f"; and {len(changed) - 20} more" if len(changed) > 20 else ""
        return (
            f"Organisation chart of {len(self.boxes)} posts. {self.title}. "
            f"{f'Changed: {told}{more}.' if changed else 'No post is changed.'}"
        )

    @property
    def table(self) -> Table:
        titles = {box.key: box.title for box in self.boxes}
        rows = [(b.title, b.unit, titles.get(b.above, "nobody"), b.note) for b in self.boxes]
        return table(self.title, ["Post", "Unit", "Reports to", "FTE"], rows)


def organisation_chart(question: OrganisationChart, width: int = _HALF) -> Chart:
    """The chart for screens and papers."""
    return Chart(
        question.title,
        question.alt,
        question.table,
        lambda: draw_organisation(question, width),
        lambda: draw_organisation(question, look.NARROW),
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    box: Box
    depth: int
    top: float
    heading: str


def draw_organisation(question: OrganisationChart, width: int) -> str:
    """An indented tree: a post beneath the one it reports to, unit by unit."""
    placed = list(_placed(question.boxes))
    height = placed[-1].top + _ROW if placed else _UNIT
    canvas = Canvas(width, height + 4, question.alt)
    if not placed:
        canvas.text(0, 20, "No posts yet")
    tops = {each.box.key: each for each in placed}
    for each in placed:
        left = min(each.depth, _DEEPEST) * _INDENT + 2
        if each.heading:
            canvas.text(
                left, each.top - 8, fitted(each.heading, width - left, bold=True), look.INK, bold=True
            )
        if above := tops.get(each.box.above):
            _connect(canvas, above, each, left)
        _draw_box(canvas, each.box, left, each.top, width - left - 4)
    return canvas.svg()


def _placed(boxes: Sequence[Box]) -> Iterator[_Placed]:
    """Every box with its depth and height, depth first; a new unit gets a heading."""
    known = {box.key for box in boxes}
    top, unit = 4.0, ""
    below: dict[str, list[Box]] = {}
    for box in boxes:
        below.setdefault(box.above if box.above in known else "", []).append(box)
    waiting = [(box, 0) for box in reversed(below.get("", []))]
    while waiting:
        box, depth = waiting.pop()
        heading = box.unit if box.unit != unit else ""
        unit = box.unit
        top += _UNIT if heading else 0
        yield _Placed(box, depth, top, heading)
        top += _ROW
        waiting += [(child, depth + 1) for child in reversed(below.get(box.key, []))]


def _connect(canvas: Canvas, above: _Placed, here: _Placed, left: float) -> None:
    rail = min(above.depth, _DEEPEST) * _INDENT + 12
    middle = here.top + _BOX / 2
    canvas.line(rail, above.top + _BOX, rail, middle, look.QUIET)
    canvas.line(rail, middle, left, middle, look.QUIET)


def _draw_box(canvas: Canvas, box: Box, left: float, top: float, width: float) -> None:
    edge = look.ACCENT if box.changed else look.QUIET
    thick = 2 if box.changed else 1
    canvas.box(left, top, width, _BOX, edge)
    inside = look.ACCENT_WASH if box.changed else look.PAPER
    canvas.box(left + thick, top + thick, width - 2 * thick, _BOX - 2 * thick, inside)
    ink = look.INK
    canvas.text(left + 10, top + 18, fitted(box.title, width - 20, bold=True), ink, bold=True)
    canvas.text(left + 10, top + 34, fitted(box.note, width - 20), ink, size=12)
