"""The list of schools: what was asked in the address, the rows that answer it, the same as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from schoolward.apps.performance.queries import FEW, Said, headlines_in
from schoolward.apps.register import queries
from schoolward.publishing.spreadsheets import SheetColumn
from schoolward.terms import codes
from schoolward.terms.calendar import format_day
from schoolward.web.formats import signed

PAGE = 100
OPEN, ANY = "open", "any"
RESULTS = {
    "exp_rwm_pct": "reading, writing and maths",
    "l4_rwm_pct": "level 4 in reading, writing and maths",
    "l4_eng_maths_pct": "level 4 in English and maths",
    "prog_read": "reading progress",
    "p8": "Progress 8",
    "att8": "Attainment 8",
    "basics94_pct": "grade 4 in English and maths",
    "five_ac_em_pct": "five A* to C with English and maths",
}
FLOORS = {"below": "below", "not_below": "not below", "unknown": "unknown", "excluded": "not judged"}


class Row(NamedTuple):
    """One school as the list shows it."""

    urn: int
    name: str
    town: str
    phase: str
    type_name: str
    route: str
    trust_name: str
    status: str
    roll: int | None
    fsm_share: float | None
    result: str
    result_about: str
    floor: str
    grade: str
    inspected_on: date | None
    standing: str


@dataclass(frozen=True)
class Asked:
    """What the address asks for; an unknown word in it counts as not asked."""

    q: str = ""
    phase: str = ""
    type: str = ""
    status: str = OPEN
    trust: str = ""
    sort: str = "name"
    page: int = 1

    @classmethod
    def of(cls, sent: QueryDict) -> Asked:
        """From the query of an address."""
        page = sent.get("page", "1")
        sort = sent.get("sort", "name")
        return cls(
            q=sent.get("q", "")[:100].strip(),
            phase=sent.get("phase", ""),
            type=sent.get("type", ""),
            status=sent.get("status", OPEN) or OPEN,
            trust=sent.get("trust", ""),
            sort=sort if sort.removeprefix("-") in SORTS else "name",
            page=int(page) if page.isascii() and page.isdigit() and 0 < int(page) < 10_000 else 1,
        )

    def address(self, **changes: object) -> str:
        """The query of the address that asks for this with `changes`; what is as usual is left out."""
        values = {**vars(self), **changes}
        return "?" + urlencode({name: value for name, value in values.items() if value != USUAL[name]})

    @property
    def narrowed(self) -> bool:
        """True where some schools are left out by a filter other than being closed."""
        return bool(self.q or self.phase or self.type or self.trust or self.status not in (OPEN, ANY))


USUAL = vars(Asked())


@dataclass(frozen=True)
class Found:
    """The schools that answer, the page of them that is shown, and what the filters can be set to."""

    asked: Asked
    count: int
    rows: list[Row]
    first: int
    pages: int
    choices: dict[str, list[tuple[str, str]]]

    @property
    def shown(self) -> list[tuple]:
        """The rows as the template prints them: written out here, since templates format slowly."""
        return [_written(row) for row in self.rows]


class Listed(NamedTuple):
    """One school as the register has it, as light as a list of many needs it."""

    urn: int
    name: str
    town: str
    phase: str
    type_name: str
    type_group: str
    trust_code: str
    trust_name: str
    status: str
    roll: int | None
    fsm_share: float | None

    def fits(self, asked: Asked) -> bool:
        """True where no filter leaves it out."""
        return (
            asked.phase in ("", self.phase)
            and asked.type in ("", self.type_name)
            and asked.trust in ("", self.trust_code)
            and (asked.status in (ANY, self.status) or (asked.status == OPEN and self.status in queries.OPEN))
        )


def find(authority_code: int, asked: Asked, standings: dict[int, str] | None = None) -> Found:
    """One page of the schools asked for, in the order asked for."""
    listed = _listed(authority_code, asked.q)
    choices = queries.choices_of(authority_code) if asked.q else queries.choices_among(listed)
    schools = [school for school in listed if school.fits(asked)]
    pages = max(1, -(-len(schools) // PAGE))
    page = min(asked.page, pages)
    first = (page - 1) * PAGE
    rows = _rows(authority_code, schools, asked.sort, standings or {}, slice(first, first + PAGE))
    return Found(replace(asked, page=page), len(schools), rows, first, pages, choices)


def every_row(authority_code: int, asked: Asked) -> list[Row]:
    """Every school asked for, on however many pages."""
    schools = [school for school in _listed(authority_code, asked.q) if school.fits(asked)]
    return _rows(authority_code, schools, asked.sort, {}, slice(None))


def _listed(authority_code: int, text: str) -> list[Listed]:
    """The authority's schools that answer to the text, whatever else is asked: they make the choices."""
    found = queries.schools_of(authority_code, text=text).values_list(*Listed._fields)
    return [Listed._make(school) for school in found]


def _rows(
    authority_code: int, schools: list[Listed], sort: str, standings: dict[int, str], shown: slice
) -> list[Row]:
    """Those to be shown, in order; by name, no other needs to be made."""
    said = headlines_in(authority_code)
    if sort.removeprefix("-") == "name":
        schools = sorted(schools, key=SORTS["name"], reverse=sort.startswith("-"))[shown]
        return [_row(school, said.get(school.urn), standings) for school in schools]
    rows = [_row(school, said.get(school.urn), standings) for school in schools]
    return _in_order(rows, sort, said)[shown]


def _row(school: Listed, said: Said | None, standings: dict[int, str]) -> Row:
    urn, name, town, phase, type_name, group, _, trust, status, roll, fsm = school
    result, about = result_said(said)
    return Row(
        urn=urn,
        name=name,
        town=town,
        phase=phase,
        type_name=type_name,
        route=queries.ROUTES[queries.route_of(group, type_name)],
        trust_name=trust,
        status=status,
        roll=roll,
        fsm_share=None if roll is not None and roll < FEW else fsm,
        result=result,
        result_about=about,
        floor=FLOORS.get(said.floor_status, "") + f" {said.floor_year}" if said and said.floor_year else "",
        grade=(said.category or said.grade) if said else "",
        inspected_on=said.inspected_on if said else None,
        standing=standings.get(urn, ""),
    )


def _written(row: Row) -> tuple:
    place = f"{row.urn} · {row.town}" if row.town else f"{row.urn}"
    place += f" · {row.status}" if row.status != "Open" else ""
    roll = "" if row.roll is None else f"{row.roll:,}"
    share = "" if row.fsm_share is None else f"{row.fsm_share * 100:.1f}"
    inspected = format_day(row.inspected_on) if row.inspected_on else ""
    about = (row.urn, row.name, place, row.phase or "unknown", row.type_name or "unknown", row.trust_name)
    return (*about, roll, share, row.result, row.result_about, row.grade, inspected, row.standing)


def result_said(said: Said | None) -> tuple[str, str]:
    """'62%' with 'reading, writing and maths, 2019'; or 'unknown' with the reason."""
    if said is None or not said.measure:
        return "unknown", "no results in the published tables"
    about = f"{RESULTS[said.measure]}, {said.exam_year}" + (
        ", before it changed" if said.is_predecessors else ""
    )
    if said.figure is None:
        return "unknown", f"{about}: {codes.meaning(said.code or codes.BLANK)}"
    if said.measure.endswith("_pct"):
        if said.cohort is not None and said.cohort < FEW:
            return "not shown", f"{about}: fewer than ten pupils"
        return f"{said.figure:.0f}%", about
    return (f"{said.figure:.1f}" if said.measure == "att8" else signed(said.figure, 2)), about


def _last(row: Row, value: object) -> tuple[bool, object]:
    """Schools of which nothing is known come last."""
    return (value is None or value == "", value or 0)


SORTS: dict[str, Callable[[Row | Listed], object]] = {
    "name": lambda row: row.name.casefold(),
    "phase": lambda row: row.phase,
    "type": lambda row: row.type_name,
    "roll": lambda row: row.roll,
    "fsm": lambda row: row.fsm_share,
    "result": lambda row: row.result,
    "inspected": lambda row: row.inspected_on,
    "standing": lambda row: (
        ("concern", "watch", "unknown", "none").index(row.standing) if row.standing else None
    ),
}


def _in_order(rows: list[Row], sort: str, said: dict[int, Said]) -> list[Row]:
    """By the column asked for, then by name; schools of which it is not known come last either way."""
    name, backwards = sort.removeprefix("-"), sort.startswith("-")
    key = _result_key(said) if name == "result" else SORTS[name]
    known = [row for row in rows if key(row) not in (None, "")]
    unknown = [row for row in rows if key(row) in (None, "")]
    return sorted(known, key=key, reverse=backwards) + unknown


def _result_key(said: dict[int, Said]) -> Callable[[Row], object]:
    """Figures can only be ranked within a measure, so schools are grouped by it first."""

    def key(row: Row) -> tuple[str, float] | None:
        line = said.get(row.urn)
        if line is None or line.figure is None or row.result == "not shown":
            return None
        return line.measure, line.figure

    return key


COLUMNS = (
    SheetColumn("URN", "whole"),
    SheetColumn("School"),
    SheetColumn("Town"),
    SheetColumn("Phase"),
    SheetColumn("Type"),
    SheetColumn("Route"),
    SheetColumn("Trust"),
    SheetColumn("Status"),
    SheetColumn("Pupils", "whole"),
    SheetColumn("Free school meals, % of pupils", "percent"),
    SheetColumn("Latest result"),
    SheetColumn("Of what"),
    SheetColumn("Floor standard"),
    SheetColumn("Last inspection"),
    SheetColumn("Inspected on", "date"),
)


def cells(row: Row) -> tuple:
    """A row for a file; concern is left out, since a file travels."""
    share = None if row.fsm_share is None else round(row.fsm_share * 100, 1)
    return (*row[:9], share, *row[10:15])
