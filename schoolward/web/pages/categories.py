"""Categories, agreed each year after a conversation with the head; and panels of services."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.accounts.queries import in_force
from schoolward.apps.concern import actions, queries
from schoolward.apps.concern.models import Category, CategoryRecord, Panel, PanelItem
from schoolward.apps.concern.runs import work_out
from schoolward.apps.concern.states import CATEGORY_WORDS, CategoryState
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import schools_of
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput
from schoolward.terms.years import academic_year_label, exam_year_of
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.routes import route_for
from schoolward.web.sheets import columns_of, sheet_reply


@requires(P.VIEW_CATEGORIES)
def category_list(request: HttpRequest) -> HttpResponse:
    """Every school's category for the school year, and how far each conversation has come."""
    exam_year = _year(request)
    schools = list(schools_of(request.acting.authority_code, open_only=True))
    records = queries.categories_of_year(exam_year)
    leads = queries.leads_as_at(clock.today())
    rows = [(s, records.get(s.pk), leads.get(s.pk)) for s in schools]
    if request.GET.get("lead") == "me":
        rows = [r for r in rows if r[2] and r[2].member_id == request.acting.membership_id]
    if state := request.GET.get("state"):
        rows = [r for r in rows if (r[1].state if r[1] else CategoryState.TO_PROPOSE) == state]
    page = {
        "rows": rows,
        "counts": queries.category_counts(records, len(schools)),
        "state_words": CATEGORY_WORDS,
        "exam_year": exam_year,
        "year_label": academic_year_label(exam_year),
        "years": [exam_year_of(clock.today()) - n for n in range(3)],
        "mine": request.GET.get("lead") == "me",
        "state": state or "",
        "query": request.GET.urlencode(),
    }
    return render(request, "categories/list.html", page)


@requires(P.VIEW_CATEGORIES)
def category_export(request: HttpRequest, form: str) -> HttpResponse:
    """The year's categories as CSV or Excel."""
    exam_year = _year(request)
    records = queries.categories_of_year(exam_year)
    rows = [
        [
            school.urn,
            school.name,
            school.phase,
            academic_year_label(exam_year),
            *_export(records.get(school.pk)),
        ]
        for school in schools_of(request.acting.authority_code, open_only=True)
    ]
    return sheet_reply(form, f"categories-{academic_year_label(exam_year)}", EXPORTED, rows)


EXPORTED = columns_of(
    "URN",
    "School",
    "Phase",
    "School year",
    "Step",
    "Proposed",
    ("Conversation on", "date"),
    "Head agrees",
    "Agreed",
)


def _export(record: CategoryRecord | None) -> list:
    if record is None:
        return [CATEGORY_WORDS[CategoryState.TO_PROPOSE], "", None, "", ""]
    agrees = {None: "", True: "yes", False: "no"}[record.head_agrees]
    return [
        CATEGORY_WORDS[CategoryState(record.state)],
        record.proposed.name if record.proposed else "",
        record.conversation_on,
        agrees,
        record.agreed.name if record.agreed else "",
    ]


@requires(P.VIEW_CATEGORIES)
def category_school(request: HttpRequest, urn: int) -> HttpResponse:
    """One school's category for the year: the evidence, and the step that comes next."""
    school = get_object_or_404(School, urn=urn, authority_code=request.acting.authority_code)
    exam_year = _year(request)
    answers = Answers(request.POST)
    row = CategoryRecord.objects.filter(school=school, exam_year=exam_year).first()
    if request.method == "POST":
        try:
            if _take_step(request, school, exam_year, row, answers):
                return redirect(f"{request.path}?year={exam_year}")
        except BadInput as problem:
            answers.errors[STEP_FIELD.get(request.POST.get("step", ""), "because")] = str(problem)
    proposal = work_out(request.acting.authority, clock.today()).proposals.filter(urn=urn).first()
    page = {
        "school": school,
        "row": row,
        "state": CategoryState(row.state) if row else CategoryState.TO_PROPOSE,
        "state_words": CATEGORY_WORDS,
        "proposal": proposal,
        "knowledge": _current_knowledge(request, school),
        "categories": queries.categories(),
        "route": route_for(school),
        "earlier": CategoryRecord.objects.filter(school=school, exam_year__lt=exam_year)
        .select_related("agreed")
        .order_by("-exam_year"),
        "exam_year": exam_year,
        "year_label": academic_year_label(exam_year),
        "answers": answers,
        "label": academic_year_label,
    }
    return render(request, "categories/school.html", page, status=400 if answers.errors else 200)


STEP_FIELD = {"propose": "because", "talk": "head_view", "agree": "agreed_because"}


def _take_step(
    request: HttpRequest, school: School, exam_year: int, row: CategoryRecord | None, answers: Answers
) -> bool:
    """Does the step that was sent; False where an answer will not do."""
    step = request.POST.get("step")
    if step == "propose":
        return _propose(request, school, exam_year, answers)
    if row is None:
        raise BadInput("Propose a category first.")
    if step == "talk":
        return _talk(request, row, answers)
    return _agree(request, row, answers)


def _propose(request: HttpRequest, school: School, exam_year: int, answers: Answers) -> bool:
    category = _category(answers)
    because = answers.text("because", "Say in a sentence why.")
    if answers.errors:
        return False
    proposal = work_out(request.acting.authority, clock.today()).proposals.filter(urn=school.urn).first()
    evidence = list(proposal.working["reasons"]) if proposal else []
    evidence += [
        {"code": k.kind, "sentence": k.get_kind_display()} for k in _current_knowledge(request, school)
    ]
    actions.propose_category(
        by=request.acting,
        school=school,
        exam_year=exam_year,
        category=category,
        because=because,
        evidence=evidence,
    )
    say(request, f"Proposed: {category.name}. Next comes the conversation with the head.")
    return True


def _talk(request: HttpRequest, row: CategoryRecord, answers: Answers) -> bool:
    on = answers.day("on", "Give the day of the conversation.")
    spoken_with = answers.text("spoken_with", "Say whom you spoke with.")
    agrees = answers.choice("head_agrees", ("yes", "no"), "Choose whether the head agrees.")
    if answers.errors:
        return False
    actions.record_conversation(
        by=request.acting,
        row=row,
        on=on,
        spoken_with=spoken_with,
        head_agrees=agrees == "yes",
        head_view=answers.text("head_view"),
    )
    say(request, "The conversation is recorded.")
    return True


def _agree(request: HttpRequest, row: CategoryRecord, answers: Answers) -> bool:
    category = _category(answers)
    if answers.errors:
        return False
    actions.agree_category(
        by=request.acting, row=row, category=category, because=answers.text("agreed_because")
    )
    say(request, f"Agreed: {category.name}.")
    return True


def _category(answers: Answers) -> Category | None:
    keys = {c.key: c for c in queries.categories()}
    return keys.get(answers.choice("category", keys, "Choose a category."))


def _current_knowledge(request: HttpRequest, school: School) -> list:
    if not request.acting.may(P.VIEW_LOCAL_KNOWLEDGE):
        return []
    return [k for k in queries.knowledge_of(school) if k.known_until is None]


@requires(P.VIEW_CATEGORIES)
def panels(request: HttpRequest) -> HttpResponse:
    """Panels held, latest first; and the form to hold one."""
    answers = Answers(request.POST)
    if request.method == "POST":
        held_on = answers.day("held_on", "Give the day.")
        title = answers.text("title", "Give a title.")
        present = answers.text("present", "Say who is present, and for which service.")
        if not answers.errors:
            panel = actions.hold_panel(by=request.acting, held_on=held_on, title=title, present=present)
            return redirect("panel", panel.pk)
    page = {"panels": Panel.objects.select_related("called_by__person"), "answers": answers}
    return render(request, "categories/panels.html", page, status=400 if answers.errors else 200)


@requires(P.VIEW_CATEGORIES)
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """One panel's minutes: schools discussed, actions, owners and days; printed as it stands."""
    held = get_object_or_404(Panel.objects.select_related("called_by__person", "closed_by__person"), pk=pk)
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            if _minute(request, held, answers):
                return redirect("panel", held.pk)
        except BadInput as problem:
            answers.errors["action"] = str(problem)
    page = {
        "panel": held,
        "items": held.items.select_related("school", "owner__person"),
        "schools": [(s.urn, s.name) for s in schools_of(request.acting.authority_code, open_only=True)],
        "members": [("", "")]
        + [(m.pk, f"{m.person.name}, {roles.BY_KEY[m.role].name}") for m in _colleagues()],
        "answers": answers,
    }
    return render(request, "categories/panel.html", page, status=400 if answers.errors else 200)


def _minute(request: HttpRequest, held: Panel, answers: Answers) -> bool:
    if request.POST.get("step") == "close":
        actions.close_panel(by=request.acting, panel=held)
        say(request, "The minutes are closed.")
        return True
    school = School.objects.filter(
        urn=answers.text("school") or 0, authority_code=request.acting.authority_code
    ).first()
    if school is None:
        answers.errors["school"] = "Choose a school."
    minute = answers.text("minute", "Say what was said of the school.")
    due_on = answers.day("due_on")
    if answers.errors:
        return False
    owner = next((m for m in _colleagues() if str(m.pk) == answers.text("owner")), None)
    actions.minute_school(
        by=request.acting,
        panel=held,
        school=school,
        minute=minute,
        action=answers.text("action"),
        owner=owner,
        due_on=due_on,
    )
    say(request, f"Minuted: {school.name}.")
    return True


@requires(P.VIEW_CATEGORIES)
@require_POST
def finish_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a panel's action as done today."""
    item = get_object_or_404(PanelItem.objects.select_related("panel"), pk=pk)
    actions.finish_action(by=request.acting, item=item, on=clock.today())
    say(request, "Done.")
    return redirect("panel", item.panel_id)


def _colleagues() -> list[Membership]:
    staff = [role.key for role in roles.ROLES if role.organisation_kind == roles.AUTHORITY]
    rows = in_force(Membership.objects.filter(role__in=staff)).select_related("person")
    return sorted(rows, key=lambda member: member.person.name)


def _year(request: HttpRequest) -> int:
    now = exam_year_of(clock.today())
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and now - 20 <= int(text) <= now + 1 else now
