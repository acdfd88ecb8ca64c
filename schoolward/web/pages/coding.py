"""Coding texts: suggestions stand beside what people decide; passages are left out with a reason."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.findings import bridge, coding, queries
from schoolward.apps.findings.models import Remark
from schoolward.apps.findings.states import RedactionReason
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.states import SurveyState
from schoolward.terms.errors import BadInput, SchoolwardError
from schoolward.web.messages import say

SHOWN = {"waiting": "Waiting", "decided": "Decided", "differ": "Suggested otherwise", "": "All"}
CLUSTERS = 5


@requires(P.CODE_ANSWERS)
def texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Every text of one survey, those that wait first where asked for."""
    rows = Survey.objects.exclude(state=SurveyState.PREPARING).select_related("version", "authority")
    found = get_object_or_404(rows, pk=pk)
    every = queries.texts_of(found)
    show, question = request.GET.get("show", ""), request.GET.get("question", "")
    page = {
        "survey": found,
        "texts": [t for t in every if _shown(t, show) and question in ("", t.remark.question)],
        "show": show,
        "shown": SHOWN,
        "question": question,
        "questions": queries.text_questions(found),
        "counts": {key: sum(_shown(t, key) for t in every) for key in SHOWN},
        "clusters": _clusters(every) if request.GET.get("alike") else None,
    }
    return render(request, "findings/texts.html", page)


def _shown(text: queries.Text, show: str) -> bool:
    if show == "waiting":
        return text.coding is None
    if show == "decided":
        return text.coding is not None
    if show == "differ":
        return text.coding is not None and set(text.coding.suggested) != {t.key for t in text.themes}
    return True


def _clusters(every: list[queries.Text]) -> list[dict]:
    """Texts that speak alike: a start where no theme has been named."""
    found = bridge.cluster([each.remark.text for each in every], how_many=CLUSTERS)
    return [{"words": each.words, "texts": [every[n] for n in each.texts][:4]} for each in found]


@requires(P.CODE_ANSWERS)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """One text: decide what it is about, leave a passage out, go on to the next."""
    rows = Remark.objects.select_related(
        "entry__school", "entry__survey__version", "entry__survey__authority"
    )
    remark = get_object_or_404(rows, pk=pk)
    survey, errors = remark.entry.survey, {}
    if request.method == "POST":
        try:
            return _step(request, remark)
        except SchoolwardError as problem:
            errors[FIELD_OF_STEP.get(request.POST.get("step", ""), "themes")] = str(problem)
    shown = queries.text_of(remark)
    waiting = [each for each in queries.texts_of(survey) if each.coding is None]
    suggested = {each.theme_id: each for each in shown.suggestions}
    page = {
        "text": shown,
        "remark": remark,
        "survey": survey,
        "question": queries.text_questions(survey).get(remark.question, remark.question),
        "themes": [(theme, suggested.get(theme.pk)) for theme in queries.themes_of(survey)],
        "chosen": {theme.pk for theme in shown.themes},
        "decisions": remark.codings.select_related("decided_by__person").prefetch_related("themes"),
        "reasons": RedactionReason.choices,
        "waiting": len(waiting),
        "errors": errors,
        "sent": request.POST,
    }
    return render(request, "findings/text.html", page, status=400 if errors else 200)


FIELD_OF_STEP = {"decide": "themes", "redact": "passage", "lift": "lift-because"}


def _step(request: HttpRequest, remark: Remark) -> HttpResponse:
    step = request.POST.get("step")
    here = reverse("code_text", args=[remark.pk])
    if step == "decide":
        wanted = set(request.POST.getlist("theme"))
        themes = [t for t in queries.themes_of(remark.entry.survey) if str(t.pk) in wanted]
        if not themes and request.POST.get("none") != "yes":
            raise BadInput("Choose a theme, or say that the text is about none of them.")
        coding.decide_themes(
            by=request.acting, remark=remark, themes=themes, note=request.POST.get("note", "")
        )
        say(request, "Decided.")
        return redirect(_next(remark))
    if step == "redact":
        reason = request.POST.get("reason", "")
        if reason not in RedactionReason.values:
            raise BadInput("Choose why the passage is left out.")
        coding.redact(
            by=request.acting,
            remark=remark,
            passage=request.POST.get("passage", ""),
            reason=RedactionReason(reason),
            because=request.POST.get("because", ""),
        )
        say(request, "The passage is left out wherever the text is printed.")
        return redirect(here)
    row = get_object_or_404(remark.redactions, pk=request.POST.get("redaction") or 0)
    coding.lift_redaction(by=request.acting, redaction=row, because=request.POST.get("because", ""))
    say(request, "The passage is printed again, from the next findings on.")
    return redirect(here)


def _next(remark: Remark) -> str:
    """The next text that nobody has decided, or the list when none waits."""
    survey = remark.entry.survey
    waiting = [each.remark.pk for each in queries.texts_of(survey) if each.coding is None]
    if waiting:
        return reverse("code_text", args=[waiting[0]])
    return reverse("findings_survey", args=[survey.pk])
