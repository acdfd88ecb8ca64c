"""What is known about one school, turned into evidence that the decision table speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from schoolward.analysis.concern.decide import Found
from schoolward.analysis.concern.trend import falling
from schoolward.analysis.policy.expressions import COMPARE
from schoolward.analysis.policy.inspections import Inspection, Reading, full_readings, matches, warnings
from schoolward.analysis.policy.working import Working, figure, leaves
from schoolward.terms.calendar import format_day
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import (
    Comparison,
    ConcernTable,
    Evidence,
    InspectionPattern,
    InspectionScale,
    Measure,
    ReportCardCheck,
    Standing,
    flags_of,
)

ATTAINMENT = {KeyStage.KS2: "exp_rwm_pct", KeyStage.KS4: "p8"}


@dataclass(frozen=True)
class YearResult:
    """One school's results of one exam year, with its status under a floor standard if there was one."""

    exam_year: int
    key_stage: KeyStage
    row: Mapping
    published_on: date | None
    rule: str
    rule_title: str
    status: str | None
    label: str = ""
    working: tuple[Working, ...] = ()
    of_urn: int | None = None
    of_predecessor: bool = False


@dataclass(frozen=True)
class Account:
    """One year's accounts; the balance is that of the year alone, not the reserve."""

    year_end: int
    published_on: date | None
    income_pence: float
    balance_pence: float


@dataclass(frozen=True)
class Law:
    """The rules in force on the day, as far as evidence needs them."""

    table: ConcernTable
    scales: tuple[InspectionScale, ...]
    patterns: tuple[InspectionPattern, ...]
    checks: tuple[ReportCardCheck, ...]
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class Known:
    """Everything known about one school by the day."""

    urn: int
    name: str
    key_stages: tuple[KeyStage, ...]
    phase_words: str
    opened_on: date | None = None
    has_predecessor: bool = False
    results: tuple[YearResult, ...] = ()
    coasting: tuple[Found, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    accounts: tuple[Account, ...] = ()
    officers: tuple[Found, ...] = ()
    back_cast: bool = False


def evidence_about(school: Known, law: Law, on: date, exam_year: int) -> tuple[Found, ...]:
    """All the evidence on `on`; `exam_year` is the one that day falls in."""
    found = [
        *_results(school, law, exam_year),
        *school.coasting,
        *_inspections(school, law, on),
        *_new(school, law, on),
        *_overspend(school, law, exam_year),
        *school.officers,
    ]
    return tuple(each for each in found if each.code in law.table.evidence)


def _results(school: Known, law: Law, exam_year: int) -> list[Found]:
    if not school.key_stages:
        words = f"No results of its kind ({school.phase_words}) are published."
        return [Found("no_data_phase", words, None, law.table.id)]
    found = []
    for stage in school.key_stages:
        years = [each for each in school.results if each.key_stage is stage]
        found += _latest(stage, years, law, exam_year) + _trend(stage, years, law)
    return found


def _latest(stage: KeyStage, years: Sequence[YearResult], law: Law, exam_year: int) -> list[Found]:
    if not years:
        words = f"No results at {stage.label} were found for this school."
        return [Found("no_results", words, None, law.table.id)]
    latest = max(years, key=lambda each: each.exam_year)
    if exam_year - latest.exam_year > law.table.evidence["results_old"].numbers["years"]:
        words = f"The latest results at {stage.label} are those of {latest.exam_year}, too old to judge by."
        return [Found("results_old", words, latest.published_on, law.table.id)]
    return _standard(latest, law) + _progress(latest, law)


def _standard(latest: YearResult, law: Law) -> list[Found]:
    """Below the year's floor standard or not, as long as the table of the day still speaks of a floor."""
    if not any(flag.name == "floor_below" for row in law.table.rows for flag in flags_of(row.when)):
        return []
    said = {
        "below": ("floor_below", f"Below the floor standard of {latest.exam_year}."),
        "not_below": ("floor_not_below", f"Not below the floor standard of {latest.exam_year}."),
        "unknown": (
            "floor_unknown",
            f"Whether it is below the floor standard of {latest.exam_year} is unknown.",
        ),
        "excluded": ("not_judged", f"Left out of the floor standard of {latest.exam_year}: {latest.label}."),
    }.get(latest.status)
    if said is None:
        return []
    code, sentence = said
    wanted = {"below": True, "unknown": None}.get(latest.status, "none")
    lines = [line.sentence for line in latest.working if line.role == "standard" and line.holds is wanted]
    if latest.status == "unknown" and not lines:
        lines = [line.sentence for line in latest.working if line.holds is None and line.tested]
    return [Found(code, " ".join([sentence, *lines, *_whose(latest)]), latest.published_on, latest.rule)]


def _whose(latest: YearResult) -> list[str]:
    notes = []
    if latest.of_predecessor:
        notes.append(f"These are the results of the school it replaced ({latest.of_urn}).")
    if latest.row.get("provisional"):
        notes.append("These results are provisional.")
    return notes


def _progress(latest: YearResult, law: Law) -> list[Found]:
    """Progress far below average or not; nothing where a school is not judged or a score is missing."""
    condition = law.table.evidence["progress_well_below"].tests.get(str(latest.key_stage))
    if condition is None or latest.status == "excluded":
        return []
    compared = [test for test, _ in leaves(condition) if isinstance(test, Comparison)]
    values = {test.measure: latest.row.get(test.measure) for test in compared}
    if any(value is None for value in values.values()):
        return []
    low = [test for test in compared if COMPARE[test.operator](values[test.measure], test.threshold)]
    shown = low or compared
    words = ", ".join(_said(law.measures[test.measure], values[test.measure]) for test in shown)
    sentence = f"{words} in {latest.exam_year}: {'far' if low else 'not far'} below the national average."
    return [
        Found(
            "progress_well_below" if low else "progress_not_low", sentence, latest.published_on, law.table.id
        )
    ]


def _said(measure: Measure, value: float) -> str:
    return measure.says.format(value=figure(value, measure.unit))


def _trend(stage: KeyStage, years: Sequence[YearResult], law: Law) -> list[Found]:
    numbers = law.table.evidence["trend_falling"].numbers
    measure = law.measures[ATTAINMENT[stage]]
    enough = [each for each in years if (each.row.get("cohort") or 0) >= numbers["min_cohort"]]
    figures = {y.exam_year: y.row[measure.name] for y in enough if y.row.get(measure.name) is not None}
    drop = numbers["drop_ks2_pct" if stage is KeyStage.KS2 else "drop_ks4_score"]
    run, within = int(numbers["consecutive_falls"]), int(numbers["within_years"])
    fall = falling(figures, consecutive_falls=run, drop=drop, within_years=within)
    if fall is None:
        return []
    before, after = figure(fall.before, measure.unit), figure(fall.after, measure.unit)
    sentence = f"{measure.label} fell from {before} in {fall.from_year} to {after} in {fall.to_year}."
    last = max(enough, key=lambda each: each.exam_year)
    return [Found("trend_falling", sentence, last.published_on, law.table.id)]


def _inspections(school: Known, law: Law, on: date) -> list[Found]:
    own = [each for each in school.inspections if not each.of_predecessor]
    # A converter's own visits may only have confirmed the grade of the school it was.
    readings = full_readings(own, law.scales) or full_readings(school.inspections, law.scales)
    if not readings:
        return [Found("no_inspection", "No full inspection of this school was found.", None, law.table.id)]
    latest = readings[0]
    return [
        *_standing(latest, law),
        *_twice(school, readings, law, on),
        *_checks(latest, law),
        *_long_ago(school, law, on),
    ]


def _standing(latest: Reading, law: Law) -> list[Found]:
    inspection = latest.inspection
    whose = " of its predecessor" if inspection.of_predecessor else ""
    when = f"inspection{whose} of {format_day(inspection.inspected_on)}"
    if latest.category:
        words = f"In a category of concern, {latest.category}, since the {when}."
        return [Found("inspection_category", words, inspection.published_on, latest.scale.id)]
    report_card = inspection.event == "report card"
    code = {
        Standing.INADEQUATE: "urgent_improvement" if report_card else "inadequate",
        Standing.BELOW_GOOD: "requires_improvement",
        Standing.GOOD: "inspection_good",
        None: "inspection_unclear",
    }[latest.standing]
    return [Found(code, f"{latest.at_least} at the {when}.", inspection.published_on, latest.scale.id)]


def _twice(school: Known, readings: Sequence[Reading], law: Law, on: date) -> list[Found]:
    if len(readings) < 2 or readings[0].category:
        return []
    latest, previous = readings[:2]
    weak = (Standing.BELOW_GOOD, Standing.INADEQUATE)
    if latest.standing is not Standing.BELOW_GOOD or previous.standing not in weak:
        return []
    fitting = [p for p in law.patterns if p.in_force_on(on) and matches(p, readings) and _reaches(p, school)]
    dates = f"{format_day(previous.inspection.inspected_on)} and {format_day(latest.inspection.inspected_on)}"
    says = f" {fitting[-1].says}" if fitting else ""
    words = f"{previous.words.capitalize()}, then {latest.words}, at the inspections of {dates}.{says}"
    rule = fitting[-1].id if fitting else law.table.id
    return [Found("requires_improvement_twice", words, latest.inspection.published_on, rule)]


def _reaches(pattern: InspectionPattern, school: Known) -> bool:
    """False for a school that the pattern leaves out: a maintained nursery, or one changed since."""
    nursery = "maintained nursery" in pattern.excludes and "nursery" in school.phase_words
    own = any(not each.of_predecessor for each in school.inspections)
    changed = "changed since" in pattern.excludes and school.has_predecessor and not own
    return not (nursery or changed)


def _checks(latest: Reading, law: Law) -> list[Found]:
    inspection = latest.inspection
    return [
        Found("category_check", check.says, inspection.published_on, check.id)
        for check in warnings(inspection, law.checks)
    ]


def _long_ago(school: Known, law: Law, on: date) -> list[Found]:
    last = max(each.inspected_on for each in school.inspections)
    years = (on - last).days / 365.25
    if years < law.table.evidence["inspection_long_ago"].numbers["years"]:
        return []
    words = f"The last inspection of any kind, on {format_day(last)}, is {years:.0f} years old."
    return [Found("inspection_long_ago", words, None, law.table.id)]


def _new(school: Known, law: Law, on: date) -> list[Found]:
    years = law.table.evidence["new_school"].numbers["years"]
    if school.has_predecessor or school.opened_on is None or (on - school.opened_on).days > years * 365.25:
        return []
    words = f"The school opened on {format_day(school.opened_on)}."
    return [Found("new_school", words, school.opened_on, law.table.id)]


def _overspend(school: Known, law: Law, exam_year: int) -> list[Found]:
    rule: Evidence = law.table.evidence["overspend"]
    recent = [a for a in school.accounts if exam_year - a.year_end <= rule.numbers["within_years"]]
    if not recent:
        return []
    last = max(recent, key=lambda each: each.year_end)
    if not last.income_pence or -last.balance_pence <= rule.numbers["share_of_income"] * last.income_pence:
        return []
    share = -last.balance_pence / last.income_pence
    words = f"In the year to March {last.year_end} it spent {share:.1%} more than its income."
    return [Found("overspend", words, last.published_on, law.table.id)]
