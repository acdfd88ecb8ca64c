"""Reading schools' histories as one story: own figures, and those of the schools they came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from schoolward.apps.performance.models import (
    Comparison,
    Headline,
    HistoryProjection,
    Predecessor,
    SchoolInspection,
    SchoolJudgement,
    SchoolResult,
    SchoolYear,
    SimilarSchools,
)

NATIONAL, NEIGHBOURS, SIMILAR = Comparison.NATIONAL, Comparison.NEIGHBOURS, "similar"
FEW = 10  # a percentage of fewer children than this is not shown


@dataclass(frozen=True, slots=True)
class YearOfResults:
    """One exam year's figures, and under which number they were published."""

    key_stage: str
    exam_year: int
    urn: int
    figures: dict[str, float]
    codes: dict[str, str]
    provisional: bool
    published_on: date | None
    published_basis: str
    source: str

    @property
    def cohort(self) -> float | None:
        return self.figures.get("cohort")

    @property
    def few(self) -> bool:
        """True where percentages are of fewer than ten children; an unknown number is not taken for few."""
        return self.cohort is not None and self.cohort < FEW


@dataclass(frozen=True, slots=True)
class Average:
    """What figures are compared with in one year."""

    mean: float
    median: float
    published: float | None
    schools: int

    @property
    def shown(self) -> float:
        """England's own published figure, else the mean of its schools."""
        return self.mean if self.published is None else self.published


@dataclass(frozen=True)
class SchoolHistory:
    """All that is published of a school, its predecessors' part marked by their numbers."""

    urn: int
    results: tuple[YearOfResults, ...] = ()
    judgements: tuple[SchoolJudgement, ...] = ()
    inspections: tuple[SchoolInspection, ...] = ()
    finance: tuple[SchoolYear, ...] = ()
    workforce: tuple[SchoolYear, ...] = ()
    predecessors: tuple[Predecessor, ...] = ()
    averages: dict[tuple[str, str, int, str], Average] = field(default_factory=dict)
    similar: dict[str, SimilarSchools] = field(default_factory=dict)

    def results_of(self, key_stage: str) -> list[YearOfResults]:
        """One entry a year, oldest first: the school's own, else its predecessor's."""
        return [row for row in self.results if row.key_stage == key_stage]

    def average(self, group: str, key_stage: str, exam_year: int, measure: str) -> float | None:
        """The nation's, the neighbours' or the similar schools' figure, where there is one."""
        if group == SIMILAR:
            alike = self.similar.get(key_stage)
            found = alike.averages.get(str(exam_year), {}).get(measure) if alike else None
            return found[0] if found else None
        compared = self.averages.get((group, key_stage, exam_year, measure))
        return compared.shown if compared else None


def history_of(urn: int, authority_code: int | None, opened_on: date | None = None) -> SchoolHistory:
    """The school's history; compared with the nation, with statistical neighbours and with similar schools.

    An earlier school's figures count only for the time before this one opened: what joined a school that was
    already there has a history of its own.
    """
    predecessors = tuple(Predecessor.objects.filter(urn=urn))
    line = [urn, *(row.earlier_urn for row in predecessors)]
    results = _one_a_year(urn, line, opened_on)
    years = list(SchoolYear.objects.filter(urn__in=line))
    judgements = SchoolJudgement.objects.filter(urn__in=line)
    inspections = SchoolInspection.objects.filter(urn__in=line)
    return SchoolHistory(
        urn=urn,
        results=results,
        judgements=tuple(_once(urn, judgements, opened_on)),
        inspections=tuple(r for r in inspections if r.urn == urn or _before(r.inspected_on, opened_on)),
        finance=tuple(_once_a_year(urn, years, SchoolYear.FINANCE, opened_on)),
        workforce=tuple(_once_a_year(urn, years, SchoolYear.WORKFORCE, opened_on)),
        predecessors=predecessors,
        averages=_averages({row.key_stage for row in results}, authority_code),
        similar={row.key_stage: row for row in SimilarSchools.objects.filter(urn=urn)},
    )


def _before(day: date, opened_on: date | None) -> bool:
    return opened_on is None or day < opened_on


def _exams(exam_year: int) -> date:
    """About when a year's exams are taken."""
    return date(exam_year, 5, 15)


def _one_a_year(urn: int, line: list[int], opened_on: date | None) -> tuple[YearOfResults, ...]:
    rows = SchoolResult.objects.filter(urn__in=line).values_list(
        "key_stage", "exam_year", "urn", "figures", "codes", "provisional", "published_on", "published_basis",
        "source",
    )  # fmt: skip
    best: dict[tuple[str, int], YearOfResults] = {}
    for row in (YearOfResults(*values) for values in rows):
        if row.urn != urn and not _before(_exams(row.exam_year), opened_on):
            continue
        kept = best.get((row.key_stage, row.exam_year))
        if kept is None or _comes_first(row, kept, urn):
            best[row.key_stage, row.exam_year] = row
    return tuple(best[key] for key in sorted(best))


def _comes_first(row: YearOfResults, kept: YearOfResults, urn: int) -> bool:
    """A school's own figures come first; of several that became one, the largest's."""
    return (row.urn == urn, row.cohort or 0) > (kept.urn == urn, kept.cohort or 0)


def _once(urn: int, rows: Iterable[SchoolJudgement], opened_on: date | None) -> list[SchoolJudgement]:
    best: dict[tuple, SchoolJudgement] = {}
    for row in rows:
        key = (row.kind, row.key_stage, row.exam_year)
        if row.urn == urn or (key not in best and _before(_exams(row.exam_year), opened_on)):
            best[key] = row
    return sorted(best.values(), key=lambda row: (row.key_stage, -row.exam_year, row.kind))


def _once_a_year(urn: int, rows: list[SchoolYear], kind: str, opened_on: date | None) -> list[SchoolYear]:
    best: dict[int, SchoolYear] = {}
    for row in (row for row in rows if row.kind == kind):
        before = row.year not in best and _before(date(row.year, 3, 31), opened_on)
        if row.urn == urn or before:
            best[row.year] = row
    return [best[year] for year in sorted(best)]


def _averages(key_stages: set[str], authority_code: int | None) -> dict[tuple[str, str, int, str], Average]:
    rows = Comparison.objects.filter(
        key_stage__in=key_stages, authority_code__in={0, authority_code or 0}
    ).values_list("group", "key_stage", "exam_year", "measure", "mean", "median", "published", "schools")
    return {(row[0], row[1], row[2], row[3]): Average(*row[4:]) for row in rows}


class Said(NamedTuple):
    """A school's headline, as light as a list of many needs it."""

    measure: str
    exam_year: int | None
    figure: float | None
    code: str
    cohort: int | None
    floor_year: int | None
    floor_status: str
    inspected_on: date | None
    grade: str
    category: str
    is_predecessors: bool


def headlines_of(urns: Iterable[int]) -> dict[int, Said]:
    """What a list says of these schools, by URN."""
    return _said(Headline.objects.filter(urn__in=list(urns)))


def headlines_in(authority_code: int) -> dict[int, Said]:
    """What a list says of every school of the authority: quicker than naming each."""
    return _said(Headline.objects.filter(authority_code=authority_code))


def _said(rows: QuerySet[Headline]) -> dict[int, Said]:
    return {row[0]: Said(*row[1:]) for row in rows.values_list("urn", *Said._fields)}


def history_edition(authority_code: int) -> HistoryProjection | None:
    """Which editions the authority's histories rest on, or None before the first."""
    return HistoryProjection.objects.filter(authority_code=authority_code).first()
