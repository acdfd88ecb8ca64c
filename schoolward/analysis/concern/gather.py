"""What is known about each school, from frames of the register, results, inspections and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from schoolward.analysis.concern.decide import Found
from schoolward.analysis.concern.evidence import Account, Known, YearResult
from schoolward.analysis.policy.inspections import Inspection
from schoolward.analysis.policy.standard import StandardResult
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import Measure

BACK_CAST = "back-cast"
AREAS = (
    "quality_of_education", "behaviour", "personal_development", "leadership", "inclusion", "curriculum",
    "achievement", "early_years", "post16",
)  # fmt: skip
WITHOUT_RESULTS = ("special", "pupil referral", "alternative", "hospital", "nursery")
ACADEMIES = ("academy", "free school", "technology college", "technical college", "studio")
STAGE_PHASES = {
    KeyStage.KS2: ("primary", "all-through", "middle"),
    KeyStage.KS4: ("secondary", "all-through"),
}


@dataclass(frozen=True)
class Year:
    """One exam year's results of the schools concerned, judged if there was a standard."""

    key_stage: KeyStage
    exam_year: int
    figures: pl.DataFrame
    judged: StandardResult


@dataclass(frozen=True)
class Published:
    """The frames for one authority on one day; `ancestors` are the numbers of the schools each replaced."""

    register: pl.DataFrame
    ancestors: Mapping[int, set[int]]
    years: Sequence[Year]
    inspections: pl.DataFrame
    accounts: pl.DataFrame
    coasting: Mapping[int, Sequence[Found]] = field(default_factory=dict)


def known_schools(published: Published, measures: Mapping[str, Measure]) -> list[Known]:
    """One record a school of the register given."""
    tables = [_rows_of(year) for year in published.years]
    inspections = _by_school(published.inspections)
    accounts = _by_school(published.accounts)
    return [
        _school(row, published, tables, inspections, accounts, measures)
        for row in published.register.iter_rows(named=True)
    ]


def _school(
    row: Mapping,
    published: Published,
    tables: Sequence[tuple[Year, Mapping[int, Mapping]]],
    inspections: Mapping[int, list[Mapping]],
    accounts: Mapping[int, list[Mapping]],
    measures: Mapping[str, Measure],
) -> Known:
    urn = row["urn"]
    numbers = [urn, *sorted(published.ancestors.get(urn, ()), reverse=True)]
    stages = stages_of(row)
    results = tuple(
        found
        for year, rows in tables
        if year.key_stage in stages and (found := _year_result(year, rows, numbers, measures))
    )
    back_cast = row["basis"] == BACK_CAST or any(
        each.row.get("attributes_basis") == BACK_CAST for each in results
    )
    return Known(
        urn=urn,
        name=row["name"] or "",
        key_stages=stages,
        phase_words=str(row["type_name"] or row["phase"] or "kind unknown").lower(),
        opened_on=row["opened_on"],
        has_predecessor=len(numbers) > 1,
        results=results,
        coasting=tuple(published.coasting.get(urn, ())),
        inspections=tuple(_inspection(each, urn) for each in _of(numbers, inspections)),
        accounts=tuple(
            _account(each) for each in _of(numbers, accounts) if each["balance_pence"] is not None
        ),
        back_cast=back_cast,
    )


def stages_of(row: Mapping) -> tuple[KeyStage, ...]:
    """The key stages at whose end a school of this kind and these ages has results."""
    kind = str(row["type_name"] or "").lower()
    if any(word in kind for word in WITHOUT_RESULTS):
        return ()
    phase = str(row["phase"] or "").lower()
    low, high = row["low_age"], row["high_age"]
    reaches = {
        KeyStage.KS2: (high is None or high >= 10) and (low is None or low <= 9),
        KeyStage.KS4: (high is None or high >= 16) and (low is None or low <= 15),
    }
    fits = {stage: any(word in phase for word in words) for stage, words in STAGE_PHASES.items()}
    return tuple(stage for stage in KeyStage if fits[stage] and reaches[stage])


def route_of(type_name: str | None) -> str:
    """'academy' where the authority raises a concern with the trust, else 'maintained'."""
    return "academy" if any(word in str(type_name or "").lower() for word in ACADEMIES) else "maintained"


def _rows_of(year: Year) -> tuple[Year, dict[int, Mapping]]:
    frame = year.judged.frame if year.judged.standard else year.figures
    return year, {row["urn"]: row for row in frame.iter_rows(named=True)}


def _year_result(
    year: Year, rows: Mapping[int, Mapping], numbers: Sequence[int], measures: Mapping[str, Measure]
) -> YearResult | None:
    """The school's own results, or a predecessor's where its own say nothing or are not there."""
    found = [rows[number] for number in numbers if number in rows]
    if not found:
        return None
    row = next((each for each in found if _says_something(each)), found[0])
    rule, status = year.judged.rule, row.get("status") if year.judged.standard else None
    labels = {each.reason: each.label for each in rule.exclusions}
    return YearResult(
        exam_year=year.exam_year,
        key_stage=year.key_stage,
        row=row,
        published_on=row.get("published_on"),
        rule=rule.id,
        rule_title=rule.title,
        status=status,
        label=labels.get(row.get("reason"), "") if status == "excluded" else "",
        working=year.judged.working_of(row, measures) if status else (),
        of_urn=row["urn"],
        of_predecessor=row["urn"] != numbers[0],
    )


def _says_something(row: Mapping) -> bool:
    if row.get("status"):
        return row["status"] != "unknown"
    return any(row.get(name) is not None for name in ("exp_rwm_pct", "prog_read", "p8", "att8"))


def _by_school(frame: pl.DataFrame) -> dict[int, list[Mapping]]:
    found: dict[int, list[Mapping]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["urn"], []).append(row)
    return found


def _of(numbers: Iterable[int], rows: Mapping[int, list[Mapping]]) -> list[Mapping]:
    return [row for number in numbers for row in rows.get(number, ())]


def _inspection(row: Mapping, urn: int) -> Inspection:
    return Inspection(
        inspected_on=row["inspected_on"],
        published_on=row["published_on"],
        event=row["event"],
        grade=row["grade"],
        category=row["category"],
        areas={area: row[area] for area in AREAS if row.get(area)},
        safeguarding=row.get("safeguarding"),
        of_predecessor=row["urn"] != urn,
    )


def _account(row: Mapping) -> Account:
    published: date | None = row["published_on"]
    return Account(row["financial_year_end"], published, row["income_pence"] or 0, row["balance_pence"])
