"""What the API answers, field by field: the source of its description."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Figures = Annotated[dict[str, float | None], Field(description="Measure to figure; _pct is in points.")]
Codes = Annotated[dict[str, str], Field(description="Measure to the reason why there is no figure.")]
AsURN = Annotated[
    int, Field(description="The number it was published under: the school's, or its predecessor's.")
]
Value = float | bool | str | date | None


class Document(BaseModel):
    """A document in the form of `contracts`: at least these fields, never renamed."""

    model_config = ConfigDict(extra="allow")


class Result(BaseModel):
    """The latest published result that a list shows."""

    measure: str
    exam_year: int
    figure: float | None
    code: Annotated[str, Field(description="Why there is no figure; else empty.")]
    of_predecessor: bool


class FloorStatus(BaseModel):
    """Where the school stood under the latest floor standard that it was judged by."""

    exam_year: int
    status: Literal["below", "not_below", "unknown", "excluded"]


class LastInspection(BaseModel):
    """The latest inspection with a grade or a category of concern."""

    inspected_on: date
    grade: str
    category: str


class School(BaseModel):
    """A school as in the newest register loaded; text is the register's own, empty where it says nothing."""

    urn: int
    name: str
    authority: int | None
    status: str
    phase: str
    type: str
    route: Literal["maintained", "academy", "independent", "other"]
    trust: str
    town: str
    postcode: str
    opened_on: date | None
    closed_on: date | None
    roll: int | None
    capacity: int | None
    fsm_share: Annotated[float | None, Field(description="0 to 1; null where unknown or of fewer than ten.")]
    latest_result: Result | None
    floor: FloorStatus | None
    last_inspection: LastInspection | None


class Schools(BaseModel):
    """One page of the schools asked for, by name."""

    count: Annotated[int, Field(description="Schools asked for, on all pages.")]
    page: int
    pages: int
    data_edition: str
    schools: list[School]


class YearOfResults(BaseModel):
    """One exam year's published figures, with England's, the neighbours' and similar schools' beside them."""

    phase: str
    exam_year: int
    of_urn: AsURN
    figures: Figures
    codes: Codes
    england: Figures
    neighbours: Figures
    similar: Figures
    provisional: bool
    published_on: date | None
    published_basis: str
    source: str


class ToldLine(Document):
    """One comparison of a working; `holds` is null where that is unknown."""

    measure: str
    value: Value
    threshold: Value
    holds: bool | None
    sentence: str


class Line(ToldLine):
    """One comparison, with its operator."""

    operator: str


class Judgement(BaseModel):
    """One rule on one year's results."""

    kind: Literal["floor", "coasting"]
    phase: str
    exam_year: int
    of_urn: AsURN
    rule: str
    status: str
    reason: str
    caution: str
    working: list[ToldLine]


class Inspection(BaseModel):
    """One inspection as published."""

    of_urn: AsURN
    inspected_on: date
    published_on: date | None
    event: str
    grade: str
    category: str
    areas: dict[str, str]


class YearOfAccounts(BaseModel):
    """One year's money or staff."""

    year: Annotated[int, Field(description="In which the financial or school year ends.")]
    of_urn: AsURN
    figures: Figures
    codes: Codes
    published_on: date | None
    source: str


class Predecessor(BaseModel):
    """A school that this one came from."""

    urn: int
    name: str
    until: date | None
    kind: str


class SchoolWithHistory(School):
    """A school with all that is published of it and of the schools it came from."""

    data_edition: str
    results: list[YearOfResults]
    judgements: list[Judgement]
    inspections: list[Inspection]
    finance: list[YearOfAccounts]
    workforce: list[YearOfAccounts]
    predecessors: list[Predecessor]


class Reference(BaseModel):
    """Where a rule was read, and how well that was read."""

    title: str
    href: str
    confidence: str
    note: str


class Rule(BaseModel):
    """A dated rule."""

    id: str
    title: str
    reference: Reference


class JudgedSchool(Document):
    """A school under a standard, with every comparison."""

    urn: int
    name: str | None
    authority: int | None
    status: str
    reason: str | None
    working: list[Line]


class Floor(Document):
    """The schools of an exam year under its floor standard; `eligible` is below and not below."""

    exam_year: int
    phase: str
    rule: Rule
    standard: Annotated[bool, Field(description="False where the year had no standard.")]
    sentence: str
    closed: Literal["include", "exclude"]
    rules_edition: str
    data_edition: str
    eligible: int
    below: int
    not_below: int
    unknown: int
    excluded: dict[str, int]
    schools: list[JudgedSchool]


class Coasting(Document):
    """The schools under the coasting definition decided on an exam year's results."""

    exam_year: int
    phase: str
    rule: Rule
    years: list[int]
    sentence: str
    rules_edition: str
    data_edition: str
    eligible: int
    coasting: int
    not_coasting: int
    unknown: int
    excluded: dict[str, int]
    schools: list[JudgedSchool]


class Reason(BaseModel):
    """A piece of evidence, and when it was published."""

    code: str
    sentence: str
    published_on: date | None
    rule: str | None


class Decision(BaseModel):
    """What a person decided, and until when."""

    status: Literal["concern", "watch", "none", "unknown"]
    decided_on: date
    decided_by: str
    review_on: date


class ConcernSchool(Document):
    """What is proposed of a school and why; what a person decided; what stands."""

    urn: int
    name: str
    status: Annotated[Literal["concern", "watch", "none", "unknown"], Field(description="As proposed.")]
    reasons: list[Reason]
    risk: dict[str, Any] | None
    below_by_chance: float | None
    back_cast: bool
    stands: Annotated[
        Literal["concern", "watch", "none", "unknown"], Field(description="As decided, else as proposed.")
    ]
    decision: Decision | None


class Concern(Document):
    """An authority's schools as at a day, most serious first. See `handling`."""

    authority: int
    as_at: date
    rules_edition: str
    data_edition: str
    handling: str
    counts: Annotated[dict[str, int], Field(description="Schools by the status that stands.")]
    schools: list[ConcernSchool]
