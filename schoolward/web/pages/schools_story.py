"""One school's story: its history told as charts, tables and sentences. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schoolward.apps.performance.models import Predecessor, SchoolInspection, SchoolJudgement, SchoolYear
from schoolward.apps.performance.queries import FEW, SchoolHistory, YearOfResults
from schoolward.apps.register import queries
from schoolward.apps.register.models import RegisterEvent, School, SchoolFact
from schoolward.publishing import look
from schoolward.publishing.charts import Inspection, Inspections, Line, Mark, Panel, Reading, Trend
from schoolward.publishing.drawing import draw
from schoolward.terms import codes, money
from schoolward.terms.calendar import format_day
from schoolward.web.pages.schools_measures import AREAS, LEADING, SCALE, STAGES, Shown

ON_PAPER = 960  # three charts abreast, at seven tenths on A4
FEWER_THAN_TEN = "not shown: fewer than ten pupils"
STATUS = {
    "below": ("Below", "red"),
    "not_below": ("Not below", "green"),
    "coasting": ("Coasting", "red"),
    "not_coasting": ("Not coasting", "green"),
    "unknown": ("Unknown", "grey"),
    "excluded": ("Not judged", "blue"),
}


@dataclass(frozen=True)
class Fact:
    """One thing known of the school; `why` says why it is not known, and then `text` is empty."""

    label: str
    text: str
    why: str = ""
    url: str = ""


@dataclass(frozen=True)
class Card:
    """A figure of now: large, with what it is and what it is compared with."""

    figure: str
    words: str


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
    alt: str
    wide: str
    narrow: str
    paper: str
    rows: list[tuple]
    unmeasured: str = ""


@dataclass(frozen=True)
class Judged:
    """One rule on one year's results, with its working."""

    title: str
    rule_id: str
    word: str
    tone: str
    sentence: str
    of_earlier: bool
    lines: list[dict]


@dataclass(frozen=True)
class Inspected:
    """The inspections: drawn, and listed with what was judged."""

    finding: str
    wide: str
    narrow: str
    rows: list[tuple]


@dataclass(frozen=True)
class Source:
    """A file behind the page, and when it was published."""

    what: str
    file: str
    published_on: date | None
    basis: str


@dataclass(frozen=True)
class Story:
    """Everything the page of one school shows."""

    cards: list[Card]
    facts: list[Fact]
    stages: list[Stage]
    inspected: Inspected | None
    finance: list[tuple]
    workforce: list[tuple]
    judged: list[Judged]
    past: list[str]
    sources: list[Source]


def tell(
    school: School, history: SchoolHistory, facts: list[SchoolFact], events: list[RegisterEvent]
) -> Story:
    """The story of the school from what is kept of it."""
    marks = marks_of(history.predecessors, queries.is_academy(school))
    stages = [stage for key in STAGES if (stage := stage_of(key, history, marks))]
    return Story(
        cards=cards_of(school, history),
        facts=facts_of(school),
        stages=stages,
        inspected=inspected_of(history, marks),
        finance=finance_of(history.finance, history.urn),
        workforce=workforce_of(history.workforce, history.urn),
        judged=[judged_of(row, history) for row in history.judgements],
        past=past_of(school, history.predecessors, facts, events),
        sources=sources_of(history, school),
    )


# What is known now -----------------------------------------------------------------------------------------


def facts_of(school: School) -> list[Fact]:
    """The facts of the register, each with the reason where it is not known."""
    missing = "not in the register that was loaded"
    ages = f"{school.low_age} to {school.high_age}" if school.low_age is not None else ""
    address = ", ".join(filter(None, (school.street, school.town, school.postcode)))
    share, why = "", missing
    if school.fsm_share is not None and school.roll is not None and school.roll < FEW:
        why = FEWER_THAN_TEN
    elif school.fsm_share is not None:
        share = f"{school.fsm_share * 100:.1f}%"
    given = [
        Fact("URN", str(school.urn)),
        Fact("Phase", school.phase, missing),
        Fact("Type", school.type_name, missing),
        Fact("Status", _status(school), missing),
        Fact("Ages", ages, missing),
        Fact("Pupils", "" if school.roll is None else f"{school.roll:,}", missing),
        Fact("Places", "" if school.capacity is None else f"{school.capacity:,}", missing),
        Fact("Eligible for free meals", share, why),
        Fact("Opened", format_day(school.opened_on) if school.opened_on else "", missing),
        Fact("Address", address, missing),
    ]
    if school.trust_name:
        given.insert(3, Fact("Trust", school.trust_name))
    if school.religious_character not in ("", "Does not apply", "None"):
        given.append(Fact("Character", school.religious_character))
    if school.gender not in ("", "Mixed"):
        given.append(Fact("Pupils are", school.gender))
    return given


def _status(school: School) -> str:
    if school.closed_on and school.status == "Closed":
        return f"Closed on {format_day(school.closed_on)}"
    return school.status


def cards_of(school: School, history: SchoolHistory) -> list[Card]:
    """What stands out now: latest results against England and similar schools, inspection, places."""
    found = [card for key in STAGES if (card := _result_card(key, history))]
    graded = [row for row in history.inspections if row.grade or row.category]
    if graded:
        last = graded[-1]
        found.append(
            Card((last.category or last.grade).capitalize(), f"inspected {format_day(last.inspected_on)}")
        )
    else:
        found.append(Card("Unknown", "no graded inspection in the files loaded"))
    if school.roll and school.capacity:
        full = round(100 * school.roll / school.capacity)
        found.append(Card(f"{school.roll:,}", f"pupils in {school.capacity:,} places ({full}% full)"))
    floors = [row for row in history.judgements if row.kind == "floor"]
    if floors:
        last = max(floors, key=lambda row: row.exam_year)
        found.append(Card(STATUS[last.status][0], f"floor standard, {last.exam_year}"))
    return found


def _result_card(key_stage: str, history: SchoolHistory) -> Card | None:
    shown = {each.name: each for each in STAGES[key_stage][1]}
    for row in reversed(history.results_of(key_stage)):
        for name in LEADING[key_stage]:
            cell = cell_of(row, shown[name])
            if cell.text:
                beside = _beside(history, row, shown[name])
                return Card(cell.text, f"{shown[name].label}, {row.exam_year}{beside}")
    return None


def _beside(history: SchoolHistory, row: YearOfResults, measure: Shown) -> str:
    said = []
    for group, name in (("national", "England"), ("neighbours", "similar")):
        found = history.average(group, row.key_stage, row.exam_year, measure.name)
        if found:
            said.append(f"{name} {measure.say(found.shown)}")
    return f" ({'; '.join(said)})" if said else ""


def past_of(
    school: School,
    predecessors: Iterable[Predecessor],
    facts: list[SchoolFact],
    events: list[RegisterEvent],
) -> list[str]:
    """What became of the school, in sentences: where it came from, its names and authorities."""
    told = []
    for row in predecessors:
        on = f" on {format_day(row.until)}" if row.until else ""
        told.append(f"Came from {row.name or 'a school'} (URN {row.earlier_urn}){on}.")
    if school.successor_urn:
        told.append(f"Continued as URN {school.successor_urn}: {school.closure_kind or 'closed'}.")
    for event in sorted(events, key=lambda event: event.by_edition_on or date.max):
        if event.kind == RegisterEvent.RENAMED:
            told.append(f"Was called {event.before} until the register of {format_day(event.by_edition_on)}.")
        elif event.kind == RegisterEvent.MOVED:
            told.append(
                f"Was with authority {event.before} until the register of {format_day(event.by_edition_on)}."
            )
    if facts and not told and len({fact.type_name for fact in facts if fact.type_name}) > 1:
        told.append("Its type differs between registers: " + " → ".join(_kinds(facts)) + ".")
    return told


def _kinds(facts: list[SchoolFact]) -> list[str]:
    return list(dict.fromkeys(fact.type_name for fact in facts if fact.type_name))


# Results through the years ---------------------------------------------------------------------------------


def stage_of(key_stage: str, history: SchoolHistory, marks: tuple[Mark, ...]) -> Stage | None:
    """A key stage's years as small multiples and a table; None where the school has no results there."""
    rows = history.results_of(key_stage)
    title, measures = STAGES[key_stage]
    if not any(row.figures or row.codes for row in rows):
        return None
    panels = [p for each in measures if each.drawn and (p := panel_of(each, rows, history, marks))]
    finding = finding_of(key_stage, history)
    trend = Trend(finding, tuple(panels))
    pictures = [draw(trend, width) if panels else "" for width in (look.WIDE, look.NARROW, ON_PAPER)]
    return Stage(
        title, finding, trend.alt if panels else "", *pictures, rows=table_of(measures, rows, history)
    )


def finding_of(key_stage: str, history: SchoolHistory) -> str:
    """The latest leading figure in a sentence, against England's."""
    shown = {each.name: each for each in STAGES[key_stage][1]}
    for row in reversed(history.results_of(key_stage)):
        for name in LEADING[key_stage]:
            if (cell := cell_of(row, shown[name])).text:
                measure, england = shown[name], history.average("national", key_stage, row.exam_year, name)
                said = f"{measure.label}: {cell.text} in {row.exam_year}"
                return said + (_against(row.figures[name], england.shown, measure) if england else "")
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
    own = [reading for reading in own if first <= reading.year <= last]
    others = [
        Line(name, readings)
        for group, name in (("national", "England"), ("neighbours", "Similar"))
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
    return tuple(Reading(year, average.shown) for year, average in found if average)


def cell_of(row: YearOfResults, measure: Shown) -> Cell:
    """The figure, or why it is not there."""
    value = row.figures.get(measure.name)
    if value is None:
        return Cell("", "unknown: " + codes.meaning(row.codes.get(measure.name, codes.NOT_CARRIED)))
    if measure.is_share and row.few:
        return Cell("", FEWER_THAN_TEN)
    return Cell(measure.say(value))


def table_of(measures: tuple[Shown, ...], rows: list[YearOfResults], history: SchoolHistory) -> list[tuple]:
    """Measure, year, figure, range, England, similar schools, remark: every measure that any year carries."""
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


def _compared(measure: Shown, row: YearOfResults, history: SchoolHistory) -> tuple[str, str]:
    if measure.unit == "pupils":
        return "", ""
    found = (
        history.average(group, row.key_stage, row.exam_year, measure.name)
        for group in ("national", "neighbours")
    )
    england, similar = (measure.say(average.shown) if average else "" for average in found)
    return england, similar


def remark_of(row: YearOfResults, urn: int) -> str:
    """Whose figure it is, and whether it may still change."""
    said = [] if row.urn == urn else [f"as URN {row.urn}, before it changed"]
    return ", ".join([*said, *(["provisional"] if row.provisional else [])])


def marks_of(predecessors: Iterable[Predecessor], academy: bool) -> tuple[Mark, ...]:
    """Where on a line of exam years the school changed: results are of May, a change in September falls after."""
    found = {}
    for row in predecessors:
        if row.until:
            year = row.until.year + (row.until.timetuple().tm_yday - 135) / 366
            found[round(year, 2)] = Mark(round(year, 2), "academy" if academy else "new number")
    return tuple(found[year] for year in sorted(found))


# Inspections, money, staff ---------------------------------------------------------------------------------


def inspected_of(history: SchoolHistory, marks: tuple[Mark, ...]) -> Inspected | None:
    """The grades as a line through the years, and every inspection in a table, latest first."""
    if not history.inspections:
        return None
    drawn = [
        Inspection(row.inspected_on, row.grade, row.category)
        for row in history.inspections
        if row.grade in SCALE
    ]
    scale = tuple(word for word in SCALE if word != "Satisfactory" or any(i.grade == word for i in drawn))
    last = history.inspections[-1]
    finding = f"{_outcome(last)}, {format_day(last.inspected_on)}"
    question = Inspections(finding, scale, tuple(drawn), marks)
    pictures = [draw(question, width) if drawn else "" for width in (look.WIDE, look.NARROW)]
    return Inspected(
        finding, *pictures, rows=[_inspection(row, history.urn) for row in reversed(history.inspections)]
    )


def _outcome(row: SchoolInspection) -> str:
    words = row.grade or ("Report card" if row.event == "report card" else "No overall grade")
    return f"{words} ({row.category})" if row.category else words


def _inspection(row: SchoolInspection, urn: int) -> tuple:
    areas = "; ".join(f"{AREAS.get(name, name)}: {word}" for name, word in row.areas.items())
    earlier = "" if row.urn == urn else f"as URN {row.urn}, before it changed"
    return row.inspected_on, row.event, _outcome(row), row.published_on, areas, earlier


def finance_of(rows: Iterable[SchoolYear], urn: int) -> list[tuple]:
    """Year, income, expenditure, balance, balance as a share of income, remark; latest first."""
    told = []
    for row in sorted(rows, key=lambda row: row.year, reverse=True):
        income, spent, balance = (
            row.figures.get(f"{name}_pence") for name in ("income", "expenditure", "balance")
        )
        share = f"{100 * balance / income:.1f}%".replace("-", "−") if income and balance is not None else ""
        told.append(
            (row.year, *(_pounds(row, name) for name in ("income_pence", "expenditure_pence", "balance_pence")),
             share, "" if row.urn == urn else f"as URN {row.urn}", balance is not None and balance < 0)
        )  # fmt: skip
    return told


def _pounds(row: SchoolYear, name: str) -> Cell:
    value = row.figures.get(name)
    if value is None:
        return Cell("", "unknown: " + codes.meaning(row.codes.get(name, codes.NOT_CARRIED)))
    return Cell(money.format_pounds(int(value), pence=False))


def workforce_of(rows: Iterable[SchoolYear], urn: int) -> list[tuple]:
    """Year, teachers, assistants, pupils per teacher, mean pay; latest first."""
    told = []
    for row in sorted(rows, key=lambda row: row.year, reverse=True):
        plain = (_plain(row, name) for name in ("teachers_fte", "assistants_fte", "pupils_per_teacher"))
        told.append(
            (
                row.year,
                *plain,
                _pounds(row, "mean_teacher_pay_pence"),
                "" if row.urn == urn else f"as URN {row.urn}",
            )
        )
    return told


def _plain(row: SchoolYear, name: str) -> Cell:
    value = row.figures.get(name)
    if value is None:
        return Cell("", "unknown: " + codes.meaning(row.codes.get(name, codes.NOT_CARRIED)))
    return Cell(f"{value:,.1f}")


# Rules -----------------------------------------------------------------------------------------------------


def judged_of(row: SchoolJudgement, history: SchoolHistory) -> Judged:
    """A rule's finding on one year, with percentages of fewer than ten children taken out of its working."""
    kind = "Floor standard" if row.kind == "floor" else "Coasting"
    word, tone = STATUS[row.status]
    few = {result.exam_year for result in history.results_of(row.key_stage) if result.few}
    lines = [_line(line, line.get("exam_year", row.exam_year) in few) for line in row.working]
    title = f"{kind}, {STAGES[row.key_stage][0].lower()}, {row.exam_year}"
    return Judged(title, row.rule_id, word, tone, _why(row, lines), row.urn != history.urn, lines)


def _line(line: dict, few: bool) -> dict:
    hidden = few and line["measure"].endswith("_pct") and line["value"] is not None
    return {**line, "sentence": f"{line['label']}: {FEWER_THAN_TEN}."} if hidden else line


def _why(row: SchoolJudgement, lines: list[dict]) -> str:
    """The sentence that decided, where one did."""
    if row.status == "excluded":
        decided = (line for line in lines if line["role"] == "exclusion" and line["holds"])
    elif row.status == "unknown":
        decided = (line for line in lines if line["holds"] is None and line["tested"])
    else:
        return ""
    found = next(decided, None)
    return found["sentence"] if found else row.reason


# Sources ---------------------------------------------------------------------------------------------------


def sources_of(history: SchoolHistory, school: School) -> list[Source]:
    """Each file behind the page once, newest first."""
    found = {
        Source(
            f"{STAGES[row.key_stage][0]}, {row.exam_year}", row.source, row.published_on, row.published_basis
        )
        for row in history.results
    }
    for row in (*history.finance, *history.workforce):
        found.add(Source(f"{row.kind.capitalize()}, {row.year}", row.source, row.published_on, ""))
    ordered = sorted(found, key=lambda source: (source.published_on or date.min, source.what), reverse=True)
    if school.edition_on:
        ordered.insert(0, Source("Register of schools", "", school.edition_on, school.basis))
    return ordered
