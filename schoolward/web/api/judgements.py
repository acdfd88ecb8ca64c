"""The authority's schools under the floor standard and the coasting definition, as the commands give them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.performance.bridge import judgements
from schoolward.terms.phases import KeyStage
from schoolward.web.api import few, shapes
from schoolward.web.api.asking import Day, ExamYear, Question, check_has_come
from schoolward.web.api.door import opens_to
from schoolward.web.api.problems import ALWAYS

router = Router(tags=["Judgements"])


class YearAsked(Question):
    """Which results, judged as known on which day."""

    phase: Annotated[KeyStage, Field(description="The key stage whose results are judged.")]
    exam_year: ExamYear
    closed: Annotated[
        Literal["include", "exclude"],
        Field(description="Schools closed by the end of the school year."),
    ] = "include"
    as_at: Day = None


@router.get("floor", response={200: shapes.Floor, **ALWAYS}, summary="Schools under the floor standard")
@opens_to(P.VIEW_SCHOOLS)
def floor(request: HttpRequest, asked: Query[YearAsked]) -> dict[str, Any]:
    """The authority's schools of one exam year under its floor standard, with every comparison."""
    return _document(judgements.floor_document, request, asked)


@router.get("coasting", response={200: shapes.Coasting, **ALWAYS}, summary="Coasting schools")
@opens_to(P.VIEW_SCHOOLS)
def coasting(request: HttpRequest, asked: Query[YearAsked]) -> dict[str, Any]:
    """The authority's schools under the coasting definition decided on the results of an exam year."""
    return _document(judgements.coasting_document, request, asked)


def _document(build, request: HttpRequest, asked: YearAsked) -> dict[str, Any]:
    check_has_come(asked.as_at)
    document = build(
        settings.SCHOOLWARD_STORE,
        asked.phase,
        asked.exam_year,
        authority=request.acting.authority.code,
        closed=asked.closed,
        as_at=asked.as_at,
    )
    for school in document["schools"]:
        school["working"] = few.lines_shown(school["working"])
    return document
