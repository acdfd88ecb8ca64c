"""A school's inspections, money, staff, and the working of each standard, told for its page. No database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schoolward.apps.performance.models import SchoolInspection, SchoolJudgement, SchoolYear
from schoolward.apps.performance.queries import SchoolHistory
from schoolward.publishing import look
from schoolward.publishing.charts import Inspection, Inspections, Mark
from schoolward.publishing.drawing import draw
from schoolward.terms import codes, money
from schoolward.terms.calendar import format_day
from schoolward.web.pages.schools_measures import AREAS, FEWER_THAN_TEN, SCALE, STAGES
from schoolward.web.pages.schools_results import Cell

STATUS = {
    "below": ("Below", "red"),
    "not_below": ("Not below", "green"),
    "coasting": ("Coasting", "red"),
    "not_coasting": ("Not coasting", "green"),
    "unknown": ("Unknown", "grey"),
    "excluded": ("Not judged", "blue"),
}


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
    first, latest = (drawn[0].on.year, drawn[-1].on.year + 1) if drawn else (0, 0)
    within = tuple(mark for mark in marks if first <= mark.year <= latest)
    question = Inspections(finding, scale, tuple(drawn), within)
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
        income, balance = row.figures.get("income_pence"), row.figures.get("balance_pence")
        share = f"{100 * balance / income:.1f}%".replace("-", "−") if income and balance is not None else ""
        pounds = (_pounds(row, f"{name}_pence") for name in ("income", "expenditure", "balance"))
        told.append((row.year, *pounds, share, _as_whom(row, urn)))
    return told


def _as_whom(row: SchoolYear, urn: int) -> str:
    return "" if row.urn == urn else f"as URN {row.urn}"


def _pounds(row: SchoolYear, name: str) -> Cell:
    value = row.figures.get(name)
    if value is None:
        return Cell("", "unknown: " + codes.meaning(row.codes.get(name, codes.NOT_CARRIED)))
    return Cell(money.format_pounds(int(value), pence=False))


def workforce_of(rows: Iterable[SchoolYear], urn: int) -> list[tuple]:
    """Year, teachers, assistants, pupils per teacher, mean pay, remark; latest first."""
    told = []
    for row in sorted(rows, key=lambda row: row.year, reverse=True):
        plain = (_plain(row, name) for name in ("teachers_fte", "assistants_fte", "pupils_per_teacher"))
        told.append((row.year, *plain, _pounds(row, "mean_teacher_pay_pence"), _as_whom(row, urn)))
    return told


def _plain(row: SchoolYear, name: str) -> Cell:
    value = row.figures.get(name)
    if value is None:
        return Cell("", "unknown: " + codes.meaning(row.codes.get(name, codes.NOT_CARRIED)))
    return Cell(f"{value:,.1f}")


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
