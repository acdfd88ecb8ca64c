"""Findings as readers see them: what schools said, with ranges and bounds, and what was done about it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import public, requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.findings import actions, checks, presenters, queries
from schoolward.apps.findings.models import Findings
from schoolward.apps.findings.states import FindingsState, Readers
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.states import SurveyState
from schoolward.apps.tenancy.scope import every_authority, scope
from schoolward.publishing.drawing import page_pictures
from schoolward.terms.errors import SchoolwardError
from schoolward.web.messages import say
from schoolward.web.sheets import columns_of, sheet_reply


@requires(P.VIEW_PAPERS)
def findings(request: HttpRequest) -> HttpResponse:
    """Findings that this role may read; and for those who prepare them, every survey."""
    works = request.acting.may(P.CODE_ANSWERS)
    rows = Survey.objects.exclude(state=SurveyState.PREPARING) if works else Survey.objects.none()
    page = {
        "rows": queries.readable(request.acting),
        "surveys": rows.defer("services").order_by("-closes_at"),
        "works": works,
    }
    return render(request, "findings/list.html", page)


@requires(P.VIEW_PAPERS)
def findings_read(request: HttpRequest, pk: int) -> HttpResponse:
    """One survey's findings: who answered, tables and pictures, sentences, you said and we did."""
    row = _readable(request, pk)
    return render(request, "findings/read.html", _page(row) | _steps(request, row))


@public("The authority published these findings for everybody.")
def findings_public(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for somebody who has not signed in, where the findings were published for everybody."""
    with every_authority("whose findings these are is not known before they are found"):
        rows = Findings.objects.select_related("survey", "authority", "published_by__person")
        row = get_object_or_404(rows, pk=pk, state=FindingsState.PUBLISHED, readers=Readers.PUBLIC)
    with scope(row.authority):
        return render(request, "findings/read.html", _page(row) | {"open_to_all": True})


@requires(P.VIEW_PAPERS)
def findings_tables(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Every printed figure as CSV or Excel."""
    row = _readable(request, pk)
    return sheet_reply(form, f"findings-{row.survey_id}-{row.number}", TABLES, _table_rows(row.content))


TABLES = columns_of(
    "Section",
    "Question",
    "Service",
    "Group",
    "Answer",
    ("Schools that said so", "whole"),
    ("Schools that answered", "whole"),
    ("Schools asked", "whole"),
    ("Share, percent", "percent"),
    ("Likely range from, percent", "percent"),
    ("Likely range to, percent", "percent"),
    ("If silent schools are all against, percent", "percent"),
    ("If silent schools are all for, percent", "percent"),
    "Withheld",
)


def _table_rows(content: dict[str, Any]) -> list[list]:
    rows = []
    for table in content["tables"]:
        words = {choice["key"]: choice["words"] for choice in table["choices"]}
        for line in () if table["is_sum"] else table["lines"]:
            head = [table["section"], table["text"], table["service"], line["group"], words[line["answer"]]]
            if line.get("withheld"):
                rows.append([*head, *[None] * 8, "withheld"])
                continue
            shares = ("share", "low", "high", "silent_against", "silent_for")
            told = [line["said"], line["answered"], line["asked"], *(100 * line[name] for name in shares)]
            rows.append([*head, *told, ""])
    return rows


@requires(P.PUBLISH_FINDINGS)
@require_POST
def findings_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Publishes or withdraws."""
    row = get_object_or_404(Findings, pk=pk)
    if step == "publish":
        readers = Readers.PUBLIC if request.POST.get("readers") == Readers.PUBLIC else Readers.SCHOOLS
        try:
            actions.publish_findings(by=request.acting, findings=row, readers=readers)
        except SchoolwardError as refusal:
            return _refused(request, pk, refusal)
        say(request, "Published. Schools can read these findings now.")
        return redirect("findings_read", pk)
    if step == "withdraw":
        try:
            actions.withdraw_findings(
                by=request.acting, findings=row, because=request.POST.get("because", "")
            )
        except SchoolwardError as refusal:
            return _refused(request, pk, refusal)
        say(request, "Withdrawn. Nobody can read these findings any more.")
        return redirect("findings")
    raise Http404


def _refused(request: HttpRequest, pk: int, refusal: SchoolwardError) -> HttpResponse:
    row = _readable(request, pk)
    page = _page(row) | _steps(request, row) | {"errors": {"because": str(refusal)}}
    return render(request, "findings/read.html", page, status=400)


def _readable(request: HttpRequest, pk: int) -> Findings:
    """The findings, or not found: whoever may not read them does not learn that they are there."""
    rows = Findings.objects.select_related("survey", "authority", "published_by__person")
    row = get_object_or_404(rows, pk=pk)
    if not checks.may_read(row, request.acting):
        raise Http404
    return row


def _steps(request: HttpRequest, row: Findings) -> dict[str, Any]:
    """What this role may do with the findings, and the sentence where it may not yet."""
    by = request.acting
    return {
        "works": by.may(P.CODE_ANSWERS),
        "publishes": by.may(P.PUBLISH_FINDINGS),
        "refusals": {
            "publish": checks.sentence_against(checks.check_can_publish, row, by),
            "withdraw": checks.sentence_against(checks.check_can_move, row, by, FindingsState.WITHDRAWN),
        },
        "readers": Readers.choices,
        "errors": {},
    }


def _page(row: Findings) -> dict[str, Any]:
    content = row.content
    chart = presenters.council_chart(content)
    return {
        "row": row,
        "survey": row.survey,
        "content": content,
        "rate": round(100 * content["answered"] / content["asked"]),
        "council": chart and {"title": chart.title, "table": chart.table, "pictures": page_pictures(chart)},
        "services": _services(content),
        "places": presenters.by_service(content),
        "general": [_shown(table) for table in presenters.general_tables(content)],
        "sums": [(table, presenters.sum_rows(table)) for table in presenters.sum_tables(content)],
        "themes": content["said"]["themes"],
        "replies": queries.replies_of(row.survey),
        "withheld": presenters.withheld_count(content),
        "attacked": sum(table.get("unsafe", 0) for table in content["tables"]),
        "published": row.state == FindingsState.PUBLISHED,
        "open_to_all": False,
        "errors": {},
    }


def _services(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Each service with where it would come from, and how likely an order is at each price asked."""
    found: dict[str, dict[str, Any]] = {}
    for table in presenters.service_tables(content):
        found.setdefault(table["service"], {"name": table["service"], "tables": []})["tables"].append(table)
    for table in presenters.service_tables(content, likely=True):
        found.setdefault(table["service"], {"name": table["service"], "tables": []})["tables"].append(table)
    for each in found.values():
        each["tables"] = [_shown(table, drawn=False) for table in each["tables"]]
    return list(found.values())


def _shown(table: dict[str, Any], *, drawn: bool = True) -> dict[str, Any]:
    """A table in words, with a picture of all schools where anything of it is printed.

    Services have one picture together: one for each would make the page ten times as heavy.
    """
    shown = {"table": table, "groups": [], "chart": None}
    if table.get("too_few"):
        return shown
    shown["groups"] = [(group, presenters.rows_of(table, group)) for group in table["groups"]]
    if drawn and any(not line.get("withheld") for line in table["lines"] if line["group"] == presenters.ALL):
        chart = presenters.chart_of(table)
        shown["chart"] = {"title": chart.title, "pictures": page_pictures(chart)}
    return shown
