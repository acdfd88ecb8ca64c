"""Structures worked out: the frontier first, a point shown whole, what matters most, suppositions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.catalogue.models import ServiceCategory, ServiceLine
from schoolward.apps.demand.states import Stage
from schoolward.apps.register.queries import is_maintained, schools_of
from schoolward.apps.structure import picturing, plan_settings, queries, running, runs
from schoolward.apps.structure.models import StructureRun
from schoolward.apps.structure.states import RunKind
from schoolward.publishing.frontiers import spots_of
from schoolward.terms.errors import NotNow
from schoolward.web.following import Followed, follow
from schoolward.web.forms import Answers
from schoolward.web.messages import say

PROPOSED = "proposed"


@dataclass(frozen=True)
class Choice:
    """A structure of a study that can be shown whole: a point, an option, or what is proposed."""

    key: str
    label: str
    kind: str
    result: dict[str, Any]


@requires(P.MODEL_STRUCTURE)
def frontier(request: HttpRequest) -> HttpResponse:
    """The newest study: the frontier, and the structure chosen on it, whole."""
    study = runs.current_study()
    if study is None:
        return render(request, "structure/no_study.html", _common(request))
    return _shown(request, study)


@requires(P.MODEL_STRUCTURE)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: a study, what matters most, or a supposition; its progress, or why it came to nothing."""
    found = get_object_or_404(StructureRun.objects.select_related("about"), pk=pk)
    if found.stage != Stage.DONE:
        page = _common(request) | {"run": found, "followed": _follow(request, [found])[0]}
        asked_of_one = found.about is not None
        return render(request, "structure/unready.html" if asked_of_one else "structure/no_study.html", page)
    if found.kind == RunKind.STUDY:
        return _shown(request, found)
    page = _common(request) | {"run": found, "tornadoes": [], "names": _names()}
    if found.kind == RunKind.TORNADO:
        page["tornadoes"] = picturing.tornado_charts(found.result)
    return render(request, "structure/run.html", page)


def _common(request: HttpRequest) -> dict[str, Any]:
    try:
        running.check_can_study()
        why_not = ""
    except NotNow as refusal:
        why_not = str(refusal)
    return {
        "waiting": [each for each in _follow(request, runs.waiting_runs()) if each.goes_on],
        "why_not": why_not,
        "runs": _follow(request, runs.runs().defer("result")[:12]),
    }


def _follow(request: HttpRequest, found: Iterable[StructureRun]) -> list[Followed]:
    return follow(found, request.acting.authority_code)


def _names() -> dict[str, str]:
    return dict(ServiceLine.objects.values_list("key", "name"))


def choices_of(study: StructureRun) -> list[Choice]:
    """What the study can show whole: what it proposes, the frontier's points, officers' options."""
    found = [Choice(PROPOSED, "Proposed", "point", study.result["proposal"])]
    rows = sorted(study.result["frontier"], key=lambda row: row["cvar_out_of_sample_pence"])
    found += [
        Choice(spot.label, f"Point {spot.label}", "point", row)
        for spot, row in zip(spots_of(study.result["frontier"]), rows, strict=True)
    ]
    found += [
        Choice(f"s{row['structure']}", row["name"], row["kind"], row) for row in study.result["options"]
    ]
    return found


def _shown(request: HttpRequest, study: StructureRun) -> HttpResponse:
    choices = choices_of(study)
    wanted = request.GET.get("point", PROPOSED)
    chosen = next((each for each in choices if each.key == wanted), choices[0])
    tornado = runs.following(study, RunKind.TORNADO).filter(stage=Stage.DONE).first()
    names = _names()
    is_current = runs.current_study() == study
    page_of_all = _common(request)
    page = page_of_all | {
        "study": study,
        "choices": choices,
        "chosen": chosen,
        "chart": picturing.study_chart(study.result, chosen.key),
        "names": names,
        "category": queries.category_words(),
        "notes": [_called_by_name(each, names) for each in study.result["proposal"]["notes"]],
        "tornado": tornado,
        "tornadoes": picturing.tornado_charts(tornado.result) if tornado else [],
        "scenarios": _follow(request, runs.following(study, RunKind.SCENARIO).defer("result")[:8]),
        "is_current": is_current,
        "since": runs.changed_since(study) if is_current else [],
        "newer": _newer_without_result(page_of_all["runs"], study) if is_current else None,
        "schools": _schools(tornado),
        "settings": [
            (s.label, s.say(study.asked["settings"][s.key]))
            for s in plan_settings.SETTINGS
            if s.key in study.asked["settings"]
        ],
        "told": study.asked["settings"].get("school_loads_told", []),
    }
    return render(request, "structure/study.html", page)


def _newer_without_result(listed: list[Followed], study: StructureRun) -> Followed | None:
    """The newest study, where it is another than the one shown and nothing came of it."""
    newest = next((each for each in listed if each.run.kind == RunKind.STUDY), None)
    return newest if newest and newest.run != study and not newest.goes_on else None


def _called_by_name(note: str, names: dict[str, str]) -> str:
    """A remark that begins with a service's key, as files name it, with the name that people know."""
    key, colon, said = note.partition(": ")
    return f"{names[key]}: {said}" if colon and key in names else note


def _schools(tornado: StructureRun | None) -> dict[int, str]:
    """Names of the schools that a run on key persons speaks of."""
    people = tornado.result["people"] if tornado else []
    return queries.school_names({urn for person in people for urn, _ in person["by_school"]})


@requires(P.MODEL_STRUCTURE)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Asks for a study of what there is now."""
    asked = running.ask_for_study(by=request.acting)
    say(request, "It is being worked out. You can leave this page.")
    return redirect("structure_run", asked.pk)


@requires(P.MODEL_STRUCTURE)
def suppose(request: HttpRequest, pk: int) -> HttpResponse:
    """The scenario editor: what if a grant is cut deeper, buyers leave, a rival enters, schools convert?"""
    study = get_object_or_404(StructureRun, pk=pk, kind=RunKind.STUDY, stage=Stage.DONE)
    answers = Answers(request.POST)
    if request.method == "POST":
        wish, told = _wish(request, answers)
        if not answers.errors:
            asked = running.ask_about(
                by=request.acting, study=study, kind=RunKind.SCENARIO, title=told, scenario=wish
            )
            say(request, "It is being worked out. You can leave this page.")
            return redirect("structure_run", asked.pk)
    page = {"study": study, "answers": answers, "categories": _categories()}
    return render(request, "structure/suppose.html", page, status=400 if answers.errors else 200)


def _categories() -> list[tuple[str, str]]:
    return [("", "None"), *ServiceCategory.objects.values_list("key", "name")]


def _wish(request: HttpRequest, answers: Answers) -> tuple[dict[str, Any], str]:
    """The supposition, and what it is called."""
    cut = _number(answers, "grant_cut", 100)
    lost = _number(answers, "buyers_lost", 500)
    rival = _number(answers, "rival", 99)
    converting = _number(answers, "academies", 500)
    category = answers.text("rival_category")
    if rival and (not category or category not in dict(_categories())):
        answers.errors["rival_category"] = "Choose which services the rival sells."
    if category and not rival and "rival" not in answers.errors:
        answers.errors["rival"] = "Say how much of the odds the rival takes."
    if not answers.errors and not any((cut, lost, rival, converting)):
        answers.errors["grant_cut"] = "Suppose at least one thing."
    wish: dict[str, Any] = {}
    told = []
    if cut:
        wish["grant_cut_share"] = cut / 100
        told.append(f"grants cut by a further {cut:g}%")
    if lost:
        wish["buyers_lost"] = int(lost)
        told.append(f"the {int(lost)} largest buyers lost")
    if rival:
        wish |= {"rival_category": category, "rival_share": rival / 100}
        told.append(f"a rival takes {rival:g}% of the odds in {dict(_categories()).get(category, category)}")
    if converting:
        wish |= _wave(request, int(converting))
        told.append(f"{len(wish['academies'])} schools become academies")
    title = "; ".join(told)
    return wish, title[:1].upper() + title[1:]


def _number(answers: Answers, name: str, most: float) -> float:
    text = answers.text(name)
    if not text:
        return 0.0
    try:
        value = float(text.rstrip("%"))
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        answers.errors[name] = f"Give a number from 0 to {most:g}, or leave it empty."
        return 0.0
    return value


def _wave(request: HttpRequest, count: int) -> dict[str, Any]:
    """The largest maintained schools, which convert first, and what share of maintained pupils they have."""
    maintained = [s for s in schools_of(request.acting.authority_code, open_only=True) if is_maintained(s)]
    ordered = sorted(maintained, key=lambda school: (-(school.roll or 0), school.urn))
    pupils = sum(school.roll or 0 for school in maintained) or 1
    going = ordered[:count]
    return {
        "academies": [school.urn for school in going],
        "academy_pupil_share": sum(school.roll or 0 for school in going) / pupils,
        "academy_odds_share": 0.7,
    }


@requires(P.MODEL_STRUCTURE)
def settings(request: HttpRequest) -> HttpResponse:
    """The authority's figures behind every structure."""
    errors: dict[str, str] = {}
    held = runs.settings_now()
    if request.method == "POST":
        values, errors = plan_settings.read_values(request.POST)
        because = request.POST.get("because", "").strip()
        if not because:
            errors["because"] = "Say why, in a few words."
        if not errors:
            running.set_plan_settings(by=request.acting, values=values, because=because)
            say(request, "These figures count from now on. Work structures out anew to use them.")
            return redirect("structure_settings")
    rows = [(s, request.POST.get(s.key, s.say(held[s.key]))) for s in plan_settings.SETTINGS]
    page = {"rows": rows, "errors": errors, "because": request.POST.get("because", "")}
    return render(request, "structure/settings.html", page, status=400 if errors else 200)


@requires(P.MODEL_STRUCTURE)
@require_POST
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Draws a structure of a study as one's own to change and put forward."""
    study = get_object_or_404(StructureRun, pk=pk, kind=RunKind.STUDY, stage=Stage.DONE)
    wanted = request.POST.get("point", PROPOSED)
    chosen = next((each for each in choices_of(study) if each.key == wanted), None)
    if chosen is None:
        raise Http404
    version = running.adopt(by=request.acting, study=study, result=chosen.result, label=chosen.label)
    say(request, f"Drawn as “{version.structure.name}”.")
    return redirect("structure", version.structure_id)
