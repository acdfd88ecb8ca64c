"""Writes docs/reference/rules.md: every dated rule, in words, with its source and how well that was read."""

from collections.abc import Iterator

from schoolward.analysis.policy.words import condition_in_words
from schoolward.datasets.rulebook import load_rulebook
from schoolward.terms.calendar import format_day
from schoolward.terms.employment import OnCost, PayScale, RedundancyScale, WeekCap
from schoolward.terms.money import format_pounds
from schoolward.terms.rulebook import (
    CoastingRule,
    ConcernTable,
    Dated,
    InspectionPattern,
    InspectionScale,
    Median,
    Provision,
    Reference,
    ReportCardCheck,
    ResultRule,
    Rulebook,
    Topic,
)
from schoolward.terms.trading import AgreementTerms, TaxRate

HEAD = """# Rules

Every rule is dated data in `schoolward/rules/national`, with a reference. *Official* means seen in an
official text; *press*, in a reputable secondary source; *weak*, in one weak source; *unverified*, in none.
Anything but official is said wherever the value is shown. The examples that the tests check are in
[worked cases](worked_cases.md).
"""


def render() -> str:
    """The page."""
    rulebook = load_rulebook()
    topics = [_topic(topic, rulebook) for topic in rulebook.topics.values()]
    return "\n".join([HEAD, *topics, _medians(rulebook.medians)])


def _topic(topic: Topic, rulebook: Rulebook) -> str:
    title = topic.name.replace("_", " ").replace("ks", "key stage ").capitalize()
    review = f" To be reviewed by {format_day(topic.review_by)}." if topic.review_by else ""
    values = "\n\n".join("\n".join(_value(value, rulebook)) for value in topic.values)
    return f"## {title}\n\n{topic.description}{review}\n\n{values}\n"


def _value(value: Dated, rulebook: Rulebook) -> Iterator[str]:
    yield f"### {value.title}\n"
    until = f" to {format_day(value.valid_to)}" if value.valid_to else " on"
    yield f"`{value.id}`, in force from {format_day(value.valid_from)}{until}.\n"
    yield from _body(value, rulebook)
    if value.note:
        yield f"- Note: {value.note}"
    for reference in value.references:
        yield f"- Source: {_source(reference)}"


def _body(value: Dated, rulebook: Rulebook) -> Iterator[str]:
    match value:
        case ResultRule():
            yield from _result_rule(value, rulebook)
        case CoastingRule():
            yield f"- Each of {', '.join(str(year) for year in value.years)} must meet its part."
            yield from _published(value)
        case InspectionPattern():
            yield f"- {value.says}"
            if value.automated:
                yield f"- Latest: {' or '.join(value.latest_in)}; previous: {' or '.join(value.previous_in)}."
        case InspectionScale():
            yield f"- Grades: {', '.join(grade.word for grade in value.grades)}."
            yield f"- Categories of concern: {', '.join(value.categories)}."
        case ReportCardCheck():
            yield f"- Warns: {value.says}"
        case Provision():
            yield from _provision(value)
        case ConcernTable():
            yield from _table(value, rulebook)
        case PayScale():
            told = (f"{point} {format_pounds(pay, pence=False)}" for point, pay in value.points.items())
            yield f"- {value.spine} points, a year: {'; '.join(told)}."
        case OnCost() | RedundancyScale() | AgreementTerms() | TaxRate():
            yield f"- {value.says}"
        case WeekCap():
            yield f"- At most {format_pounds(value.week_cap_pence, pence=False)} a week."


def _result_rule(rule: ResultRule, rulebook: Rulebook) -> Iterator[str]:
    yield f"- Exam years: {rule.exam_years_text}."
    if rule.condition is None:
        yield "- No standard."
        return
    yield f"- Condition: {condition_in_words(rule.condition, rulebook.measures)}."
    for each in rule.exclusions:
        words = condition_in_words(each.when, rulebook.measures)
        yield f"- Left out when {words} (*{each.reference.confidence}*: {each.reference.title})."
    for each in rule.cautions:
        words = condition_in_words(each.when, rulebook.measures)
        yield f"- Caution when {words}: {each.sentence} (*{each.reference.confidence}*)."
    yield from _published(rule)


def _published(rule: ResultRule | CoastingRule) -> Iterator[str]:
    for each in rule.published:
        of = f" of {each.of:,}" if each.of else ""
        note = f" {each.note.rstrip('.')}." if each.note else ""
        yield f"- Published for {each.exam_year}: {each.below:,}{of} schools.{note} {_source(each.reference)}"


def _provision(provision: Provision) -> Iterator[str]:
    yield f"- {provision.says}"
    yield f"- Applies to: {', '.join(provision.applies_to)}."
    if provision.working_days:
        yield f"- Clock: {provision.working_days} working days."
    for number, days in provision.days_by_number.items():
        yield f"- From {number} dismissals: {days} days."
    if provision.grounds:
        yield f"- Grounds: {'; '.join(provision.grounds)}."
    if provision.blocked_by:
        yield f"- Blocked by {provision.blocked_by}."


def _table(table: ConcernTable, rulebook: Rulebook) -> Iterator[str]:
    yield "| the first row that holds | status | why | source |\n| --- | --- | --- | --- |"
    for row in table.rows:
        words = condition_in_words(row.when, rulebook.measures)
        yield f"| {words} | {row.status} | {row.says} | *{row.reference.confidence}*: {row.reference.title} |"
    yield f"| none of these | {table.otherwise} | Too little is known to say | |\n"
    for each in table.evidence.values():
        for name, number in each.numbers.items():
            yield f"- {each.label}: {name.replace('_', ' ')} {number:g}."
        for name, test in each.tests.items():
            yield f"- {each.label}, {name}: {condition_in_words(test, rulebook.measures)}."


def _medians(medians: tuple[Median, ...]) -> str:
    ordered = sorted(medians, key=lambda each: (each.key_stage, each.exam_year, each.measure))
    head = "| exam year | key stage | measure | median | source |\n| --- | --- | --- | --- | --- |"
    rows = [_median(each) for each in ordered]
    return "\n".join(["## National medians\n", "Unknown wherever a median was not found.\n", head, *rows])


def _median(median: Median) -> str:
    value = "not found" if median.value is None else f"{median.value:g}"
    source = f"*{median.reference.confidence}*: {median.reference.note or median.reference.title}"
    return f"| {median.exam_year} | {median.key_stage.label} | `{median.measure}` | {value} | {source} |"


def _source(reference: Reference) -> str:
    title = f"[{reference.title}]({reference.href})" if reference.href else reference.title
    note = f" {reference.note.rstrip('.')}." if reference.note else ""
    return f"{title} (*{reference.confidence}*).{note}"
