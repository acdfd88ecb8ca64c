"""The figures of the board paper "Schools causing concern", each with the query it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.concern import queries
from schoolward.apps.concern.bridge import papers
from schoolward.apps.concern.queries import Change, ConcernList, Line
from schoolward.apps.concern.runs import work_out
from schoolward.apps.concern.states import KNOWLEDGE_WORDS, STATUS_WORDS, KnowledgeKind, Status
from schoolward.publishing.charts import Bar, Bars, Chart, Dot, Panel, Reading, Strip, Trend
from schoolward.publishing.charts import Line as Drawn
from schoolward.publishing.plots import paper_chart
from schoolward.publishing.provenance import FigureValue, Value
from schoolward.publishing.tables import Table, table
from schoolward.terms.calendar import format_day

ROUTE_WORDS = {"maintained": "Authority's powers", "academy": "Trust, then the department"}
LISTED = (Status.CONCERN, Status.WATCH)

CHANCE_MEANING = (
    "The table gives, for each school that shows below the line, the chance that its underlying figure is "
    "at or above it, reckoned from its own pupils and from how schools in England differ."
)


@dataclass(frozen=True)
class _Source:
    """What all figures of one list share."""

    found: ConcernList
    authority: str

    def bind(
        self, value: Value, query: str, *, text: str = "", unit: str = "", **arguments: object
    ) -> FigureValue:
        said = text or (
            value.title if isinstance(value, Chart) else value.caption if isinstance(value, Table) else ""
        )
        return FigureValue(
            value=value,
            text=said or str(value),
            query=query,
            arguments={"authority": self.authority} | {key: str(v) for key, v in arguments.items()},
            as_at=self.found.run.as_at,
            data_edition=self.found.run.data_edition,
            rules_edition=self.found.run.rules_edition,
            unit=unit,
        )


def concern_figures(by: Acting, as_at: date, compared_with: date) -> dict[str, FigureValue]:
    """Every figure that the paper's template may bind, officers' prose apart."""
    found = queries.list_of(work_out(by.authority, as_at))
    older = queries.list_of(work_out(by.authority, compared_with))
    source = _Source(found, str(by.authority.code))
    changes = queries.changes_between(older, found)
    return (
        _names(source, by, as_at, compared_with)
        | _counts(source)
        | _tables(source, changes, compared_with)
        | _floor(source, by.authority.code, as_at)
        | _results(source)
    )


def _names(source: _Source, by: Acting, as_at: date, compared_with: date) -> dict[str, FigureValue]:
    run = source.found.run
    said = {
        "authority.name": by.authority.name,
        "board.name": "the School Improvement Board",
        "concern.as_at": format_day(as_at),
        "concern.compared_with": format_day(compared_with),
        "data.edition": f"edition {run.data_edition[:12]}",
        "rules.edition": f"edition {run.rules_edition[:12]}",
        "chance.meaning": CHANCE_MEANING,
    }
    return {name: source.bind(text, "setting", text=text) for name, text in said.items()}


def _counts(source: _Source) -> dict[str, FigureValue]:
    proposed = {status: [n for n in source.found.lines if n.proposal.status == status] for status in Status}
    counts = {
        f"{status}.count": source.bind(len(lines), "schools_proposed", unit="schools", status=status)
        for status, lines in proposed.items()
    }
    bars = Bars(
        f"{_many(len(proposed[Status.CONCERN]))} proposed for concern; "
        f"{len(proposed[Status.UNKNOWN])} cannot be judged",
        "Schools",
        tuple(Bar(STATUS_WORDS[s], len(proposed[s]), emphasis=s == Status.CONCERN) for s in queries.ORDER),
    )
    return counts | {
        "schools.count": source.bind(len(source.found.lines), "schools_covered", unit="schools"),
        "status.bars": source.bind(paper_chart(bars), "schools_proposed"),
    }


def _many(count: int) -> str:
    return "One school is" if count == 1 else f"{count} schools are"


def _tables(source: _Source, changes: list[Change], compared_with: date) -> dict[str, FigureValue]:
    lines = source.found.lines
    listed = [n for n in lines if n.proposal.status in LISTED or n.stands in LISTED]
    unknown = [n for n in lines if n.proposal.status == Status.UNKNOWN]
    tables = {
        "concern.table": (
            "Schools proposed for concern or watch, and what was decided",
            ("School", "Proposed", "Why", "Decision", "Route"),
            map(_listed, listed),
        ),
        "concern.changes_table": (
            f"Changes since {format_day(compared_with)}",
            ("School", "Before", "Now"),
            ((c.name, _word(c.before), _word(c.after)) for c in changes),
        ),
        "concern.working_table": (
            "Working for each school proposed for concern",
            ("School", "Condition", "Holds", "Rule"),
            _workings(n for n in lines if n.proposal.status == Status.CONCERN),
        ),
        "unknown.table": (
            "Schools that cannot be judged, and why",
            ("School", "Phase", "Why"),
            ((n.proposal.name, n.proposal.working["phase"], _why(n)) for n in unknown),
        ),
        "chance.table": (
            "How far luck could account for it",
            ("School", "#Pupils", "#Chance that it is below by luck"),
            _chances(lines),
        ),
        "cases.table": (
            "Lead officers, what officers recorded, and the next look at each school",
            ("School", "Lead officer", "Recorded by officers", "Decided", "Look again"),
            (_case(n) for n in listed if n.decision or _recorded(n) != "nothing"),
        ),
    }
    return {
        name: source.bind(table(caption, headings, list(rows)), name.replace(".", "_"))
        for name, (caption, headings, rows) in tables.items()
    }


def _listed(line: Line) -> tuple[str, ...]:
    decision = line.decision
    decided = f"{_word(decision.status)}, {format_day(decision.decided_on)}" if decision else "to decide"
    route = ROUTE_WORDS.get(line.proposal.working["route"], "Proprietor or the department")
    return line.proposal.name, _word(line.proposal.status), _why(line), decided, route


def _why(line: Line) -> str:
    """The deciding row of the table and the first piece of evidence. What officers recorded is restricted:
    where it decides, the public part says no more than that."""
    if line.reasons and line.reasons[0]["code"] in RECORDED:
        return "Evidence that is not published; see the exempt annex."
    first = next((r["sentence"] for r in _published(line)), "")
    said = line.proposal.working["says"]
    return f"{said}. {first}" if first else f"{said}."


RECORDED = frozenset(str(kind) for kind in KnowledgeKind)


def _published(line: Line) -> list[dict]:
    """The evidence that anyone can look up: all but what officers recorded."""
    return [reason for reason in line.reasons if reason["code"] not in RECORDED]


def _recorded(line: Line) -> str:
    """What officers recorded, by kind alone."""
    kinds = dict.fromkeys(reason["code"] for reason in line.reasons if reason["code"] in RECORDED)
    return ", ".join(KNOWLEDGE_WORDS[KnowledgeKind(code)] for code in kinds) or "nothing"


def _word(status: str | None) -> str:
    return STATUS_WORDS[Status(status)] if status else "not open"


def _workings(lines: Iterable[Line]) -> list[tuple[str, ...]]:
    rows = []
    for line in lines:
        for reason in _published(line):
            rows.append((line.proposal.name, reason["sentence"], "holds", reason["rule"]))
        for year in line.proposal.working["working"][-1:]:
            rows += [
                (line.proposal.name, c["sentence"], HOLDS[c["holds"]], year["rule"])
                for c in year["conditions"]
            ]
    return rows


HOLDS: dict[bool | None, str] = {True: "holds", False: "does not hold", None: "unknown"}


def _chances(lines: Iterable[Line]) -> list[tuple[str, str, str]]:
    rows = []
    for line in lines:
        working = line.proposal.working
        if working["below_by_chance"] is None or not working["working"]:
            continue
        pupils = working["working"][-1]["cohort"]
        share = f"{working['below_by_chance'] * 100:.0f}%"
        rows.append((line.proposal.name, f"{pupils:.0f}" if pupils is not None else "unknown", share))
    return rows


def _case(line: Line) -> tuple[str, ...]:
    lead = line.lead.member.person.name if line.lead else "none named"
    decision = line.decision
    days = (format_day(decision.decided_on), format_day(decision.review_on)) if decision else ("not yet", "")
    return line.proposal.name, lead, _recorded(line), *days


def _floor(source: _Source, code: int, as_at: date) -> dict[str, FigureValue]:
    counts = papers.floor_counts(settings.SCHOOLWARD_STORE, code, as_at)
    latest = counts[-1] if counts else None

    def number(pick: Callable, **more: object) -> FigureValue:
        value = pick(latest) if latest else 0
        return source.bind(value, "floor_count", unit="schools", **more)

    said = f"{latest.exam_year}, {latest.key_stage.label}" if latest else "no floor standard is in force"
    figures = {
        "floor.below": number(lambda c: c.below),
        "floor.eligible": number(lambda c: c.eligible),
        "floor.national_below": number(lambda c: c.national_below, area="England"),
        "floor.national_eligible": number(lambda c: c.national_eligible, area="England"),
        "floor.year": source.bind(said, "floor_count", text=said),
    }
    trend = Trend(
        "Schools below the floor standard by year",
        (
            Panel(
                "Schools below the floor",
                "number",
                Drawn("Below", tuple(Reading(c.exam_year, c.below) for c in counts)),
                from_nought=True,
            ),
        ),
    )
    drawn = paper_chart(trend) if len(counts) > 1 else None
    return figures | {"floor.trend": source.bind(drawn, "floor_count")}


def _results(source: _Source) -> dict[str, FigureValue]:
    """The authority's schools against the attainment line of the latest standard, where there is one."""
    tests = [(n, test) for n in source.found.lines if (test := _attainment_test(n)) is not None]
    if len(tests) < 2:
        return {"results.strip": source.bind(None, "results")}
    dots = tuple(
        Dot(n.proposal.name, test["value"], emphasis=n.proposal.status == Status.CONCERN) for n, test in tests
    )
    line = tests[0][1]
    strip = Strip(line["label"], line["label"], "%", dots, line["threshold"], "Floor standard")
    return {"results.strip": source.bind(paper_chart(strip), "results")}


def _attainment_test(line: Line) -> dict | None:
    """The condition on the share of pupils in the last year judged by a standard."""
    for year in line.proposal.working["working"][-1:]:
        for condition in year["conditions"]:
            if condition["role"] == "standard" and condition["measure"].startswith(ATTAINMENT):
                return condition
    return None


ATTAINMENT = ("exp_rwm_pct", "l4_")
