"""The rulebook: what was in force when, what each rule says, and where that was read."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.rulebook import queries
from schoolward.terms.calendar import parse_day
from schoolward.terms.rulebook import CoastingRule, ConcernTable, Confidence, Dated, Provision, ResultRule

TONES = {
    Confidence.OFFICIAL: "green",
    Confidence.PRESS: "blue",
    Confidence.WEAK: "yellow",
    Confidence.UNVERIFIED: "red",
}


@requires(P.VIEW_RULES)
def rules(request: HttpRequest) -> HttpResponse:
    """Every topic, or what was in force on a day."""
    written = request.GET.get("on", "").strip()
    on = parse_day(written) if written else None
    page = {
        "topics": queries.topics(on),
        "on": on,
        "written": written,
        "error": "" if on or not written else f"'{written}' is not a date. Write it like 31 March 2011.",
        "edition": queries.edition(),
        "confidence_of": queries.confidence_of,
        "tones": TONES,
    }
    return render(request, "rules/list.html", page)


@requires(P.VIEW_RULES)
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule: its conditions in words, what it leaves out, its references, and the cases that try it."""
    found = queries.rule_of(rule_id)
    if found is None:
        raise Http404
    page = {
        "rule": found,
        "kind": _kind(found),
        "topic": queries.title_of(found.topic),
        "told": queries.told,
        "outline": queries.outline,
        "references": queries.references_of(found),
        "confidence": queries.confidence_of(found),
        "tones": TONES,
        "cases": queries.cases_of(found),
        "edition": queries.edition(),
        "evidence_label": queries.evidence_label,
    }
    return render(request, "rules/rule.html", page)


def _kind(found: Dated) -> str:
    kinds = {ResultRule: "results", CoastingRule: "coasting", ConcernTable: "concern", Provision: "provision"}
    return kinds.get(type(found), "other")
