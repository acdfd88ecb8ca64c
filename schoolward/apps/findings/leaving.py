"""A survey's answers as tables that leave: the form of the contracts, and everything with a codebook.

Only what was sent and counts as a school's answer leaves; silent schools have no row, drafts are never read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schoolward.apps.performance.queries import headlines_in
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import schools_of
from schoolward.apps.survey.answers import written
from schoolward.apps.survey.models import ReturnVersion, Survey
from schoolward.apps.survey.queries import Form, form_of, sent_answers
from schoolward.apps.survey.questionnaire import (
    Kind,
    Meaning,
    OfferedService,
    Question,
    Section,
    field_of,
    is_cannot_say,
)
from schoolward.terms.calendar import LONDON

GRADES = {"outstanding": 1, "good": 2, "requires improvement": 3, "satisfactory": 3, "inadequate": 4}
SCHOOL_COLUMNS = ("urn", "phase", "roll", "fsm_share", "last_grade", "type", "earmark_pence")
SERVICE_COLUMNS = ("service", "category", "list_price_pence", "unit", "days_per_unit")
ANSWER_COLUMNS = ("urn", "service", "price_pence", "chance_0_10", "returned_on", "route")

type Row = tuple[Any, ...]


@dataclass(frozen=True)
class Contract:
    """The three tables of `contracts.md`, ready for `schoolward demand`."""

    schools: tuple[Row, ...]
    services: tuple[Row, ...]
    answers: tuple[Row, ...]

    def files(self) -> dict[str, bytes]:
        """Each table as CSV in UTF-8, by the file's name."""
        return {
            "schools.csv": _csv(SCHOOL_COLUMNS, self.schools),
            "services.csv": _csv(SERVICE_COLUMNS, self.services),
            "answers.csv": _csv(ANSWER_COLUMNS, self.answers),
        }


def contract_of(survey: Survey) -> Contract:
    """Every open school of the authority, the services as they were offered, and what schools answered."""
    form, sent = form_of(survey), sent_answers(survey)
    return Contract(
        tuple(_schools(survey, form, sent)),
        tuple(
            (each.key, each.category, each.list_price_pence, each.unit, _blank(each.days_per_unit))
            for each in form.services
        ),
        tuple(row for urn in sorted(sent) for row in _answers(form, urn, sent[urn])),
    )


def _schools(survey: Survey, form: Form, sent: Mapping[int, ReturnVersion]) -> Iterator[Row]:
    """The schools that were asked, and every other open school: demand is wanted for all of them."""
    asked = School.objects.filter(pk__in=survey.entries.values("school"))
    code = survey.authority.code
    schools = {school.urn: school for school in (*schools_of(code, open_only=True), *asked)}
    said = headlines_in(code)
    for urn in sorted(schools):
        school = schools[urn]
        grade = GRADES.get(said[urn].grade.casefold(), "") if urn in said else ""
        yield (
            urn,
            school.phase,
            _blank(school.roll),
            _blank(school.fsm_share),
            grade,
            school.type_group or school.type_name,
            _blank(_budget(form, sent.get(urn))),
        )


def _budget(form: Form, version: ReturnVersion | None) -> int | None:
    """What the school expects to spend, if it said so."""
    question = form.questionnaire.meaning(Meaning.BUDGET)
    value = version.answers.get(question.key) if version and question else None
    return value if isinstance(value, int) and value > 0 else None


def _answers(form: Form, urn: int, version: ReturnVersion) -> Iterator[Row]:
    """A row for each price that the school spoke of; only the route where it spoke of none."""
    returned_on = first_sent(version).astimezone(LONDON).date().isoformat()
    asked = (Meaning.CHANCE_AT_LIST, Meaning.CHANCE_AT_RAISED)
    for service in form.services:
        route = _value(form, version, Meaning.ROUTE, service)
        route = route if isinstance(route, str) else ""
        prices = (service.list_price_pence, service.raised_price_pence)
        chances = [_value(form, version, meaning, service) for meaning in asked]
        spoken = [(p, c) for p, c in zip(prices, chances, strict=True) if isinstance(c, int)]
        for price_pence, chance in spoken:
            yield urn, service.key, price_pence, chance, returned_on, route
        if route and not spoken:
            yield urn, service.key, "", "", returned_on, route


def first_sent(version: ReturnVersion):
    """When the return first came: a correction before the deadline makes nobody later."""
    if version.number == 1:
        return version.sent_at
    return version.returned.versions.order_by("number").values_list("sent_at", flat=True).first()


def _value(form: Form, version: ReturnVersion, meaning: Meaning, service: OfferedService) -> Any:
    question = form.questionnaire.meaning(meaning)
    return version.answers.get(field_of(question.key, service.key)) if question else None


def _blank(value: Any) -> Any:
    return "" if value is None else value


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()


# Everything, with its codebook -------------------------------------------------------------------------


@dataclass(frozen=True)
class Variable:
    """One column of the whole table: what was asked, of which service, and what its values mean."""

    name: str
    question: Question
    section: Section
    service: OfferedService | None

    @property
    def label(self) -> str:
        return f"{self.question.text} ({self.service.name})" if self.service else self.question.text

    @property
    def unit(self) -> str:
        return {Kind.MONEY: "pence", Kind.SHARE: "share from 0 to 1", Kind.DATE: "ISO date"}.get(
            self.question.kind, ""
        )


SCHOOL_FACTS = ("urn", "school", "phase", "returned_on", "last_changed_on", "late", "route")


def variables_of(form: Form) -> tuple[Variable, ...]:
    """Every field that an answer may hold, in the order of the questionnaire."""
    found = []
    for section in form.questionnaire.sections:
        for question in section.questions:
            by_service = section.repeats or question.kind == Kind.MATRIX
            for service in form.services if by_service else (None,):
                name = field_of(question.key, service.key if service else "")
                found.append(Variable(name, question, section, service))
    return tuple(found)


def answer_rows(survey: Survey, variables: Sequence[Variable]) -> list[list[Any]]:
    """One row for each school that answered: facts of the return, then every variable as it is stored."""
    sent = sent_answers(survey)
    rows = []
    for urn in sorted(sent):
        version = sent[urn]
        school = version.returned.entry.school
        facts = [
            urn,
            school.name,
            school.phase,
            first_sent(version).astimezone(LONDON).date(),
            version.sent_at.astimezone(LONDON).date(),
            "yes" if version.is_late else "no",
            version.returned.get_route_display(),
        ]
        rows.append([*facts, *(_stored(version.answers.get(each.name)) for each in variables)])
    return rows


def _stored(value: Any) -> Any:
    """The value as one cell: lists with semicolons, a way out in words, empty where nothing was answered."""
    if value is None:
        return None
    if is_cannot_say(value):
        return "cannot say"
    if isinstance(value, list):
        return ";".join(str(each) for each in value)
    if isinstance(value, dict):
        return str(value.get("name", ""))
    return value


CODEBOOK_COLUMNS = (
    "variable",
    "section",
    "question",
    "service",
    "kind",
    "unit",
    "required",
    "values",
    "answered",
)


def codebook_rows(survey: Survey, variables: Sequence[Variable]) -> list[list[Any]]:
    """One row for each variable: what its values mean, and how many schools gave one."""
    answers = [version.answers for version in sent_answers(survey).values()]
    return [
        [
            each.name,
            each.section.title,
            each.question.text,
            each.service.name if each.service else "",
            str(each.question.kind),
            each.unit,
            "yes" if each.question.required else "no",
            "; ".join(f"{key} = {words}" for key, words in values_of(each.question)),
            sum(each.name in answer for answer in answers),
        ]
        for each in variables
    ]


def values_of(question: Question) -> list[tuple[str, str]]:
    """What each stored value of a question means."""
    found = [(option.key, option.words) for option in question.options]
    if question.kind == Kind.SCALE and question.low is not None and question.high is not None:
        ends = {question.low: question.low_words, question.high: question.high_words}
        found = [(f"{n}", ends.get(n) or f"{n}") for n in range(int(question.low), int(question.high) + 1)]
    if question.cannot_say:
        found.append(("cannot say", written(question, {"cannot_say": True})))
    return found


def codebook_document(survey: Survey) -> dict[str, Any]:
    """The codebook in the structure of DDI Codebook 2.5 (docDscr, stdyDscr, dataDscr), as JSON."""
    form = form_of(survey)
    variables = variables_of(form)
    counts = {row[0]: row[-1] for row in codebook_rows(survey, variables)}
    sent = sent_answers(survey)
    return {
        "codeBook": {
            "version": "2.5",
            "docDscr": {"citation": {"titl": f"Codebook of {survey.title}"}},
            "stdyDscr": {
                "citation": {"titl": survey.title, "distrbtr": survey.authority.name},
                "stdyInfo": {
                    "abstract": form.questionnaire.purpose,
                    "sumDscr": {
                        "universe": f"{survey.entries.count()} schools asked, one answer from each",
                        "collDate": [
                            {"event": "start", "date": _day(survey.opened_at)},
                            {"event": "end", "date": _day(survey.closes_at)},
                        ],
                    },
                },
                "method": {"dataColl": {"respRate": f"{len(sent)} of {survey.entries.count()}"}},
            },
            "dataDscr": {"var": [_variable(each, counts[each.name]) for each in variables]},
        }
    }


def _day(moment) -> str | None:
    return moment.astimezone(LONDON).date().isoformat() if moment else None


def _variable(each: Variable, answered: int) -> dict[str, Any]:
    return {
        "name": each.name,
        "labl": each.label,
        "qstn": {"qstnLit": each.question.text, "ivuInstr": each.question.help},
        "concept": each.question.means or "",
        "varFormat": str(each.question.kind),
        "measUnit": each.unit,
        "catgry": [{"catValu": key, "labl": words} for key, words in values_of(each.question)],
        "sumStat": [{"type": "vald", "value": answered}],
    }
