"""What is known of schools' purchases today, as the tables that the model reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from schoolward.apps.catalogue import queries as catalogue
from schoolward.apps.demand.models import EvidenceFile
from schoolward.apps.demand.states import TABLE_WORDS, Table
from schoolward.apps.performance.queries import headlines_of
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import route_of, schools_of
from schoolward.apps.survey import queries as survey
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.states import SurveyState
from schoolward.terms.calendar import LONDON
from schoolward.terms.years import financial_year_end

type Rows = list[list[Any]]


@dataclass
class Gathered:
    """Tables by name, each [where it comes from, numbered rows], and what to tell of them."""

    tables: dict[str, list[Any]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def add(self, name: str, source: str, heading: list[str], rows: Rows) -> None:
        """A table of ours, its lines numbered from the heading."""
        whole = [heading, *rows]
        self.tables[name] = [source, [[n, [_cell(c) for c in row]] for n, row in enumerate(whole, 1)]]
        self.counts[name] = len(rows)


def gather(authority_code: int, on: date) -> Gathered:
    """Schools, services, answers, purchases and orders as known that day."""
    found = Gathered()
    schools = list(schools_of(authority_code, open_only=True))
    services, asked = _services(found, on)
    _add_schools(found, schools, on)
    _add_answers(found, asked, services, {school.urn for school in schools})
    for table in Table:
        _add_file(found, table, services, {school.urn for school in schools})
    return found


def _services(found: Gathered, on: date) -> tuple[set[str], Survey | None]:
    """The services on the latest survey's cards where one was opened, else the catalogue's of the day."""
    asked = Survey.objects.exclude(state=SurveyState.PREPARING).order_by("-opened_at").first()
    rows = []
    if asked:
        found.sources.append(f"services and list prices as printed in the survey “{asked.title}”")
        offered = [s for s in survey.form_of(asked).services if s.list_price_pence]
        rows = [[s.key, s.category, s.list_price_pence, s.unit, s.days_per_unit] for s in offered]
    else:
        found.sources.append("services and prices of the catalogue; no survey has been opened yet")
        lines = catalogue.service_lines(on)
        priced = [line for line in lines if line.list_price_pence]
        rows = [[s.key, s.category_key, s.list_price_pence, s.unit, s.days_per_unit] for s in priced]
        if len(priced) < len(lines):
            found.remarks.append(f"{len(lines) - len(priced)} services have no price and were left out.")
    heading = ["service", "category", "list_price_pence", "unit", "days_per_unit"]
    found.add("services", "services", heading, rows)
    return {row[0] for row in rows}, asked


def _add_schools(found: Gathered, schools: list[School], on: date) -> None:
    earmarks = {row.school_id: row.amount_pence for row in catalogue.earmarks_of(financial_year_end(on) + 1)}
    headlines = headlines_of(school.urn for school in schools)
    rows = [
        [
            school.urn,
            school.phase or "",
            school.roll,
            school.fsm_share,
            headlines[school.urn].grade if school.urn in headlines else "",
            route_of(school.type_group, school.type_name),
            earmarks.get(school.pk),
        ]
        for school in schools
    ]
    heading = ["urn", "phase", "roll", "fsm_share", "last_grade", "route", "earmark_pence"]
    found.add("schools", "the register", heading, rows)
    found.counts["earmarks"] = len(earmarks)
    found.sources.append("the register of schools, their last inspection grades, and earmarks")


def _add_answers(found: Gathered, asked: Survey | None, services: set[str], urns: set[int]) -> None:
    heading = ["urn", "service", "price_pence", "chance_0_10", "returned_on", "route"]
    rows: Rows = []
    answered = 0
    if asked:
        form = survey.form_of(asked)
        names = {q.means: q.key for q in form.questionnaire.questions() if q.means}
        for urn, version in survey.sent_answers(asked).items():
            if urn in urns:
                day = version.sent_at.astimezone(LONDON).date()
                mine = list(_of_school(urn, version.answers, names, form, services, day))
                rows += mine
                answered += bool(mine)
        found.sources.append(f"what {answered} schools answered in the survey “{asked.title}”")
    found.add("answers", "answers", heading, rows)
    found.counts["schools answered"] = answered


def _of_school(
    urn: int, answers: dict, names: dict[str, str], form: survey.Form, services: set[str], day: date
) -> Iterator[list[Any]]:
    """The tick and the two chances for each service; what the school could not say is left out."""
    for offered in form.services:
        if offered.key not in services:
            continue
        route = _said(answers, names.get("route"), offered.key)
        chances = [
            (price, chance)
            for means, price in (
                ("chance_at_list", offered.list_price_pence),
                ("chance_at_raised", offered.raised_price_pence),
            )
            if (chance := _said(answers, names.get(means), offered.key)) is not None
        ]
        for price, chance in chances:
            yield [urn, offered.key, price, int(chance), day, route or ""]
        if not chances and route:
            yield [urn, offered.key, "", "", day, route]


def _said(answers: dict, question: str | None, service: str) -> Any:
    value = answers.get(f"{question}.{service}") if question else None
    return None if isinstance(value, dict) else value


def _add_file(found: Gathered, table: Table, services: set[str], urns: set[int]) -> None:
    """The newest file of the kind, without rows about schools and services that are no longer there."""
    newest = EvidenceFile.objects.filter(table=table).first()
    if newest is None:
        return
    strange = {number for number, *_ in _strange(newest.rows, services, urns)}
    filled = [row for row in newest.rows if any(cell.strip() for cell in row[1])]
    kept = [row for row in filled if row[0] not in strange]
    found.tables[table] = [newest.file_name, kept]
    found.counts[table] = len(kept) - 1
    found.sources.append(f"{TABLE_WORDS[table].lower()}, from {newest.file_name}")
    if strange:
        found.remarks.append(
            f"{len(strange)} of {len(filled) - 1} rows of {newest.file_name} speak of schools or services "
            "that are not there now, and were left out."
        )


def strange_rows(rows: Rows, authority_code: int, on: date) -> list[tuple[int, str]]:
    """Lines of a file that a run would leave out, each with why: a school or a service not there that day."""
    services, _ = _services(Gathered(), on)
    urns = {school.urn for school in schools_of(authority_code, open_only=True)}
    return list(_strange(rows, services, urns))


def _strange(rows: Rows, services: set[str], urns: set[int]) -> Iterator[tuple[int, str]]:
    columns = [cell.strip() for cell in rows[0][1]]
    at_urn, at_service = columns.index("urn"), columns.index("service")
    for number, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        urn, service = cells[at_urn].strip(), cells[at_service].strip()
        if not (urn.isdigit() and int(urn) in urns):
            yield number, f"school {urn} is not in the register, or is closed"
        elif service not in services:
            yield number, f"the service '{service}' is not on the price list"


def _cell(value: object) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
