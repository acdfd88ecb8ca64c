"""What each kind of rules file may hold, and the typed rule that comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from schoolward.datasets import rule_parsing as parse
from schoolward.datasets.rule_parsing import Place
from schoolward.terms.employment import OnCost, PayScale, RedundancyScale, WeekCap
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import (
    Caution,
    CoastingRule,
    ConcernTable,
    Dated,
    DecisionRow,
    Evidence,
    Exclusion,
    Grade,
    InspectionPattern,
    InspectionScale,
    Provision,
    PublishedCount,
    Reference,
    ReportCardCheck,
    ResultRule,
    Standing,
)
from schoolward.terms.trading import AgreementTerms, LongestTerm, TaxRate

ALWAYS = {"id", "title", "reference"}
SOMETIMES = {"references", "note", "valid_to"}


@dataclass(frozen=True)
class Span:
    """The topic a value stands in and its days of force."""

    topic: str
    valid_from: date
    valid_to: date | None


def _common(span: Span, body: dict, place: Place, need: set[str], may: set[str]) -> dict[str, Any]:
    parse.keys(body, place, need=ALWAYS | need, may=SOMETIMES | may)
    parse.optional(parse.day, span.valid_to, place.at("valid_to"))
    if span.valid_to and span.valid_to < span.valid_from:
        raise place.at("valid_to").wrong("is before the first day of force")
    return {
        "id": parse.text(body["id"], place.at("id")),
        "topic": span.topic,
        "title": parse.text(body["title"], place.at("title")),
        "valid_from": span.valid_from,
        "valid_to": span.valid_to,
        "references": parse.references(body, place),
        "note": parse.optional(parse.text, body.get("note"), place.at("note")) or "",
    }


def _result_rule(span: Span, body: dict, place: Place) -> ResultRule:
    may = {"exam_years", "exam_years_from", "cautions", "published"}
    common = _common(span, body, place, {"key_stage", "condition", "excluded_if"}, may)
    first, last = _exam_years(body, place)
    none = body["condition"] == "none"
    return ResultRule(
        **common,
        key_stage=_key_stage(body, place),
        first_exam_year=first,
        last_exam_year=last,
        condition=None if none else parse.condition(body["condition"], place.at("condition")),
        exclusions=_each(_exclusion, body.get("excluded_if"), place.at("excluded_if")),
        cautions=_each(_caution, body.get("cautions"), place.at("cautions")),
        published=_published(body, place),
    )


def _exam_years(body: dict, place: Place) -> tuple[int, int | None]:
    if ("exam_years" in body) == ("exam_years_from" in body):
        raise place.wrong("needs either exam_years or exam_years_from")
    if "exam_years_from" in body:
        return parse.whole(body["exam_years_from"], place.at("exam_years_from")), None
    years = [parse.whole(year, place.at("exam_years")) for year in body["exam_years"]]
    if years != list(range(years[0], years[0] + len(years))):
        raise place.at("exam_years").wrong("is not a run of years")
    return years[0], years[-1]


def _key_stage(body: dict, place: Place) -> KeyStage:
    if body["key_stage"] not in list(KeyStage):
        raise place.at("key_stage").wrong(f"is one of {', '.join(KeyStage)}")
    return KeyStage(body["key_stage"])


def _each[T](build: Callable[[str, dict, Place], T], bodies: dict | None, place: Place) -> tuple[T, ...]:
    return tuple(
        build(name, body, place.at(name)) for name, body in parse.mapping(bodies or {}, place).items()
    )


def _exclusion(name: str, body: dict, place: Place) -> Exclusion:
    parse.keys(body, place, need={"when", "label", "reference"})
    label = parse.text(body["label"], place.at("label"))
    when = parse.condition(body["when"], place.at("when"))
    return Exclusion(name, label, when, parse.reference(body["reference"], place.at("reference")))


def _caution(name: str, body: dict, place: Place) -> Caution:
    parse.keys(body, place, need={"when", "says", "reference"})
    says = parse.text(body["says"], place.at("says"))
    when = parse.condition(body["when"], place.at("when"))
    return Caution(name, says, when, parse.reference(body["reference"], place.at("reference")))


def _published(body: dict, place: Place) -> tuple[PublishedCount, ...]:
    return tuple(_count(each, place.at("published")) for each in body.get("published", []))


def _count(body: dict, place: Place) -> PublishedCount:
    parse.keys(body, place, need={"exam_year", "below", "reference"}, may={"of", "note"})
    return PublishedCount(
        exam_year=parse.whole(body["exam_year"], place.at("exam_year")),
        below=parse.whole(body["below"], place.at("below")),
        of=parse.optional(parse.whole, body.get("of"), place.at("of")),
        note=parse.optional(parse.text, body.get("note"), place.at("note")) or "",
        reference=parse.reference(body["reference"], place.at("reference")),
    )


def _coasting(span: Span, body: dict, place: Place) -> CoastingRule:
    common = _common(span, body, place, {"key_stage", "exam_year", "years"}, {"published"})
    return CoastingRule(
        **common,
        key_stage=_key_stage(body, place),
        exam_year=parse.whole(body["exam_year"], place.at("exam_year")),
        years=tuple(parse.whole(year, place.at("years")) for year in body["years"]),
        published=_published(body, place),
    )


def _pattern(span: Span, body: dict, place: Place) -> InspectionPattern:
    may = {"latest_in", "previous_in", "excludes"}
    common = _common(span, body, place, {"automated", "says"}, may)
    if body["automated"] and not {"latest_in", "previous_in"} <= set(body):
        raise place.wrong("is automated and says neither latest_in nor previous_in")
    lists = {key: parse.words(body.get(key, []), place.at(key)) for key in sorted(may)}
    return InspectionPattern(**common, automated=body["automated"] is True, says=body["says"], **lists)


def _scale(span: Span, body: dict, place: Place) -> InspectionScale:
    common = _common(span, body, place, {"headline", "grades", "categories"}, {"areas", "renamed"})
    return InspectionScale(
        **common,
        headline=body["headline"] is True,
        grades=tuple(_grade(each, place.at("grades")) for each in body["grades"]),
        categories=parse.words(body["categories"], place.at("categories")),
        areas=parse.words(body.get("areas", []), place.at("areas")),
        renamed=parse.mapping(body.get("renamed", {}), place.at("renamed")),
    )


def _grade(body: dict, place: Place) -> Grade:
    parse.keys(body, place, need={"word", "number", "standing"})
    if body["standing"] not in list(Standing):
        raise place.at("standing").wrong(f"is one of {', '.join(Standing)}")
    number = parse.whole(body["number"], place.at("number"))
    return Grade(parse.text(body["word"], place.at("word")), number, Standing(body["standing"]))


def _report_card_check(span: Span, body: dict, place: Place) -> ReportCardCheck:
    may = {"any_area", "area", "and_another", "safeguarding"}
    common = _common(span, body, place, {"expects", "says"}, may)
    return ReportCardCheck(
        **common, expects=body["expects"], says=body["says"], **{k: body.get(k) for k in may}
    )


def _provision(span: Span, body: dict, place: Place) -> Provision:
    may = {"working_days", "days_by_number", "grounds", "representations_to", "blocked_by"}
    common = _common(span, body, place, {"applies_to", "says"}, may)
    days = parse.mapping(body.get("days_by_number", {}), place.at("days_by_number"))
    return Provision(
        **common,
        applies_to=parse.words(body["applies_to"], place.at("applies_to")),
        says=parse.text(body["says"], place.at("says")),
        working_days=parse.optional(parse.whole, body.get("working_days"), place.at("working_days")),
        days_by_number={str(key): parse.whole(value, place.at(str(key))) for key, value in days.items()},
        grounds=parse.words(body.get("grounds", []), place.at("grounds")),
        representations_to=body.get("representations_to", ""),
        blocked_by=body.get("blocked_by", ""),
    )


def _concern(span: Span, body: dict, place: Place) -> ConcernTable:
    common = _common(span, body, place, {"evidence", "rows", "otherwise"}, set())
    evidence = {each.code: each for each in _each(_evidence, body["evidence"], place.at("evidence"))}
    rows = tuple(_row(each, evidence, place.at("rows")) for each in body["rows"])
    return ConcernTable(**common, evidence=evidence, rows=rows, otherwise=_status(body, "otherwise", place))


def _evidence(code: str, body: dict, place: Place) -> Evidence:
    parse.keys(body, place, need={"label", "source", "reference"}, may={"numbers", "tests"})
    sources = ("results", "inspection", "register", "finance", "officers")
    if body["source"] not in sources:
        raise place.at("source").wrong(f"is one of {', '.join(sources)}")
    numbers = parse.mapping(body.get("numbers", {}), place.at("numbers"))
    tests = parse.mapping(body.get("tests", {}), place.at("tests"))
    return Evidence(
        code=code,
        label=parse.text(body["label"], place.at("label")),
        source=body["source"],
        reference=parse.reference(body["reference"], place.at("reference")),
        numbers={key: parse.number(value, place.at(key)) for key, value in numbers.items()},
        tests={key: parse.condition(value, place.at(key)) for key, value in tests.items()},
    )


def _row(body: dict, evidence: dict[str, Evidence], place: Place) -> DecisionRow:
    parse.keys(body, place, need={"status", "when", "says", "reference"})
    when = parse.condition(body["when"], place.at("when"))
    for flag in parse.flags_within(when):
        if flag.name not in evidence:
            raise place.wrong(f"speaks of '{flag.name}', which is no evidence", "Describe it under evidence.")
    says = parse.text(body["says"], place.at("says"))
    reference: Reference = parse.reference(body["reference"], place.at("reference"))
    return DecisionRow(_status(body, "status", place), when, says, reference)


def _status(body: dict, key: str, place: Place) -> str:
    statuses = ("concern", "watch", "none", "unknown")
    if body[key] not in statuses:
        raise place.at(key).wrong(f"is one of {', '.join(statuses)}")
    return body[key]


def _pay_scale(span: Span, body: dict, place: Place) -> PayScale:
    common = _common(span, body, place, {"spine", "annual_pounds"}, set())
    pounds = parse.mapping(body["annual_pounds"], place.at("annual_pounds"))
    points = {
        parse.whole(point, place.at("annual_pounds")): parse.whole(each, place.at(str(point))) * 100
        for point, each in pounds.items()
    }
    return PayScale(**common, spine=parse.text(body["spine"], place.at("spine")), points=points)


def _on_cost(span: Span, body: dict, place: Place) -> OnCost:
    common = _common(span, body, place, {"payee", "share_pct", "says"}, {"above_pounds"})
    percent = parse.optional(parse.number, body["share_pct"], place.at("share_pct"))
    return OnCost(
        **common,
        payee=parse.text(body["payee"], place.at("payee")),
        share=None if percent is None else Decimal(str(percent)) / 100,
        above_pence=parse.whole(body.get("above_pounds", 0), place.at("above_pounds")) * 100,
        says=parse.text(body["says"], place.at("says")),
    )


def _redundancy(span: Span, body: dict, place: Place) -> RedundancyScale:
    common = _common(span, body, place, {"weeks_by_age", "most_years", "most_weeks", "says"}, set())
    weeks = parse.mapping(body["weeks_by_age"], place.at("weeks_by_age"))
    by_age = {
        parse.whole(age, place.at("weeks_by_age")): Decimal(str(parse.number(each, place.at(str(age)))))
        for age, each in weeks.items()
    }
    if 0 not in by_age:
        raise place.at("weeks_by_age").wrong("has nothing for the youngest", "Begin with age 0.")
    most = {key: parse.whole(body[key], place.at(key)) for key in ("most_years", "most_weeks")}
    return RedundancyScale(
        **common, weeks_by_age=by_age, says=parse.text(body["says"], place.at("says")), **most
    )


def _week_cap(span: Span, body: dict, place: Place) -> WeekCap:
    common = _common(span, body, place, {"week_cap_pounds"}, set())
    pounds = parse.whole(body["week_cap_pounds"], place.at("week_cap_pounds"))
    return WeekCap(**common, week_cap_pence=pounds * 100)


def _agreement_terms(span: Span, body: dict, place: Place) -> AgreementTerms:
    common = _common(span, body, place, {"usual_months", "catering_months", "says"}, set())
    return AgreementTerms(
        **common,
        usual=_longest_term(body["usual_months"], place.at("usual_months")),
        catering=_longest_term(body["catering_months"], place.at("catering_months")),
        says=parse.text(body["says"], place.at("says")),
    )


def _longest_term(body: dict, place: Place) -> LongestTerm:
    parse.keys(body, place, need={"first", "renewed"})
    return LongestTerm(*(parse.whole(body[key], place.at(key)) for key in ("first", "renewed")))


def _tax_rate(span: Span, body: dict, place: Place) -> TaxRate:
    common = _common(span, body, place, {"standard_pct", "says"}, set())
    percent = Decimal(str(parse.number(body["standard_pct"], place.at("standard_pct"))))
    return TaxRate(**common, standard_share=percent / 100, says=parse.text(body["says"], place.at("says")))


@dataclass(frozen=True)
class Kind:
    """How to build a value; the keys a file may give once for all; whether each value replaces the last."""

    build: Callable[[Span, dict, Place], Dated]
    shared: tuple[str, ...] = ()
    successive: bool = True


KINDS: dict[str, Kind] = {
    "results": Kind(_result_rule, ("key_stage",)),
    "coasting": Kind(_coasting, ("key_stage",)),
    "inspection patterns": Kind(_pattern, successive=False),
    "inspection scales": Kind(_scale),
    "report card checks": Kind(_report_card_check, successive=False),
    "provisions": Kind(_provision, successive=False),
    "concern": Kind(_concern),
    "pay scales": Kind(_pay_scale, ("spine",)),
    "on-costs": Kind(_on_cost, successive=False),
    "redundancy": Kind(_redundancy),
    "week caps": Kind(_week_cap),
    "agreement terms": Kind(_agreement_terms),
    "tax rates": Kind(_tax_rate),
}
