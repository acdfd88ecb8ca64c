"""Schools causing concern: the list as at a day, one school's working, and the decision."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.accounts.queries import in_force
from schoolward.apps.concern import actions, queries
from schoolward.apps.concern.models import LocalKnowledge, ProposedStatus, RiskBand
from schoolward.apps.concern.runs import work_out
from schoolward.apps.concern.states import (
    CAPACITY_WORDS,
    DECIDED,
    KNOWLEDGE_WORDS,
    STATUS_WORDS,
    Capacity,
    KnowledgeKind,
    Status,
)
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import parse_day
from schoolward.terms.errors import BadInput
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.sheets import columns_of, sheet_reply


@requires(P.VIEW_CONCERN)
def concern_list(request: HttpRequest) -> HttpResponse:
    """Every school of the authority as at a day, most serious first, with what changed since another day."""
    as_at = _day(request, "as_at") or clock.today()
    compare = _day(request, "compare")
    found = queries.list_of(work_out(request.acting.authority, as_at))
    older = queries.list_of(work_out(request.acting.authority, compare)) if compare else None
    mine = request.GET.get("lead") == "me"
    lines = [n for n in found.lines if not mine or _leads(n, request)]
    page = {
        "found": found,
        "groups": [(status, [n for n in lines if n.stands == status]) for status in queries.ORDER],
        "as_at": as_at,
        "compare": compare,
        "changes": queries.changes_between(older, found) if older else [],
        "mine": mine,
        "words": STATUS_WORDS,
        "query": request.GET.urlencode(),
        "is_today": as_at == clock.today(),
        "risk": _risk(request, as_at),
    }
    return render(request, "concern/list.html", page)


@requires(P.VIEW_CONCERN)
def concern_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same list as CSV or Excel, marked as exempt from publication."""
    as_at = _day(request, "as_at") or clock.today()
    found = queries.list_of(work_out(request.acting.authority, as_at))
    name = f"schools-causing-concern-{as_at:%Y-%m-%d}"
    return sheet_reply(form, name, EXPORTED, [_export_row(line, as_at) for line in found.lines])


EXPORTED = columns_of(
    "URN",
    "School",
    "Stands",
    "Proposed",
    "Decided",
    ("Decided on", "date"),
    ("Review on", "date"),
    "Lead officer",
    "Reasons",
    ("As at", "date"),
    "Handling",
)


def _export_row(line: queries.Line, as_at: date) -> list:
    decision = line.decision
    return [
        line.proposal.urn,
        line.proposal.name,
        STATUS_WORDS[Status(line.stands)],
        STATUS_WORDS[Status(line.proposal.status)],
        STATUS_WORDS[Status(decision.status)] if decision else "",
        decision.decided_on if decision else None,
        decision.review_on if decision else None,
        line.lead.member.person.name if line.lead else "",
        " ".join(reason["sentence"] for reason in line.reasons),
        as_at,
        "Exempt from publication unless a person decides otherwise",
    ]


@requires(P.VIEW_CONCERN)
def concern_school(request: HttpRequest, urn: int) -> HttpResponse:
    """One school: the proposal and its working, decisions, what officers know, who leads; and the form."""
    school = _own_school(request, urn)
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            if reply := _decide(request, school, answers):
                return reply
        except BadInput as problem:
            answers.errors["reason"] = str(problem)
    return render(
        request, "concern/school.html", _school_page(request, school, answers), status=_status(answers)
    )


def _school_page(request: HttpRequest, school: School, answers: Answers) -> dict:
    as_at = _day(request, "as_at") or clock.today()
    run = work_out(request.acting.authority, as_at)
    may_know = request.acting.may(P.VIEW_LOCAL_KNOWLEDGE)
    return {
        "school": school,
        "as_at": as_at,
        "run": run,
        "proposal": run.proposals.filter(urn=school.urn).first(),
        "decisions": queries.decisions_on(school),
        "knowledge": queries.knowledge_of(school) if may_know else None,
        "risk": _risk(request, as_at),
        "lead": queries.leads_as_at(as_at).get(school.pk),
        "advisers": _advisers() if request.acting.may(P.HAND_OVER_WORK) else [],
        "answers": answers,
        "capacity_options": list(CAPACITY_WORDS.items()),
        "status_options": [(s, STATUS_WORDS[s]) for s in DECIDED],
        "knowledge_options": list(KNOWLEDGE_WORDS.items()),
        "words": STATUS_WORDS,
        "capacity_words": CAPACITY_WORDS,
    }


def _decide(request: HttpRequest, school: School, answers: Answers) -> HttpResponse | None:
    status = answers.choice("status", DECIDED, "Choose a status.")
    reason = answers.text("reason", "Say in a sentence why.")
    capacity = answers.choice("capacity", Capacity, "Choose one, or 'not judged yet'.")
    review_on = answers.day("review_on", "Give the day to look at this again.")
    if answers.errors:
        return None
    proposal = ProposedStatus.objects.filter(pk=answers.text("proposal") or None, urn=school.urn).first()
    actions.decide_status(
        by=request.acting,
        school=school,
        status=Status(status),
        reason=reason,
        capacity=Capacity(capacity),
        capacity_evidence=answers.text("capacity_evidence"),
        review_on=review_on,
        proposal=proposal,
    )
    say(request, f"Your decision on {school.name} is recorded: {STATUS_WORDS[Status(status)].lower()}.")
    return redirect("concern_school", school.urn)


@requires(P.RECORD_LOCAL_KNOWLEDGE)
@require_POST
def add_knowledge(request: HttpRequest, urn: int) -> HttpResponse:
    """Records what an officer knows of the school."""
    school = _own_school(request, urn)
    answers = Answers(request.POST)
    kind = answers.choice("kind", KnowledgeKind, "Choose what it is about.")
    known_from = answers.day("known_from", "Give the day since when it is known.")
    sentence = answers.text("sentence", "Say what is known.")
    if answers.errors:
        return render(request, "concern/school.html", _school_page(request, school, answers), status=400)
    actions.record_knowledge(
        by=request.acting, school=school, kind=KnowledgeKind(kind), sentence=sentence, known_from=known_from
    )
    say(request, f"Recorded for {school.name}. Only core staff can see it.")
    return redirect("concern_school", school.urn)


@requires(P.RECORD_LOCAL_KNOWLEDGE)
@require_POST
def end_knowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks what was known as no longer so."""
    known = get_object_or_404(LocalKnowledge, pk=pk)
    answers = Answers(request.POST)
    until = answers.day("until", "Give the last day on which it held.")
    because = answers.text("because", "Say why it no longer holds.")
    if answers.errors:
        raise BadInput(next(iter(answers.errors.values())), do="Go back and complete it.")
    actions.end_knowledge(by=request.acting, known=known, until=until, because=because)
    say(request, "Marked as no longer so.")
    return redirect("concern_school", known.school.urn)


@requires(P.HAND_OVER_WORK)
@require_POST
def name_lead(request: HttpRequest, urn: int) -> HttpResponse:
    """Names the school's lead officer, who has been asked for interests."""
    school = _own_school(request, urn)
    member = get_object_or_404(
        in_force(Membership.objects.filter(role="adviser")), pk=request.POST.get("member") or 0
    )
    actions.name_lead_officer(
        by=request.acting, school=school, member=member, interest_declared=request.POST.get("interest", "")
    )
    say(request, f"{member.person.name} now leads on {school.name}.")
    return redirect("concern_school", school.urn)


def _risk(request: HttpRequest, as_at: date) -> dict[int, RiskBand] | None:
    """Bands by school for those who may see them, as at the day or the latest before it; else None."""
    return queries.risk_groups_at(as_at) if request.acting.may(P.VIEW_RISK) else None


def _own_school(request: HttpRequest, urn: int) -> School:
    return get_object_or_404(School, urn=urn, authority_code=request.acting.authority_code)


def _advisers() -> list[Membership]:
    rows = in_force(Membership.objects.filter(role="adviser")).select_related("person")
    return sorted(rows, key=lambda member: member.person.name)


def _leads(line: queries.Line, request: HttpRequest) -> bool:
    return line.lead is not None and line.lead.member_id == request.acting.membership_id


def _status(answers: Answers) -> int:
    return 400 if answers.errors else 200


def _day(request: HttpRequest, name: str) -> date | None:
    """The day asked for in the address; a day in the future is refused, since nothing is known of it."""
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    if (found := parse_day(text)) is None:
        raise BadInput(f"'{text}' is not a date.", do="Write it like 31 December 2018.")
    if found > clock.today():
        raise BadInput("Nothing is known yet of a day in the future.", do="Give today or an earlier day.")
    return found
