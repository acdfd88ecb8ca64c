"""Dated rules as typed values: what a rule says, when it was in force, and where that was read.

`schoolward.datasets.rulebook` loads them from YAML; `schoolward.analysis` works on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from schoolward.terms.errors import RulesError
from schoolward.terms.phases import KeyStage


class Confidence(StrEnum):
    """How well a value's source was read; anything but OFFICIAL is said on the screen."""

    OFFICIAL = "official"
    PRESS = "press"
    WEAK = "weak"
    UNVERIFIED = "unverified"

    @property
    def sentence(self) -> str:
        """What a reader is told beside the value."""
        return {
            "official": "Seen in an official text.",
            "press": "Seen in the press or another reputable secondary source, not in an official text.",
            "weak": "Seen in one weak source only: check before relying on it.",
            "unverified": "Not verified: no source was seen for this. Check before relying on it.",
        }[self.value]


@dataclass(frozen=True)
class Reference:
    """Where a value was read; `href` may be empty when only a title is known."""

    title: str
    href: str
    confidence: Confidence
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """One comparison of a measure with a number, the national median, words or a publisher's code."""

    measure: str
    operator: Literal["<", "<=", ">", ">=", "in", "is"]
    threshold: float | str | tuple[str, ...]

    @property
    def uses_median(self) -> bool:
        """True when the threshold is the national median of the year."""
        return self.threshold == MEDIAN


@dataclass(frozen=True)
class Flag:
    """A named fact about a school that holds, does not hold, or is not known."""

    name: str


@dataclass(frozen=True)
class Group:
    """Conditions of which all, or any, must hold."""

    combine: Literal["all", "any"]
    terms: tuple[Condition, ...]


Condition = Comparison | Flag | Group
MEDIAN = "median"


def comparisons_of(condition: Condition) -> Iterator[Comparison]:
    """Every comparison in a condition, in the order written."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Group):
        for term in condition.terms:
            yield from comparisons_of(term)


def flags_of(condition: Condition) -> Iterator[Flag]:
    """Every flag in a condition, in the order written."""
    if isinstance(condition, Flag):
        yield condition
    elif isinstance(condition, Group):
        for term in condition.terms:
            yield from flags_of(term)


@dataclass(frozen=True, kw_only=True)
class Dated:
    """What every dated value has: identity, the days it was in force, and references."""

    id: str
    topic: str
    title: str
    valid_from: date
    valid_to: date | None
    references: tuple[Reference, ...]
    note: str = ""

    @property
    def reference(self) -> Reference:
        """The first reference, which carries the confidence shown."""
        return self.references[0]

    def in_force_on(self, day: date) -> bool:
        """True from the first to the last day of force, both included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Exclusion:
    """A reason for which a school is not judged."""

    reason: str
    label: str
    when: Condition
    reference: Reference


@dataclass(frozen=True)
class Caution:
    """A remark put beside a judgement that rests on one condition alone."""

    name: str
    sentence: str
    when: Condition
    reference: Reference


@dataclass(frozen=True)
class PublishedCount:
    """A national count that others published, to check ours against."""

    exam_year: int
    below: int
    of: int | None
    note: str
    reference: Reference


@dataclass(frozen=True, kw_only=True)
class ResultRule(Dated):
    """A test of one year's results: a floor standard, or one year's part of coasting.

    `condition` is None where the law set no standard for those exam years.
    """

    key_stage: KeyStage
    first_exam_year: int
    last_exam_year: int | None
    condition: Condition | None
    exclusions: tuple[Exclusion, ...] = ()
    cautions: tuple[Caution, ...] = ()
    published: tuple[PublishedCount, ...] = ()

    def covers(self, exam_year: int) -> bool:
        """True when the rule judges that exam year's results."""
        return self.first_exam_year <= exam_year <= (self.last_exam_year or exam_year)

    @property
    def exam_years_text(self) -> str:
        """'2016 to 2018', '2013' or '2019 on'."""
        if self.last_exam_year is None:
            return f"{self.first_exam_year} on"
        if self.last_exam_year == self.first_exam_year:
            return str(self.first_exam_year)
        return f"{self.first_exam_year} to {self.last_exam_year}"


@dataclass(frozen=True, kw_only=True)
class CoastingRule(Dated):
    """Coasting by results: `years` of results up to the exam year must each meet their part."""

    key_stage: KeyStage
    exam_year: int
    years: tuple[int, ...]
    published: tuple[PublishedCount, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InspectionPattern(Dated):
    """A standing that follows from the last two inspections; not automated where the law was not read."""

    automated: bool
    latest_in: tuple[str, ...] = ()
    previous_in: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    says: str = ""


class Standing(StrEnum):
    """What a grade means across scales."""

    GOOD = "good"
    BELOW_GOOD = "below good"
    INADEQUATE = "inadequate"


@dataclass(frozen=True)
class Grade:
    """One word of an inspection scale."""

    word: str
    number: int
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class InspectionScale(Dated):
    """The grades and categories of concern an inspector could give in those days."""

    headline: bool
    grades: tuple[Grade, ...]
    categories: tuple[str, ...]
    areas: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)

    def grade(self, word: str) -> Grade | None:
        """The grade of that name, whatever its capitals, or None when the scale has no such word."""
        return next((each for each in self.grades if each.word == word.strip().lower()), None)


@dataclass(frozen=True, kw_only=True)
class ReportCardCheck(Dated):
    """A warning when published grades and the published category do not go together."""

    expects: str
    any_area: str | None
    area: str | None
    and_another: str | None
    safeguarding: str | None
    says: str


@dataclass(frozen=True, kw_only=True)
class Provision(Dated):
    """A power or duty in law, with its clock where it has one."""

    applies_to: tuple[str, ...]
    says: str
    working_days: int | None = None
    days_by_number: Mapping[str, int] = field(default_factory=dict)
    grounds: tuple[str, ...] = ()
    representations_to: str = ""
    blocked_by: str = ""


@dataclass(frozen=True)
class Median:
    """The national median of a measure in one exam year; None when it was not found."""

    key_stage: KeyStage
    exam_year: int
    measure: str
    value: float | None
    reference: Reference


@dataclass(frozen=True)
class Measure:
    """How a measure is spoken of."""

    name: str
    label: str
    unit: Literal["pct", "points", "pupils", "score", "pence", "count", "words"]
    says: str


@dataclass(frozen=True)
class DecisionRow:
    """One row of a decision table: the first that holds decides."""

    status: str
    when: Condition
    says: str
    reference: Reference


@dataclass(frozen=True)
class Evidence:
    """What a piece of evidence is called, the sentence it is told in, and the figures it rests on."""

    code: str
    label: str
    source: Literal["results", "inspection", "register", "finance", "officers"]
    reference: Reference
    numbers: Mapping[str, float] = field(default_factory=dict)
    tests: Mapping[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ConcernTable(Dated):
    """How evidence becomes a proposed status on the days it is in force."""

    evidence: Mapping[str, Evidence]
    rows: tuple[DecisionRow, ...]
    otherwise: str


@dataclass(frozen=True)
class Topic:
    """One file of the rulebook."""

    name: str
    kind: str
    description: str
    review_by: date | None
    values: tuple[Dated, ...]


@dataclass(frozen=True)
class Rulebook:
    """Every dated rule, with the key of its exact text."""

    edition: str
    topics: Mapping[str, Topic]
    measures: Mapping[str, Measure]
    medians: tuple[Median, ...]

    def of[T: Dated](self, kind: type[T]) -> tuple[T, ...]:
        """Every dated value of one kind, oldest first within its topic."""
        return tuple(v for topic in self.topics.values() for v in topic.values if isinstance(v, kind))

    def rule(self, rule_id: str) -> Dated:
        """The dated value of that id."""
        for value in self.of(Dated):
            if value.id == rule_id:
                return value
        known = ", ".join(value.id for value in self.of(Dated))
        raise RulesError(f"There is no rule '{rule_id}'.", do=f"Choose one of: {known}.")

    def rules_on(self, day: date) -> tuple[Dated, ...]:
        """Every rule in force on a day."""
        return tuple(value for value in self.of(Dated) if value.in_force_on(day))

    def on[T: Dated](self, kind: type[T], day: date) -> T | None:
        """The last of a kind in force on a day, or None."""
        return next((value for value in reversed(self.of(kind)) if value.in_force_on(day)), None)

    def floor(self, key_stage: KeyStage, exam_year: int) -> ResultRule:
        """The floor standard for an exam year, which may say that there was none."""
        return self._result_rule(f"floor_{key_stage}", exam_year)

    def coasting_part(self, key_stage: KeyStage, exam_year: int) -> ResultRule:
        """That year's part of the coasting definition."""
        return self._result_rule(f"coasting_parts_{key_stage}", exam_year)

    def coasting(self, key_stage: KeyStage, exam_year: int) -> CoastingRule | None:
        """The coasting definition decided on that exam year's results, or None when there was none."""
        found = (r for r in self.of(CoastingRule) if (r.key_stage, r.exam_year) == (key_stage, exam_year))
        return next(found, None)

    def medians_for(self, key_stage: KeyStage, exam_year: int) -> dict[str, float | None]:
        """Measure to national median for that exam year, as far as published ones are loaded."""
        year = (key_stage, exam_year)
        return {m.measure: m.value for m in self.medians if (m.key_stage, m.exam_year) == year}

    def measure(self, name: str) -> Measure:
        """How that measure is spoken of."""
        if name not in self.measures:
            raise RulesError(f"There is no measure '{name}'.", do="Add it to measures.yaml.")
        return self.measures[name]

    def _result_rule(self, topic: str, exam_year: int) -> ResultRule:
        for rule in self.topics[topic].values if topic in self.topics else ():
            if isinstance(rule, ResultRule) and rule.covers(exam_year):
                return rule
        raise RulesError(
            f"The rulebook has no value for exam year {exam_year}.",
            where=topic,
            do=f"Choose one of: {self._years(topic)}.",
        )

    def _years(self, topic: str) -> str:
        rules = self.topics[topic].values if topic in self.topics else ()
        return ", ".join(rule.exam_years_text for rule in rules if isinstance(rule, ResultRule))
