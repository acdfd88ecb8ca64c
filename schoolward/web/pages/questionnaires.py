"""Questionnaires: those there are, their versions compared, and the whole of one as each role meets it."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.survey import actions, drafting, queries
from schoolward.apps.survey.comparing import compare_versions
from schoolward.apps.survey.flow import Asked, every_field
from schoolward.apps.survey.models import Questionnaire
from schoolward.apps.survey.offering import services_on_offer
from schoolward.apps.survey.questionnaire import ASKED, Kind, OfferedService, Section
from schoolward.apps.survey.questionnaire import Questionnaire as Definition
from schoolward.apps.survey.standard import standard_questionnaires
from schoolward.terms.errors import BadInput
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.pages.surveys import minutes_of

SHOWN_SERVICES = 3  # of the catalogue, in a preview
DRAFT = "draft"
EXAMPLE = OfferedService(
    key="example",
    name="A service of the catalogue",
    category="example",
    category_name="Services",
    what="What it is, as the catalogue says.",
    free="What is free",
    charged="What is charged",
    who_comes=("Who would come",),
    unit="day",
    list_price_pence=50_000,
    raised_price_pence=62_500,
)


@requires(P.MANAGE_SURVEYS)
def questionnaire_list(request: HttpRequest) -> HttpResponse:
    """The authority's own, with their versions; and the standard ones, to begin from."""
    answers = Answers(request.POST)
    own = list(queries.questionnaires())
    choices = standard_questionnaires() | {
        row.key: queries.definition_of(row.versions.first()) for row in own
    }
    if request.method == "POST":
        key = _copied(request, answers, choices)
        if key:
            return redirect("questionnaire_edit", key)
    services = services_on_offer()
    page = {
        "own": [(row, row.versions.first(), minutes_of(choices[row.key], services)) for row in own],
        "choices": [(key, f"{each.title}: {each.purpose}") for key, each in choices.items()],
        "answers": answers,
    }
    return render(request, "questionnaires/list.html", page, status=400 if answers.errors else 200)


def _copied(request: HttpRequest, answers: Answers, choices: dict[str, Definition]) -> str:
    """The key of a new questionnaire made from another; an empty string where an answer will not do."""
    begin = answers.choice("begin", choices, "Choose what to begin from.")
    title = answers.text("title", "Give it a title.")
    key = answers.text("key") or _key_of(title)
    if not answers.errors and Questionnaire.objects.filter(key=key).exists():
        answers.errors["key"] = f"There is a questionnaire '{key}' already. Give another key."
    if answers.errors:
        return ""
    definition = replace(choices[begin], key=key, title=title)
    try:
        actions.save_questionnaire(by=request.acting, definition=definition, change=f"Begun from {begin}.")
    except BadInput as error:
        answers.errors["key"] = f"{error.what} {error.do}".strip()
        return ""
    say(request, f"{title} is made. Change what it asks, then publish it.")
    return key


def _key_of(title: str) -> str:
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in title.casefold()).split()
    return "-".join(words)[:40].strip("-") or "questionnaire"


@requires(P.MANAGE_SURVEYS)
def versions(request: HttpRequest, key: str) -> HttpResponse:
    """Every version of one, what is being written, and how any two of them differ."""
    row = find(key)
    published = drafting.published(row)
    by_number = {str(version.number): definition for version, definition in published}
    draft = drafting.draft_of(row)
    if draft:
        by_number[DRAFT] = drafting.definition_in(draft)
    newest = DRAFT if draft else str(published[0][0].number)
    before = str(published[0 if draft else min(1, len(published) - 1)][0].number)
    first, second = request.GET.get("from", before), request.GET.get("to", newest)
    if first not in by_number or second not in by_number:
        raise Http404
    names = {n: "the version being written" if n == DRAFT else f"version {n}" for n in by_number}
    page = {
        "row": row,
        "versions": published,
        "draft": draft,
        "choices": list(names.items()),
        "first": first,
        "second": second,
        "names": names,
        "differences": compare_versions(by_number[first], by_number[second]),
    }
    return render(request, "questionnaires/versions.html", page)


@requires(P.MANAGE_SURVEYS)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that a role is asked, on one page: nothing that is filled in here is kept."""
    row = find(key)
    draft = drafting.draft_of(row)
    definition = drafting.definition_in(draft) if draft else queries.definition_of(row.versions.first())
    role = role_of(request)
    page = {
        "row": row,
        "definition": definition,
        "role": role,
        "roles": list(ASKED.items()),
        "sections": sections_for(definition, role),
        "draft": draft,
    }
    return render(request, "questionnaires/preview.html", page)


def role_of(request: HttpRequest) -> str:
    """The role as which a preview is asked for; the head unless another is named."""
    asked = request.POST.get("as") or request.GET.get("as", "")
    return asked if asked in ASKED else "head"


def sections_for(definition: Definition, role: str) -> list[tuple[Section, list[list[Asked]]]]:
    """Each section that the role is asked, with its fields together as they stand on a page."""
    services = preview_services()
    if any(section.repeats for section in definition.sections):
        services = services[:SHOWN_SERVICES]
    found: dict[str, tuple[Section, dict[str, list[Asked]]]] = {}
    for each in every_field(definition, services):
        if role in each.section.asked:
            _, groups = found.setdefault(each.section.key, (each.section, {}))
            groups.setdefault(group_key(each), []).append(each)
    return [(section, list(groups.values())) for section, groups in found.values()]


def group_key(each: Asked) -> str:
    """What stands together on one page: a matrix, all about one service, or one question."""
    if each.question.kind == Kind.MATRIX or each.service is None:
        return each.question.key
    return each.service.key


def preview_services() -> list[OfferedService]:
    """Services to show in a preview: some of the catalogue's, or an example where it is empty."""
    return services_on_offer()[: SHOWN_SERVICES * 2] or [EXAMPLE]


def find(key: str) -> Questionnaire:
    """The authority's questionnaire of that key; else it is not found."""
    row = queries.questionnaires().filter(key=key).first()
    if row is None:
        raise Http404
    return row
