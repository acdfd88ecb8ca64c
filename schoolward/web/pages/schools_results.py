"""A school's results through the years: small multiples, and the table with every figure. No database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schoolward.apps.performance.models import Predecessor
from schoolward.apps.performance.queries import NATIONAL, NEIGHBOURS, SIMILAR, SchoolHistory, YearOfResults
from schoolward.publishing.charts import Line, Mark, Panel, Reading, Trend
from schoolward.publishing.drawing import draw_panels
from schoolward.terms import codes
from schoolward.web.pages.schools_measures import FEWER_THAN_TEN, LEADING, STAGES, Shown
from schoolward.web.pages.schools_similar import Alike, alike_of

DRAWN_YEARS = 6  # a measure that ended longer before the latest results is in the table alone
COMPARED = ((NATIONAL, "England"), (NEIGHBOURS, "Neighbours"), (SIMILAR, "Similar schools"))


@dataclass(frozen=True)
class Cell:
    """A figure in a table, or why there is none."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class Stage:
    """A key stage's history: the finding, the pictures, and the table behind them."""

    title: str
    finding: str
    pictures: list[str]
    rows: list[tuple]
    alike: Alike | None = None


def stage_of(key_stage: str, history: SchoolHistory, marks: tuple[Mark, ...]) -> Stage | None:
    """A key stage's years as small multiples and a table; None where the school has no results there."""
    rows = history.results_of(key_stage)
    title, measures = STAGES[key_stage]
    if not any(row.figures or row.codes for row in rows):
        return None
    panels = [p for each in measures if each.drawn and (p := panel_of(each, rows, history, marks))]
    finding = finding_of(key_stage, history)
    trend = Trend(finding, tuple(panels))
    told = table_of(measures, rows, history)
    return Stage(title, finding, draw_panels(trend), rows=told, alike=alike_of(key_stage, history))


def finding_of(key_stage: str, history: SchoolHistory) -> str:
    """The latest leading figure in a sentence, against England's."""
    shown = {each.name: each for each in STAGES[key_stage][1]}
    for row in reversed(history.results_of(key_stage)):
        for name in LEADING[key_stage]:
            if (cell := cell_of(row, shown[name])).text:
                measure, england = shown[name], history.average(NATIONAL, key_stage, row.exam_year, name)
                provisional = " (provisional)" if row.provisional else ""
                said = f"{measure.label}: {cell.text} in {row.exam_year}{provisional}"
                return said + ("" if england is None else _against(row.figures[name], england, measure))
    return "No figure is known: each year's is suppressed or was not published"


def _against(value: float, england: float, measure: Shown) -> str:
    gap = round(value, measure.digits) - round(england, measure.digits)
    if abs(gap) < 10**-measure.digits / 2:
        return ", the same as England"
    size = f"{abs(gap):.{measure.digits}f}" + (" points" if measure.is_share else "")
    return f", {size} {'above' if gap > 0 else 'below'} England"


def panel_of(
    measure: Shown, rows: list[YearOfResults], history: SchoolHistory, marks: tuple[Mark, ...]
) -> Panel | None:
    """One measure drawn over its years, if any year has a figure that may be shown."""
    own = [_reading(measure, row) for row in rows]
    known = [reading for reading in own if reading.value is not None]
    if not known:
        return None
    first, last = known[0].year, known[-1].year
    if last < rows[-1].exam_year - DRAWN_YEARS:
        return None
    own = [reading for reading in own if first <= reading.year <= last]
    others = [
        Line(name, readings)
        for group, name in COMPARED
        if (readings := _averages(measure, group, rows[0].key_stage, own, history))
    ]
    within = tuple(mark for mark in marks if first - 1 <= mark.year <= last + 1)
    unit = "%" if measure.is_share else ""
    return Panel(measure.label, unit, Line("School", tuple(own)), tuple(others), within, measure.digits)


def _reading(measure: Shown, row: YearOfResults) -> Reading:
    if measure.is_share and row.few:
        return Reading(row.exam_year, None)
    low, high = (row.figures.get(name) if name else None for name in (measure.low, measure.high))
    return Reading(row.exam_year, row.figures.get(measure.name), low, high)


def _averages(
    measure: Shown, group: str, key_stage: str, own: list[Reading], history: SchoolHistory
) -> tuple[Reading, ...]:
    found = ((reading.year, history.average(group, key_stage, reading.year, measure.name)) for reading in own)
    return tuple(Reading(year, average) for year, average in found if average is not None)


def cell_of(row: YearOfResults, measure: Shown) -> Cell:
    """The figure, or why it is not there."""
    value = row.figures.get(measure.name)
    if value is None:
        return Cell("", "unknown: " + codes.meaning(row.codes.get(measure.name, codes.NOT_CARRIED)))
    if measure.is_share and row.few:
        return Cell("", FEWER_THAN_TEN)
    return Cell(measure.say(value))


def table_of(measures: tuple[Shown, ...], rows: list[YearOfResults], history: SchoolHistory) -> list[tuple]:
    """Measure, year, figure, range, those of COMPARED, remark: every measure that any year carries."""
    told = []
    for measure in measures:
        carried = [row for row in rows if row.codes.get(measure.name) != codes.NOT_CARRIED]
        carried = [row for row in carried if measure.name in row.figures or measure.name in row.codes]
        for row in carried:
            cell = cell_of(row, measure)
            told.append(
                (measure.label, row.exam_year, cell, _range(measure, row), *_compared(measure, row, history),
                 remark_of(row, history.urn))
            )  # fmt: skip
    return told


def _range(measure: Shown, row: YearOfResults) -> str:
    low, high = row.figures.get(measure.low), row.figures.get(measure.high)
    return "" if low is None or high is None else f"{measure.say(low)} to {measure.say(high)}"


def _compared(measure: Shown, row: YearOfResults, history: SchoolHistory) -> list[str]:
    if measure.unit == "pupils":
        return [""] * len(COMPARED)
    found = (history.average(group, row.key_stage, row.exam_year, measure.name) for group, _ in COMPARED)
    return ["" if average is None else measure.say(average) for average in found]


def remark_of(row: YearOfResults, urn: int) -> str:
    """Whose figure it is, and whether it may still change."""
    said = [] if row.urn == urn else [f"as URN {row.urn}, before it changed"]
    return ", ".join([*said, *(["provisional"] if row.provisional else [])])


def marks_of(predecessors: Iterable[Predecessor], opened_on: date | None, academy: bool) -> tuple[Mark, ...]:
    """Where the school changed on a line of exam years: results are of May, so September falls after them."""
    found = {}
    for row in predecessors:
        if row.until:
            began = opened_on is None or abs((row.until - opened_on).days) < 45
            label = "merger" if not began else "academy" if academy else "new number"
            year = round(row.until.year + (row.until.timetuple().tm_yday - 135) / 366, 2)
            found[year] = Mark(year, label)
    return tuple(found[year] for year in sorted(found))
