"""Charts as findings: the data of each kind of chart, and from it the words, the table and the picture.

A kind of chart (Trend, Strip, Inspections, Bars) holds plain values and knows its alternative text and its
table, so that no picture can be made without them. `drawing.page_chart` draws it with plain Python in
under a millisecond, for screens; `plots.paper_chart` draws it with Altair, for print. Both use `look`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from schoolward.publishing.look import TALLEST, WIDE
from schoolward.publishing.tables import Table, table

UNKNOWN = "unknown"
NOT_GIVEN = "not given"


@dataclass(frozen=True)
class Chart:
    """A picture that cannot be made without its words: `title` states the finding, `alt` describes the
    picture, `table` holds its figures. Drawn only when first looked at."""

    title: str
    alt: str
    table: Table
    draw: Callable[[], str]
    draw_narrow: Callable[[], str] | None = (
        None  # for phones, where the wide picture's text would be too small
    )

    def __post_init__(self) -> None:
        assert self.title.strip(), "a chart needs a title that says what it shows"
        assert self.alt.strip(), "a chart needs alternative text"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chart):
            return NotImplemented
        return (self.title, self.alt, self.table) == (other.title, other.alt, other.table)

    def __hash__(self) -> int:
        return hash((self.title, self.alt))

    @cached_property
    def svg(self) -> str:
        return self.draw()

    @cached_property
    def narrow_svg(self) -> str:
        """The picture for phones; the same picture where there is no other."""
        return self.draw_narrow() if self.draw_narrow else self.svg

    @property
    def width_share(self) -> float:
        """How much of a page's line the picture takes, so that its text is as large as in other pictures.

        Less where it would be taller than a page: Word cuts such a picture off.
        """
        width, height = (
            re.search(rf'<svg[^>]*?\b{side}="([\d.]+)', self.svg) for side in ("width", "height")
        )
        if width is None or height is None:
            return 1.0
        return min(1.0, float(width[1]) / WIDE, TALLEST * float(width[1]) / float(height[1]))

    @cached_property
    def png(self) -> bytes:
        """The same picture for Word, sharp on paper (about 200 dots an inch at 16 cm)."""
        import vl_convert  # half a second to import, so only when a picture is asked for

        return vl_convert.svg_to_png(self.svg, scale=2)


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure in one year, with its interval where the publisher gives one; None is unknown."""

    year: int
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a trend: the school's own, or what it is compared with."""

    name: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened between two years' results, such as a conversion to an academy."""

    year: float
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure over the years: the subject in accent, the others in grey."""

    measure: str
    unit: str
    subject: Line
    others: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()
    digits: int = 0
    from_nought: bool = False  # counts are drawn from nought; percentages and scores on their own range

    @property
    def drawn(self) -> list[float]:
        """Every value that the picture must have room for."""
        readings = [r for line in (self.subject, *self.others) for r in line.readings]
        values = [v for r in readings for v in (r.value, r.low, r.high) if v is not None]
        return [*values, 0.0] if values and self.from_nought else values

    @property
    def years(self) -> tuple[int, ...]:
        found = {r.year for line in (self.subject, *self.others) for r in line.readings}
        return tuple(range(min(found), max(found) + 1)) if found else ()

    def say(self, value: float | None) -> str:
        return UNKNOWN if value is None else say_number(value, self.digits) + self._suffix

    @property
    def _suffix(self) -> str:
        return self.unit if self.unit == "%" else ""


@dataclass(frozen=True, slots=True)
class Trend:
    """Small multiples: each measure of a school over the years."""

    title: str
    panels: tuple[Panel, ...]

    @property
    def alt(self) -> str:
        kind = "Line chart" if len(self.panels) == 1 else f"{len(self.panels)} line charts"
        return f"{kind}. {self.title}. " + " ".join(panel_in_words(panel) for panel in self.panels)

    @property
    def table(self) -> Table:
        """A row for each measure and year; columns that would say nothing are left out."""
        lines = dict.fromkeys(line.name for p in self.panels for line in (p.subject, *p.others))
        rows = [row for panel in self.panels for row in _panel_rows(panel, tuple(lines))]
        headings = ["Measure", "Year", *(f"#{name}" for name in lines), "Range"]
        kept = [i for i, heading in enumerate(headings) if _tells(heading, i, rows)]
        return table(self.title, [headings[i] for i in kept], [[row[i] for i in kept] for row in rows])


@dataclass(frozen=True, slots=True)
class Dot:
    """A school's value, with the interval it may lie in; `emphasis` marks the ones the chart is about."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Schools on one scale against a threshold, in order of value; unknown ones are named, not drawn."""

    title: str
    measure: str
    unit: str
    dots: tuple[Dot, ...]
    threshold: float
    threshold_label: str
    digits: int = 0

    @property
    def known(self) -> tuple[Dot, ...]:
        known = (d for d in self.dots if d.value is not None)
        return tuple(sorted(known, key=lambda d: (d.value, d.label)))

    @property
    def unknown(self) -> tuple[Dot, ...]:
        return tuple(d for d in self.dots if d.value is None)

    @property
    def alt(self) -> str:
        below = [d for d in self.known if d.value < self.threshold]
        named = ", ".join(f"{d.label} {self.say(d.value)}" for d in below[:12])
        more = f" and {len(below) - 12} more" if len(below) > 12 else ""
        unknown = f" {len(self.unknown)} unknown, not drawn." if self.unknown else ""
        scale = f"{self.threshold_label}: {self.say(self.threshold)}"
        return (
            f"Dot plot of {self.measure} for {len(self.known)} schools. {self.title}. {scale}. "
            f"{len(below)} below it{': ' if below else ''}{named}{more}.{unknown}"
        )

    @property
    def table(self) -> Table:
        rows = [
            (d.label, self.say(d.value), say_range(d.low, d.high, self.digits))
            for d in (*self.known, *self.unknown)
        ]
        return table(self.title, ["School", f"#{self.measure}", "Range"], rows)

    def say(self, value: float | None) -> str:
        suffix = self.unit if self.unit == "%" else ""
        return UNKNOWN if value is None else say_number(value, self.digits) + suffix


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection: its day, its grade in words, and a category of concern if it gave one."""

    on: date
    grade: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Inspections:
    """A school's inspections through the years on the scale of grades, best first."""

    title: str
    scale: tuple[str, ...]
    inspections: tuple[Inspection, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def alt(self) -> str:
        told = "; ".join(
            f"{say_day(i.on)}, {i.grade}{f' ({i.category})' if i.category else ''}" for i in self._in_order
        )
        return f"Inspections in order. {self.title}. {told or 'None on record'}."

    @property
    def table(self) -> Table:
        rows = [(say_day(i.on), i.grade, i.category or "none") for i in self._in_order]
        return table(self.title, ["Inspected on", "Grade", "Category of concern"], rows)

    @property
    def _in_order(self) -> Sequence[Inspection]:
        return sorted(self.inspections, key=lambda i: i.on)


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts side by side, always from nought."""

    title: str
    counted: str
    bars: tuple[Bar, ...]
    grouped_by: str = "Group"

    @property
    def alt(self) -> str:
        return f"Bar chart. {self.title}. " + ", ".join(f"{b.label} {b.count}" for b in self.bars) + "."

    @property
    def table(self) -> Table:
        return table(
            self.title, [self.grouped_by, f"#{self.counted}"], [(b.label, b.count) for b in self.bars]
        )


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One share of schools, from 0 to 1, with its interval and its bounds; None where it is withheld."""

    label: str
    share: float | None
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares beside each other on 0 to 100 percent: the interval as a bar, the bounds as a thin line."""

    title: str
    rows: tuple[ShareRow, ...]
    grouped_by: str = "Answer"

    @property
    def alt(self) -> str:
        said = ", ".join(f"{row.label} {say_share(row.share)}" for row in self.rows)
        return f"Chart of shares with their intervals. {self.title}. {said}."

    @property
    def table(self) -> Table:
        headings = [self.grouped_by, "#Share", "#Likely range", "#If silent schools all differ"]
        rows = [
            (
                row.label,
                say_share(row.share),
                WITHHELD if row.share is None else say_shares(row.low, row.high),
                WITHHELD if row.share is None else say_shares(row.least, row.most),
            )
            for row in self.rows
        ]
        return table(self.title, headings, rows)


WITHHELD = "withheld"


def say_share(share: float | None) -> str:
    """'48%', or that it is withheld."""
    return WITHHELD if share is None else f"{share * 100:.0f}%"


def say_shares(low: float | None, high: float | None) -> str:
    """'40% to 56%'; 'not given' where nobody gave a range."""
    return NOT_GIVEN if low is None or high is None else f"{low * 100:.0f}% to {high * 100:.0f}%"


type Question = Trend | Strip | Inspections | Bars | Shares


def runs(readings: Iterable[Reading]) -> list[list[Reading]]:
    """Readings in unbroken stretches of years."""
    stretches: list[list[Reading]] = []
    for reading in sorted((r for r in readings if r.value is not None), key=lambda r: r.year):
        if stretches and stretches[-1][-1].year == reading.year - 1:
            stretches[-1].append(reading)
        else:
            stretches.append([reading])
    return stretches


# Saying things ----------------------------------------------------------------------------------------


def say_number(value: float, digits: int = 0) -> str:
    """48, 1,204, −6.1: thousands apart, a true minus, never minus nought."""
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if not any(c in "123456789" for c in text) else text.replace("-", "−")


def say_range(low: float | None, high: float | None, digits: int = 0) -> str:
    if low is None or high is None:
        return NOT_GIVEN
    return f"{say_number(low, digits)} to {say_number(high, digits)}"


def say_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def panel_in_words(panel: Panel) -> str:
    """Every figure of the panel, for those who do not see it."""
    lines = [
        f"{line.name}: " + ", ".join(f"{panel.say(r.value)} in {r.year}" for r in line.readings)
        for line in (panel.subject, *panel.others)
    ]
    marks = "".join(f" {mark.label} in {int(mark.year)}." for mark in panel.marks)
    return f"{panel.measure}. " + "; ".join(lines) + "." + marks


def _panel_rows(panel: Panel, names: Sequence[str]) -> list[tuple[str, ...]]:
    lines = {line.name: {r.year: r for r in line.readings} for line in (panel.subject, *panel.others)}
    years = sorted({year for readings in lines.values() for year in readings})
    return [
        (
            panel.measure,
            str(year),
            *(_said(panel, lines.get(name, {}).get(year)) for name in names),
            _span(panel, lines[panel.subject.name].get(year)),
        )
        for year in years
    ]


def _said(panel: Panel, reading: Reading | None) -> str:
    return "no figure" if reading is None else panel.say(reading.value)


def _span(panel: Panel, reading: Reading | None) -> str:
    return NOT_GIVEN if reading is None else say_range(reading.low, reading.high, panel.digits)


def _tells(heading: str, i: int, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a column says anything: one measure needs no naming in each row, nor ranges nobody gave."""
    found = {row[i] for row in rows}
    return not ((heading == "Measure" and len(found) < 2) or (heading == "Range" and found <= {NOT_GIVEN}))
