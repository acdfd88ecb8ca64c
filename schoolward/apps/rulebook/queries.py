"""Reading the rulebook: by topic, by day, and one rule with its worked cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from schoolward.apps.rulebook import bridge
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import RulesError
from schoolward.terms.rulebook import (
    CoastingRule,
    Comparison,
    ConcernTable,
    Condition,
    Confidence,
    Dated,
    Flag,
    Group,
    InspectionScale,
    Measure,
    Reference,
    ResultRule,
    Topic,
)

WORDS = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above", "in": "one of", "is": "marked"}
OUTCOMES = {
    "not_below": "not below",
    "not_coasting": "not coasting",
    "excluded": "not judged",
    "none": "no concern",
}
LABELS = {
    "mainstream": "Mainstream school",
    "state_funded": "Funded by the state",
    "closed_on": "Closed on",
    "continued_as_converter": "Went on as a converter academy",
}
_OTHER = object()
FACTS = {
    "special_school": "the school is special, a pupil referral unit or otherwise not mainstream",
    "not_state_funded": "the school is not funded by the state",
    "closed": "the school closed by the end of the school year",
}


@dataclass(frozen=True)
class TopicOnDay:
    """A topic with those of its values that were in force on a day, or all of them."""

    topic: Topic
    values: tuple[Dated, ...]

    @property
    def title(self) -> str:
        """The file's name in words."""
        return title_of(self.topic.name)


@dataclass(frozen=True)
class Case:
    """A worked case as told to a reader."""

    says: str
    figures: tuple[tuple[str, str], ...]
    outcome: str


def edition() -> str:
    """The content key of the rules."""
    return bridge.rulebook().edition


def topics(on: date | None = None) -> list[TopicOnDay]:
    """Every topic that has a value in force on the day, or every topic."""
    book = bridge.rulebook()
    found = (
        TopicOnDay(topic, tuple(v for v in topic.values if on is None or v.in_force_on(on)))
        for topic in book.topics.values()
    )
    return sorted((each for each in found if each.values), key=lambda each: each.title)


def rule_of(rule_id: str) -> Dated | None:
    """The rule of that id, or None."""
    try:
        return bridge.rulebook().rule(rule_id)
    except RulesError:
        return None


def rule_on[T: Dated](kind: type[T], day: date) -> T | None:
    """The rule of a kind in force on a day, or None."""
    return bridge.rulebook().on(kind, day)


def title_of(name: str) -> str:
    """'floor_ks2' as 'Floor, key stage 2'."""
    words = name.replace("_ks2", ", key stage 2").replace("_ks4", ", key stage 4").replace("_", " ")
    return words[:1].upper() + words[1:]


def confidence_of(rule: Dated) -> Confidence:
    """The weakest confidence among what the rule rests on."""
    order = list(Confidence)
    return max((ref.confidence for ref in references_of(rule)), key=order.index)


def references_of(rule: Dated) -> list[Reference]:
    """Every reference a rule rests on, each once, its own first."""
    found = list(rule.references)
    if isinstance(rule, ResultRule):
        found += [each.reference for each in (*rule.exclusions, *rule.cautions, *rule.published)]
    if isinstance(rule, CoastingRule):
        found += [each.reference for each in rule.published]
    if isinstance(rule, ConcernTable):
        found += [each.reference for each in (*rule.evidence.values(), *rule.rows)]
    return list(dict.fromkeys(found))


def measures() -> Mapping[str, Measure]:
    """How each measure is spoken of."""
    return bridge.rulebook().measures


def told(condition: Condition) -> str:
    """A condition in words: 'all of: …; …'."""
    match condition:
        case Comparison(measure, operator, threshold):
            return f"{measures()[measure].label} {WORDS[operator]} {_limit(measure, threshold)}"
        case Flag(name):
            return FACTS.get(name) or evidence_label(name)
        case Group(combine, terms):
            inner = "; ".join(told(term) for term in terms)
            return inner if len(terms) == 1 else f"{combine} of ({inner})"
    raise AssertionError(condition)


@dataclass(frozen=True)
class Outlined:
    """A condition as a list within a list: `terms` is the sentence itself where there is but one test."""

    combine: str
    terms: tuple[Outlined, ...] | str


def outline(condition: Condition) -> Outlined:
    """A condition as nested lists, each term in words."""
    if isinstance(condition, Group) and len(condition.terms) > 1:
        return Outlined(condition.combine, tuple(outline(term) for term in condition.terms))
    if isinstance(condition, Group):
        return outline(condition.terms[0])
    return Outlined("all", told(condition))


def evidence_label(code: str) -> str:
    """What a piece of evidence is called, in the newest table that names it."""
    for table in reversed(bridge.rulebook().of(ConcernTable)):
        if code in table.evidence:
            return table.evidence[code].label
    return code.replace("_", " ")


def _limit(measure: str, threshold: float | str | tuple[str, ...]) -> str:
    if threshold == "median":
        return "the national median"
    if isinstance(threshold, tuple):
        return ", ".join(threshold)
    if isinstance(threshold, str):
        return threshold
    text = f"{threshold:g}".replace("-", "−")
    return text + ("%" if measures()[measure].unit == "pct" else "")


def cases_of(rule: Dated) -> list[Case]:
    """The worked cases that try this rule, with their figures and what must come out."""
    return [_case(case) for case in bridge.worked_cases() if _is_about(case, rule)]


def _is_about(case: bridge.WorkedCase, rule: Dated) -> bool:
    if "rule" in case.given:
        return case.given["rule"] == rule.id
    if isinstance(rule, CoastingRule) and case.topic.startswith("coasting"):
        return case.given["exam_year"] == rule.exam_year
    if isinstance(rule, ConcernTable) and case.topic.startswith("concern"):
        return rule.in_force_on(case.given["as_at"])
    if isinstance(rule, InspectionScale) and case.topic.startswith("inspection"):
        return rule.in_force_on(case.given["inspected_on"])
    return False


def _case(case: bridge.WorkedCase) -> Case:
    given = case.given
    usual = given.get("defaults") or {}
    figures = {name: v for name, v in given.get("figures", {}).items() if usual.get(name, _OTHER) != v}
    pairs = [(_label(name), _figure(name, value)) for name, value in figures.items()]
    pairs += [(f"{_label(name)}, published as", str(code)) for name, code in given.get("codes", {}).items()]
    medians = given.get("medians", {})
    pairs += [(f"{_label(name)}, national median", _figure(name, v)) for name, v in medians.items()]
    pairs += [(_label(str(code)), "") for code in given.get("evidence", ())]
    pairs += [(str(year), str(part)) for year, part in given.get("years", {}).items()]
    found = ("inspected_on", "grade", "category", "safeguarding")
    pairs += [
        (name.replace("_", " ").capitalize(), _figure(name, given[name])) for name in found if name in given
    ]
    pairs += [(name.replace("_", " ").capitalize(), word) for name, word in given.get("areas", {}).items()]
    return Case(case.says, tuple(pairs), _outcome(case))


def _outcome(case: bridge.WorkedCase) -> str:
    status = case.expected["status"]
    if case.topic.startswith("inspection"):
        return evidence_label(status).lower()
    return OUTCOMES.get(status, status)


def _label(name: str) -> str:
    found = measures().get(name)
    return found.label if found else LABELS.get(name) or evidence_label(name)


def _figure(name: str, value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return format_day(value)
    text = str(value).replace("-", "−") if isinstance(value, int | float) else str(value)
    found = measures().get(name)
    return f"{text}%" if found and found.unit == "pct" else text
