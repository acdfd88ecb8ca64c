"""What has happened in Estuary: lists worked out, decisions taken, categories agreed, panels, a paper.

Everything goes through the same actions as on a real authority, at the day on which it happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.concern import actions, queries
from schoolward.apps.concern.queries import ConcernList, Line
from schoolward.apps.concern.risk_runs import work_out_risk
from schoolward.apps.concern.runs import work_out
from schoolward.apps.concern.states import Capacity, KnowledgeKind, Status
from schoolward.apps.papers import actions as paper_actions
from schoolward.apps.papers import queries as paper_queries
from schoolward.apps.register.queries import schools_of
from schoolward.apps.tenancy import clock
from schoolward.demo.people import PANEL_SERVICES
from schoolward.terms.years import exam_year_of

TERM_AGO_DAYS = 130
KNOWN = (
    (
        KnowledgeKind.HEAD_VACANCY,
        "The head left at half-term; the deputy acts until a permanent head is found.",
    ),
    (KnowledgeKind.DEFICIT, "The licensed deficit is larger than the plan allowed."),
    (KnowledgeKind.FALLING_ROLLS, "Reception took half its number; a class will go next September."),
    (KnowledgeKind.GOVERNANCE, "Three vacancies on the board, and no chair of finance."),
    (KnowledgeKind.COMPLAINTS, "Six complaints since September, four about communication with parents."),
)


class _Cast:
    """Who acts, by role."""

    def __init__(self, members: Sequence[Membership]) -> None:
        self.members = {role: [m for m in members if m.role == role] for role in {m.role for m in members}}

    def acting(self, role: str, n: int = 0) -> Acting:
        return Acting.of(self.members[role][n])

    def panel(self) -> list[str]:
        """Who comes to a panel of services, with the service each speaks for."""
        seats = [
            ("School improvement", [*self.members["assistant_director"], *self.advisers[:2]]),
            ("Governor services", self.members["governor_services"]),
            *zip(PANEL_SERVICES, ([member] for member in self.members["panel_member"]), strict=True),
        ]
        return [f"{member.person.name}, {service}" for service, members in seats for member in members]

    @property
    def advisers(self) -> list[Membership]:
        return self.members["adviser"]


def tell_story(members: Sequence[Membership], *, by: Acting) -> None:
    """A term and a bit of work, ending today."""
    cast = _Cast(members)
    first_day = clock.today()
    with clock.frozen_at(first_day - timedelta(days=TERM_AGO_DAYS)):
        leads = _name_leads(cast, by)
        actions.open_categories(by=by)
        earlier = queries.list_of(work_out(by.authority, clock.today()))
        _decide(earlier, leads, cast, review_days=(100, 150), leave=1)
        _publish_paper(cast)
    with clock.frozen_at(first_day - timedelta(days=30)):
        _record_knowledge(by, leads)
    with clock.frozen_at(first_day - timedelta(days=21)):
        _agree_categories(by, leads)
        _hold_panel(cast, by)
    _decide(queries.list_of(work_out(by.authority, first_day)), leads, cast, review_days=(60, 120), leave=4)
    work_out(by.authority, first_day)
    work_out_risk(by=cast.acting("assistant_director"), as_at=clock.today())
    _start_paper(cast, first_day)


def _name_leads(cast: _Cast, by: Acting) -> dict[int, Membership]:
    """Each open school's lead officer, by URN: neighbouring towns go to the same adviser."""
    schools = sorted(schools_of(by.authority_code, open_only=True), key=lambda s: (s.town, s.name))
    share = -(-len(schools) // len(cast.advisers))
    director = cast.acting("assistant_director")
    leads = {}
    for n, school in enumerate(schools):
        leads[school.urn] = cast.advisers[n // share]
        actions.name_lead_officer(by=director, school=school, member=leads[school.urn])
    return leads


def _decide(
    found: ConcernList, leads: dict[int, Membership], cast: _Cast, *, review_days: tuple[int, int], leave: int
) -> None:
    """Decisions by lead officers on what is proposed, but for the last few, which wait."""
    waiting = [n for n in found.lines if n.school and _asks(n)]
    for n, line in enumerate(waiting[: max(len(waiting) - leave, 0)]):
        lead = leads.get(line.proposal.urn, cast.advisers[0])
        status = _decided(line)
        actions.decide_status(
            by=Acting.of(lead),
            school=line.school,
            status=status,
            reason=_reason(line, status),
            capacity=Capacity.NOT_JUDGED
            if status == Status.NONE
            else (Capacity.LACKS, Capacity.PARTLY)[n % 2],
            capacity_evidence="" if status == Status.NONE else CAPACITY_EVIDENCE[n % len(CAPACITY_EVIDENCE)],
            review_on=clock.days_from_today(
                review_days[n % 2] if status == Status.CONCERN else review_days[1]
            ),
            proposal=line.proposal,
        )


CAPACITY_EVIDENCE = (
    "Two of four leaders are new, and the plan has no milestones after Easter.",
    "The new maths leader's work shows in books, but not yet in results.",
    "Governors ask about attendance each month; they do not yet ask about reading.",
)


def _asks(line: Line) -> bool:
    """True where a person has to look: proposed for something, and not decided on this proposal's status."""
    if line.proposal.status == Status.NONE:
        return False
    return line.decision is None or line.differs


def _decided(line: Line) -> Status:
    """As proposed; an unknown school is watched until somebody has been there."""
    proposed = Status(line.proposal.status)
    return Status.WATCH if proposed == Status.UNKNOWN else proposed


def _reason(line: Line, status: Status) -> str:
    first = line.reasons[0]["sentence"] if line.reasons else "Nothing is published."
    if line.proposal.status == Status.UNKNOWN:
        return f"{first} Watched until the visit of this term has shown how pupils do."
    return f"{first} Agreed with the head and the chair when the list was discussed."


def _record_knowledge(by: Acting, leads: dict[int, Membership]) -> None:
    lines = queries.list_of(work_out(by.authority, clock.today())).lines
    chosen = [n for n in lines if n.school and n.stands in (Status.WATCH, Status.NONE)]
    step = max(len(chosen) // len(KNOWN), 1)
    for (kind, sentence), line in zip(KNOWN, chosen[::step], strict=False):
        actions.record_knowledge(
            by=Acting.of(leads[line.proposal.urn]),
            school=line.school,
            kind=kind,
            sentence=sentence,
            known_from=clock.days_from_today(-10),
        )


def _agree_categories(by: Acting, leads: dict[int, Membership]) -> None:
    """Three in five agreed, some discussed, some proposed, the rest still to propose."""
    exam_year = exam_year_of(clock.today())
    categories = {c.key: c for c in queries.categories()}
    for n, line in enumerate(queries.list_of(work_out(by.authority, clock.today())).lines):
        if line.school is None or n % 10 == 9:
            continue
        lead = Acting.of(leads[line.proposal.urn])
        key = {"concern": "intensive", "watch": "targeted"}.get(
            line.stands, "leading" if n % 7 == 3 else "secure"
        )
        row = actions.propose_category(
            by=lead,
            school=line.school,
            exam_year=exam_year,
            category=categories[key],
            because=line.proposal.working["says"] + ".",
            evidence=list(line.reasons),
        )
        if n % 10 in (7, 8):
            continue
        disagrees = key == "intensive" and n % 3 == 0
        row = actions.record_conversation(
            by=lead,
            row=row,
            on=clock.days_from_today(-(n % 15)),
            spoken_with="the headteacher",
            head_agrees=not disagrees,
            head_view="We expect this summer's results to be far better." if disagrees else "",
        )
        if n % 10 != 6:
            actions.agree_category(by=lead, row=row, category=categories[key], because="")


def _hold_panel(cast: _Cast, by: Acting) -> None:
    director = cast.acting("assistant_director")
    panel = actions.hold_panel(
        by=director,
        held_on=clock.today(),
        title="Autumn panel of services",
        present="\n".join(cast.panel()),
    )
    lines = queries.list_of(work_out(by.authority, clock.today())).lines
    for n, line in enumerate([x for x in lines if x.school and x.stands == Status.CONCERN][:4]):
        actions.minute_school(
            by=director,
            panel=panel,
            school=line.school,
            minute=f"{line.proposal.working['says']}. Finance and governance reported; nobody knew of more.",
            action="Agree with the chair what must change by Easter" if n < 3 else "",
            owner=line.lead.member if n < 3 else None,
            due_on=clock.days_from_today(14 + 7 * n) if n < 3 else None,
        )
    actions.close_panel(by=director, panel=panel)


def _publish_paper(cast: _Cast) -> None:
    analyst, director = cast.acting("analyst"), cast.acting("director")
    paper = paper_actions.start_paper(
        by=analyst, kind="concern.schools", as_at=clock.today(), compared_with=_a_year_before(clock.today())
    )
    version = paper_queries.draft_of(paper).version
    frozen = paper_actions.freeze_paper(by=analyst, paper=paper, base_version=version)
    frozen = paper_actions.sign_paper(by=director, frozen=frozen)
    paper_actions.publish_paper(
        by=director, frozen=frozen, because="The board meets in public, and the schools named agreed."
    )


def _start_paper(cast: _Cast, first_day: date) -> None:
    """This term's paper, frozen by the analyst and waiting for a signature."""
    analyst = cast.acting("analyst")
    paper = paper_actions.start_paper(
        by=analyst,
        kind="concern.schools",
        as_at=first_day,
        compared_with=first_day - timedelta(days=TERM_AGO_DAYS),
    )
    paper_actions.freeze_paper(by=analyst, paper=paper, base_version=paper_queries.draft_of(paper).version)


def _a_year_before(day: date) -> date:
    return day - timedelta(days=365)
