"""The working of a judgement: each comparison in words, with the figure or the reason why there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from schoolward.analysis.policy.expressions import COMPARE, Medians, code_column, limit, year_end
from schoolward.terms.calendar import format_day
from schoolward.terms.codes import BLANK, NOT_CARRIED, meaning
from schoolward.terms.rulebook import (
    Comparison,
    Condition,
    Exclusion,
    Flag,
    Group,
    Measure,
    Reference,
    ResultRule,
)

WORDS = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above", "in": "one of"}


@dataclass(frozen=True)
class School:
    """One school's figures and what they are compared with."""

    row: Mapping
    exam_year: int
    medians: Medians
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class Finding:
    """A figure, or the code for its absence, and whether the comparison holds; None where that is unknown."""

    value: float | str | bool | date | None
    code: str | None
    threshold: float | str | None
    holds: bool | None
    tested: bool
    sentence: str


@dataclass(frozen=True)
class Working:
    """One comparison: `holds` is None where the figure or the threshold is missing.

    `role` says whether it is part of the standard or a reason for leaving the school out; `combine`, whether
    all or any of its neighbours must hold. `tested` is False for an exclusion whose measure the product does
    not carry.
    """

    measure: str
    label: str
    value: float | str | bool | date | None
    code: str | None
    operator: str
    threshold: float | str | None
    holds: bool | None
    tested: bool
    sentence: str
    role: Literal["standard", "exclusion"]
    combine: Literal["all", "any"]
    reason: str
    reference: Reference


def working_of(school: School, rule: ResultRule, left_out: tuple[Exclusion, ...]) -> tuple[Working, ...]:
    """Every comparison a rule makes for one school: the exclusions tested, then the standard itself."""
    lines = [
        _line(part, combine, school, each.reference, each)
        for each in left_out
        for part, combine in leaves(each.when)
    ]
    if rule.condition is not None:
        lines += [
            _line(part, combine, school, rule.reference, None) for part, combine in leaves(rule.condition)
        ]
    return tuple(lines)


def leaves(condition: Condition, combine: str = "all") -> Iterator[tuple[Comparison | Flag, str]]:
    """Each comparison with the word, all or any, that binds it to its neighbours."""
    if isinstance(condition, Group):
        for term in condition.terms:
            yield from leaves(term, condition.combine)
    else:
        yield condition, combine


def _line(
    part: Comparison | Flag, combine: str, school: School, reference: Reference, excluded: Exclusion | None
) -> Working:
    is_test = isinstance(part, Comparison)
    found = _compare(part, school, excluded) if is_test else _fact(part.name, school, excluded)
    return Working(
        measure=part.measure if is_test else part.name,
        label=school.measures[part.measure].label if is_test else excluded.label if excluded else part.name,
        value=found.value,
        code=found.code,
        operator=part.operator if is_test else "is",
        threshold=found.threshold,
        holds=found.holds,
        tested=found.tested,
        sentence=found.sentence,
        role="exclusion" if excluded else "standard",
        combine=combine,
        reason=excluded.reason if excluded else "",
        reference=reference,
    )


def _compare(test: Comparison, school: School, excluded: Exclusion | None) -> Finding:
    value, code = school.row.get(test.measure), school.row.get(code_column(test.measure))
    threshold = limit(test, school.medians)
    tested = excluded is None or test.operator == "is" or code != NOT_CARRIED
    outcome = _outcome(test, value, code, threshold) if tested else None
    found = Finding(value, code, threshold, outcome, tested, "")
    return replace(found, sentence=_sentence(test, school.measures[test.measure], found))


def _outcome(test: Comparison, value: float | str | None, code: str | None, threshold: float | str | None):
    if test.operator == "is":
        return code == threshold
    if value is None or threshold is None:
        return None
    return value in test.threshold if test.operator == "in" else COMPARE[test.operator](value, threshold)


def _fact(name: str, school: School, excluded: Exclusion | None) -> Finding:
    value, outcome = FACTS[name](school)
    label = excluded.label if excluded else name
    if isinstance(value, date):
        sentence = f"Closed on {format_day(value)}: {'left out' if outcome else 'kept in'}."
    elif outcome is None:
        sentence = f"Whether the school is {label} is not known: its type is not in the data."
    else:
        sentence = f"The school is {'' if outcome else 'not '}{label}."
    return Finding(value, None, name, outcome, True, sentence)


def _negated(column: str, school: School) -> tuple[bool | None, bool | None]:
    value = school.row.get(column)
    return value, None if value is None else not value


def _closed(school: School) -> tuple[date | None, bool]:
    day, flag = school.row.get("closed_on"), school.row.get("iclose")
    if flag is not None:
        return day, flag == 1
    carried_on = bool(school.row.get("continued_as_converter"))
    return day, day is not None and day <= year_end(school.exam_year) and not carried_on


FACTS = {
    "special_school": lambda school: _negated("mainstream", school),
    "not_state_funded": lambda school: _negated("state_funded", school),
    "closed": _closed,
}


def _sentence(test: Comparison, measure: Measure, found: Finding) -> str:
    if not found.tested:
        return f"{measure.label}: not in the published file that was loaded, so this was not tested."
    if test.operator == "is":
        return f"{measure.label} is {'' if found.holds else 'not '}marked {found.threshold}."
    if found.value is None:
        return f"{measure.label} is not known: {meaning(found.code or BLANK)}."
    said = measure.says.format(value=figure(found.value, measure.unit))
    if found.threshold is None:
        return f"{said}. The national median to compare it with was not found, so this is unknown."
    line = figure(found.threshold, measure.unit)
    median = "the national median, " if test.uses_median else ""
    return f"{said}. That is {'' if found.holds else 'not '}{WORDS[test.operator]} {median}{line}."


def figure(value: float | str | bool, unit: str) -> str:
    """'64%', '−5.2', '11' or the word itself: a figure as a reader sees it."""
    if isinstance(value, str | bool):
        return str(value)
    plain = f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    return plain.replace("-", "−") + ("%" if unit == "pct" else "")
