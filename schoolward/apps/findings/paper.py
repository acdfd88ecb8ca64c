"""The figures of the paper "What schools said", each with the query it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.findings import presenters
from schoolward.apps.findings.models import Findings
from schoolward.apps.findings.queries import Answered, replies_of
from schoolward.apps.findings.states import FindingsState
from schoolward.apps.survey.deadline import due_words
from schoolward.publishing.charts import Chart
from schoolward.publishing.plots import paper_chart
from schoolward.publishing.provenance import FigureValue, Value
from schoolward.publishing.tables import Table, table
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import NotEnoughData


@dataclass(frozen=True)
class _Source:
    """The findings that every figure of one paper comes from."""

    findings: Findings
    as_at: date

    def bind(self, value: Value, query: str, *, text: str = "", unit: str = "") -> FigureValue:
        said = text or (
            value.title if isinstance(value, Chart) else value.caption if isinstance(value, Table) else ""
        )
        row = self.findings
        return FigureValue(
            value=value,
            text=said or str(value),
            query=query,
            arguments={"survey": str(row.survey_id), "findings": str(row.number)},
            as_at=self.as_at,
            data_edition=row.survey.version.digest[:12],
            rules_edition=row.version,
            unit=unit,
        )


def findings_figures(by: Acting, as_at: date) -> dict[str, FigureValue]:
    """Every figure that the paper's template may bind, from the findings prepared last by that day."""
    rows = Findings.objects.exclude(state=FindingsState.WITHDRAWN).select_related("survey__version")
    row = rows.filter(prepared_at__date__lte=as_at).first()
    if row is None:
        raise NotEnoughData(
            f"no findings had been prepared by {format_day(as_at)}.",
            do="Prepare them on the survey's page of findings, then start the paper.",
        )
    source = _Source(row, as_at)
    return _words(source, by) | _counts(source) | _tables(source) | _answers(source, replies_of(row.survey))


def _words(source: _Source, by: Acting) -> dict[str, FigureValue]:
    survey = source.findings.survey
    said = {
        "authority.name": by.authority.name,
        "board.name": "the School Improvement Board",
        "survey.title": survey.title,
        "survey.closed": due_words(survey.closed_at or survey.closes_at),
    }
    return {name: source.bind(text, "setting", text=text) for name, text in said.items()}


def _counts(source: _Source) -> dict[str, FigureValue]:
    content = source.findings.content
    rate = round(100 * content["answered"] / content["asked"])
    chart = presenters.council_chart(content)
    return {
        "schools.asked": source.bind(content["asked"], "schools_asked", unit="schools"),
        "schools.answered": source.bind(content["answered"], "schools_answered", unit="schools"),
        "schools.rate": source.bind(rate, "schools_answered", unit="in 100"),
        "withheld.count": source.bind(presenters.withheld_count(content), "figures_withheld"),
        "services.council": source.bind(paper_chart(chart) if chart else None, "answers"),
    }


def _tables(source: _Source) -> dict[str, FigureValue]:
    content = source.findings.content
    found = {
        "returns.table": table(
            "Schools asked, and schools that answered",
            ("Group", "#Asked", "#Answered"),
            [(each["name"], each["asked"], each["answered"]) for each in content["groups"]],
        ),
        "services.table": _by_service(
            content, "Where services would come from, share of all schools", likely=False
        ),
        "likely.table": _by_service(
            content, "How likely a paid order at the list price is, share of all schools", likely=True
        ),
        "sums.table": table(
            "Sums that schools expect to spend",
            ("Question", "Schools", "#Gave a sum", "#All schools together", "#Likely range"),
            [
                (each["text"], *row[:4])
                for each in presenters.sum_tables(content)
                for row in presenters.sum_rows(each)
            ],
        ),
        "questions.table": table(
            "Other questions, all schools",
            ("Question", "Answer", "#Share", "#Likely range", "#If silent schools all differ"),
            [
                (each["text"], row.answer, row.share, row.interval, row.bounds)
                for each in presenters.general_tables(content)
                for row in presenters.rows_of(each)
            ],
        ),
    }
    return {name: source.bind(value, "answers") for name, value in found.items()}


def _by_service(content: dict, caption: str, *, likely: bool) -> Table:
    headings, rows = presenters.by_service(content, likely=likely)
    return table(caption, (headings[0], *(f"#{word}" for word in headings[1:])), rows)


def _answers(source: _Source, replies: list[Answered]) -> dict[str, FigureValue]:
    themes = source.findings.content["said"]["themes"]
    found = {
        "themes.table": table(
            "What texts are about",
            ("Theme", "#Schools"),
            [(each["name"], _number(each["schools"])) for each in themes],
        ),
        "quotes.table": table(
            "In schools' own words",
            ("Theme", "Sentence", "School"),
            [
                (each["name"], quote["text"], quote["school"] or "not named")
                for each in themes
                for quote in each["quotes"]
            ],
        ),
        "replies.table": table(
            "What schools said, and what is done about it",
            ("You said", "We did", "State"),
            [(each.reply.said, each.reply.did, each.reply.get_state_display()) for each in replies],
        ),
    }
    return {name: source.bind(value, "texts") for name, value in found.items()}


def _number(schools: int | None) -> str:
    return "fewer than five" if schools is None else f"{schools}"
