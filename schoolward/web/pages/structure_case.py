"""The worked case of 2011 on screen: the plan that one command makes of files that come with the system."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.structure import case_runs
from schoolward.demo import case_2011
from schoolward.terms.errors import NotNow
from schoolward.web.following import follow
from schoolward.web.messages import say


@requires(P.MODEL_STRUCTURE)
def case(request: HttpRequest) -> HttpResponse:
    """What was published, what is invented, and what the case comes to."""
    newest = next(iter(follow(case_runs.case_runs()[:1], request.acting.authority_code)), None)
    done = case_runs.worked_case()
    try:
        case_runs.check_no_case_waits()
        why_not = ""
    except NotNow as refusal:
        why_not = str(refusal)
    page: dict[str, Any] = {
        "newest": newest,
        "waiting": [newest] if newest and newest.goes_on else [],
        "why_not": why_not,
        "run": done,
        "told": case_2011.published(),
        "planned_cut": case_2011.base_cut_share(),
    }
    if done:
        page |= _documents(done.documents)
    return render(request, "structure/case.html", page)


def _documents(documents: dict[str, Any]) -> dict[str, Any]:
    """What the command wrote, by the names that the page uses."""
    plan = documents["structure.json"]
    standing = {row["post"]: row["sentence"] for row in documents["posts.csv"]}
    units: dict[str, list[dict[str, Any]]] = {}
    for post in plan["posts"]:
        units.setdefault(post["unit"], []).append(post)
    return {
        "plan": plan,
        "units": units,
        "standing": standing,
        "waits": [row for row in documents["posts.csv"] if row["state"] == "provisional"],
        "cuts": documents["cuts.csv"],
        "frontier": documents["frontier.csv"],
        "stances": documents["take_up.csv"],
        "verification": documents["verification.json"],
        "manifest": documents["manifest.json"],
    }


@requires(P.MODEL_STRUCTURE)
@require_POST
def start_case(request: HttpRequest) -> HttpResponse:
    """Asks for the case to be worked out."""
    case_runs.ask_for_case(by=request.acting)
    say(request, "It is being worked out, in about two minutes. You can leave this page.")
    return redirect("structure_case")
