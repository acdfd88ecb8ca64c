"""One school's story: its history told as charts, tables and sentences. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schoolward.apps.performance.models import Predecessor
from schoolward.apps.performance.queries import FEW, NATIONAL, SIMILAR, SchoolHistory, YearOfResults
from schoolward.apps.register import queries
from schoolward.apps.register.models import RegisterEvent, School
from schoolward.terms.calendar import format_day
from schoolward.web.pages.schools_measures import FEWER_THAN_TEN, LEADING, STAGES, Shown
from schoolward.web.pages.schools_results import Stage, cell_of, marks_of, stage_of
from schoolward.web.pages.schools_working import (
    STATUS,
    Inspected,
    Judged,
    finance_of,
    inspected_of,
    judged_of,
    workforce_of,
)


@dataclass(frozen=True)
class Fact:
    """One thing known of the school; `why` says why it is not known, and then `text` is empty."""

    label: str
    text: str
    why: str = ""


@dataclass(frozen=True)
class Card:
    """A figure of now: large, with what it is and what it is compared with."""

    figure: str
    words: str


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


def tell(school: School, history: SchoolHistory, events: list[RegisterEvent]) -> Story:
    """The story of the school from what is kept of it."""
    marks = marks_of(history.predecessors, school.opened_on, queries.is_academy(school))
    stages = [stage for key in STAGES if (stage := stage_of(key, history, marks))]
    return Story(
        cards=cards_of(school, history),
        facts=facts_of(school),
        stages=stages,
        inspected=inspected_of(history, marks),
        finance=finance_of(history.finance, history.urn),
        workforce=workforce_of(history.workforce, history.urn),
        judged=[judged_of(row, history) for row in history.judgements],
        past=past_of(school, history.predecessors, events),
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
            Card(_as_begun(last.category or last.grade), f"inspected {format_day(last.inspected_on)}")
        )
    else:
        found.append(Card("Unknown", "no graded inspection in the files loaded"))
    if school.roll and school.capacity:
        full = round(100 * school.roll / school.capacity)
        found.append(Card(f"{school.roll:,}", f"pupils in {school.capacity:,} places ({full}% full)"))
    floors = [row for row in history.judgements if row.kind == "floor"]
    if floors:
        last = max(floors, key=lambda row: (row.exam_year, row.status in ("below", "not_below")))
        stage = STAGES[last.key_stage][0].lower()
        found.append(Card(STATUS[last.status][0], f"floor standard at {stage}, {last.exam_year}"))
    return found


def _as_begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _result_card(key_stage: str, history: SchoolHistory) -> Card | None:
    shown = {each.name: each for each in STAGES[key_stage][1]}
    for row in reversed(history.results_of(key_stage)):
        for name in LEADING[key_stage]:
            cell = cell_of(row, shown[name])
            if cell.text:
                beside = _beside(history, row, shown[name])
                year = f"{row.exam_year}, provisional" if row.provisional else str(row.exam_year)
                return Card(cell.text, f"{shown[name].label}, {year}{beside}")
    return None


def _beside(history: SchoolHistory, row: YearOfResults, measure: Shown) -> str:
    said = []
    for group, name in ((NATIONAL, "England"), (SIMILAR, "similar schools")):
        found = history.average(group, row.key_stage, row.exam_year, measure.name)
        if found is not None:
            said.append(f"{name} {measure.say(found)}")
    return f" ({'; '.join(said)})" if said else ""


def past_of(
    school: School,
    predecessors: Iterable[Predecessor],
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
    return told


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
