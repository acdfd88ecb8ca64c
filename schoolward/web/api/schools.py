"""Schools of the authority: a page of the list, and one with all that is published of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Status
from pydantic import Field

from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.performance.queries import (
    NATIONAL,
    NEIGHBOURS,
    SIMILAR,
    SchoolHistory,
    YearOfResults,
    headlines_of,
    history_edition,
    history_of,
)
from schoolward.apps.register import queries
from schoolward.apps.register.models import School
from schoolward.terms import codes
from schoolward.web.api import few, shapes
from schoolward.web.api.asking import URN, Question, Text
from schoolward.web.api.door import opens_to
from schoolward.web.api.problems import ALWAYS, Problem

if TYPE_CHECKING:
    from schoolward.apps.performance.models import SchoolJudgement, SchoolYear
    from schoolward.apps.performance.queries import Said

router = Router(tags=["Schools"])


class SchoolsAsked(Question):
    """Which schools, and which page of them."""

    q: Annotated[
        Text, Field(description="Words of the name, a URN, a town or the beginning of a postcode.")
    ] = ""
    phase: Annotated[Text, Field(description="In the register's own words, such as Primary.")] = ""
    type: Annotated[Text, Field(description="In the register's own words, such as Community school.")] = ""
    trust: Annotated[Text, Field(description="The register's group code of a trust.")] = ""
    status: Literal["open", "any"] = "open"
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("schools", response={200: shapes.Schools, **ALWAYS}, summary="The authority's schools")
@opens_to(P.VIEW_SCHOOLS)
def schools(request: HttpRequest, asked: Query[SchoolsAsked]) -> dict[str, Any]:
    """The authority's schools today, by name, narrowed by what is given."""
    rows = queries.schools_of(
        request.acting.authority.code,
        text=asked.q,
        phase=asked.phase,
        type_name=asked.type,
        trust_code=asked.trust,
        open_only=asked.status == "open",
    )
    count, first = rows.count(), (asked.page - 1) * asked.per_page
    found = list(rows[first : first + asked.per_page])
    said = headlines_of(row.urn for row in found)
    return {
        "count": count,
        "page": asked.page,
        "pages": max(1, -(-count // asked.per_page)),
        "data_edition": queries.projected_edition(),
        "schools": [school_fields(row, said.get(row.urn)) for row in found],
    }


@router.get("schools/{int:urn}", response={200: shapes.SchoolWithHistory, **ALWAYS}, summary="One school")
@opens_to(P.VIEW_SCHOOLS, P.VIEW_OWN_SCHOOL)
def school(request: HttpRequest, urn: Path[URN]) -> Any:
    """A school with its history; a school of another authority, or not one's own, is not found."""
    found = queries.reachable_school(request.acting, urn)
    if found is None:
        what = f"There is no school {urn} that you may see."
        return Status(404, Problem(what=what, where="path.urn", do="Check the number."))
    history = history_of(urn, found.authority_code, found.opened_on)
    projected = history_edition(found.authority_code or 0)
    edition = {"data_edition": projected.edition if projected else ""}
    return school_fields(found, headlines_of([urn]).get(urn)) | edition | history_fields(history)


def school_fields(school: School, said: Said | None) -> dict[str, Any]:
    """What a list says of a school."""
    return {
        "urn": school.urn,
        "name": school.name,
        "authority": school.authority_code,
        "status": school.status,
        "phase": school.phase,
        "type": school.type_name,
        "route": queries.route_of(school.type_group, school.type_name),
        "trust": school.trust_name,
        "town": school.town,
        "postcode": school.postcode,
        "opened_on": school.opened_on,
        "closed_on": school.closed_on,
        "roll": school.roll,
        "capacity": school.capacity,
        "fsm_share": None if few.is_few(school.roll) else school.fsm_share,
        "latest_result": _result(said) if said and said.measure else None,
        "floor": {"exam_year": said.floor_year, "status": said.floor_status}
        if said and said.floor_year
        else None,
        "last_inspection": _inspected(said) if said and said.inspected_on else None,
    }


def _result(said: Said) -> dict[str, Any]:
    hidden = said.figure is not None and few.is_hidden(said.measure, few.is_few(said.cohort))
    code = few.REASON if hidden else "" if said.figure is not None else said.code or codes.BLANK
    return {
        "measure": said.measure,
        "exam_year": said.exam_year,
        "figure": None if hidden else said.figure,
        "code": code,
        "of_predecessor": said.is_predecessors,
    }


def _inspected(said: Said) -> dict[str, Any]:
    return {"inspected_on": said.inspected_on, "grade": said.grade, "category": said.category}


def history_fields(history: SchoolHistory) -> dict[str, Any]:
    """All that is published of a school, in the order of time."""
    return {
        "results": [_year_of_results(row, history) for row in history.results],
        "judgements": [_judgement(row, history) for row in history.judgements],
        "inspections": [
            {
                "of_urn": row.urn,
                "inspected_on": row.inspected_on,
                "published_on": row.published_on,
                "event": row.event,
                "grade": row.grade,
                "category": row.category,
                "areas": row.areas,
            }
            for row in history.inspections
        ],
        "finance": _years(history.finance),
        "workforce": _years(history.workforce),
        "predecessors": [
            {"urn": row.earlier_urn, "name": row.name, "until": row.until, "kind": row.kind}
            for row in history.predecessors
        ],
    }


def _year_of_results(row: YearOfResults, history: SchoolHistory) -> dict[str, Any]:
    figures, reasons = few.figures_shown(row.figures, row.codes)
    return {
        "phase": row.key_stage,
        "exam_year": row.exam_year,
        "of_urn": row.urn,
        "figures": figures,
        "codes": reasons,
        "england": _averages(NATIONAL, row, history),
        "neighbours": _averages(NEIGHBOURS, row, history),
        "similar": _averages(SIMILAR, row, history),
        "provisional": row.provisional,
        "published_on": row.published_on,
        "published_basis": row.published_basis,
        "source": row.source,
    }


def _averages(group: str, row: YearOfResults, history: SchoolHistory) -> dict[str, float]:
    found = ((name, history.average(group, row.key_stage, row.exam_year, name)) for name in row.figures)
    return {name: average for name, average in found if average is not None}


def _judgement(row: SchoolJudgement, history: SchoolHistory) -> dict[str, Any]:
    years = {result.exam_year for result in history.results_of(row.key_stage) if result.few}
    lines = [{"exam_year": row.exam_year, **line} for line in row.working]
    return {
        "kind": row.kind,
        "phase": row.key_stage,
        "exam_year": row.exam_year,
        "of_urn": row.urn,
        "rule": row.rule_id,
        "status": row.status,
        "reason": row.reason,
        "caution": row.caution,
        "working": few.lines_shown(lines, years),
    }


def _years(rows: Iterable[SchoolYear]) -> list[dict[str, Any]]:
    return [
        {
            "year": row.year,
            "of_urn": row.urn,
            "figures": row.figures,
            "codes": row.codes,
            "published_on": row.published_on,
            "source": row.source,
        }
        for row in rows
    ]
