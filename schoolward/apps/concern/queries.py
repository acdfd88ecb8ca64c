"""Reading the list of schools causing concern, decisions, what officers know, and categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q, QuerySet

from schoolward.apps.concern.models import (
    Category,
    CategoryRecord,
    LeadOfficer,
    LocalKnowledge,
    PanelItem,
    ProposalRun,
    ProposedStatus,
    RiskBand,
    RiskRun,
    StatusDecision,
)
from schoolward.apps.concern.states import CategoryState, Status
from schoolward.apps.register.models import School
from schoolward.terms.calendar import LONDON

ORDER = {Status.CONCERN: 0, Status.WATCH: 1, Status.UNKNOWN: 2, Status.NONE: 3}


@dataclass(frozen=True)
class Line:
    """One school in the list: what is proposed and why, and what a person decided."""

    proposal: ProposedStatus
    school: School | None
    decision: StatusDecision | None
    lead: LeadOfficer | None

    @property
    def stands(self) -> str:
        """The status that counts: the decision where there is one, else what is proposed."""
        return self.decision.status if self.decision else self.proposal.status

    @property
    def differs(self) -> bool:
        """True where a person decided other than the system now proposes."""
        return self.decision is not None and self.decision.status != self.proposal.status

    @property
    def to_decide(self) -> bool:
        """True where the proposal asks for a person and nobody has decided."""
        return self.decision is None and self.proposal.status != Status.NONE

    @property
    def reasons(self) -> list[dict]:
        return self.proposal.working["reasons"]


@dataclass(frozen=True)
class ConcernList:
    """The whole list as at a day."""

    run: ProposalRun
    lines: tuple[Line, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Schools by the status that stands."""
        return {str(s): sum(line.stands == s for line in self.lines) for s in Status}

    @cached_property
    def to_decide(self) -> int:
        return sum(line.to_decide for line in self.lines)

    def by_urn(self) -> dict[int, Line]:
        return {line.proposal.urn: line for line in self.lines}


@dataclass(frozen=True)
class Change:
    """A school whose standing differs between two days."""

    name: str
    urn: int
    before: str | None
    after: str | None


def latest_risk_run(on: date) -> RiskRun | None:
    """The newest run of bands of risk for the day or, failing that, for the latest day before it."""
    return RiskRun.objects.filter(as_at__lte=on).first()


def risk_groups_at(on: date) -> dict[int, RiskBand]:
    """Each school's band as at the day by its number, the graver where it has two."""
    run = latest_risk_run(on)
    return {band.urn: band for band in run.bands.order_by("probability")} if run else {}


def list_of(run: ProposalRun) -> ConcernList:
    """The run's proposals with decisions and lead officers as they stood on its day, most serious first."""
    proposals = list(run.proposals.all())
    schools = {s.urn: s for s in School.objects.filter(urn__in=[p.urn for p in proposals])}
    decided = decisions_as_at(run.as_at)
    leads = leads_as_at(run.as_at)
    lines = [
        Line(p, schools.get(p.urn), decided.get(_pk(schools, p)), leads.get(_pk(schools, p)))
        for p in proposals
    ]
    return ConcernList(run, tuple(sorted(lines, key=lambda n: (ORDER[Status(n.stands)], n.proposal.name))))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one school stands, without the evidence: for pages that count."""

    urn: int
    name: str
    proposed: str
    decided: str
    review_on: date | None
    lead_id: int | None

    @property
    def stands(self) -> str:
        """The status that counts: the decision where there is one, else what is proposed."""
        return self.decided or self.proposed

    @property
    def to_decide(self) -> bool:
        """True where the proposal asks for a person and nobody has decided."""
        return not self.decided and self.proposed != Status.NONE


def standings_of(run: ProposalRun) -> list[Standing]:
    """Where each school of the run stood on its day, most serious first: no evidence is read."""
    leads = dict(_leads_on(run.as_at).values_list("school__urn", "member_id"))
    decided = {row.urn: (row.status, row.review_on) for row in latest_decisions(run.as_at)}
    return _standings(run.proposals.values_list("urn", "name", "status"), decided, leads)


def standings_led(run: ProposalRun, counts: Counts, lead_id: int) -> list[Standing]:
    """Of these, the schools that a member led on that day; `counts` are the run's."""
    led = set(_leads_on(run.as_at).filter(member_id=lead_id).values_list("school__urn", flat=True))
    rows = [row for row in counts.proposed if row[0] in led]
    return _standings(rows, counts.decided, dict.fromkeys(led, lead_id))


def _standings(
    proposals: Iterable[tuple[int, str, str]], decided: dict[int, tuple[str, date]], leads: dict[int, int]
) -> list[Standing]:
    found = [
        Standing(urn, name, proposed, *decided.get(urn, ("", None)), leads.get(urn))
        for urn, name, proposed in proposals
    ]
    return sorted(found, key=lambda each: (ORDER[Status(each.stands)], each.name))


@dataclass(frozen=True)
class Counts:
    """Schools of a run by the status that stood on its day, and when each was to be looked at again."""

    as_at: date
    by_status: dict[str, int]
    reviews_on: tuple[date, ...]
    decided: dict[int, tuple[str, date]]  # by the school's number, the status decided and its review
    proposed: tuple[tuple[int, str, str], ...]  # the number, name and proposed status of every school

    def reviews_before(self, day: date) -> list[date]:
        """Those due before the day, the longest overdue first."""
        return sorted(due for due in self.reviews_on if due < day)


def counts_of(run: ProposalRun, days_before: int) -> tuple[Counts, Counts | None]:
    """The run's counts; and those of the last run of so many days before it or more, where there is one.

    Read in plain queries: composed ones take Django longer to put together than the database to answer.
    """
    earlier = ProposalRun.objects.filter(as_at__lte=run.as_at - timedelta(days=days_before))
    before = earlier.order_by("-as_at").values_list("pk", "as_at").first()
    days = {run.pk: run.as_at} | ({before[0]: before[1]} if before else {})
    proposed: dict[int, list[tuple[int, str, str]]] = {pk: [] for pk in days}
    rows = ProposedStatus.objects.filter(run__in=list(days)).order_by()
    for pk, *row in rows.values_list("run_id", "urn", "name", "status"):
        proposed[pk].append(tuple(row))
    decided = _decisions(run.as_at)
    now, *rest = (_counted(day, proposed[pk], decided) for pk, day in days.items())
    return now, rest[0] if rest else None


def _counted(as_at: date, proposed: list[tuple[int, str, str]], decided: list[tuple]) -> Counts:
    latest = {urn: (status, review_on) for urn, on, status, review_on in decided if on <= as_at}
    stands = Counter(latest[urn][0] if urn in latest else status for urn, _, status in proposed)
    reviews_on = tuple(latest[urn][1] for urn, _, _ in proposed if urn in latest)
    return Counts(
        as_at, {str(status): stands[status] for status in Status}, reviews_on, latest, tuple(proposed)
    )


def _decisions(on: date) -> list[tuple]:
    """School number, day, status and day of review of every decision by that day, the oldest first."""
    rows = StatusDecision.objects.filter(decided_on__lte=on).order_by("decided_on", "pk")
    return list(rows.values_list("school__urn", "decided_on", "status", "review_on"))


def waiting(decided: Iterable[Decided], among: Collection[int] | None = None) -> int:
    """How many schools of the latest list are proposed for a decision, and are not among those decided.

    With `among`, of these school numbers alone.
    """
    run = ProposalRun.objects.values_list("pk", flat=True).first()
    rows = ProposedStatus.objects.filter(run=run).exclude(status=Status.NONE).order_by()
    urns = set(rows.values_list("urn", flat=True)) - {each.urn for each in decided}
    return len(urns if among is None else urns & set(among))


class Decided(NamedTuple):
    """The latest decision on a school, without its reasons."""

    school_id: int
    urn: int
    name: str
    status: str
    review_on: date


def latest_decisions(on: date) -> list[Decided]:
    """The latest decision on each school by that day."""
    rows = StatusDecision.objects.filter(decided_on__lte=on).order_by("decided_on", "pk")
    values = rows.values_list("school_id", "school__urn", "school__name", "status", "review_on")
    return list({row[0]: Decided(*row) for row in values}.values())


def _pk(schools: dict[int, School], proposal: ProposedStatus) -> int | None:
    return schools[proposal.urn].pk if proposal.urn in schools else None


def changes_between(older: ConcernList, newer: ConcernList) -> list[Change]:
    """Schools that stand otherwise than they did, with those that joined or left the list."""
    before = older.by_urn()
    after = newer.by_urn()
    found = []
    for urn in before.keys() | after.keys():
        was, now = before.get(urn), after.get(urn)
        stood, stands = was and was.stands, now and now.stands
        if stood != stands:
            found.append(Change((now or was).proposal.name, urn, stood, stands))
    return sorted(found, key=lambda change: (ORDER[Status(change.after)] if change.after else 9, change.name))


def decisions_as_at(on: date) -> dict[int, StatusDecision]:
    """The latest decision on each school by that day, by the school's key."""
    rows = StatusDecision.objects.filter(decided_on__lte=on).select_related("decided_by__person", "school")
    latest: dict[int, StatusDecision] = {}
    for row in rows.order_by("decided_on", "pk"):
        latest[row.school_id] = row
    return latest


def decisions_on(school: School) -> list[StatusDecision]:
    """Every decision on the school, latest first."""
    return list(
        StatusDecision.objects.filter(school=school).select_related("decided_by__person", "proposal__run")
    )


def leads_as_at(on: date) -> dict[int, LeadOfficer]:
    """Who led on each school that day, by the school's key."""
    return {row.school_id: row for row in _leads_on(on).select_related("member__person")}


def lead_of(school: School, on: date) -> LeadOfficer | None:
    """Who led on the school that day."""
    return _leads_on(on).filter(school=school).select_related("member__person").first()


def _leads_on(on: date) -> QuerySet[LeadOfficer]:
    return LeadOfficer.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


def led_by(membership_id: int | None) -> dict[int, int]:
    """The schools that a member leads on today: their numbers by their keys."""
    rows = LeadOfficer.objects.filter(member_id=membership_id, ends_on=None).order_by()
    return dict(rows.values_list("school_id", "school__urn"))


def leaders() -> set[int]:
    """Memberships that lead on any school today."""
    return set(LeadOfficer.objects.filter(ends_on=None).values_list("member_id", flat=True))


def knowledge_as_at(on: date) -> list[LocalKnowledge]:
    """What officers knew that day: recorded by then, and holding on it."""
    rows = LocalKnowledge.objects.filter(known_from__lte=on).filter(
        Q(known_until=None) | Q(known_until__gte=on)
    )
    known = rows.select_related("school").order_by("school__urn", "kind", "pk")
    return [row for row in known if row.recorded_at.astimezone(LONDON).date() <= on]


def knowledge_of(school: School) -> list[LocalKnowledge]:
    """All that was ever recorded of the school, what holds now first."""
    rows = LocalKnowledge.objects.filter(school=school).select_related("recorded_by__person")
    return sorted(rows, key=lambda row: row.known_until is not None)


def categories_of_year(exam_year: int) -> dict[int, CategoryRecord]:
    """Each school's record for the year, by the school's key."""
    rows = CategoryRecord.objects.filter(exam_year=exam_year)
    return {row.school_id: row for row in rows.select_related("proposed", "agreed", "agreed_by__person")}


def categories_agreed(exam_year: int) -> int:
    """How many schools have an agreed category for the year."""
    return CategoryRecord.objects.filter(exam_year=exam_year, agreed__isnull=False).count()


def category_names(exam_year: int, urns: Iterable[int]) -> dict[int, tuple[str | None, str | None]]:
    """The category agreed for the year and the one proposed, by the URN of each school; None for none."""
    rows = CategoryRecord.objects.filter(exam_year=exam_year, school__urn__in=urns)
    named = rows.values_list("school__urn", "agreed__name", "proposed__name")
    return {urn: (agreed, proposed) for urn, agreed, proposed in named}


def category_counts(records: dict[int, CategoryRecord], schools: int) -> dict[str, int]:
    """How many schools stand at each step; those with no record are still to propose."""
    counts = {str(state): sum(r.state == state for r in records.values()) for state in CategoryState}
    counts[CategoryState.TO_PROPOSE] += schools - len(records)
    return counts


def categories() -> list[Category]:
    """The authority's categories, best first."""
    return list(Category.objects.all())


def open_panel_actions(membership_id: int | None) -> QuerySet[PanelItem]:
    """The member's panel actions that are not done, oldest due first."""
    rows = PanelItem.objects.filter(owner_id=membership_id, done_on=None)
    return rows.select_related("school", "panel").order_by("due_on")


def owners_of_panel_actions() -> set[int]:
    """Memberships with any panel action that is not done."""
    open_items = PanelItem.objects.filter(done_on=None).exclude(owner=None)
    return set(open_items.values_list("owner_id", flat=True))
