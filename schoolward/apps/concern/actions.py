"""Changing what is decided, known and agreed about schools."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import record
from schoolward.apps.concern import checks
from schoolward.apps.concern.models import (
    Category,
    CategoryRecord,
    LeadOfficer,
    LocalKnowledge,
    Panel,
    PanelItem,
    ProposedStatus,
    StatusDecision,
)
from schoolward.apps.concern.states import DEFAULT_CATEGORIES, Capacity, CategoryState, KnowledgeKind, Status
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput


@transaction.atomic
def decide_status(
    *,
    by: Acting,
    school: School,
    status: Status,
    reason: str,
    capacity: Capacity,
    capacity_evidence: str,
    review_on: date,
    proposal: ProposedStatus | None,
) -> StatusDecision:
    """The decision, from today; the one before it stays as it was."""
    checks.check_can_decide(school, by)
    if not reason.strip():
        raise BadInput("A decision needs a reason.", do="Say in a sentence why.")
    if capacity != Capacity.NOT_JUDGED and not capacity_evidence.strip():
        raise BadInput(
            "A judgement of capacity needs its evidence.", do="Say what shows it, or leave it not judged."
        )
    if review_on <= clock.today():
        raise BadInput("The day to look again must be in the future.", do="Give a later date.")
    before = StatusDecision.objects.filter(school=school).first()
    decision = StatusDecision.objects.create(
        school=school,
        status=status,
        reason=reason.strip(),
        capacity=capacity,
        capacity_evidence=capacity_evidence.strip(),
        decided_on=clock.today(),
        review_on=review_on,
        decided_at=clock.now(),
        decided_by_id=by.membership_id,
        proposal=proposal,
    )
    record(
        "concern.decide_status",
        by=by,
        target=school,
        label=school.name,
        before={"status": before.status, "decided_on": before.decided_on} if before else None,
        after={"status": status, "review_on": review_on, "proposed": proposal.status if proposal else None},
        reason=reason,
    )
    return decision


@transaction.atomic
def record_knowledge(
    *, by: Acting, school: School, kind: KnowledgeKind, sentence: str, known_from: date
) -> LocalKnowledge:
    """What the officer knows, kept from `known_from`; the audit names the kind and not the sentence."""
    checks.check_can_record_knowledge(school, by)
    checks.check_not_in_future(known_from, "date")
    if not sentence.strip():
        raise BadInput("Say what is known.", do="A sentence is enough. Never name a child.")
    known = LocalKnowledge.objects.create(
        school=school,
        kind=kind,
        sentence=sentence.strip(),
        known_from=known_from,
        recorded_at=clock.now(),
        recorded_by_id=by.membership_id,
    )
    record("concern.record_knowledge", by=by, target=school, label=school.name, after={"kind": kind})
    return known


@transaction.atomic
def end_knowledge(*, by: Acting, known: LocalKnowledge, until: date, because: str) -> LocalKnowledge:
    """The record, which no longer counts after `until`."""
    checks.check_can_record_knowledge(known.school, by)
    checks.check_not_in_future(until, "last day")
    if not because.strip():
        raise BadInput("Say why it no longer holds.", do="For example: a permanent head started.")
    known.known_until, known.ended_because = max(until, known.known_from), because.strip()
    known.save(update_fields=["known_until", "ended_because"])
    after = {"kind": known.kind, "until": known.known_until}
    record("concern.end_knowledge", by=by, target=known.school, label=known.school.name, after=after)
    return known


@transaction.atomic
def name_lead_officer(
    *,
    by: Acting,
    school: School,
    member: Membership,
    interest_declared: str = "",
    starts_on: date | None = None,
) -> LeadOfficer:
    """The adviser's lead on the school from that day; whoever led before stops the day it starts."""
    by.check(Permission.HAND_OVER_WORK)
    starts_on = starts_on or clock.today()
    before = LeadOfficer.objects.filter(school=school, ends_on=None).select_related("member__person").first()
    if before and before.member_id == member.pk:
        return before
    if before:
        before.ends_on = max(starts_on, before.starts_on)
        before.save(update_fields=["ends_on"])
    lead = LeadOfficer.objects.create(
        school=school, member=member, starts_on=starts_on, interest_declared=interest_declared.strip()
    )
    record(
        "concern.name_lead_officer",
        by=by,
        target=school,
        label=school.name,
        before={"lead": before.member.person.name} if before else None,
        after={"lead": member.person.name, "interest_declared": lead.interest_declared},
    )
    return lead


def hand_over_schools(*, by: Acting, from_member: Membership, to_member: Membership) -> int:
    """How many schools went from one lead officer to another; in the caller's transaction."""
    led = list(LeadOfficer.objects.filter(member=from_member, ends_on=None).select_related("school"))
    for lead in led:
        name_lead_officer(by=by, school=lead.school, member=to_member)
    return len(led)


@transaction.atomic
def open_categories(*, by: Acting) -> list[Category]:
    """The authority's categories; the usual four where it has none of its own."""
    if not Category.objects.exists():
        Category.objects.bulk_create(
            Category(authority=by.authority, key=key, name=name, description=text, position=n, status=status)
            for n, (key, name, text, status) in enumerate(DEFAULT_CATEGORIES, start=1)
        )
        record(
            "concern.open_categories", by=by, target=("concern.category", by.authority.pk), label="categories"
        )
    return list(Category.objects.all())


@transaction.atomic
def propose_category(
    *, by: Acting, school: School, exam_year: int, category: Category, because: str, evidence: list[dict]
) -> CategoryRecord:
    """The year's record with the officer's proposal and the evidence as it stands today."""
    checks.check_can_decide(school, by)
    row, _ = CategoryRecord.objects.get_or_create(
        authority=by.authority,
        school=school,
        exam_year=exam_year,
        defaults={"state": CategoryState.TO_PROPOSE},
    )
    row = CategoryRecord.objects.select_for_update().get(pk=row.pk)
    checks.check_can_move(row, CategoryState.PROPOSED, by)
    if not because.strip():
        raise BadInput("A proposal needs a reason.", do="Say in a sentence why.")
    before = row.proposed.name if row.proposed else None
    row.state, row.proposed, row.proposed_because = CategoryState.PROPOSED, category, because.strip()
    row.proposed_by_id, row.evidence = by.membership_id, evidence
    row.save()
    after = {"proposed": category.name, "exam_year": exam_year}
    record(
        "concern.propose_category",
        by=by,
        target=school,
        label=school.name,
        before={"proposed": before},
        after=after,
        reason=because,
    )
    return row


@transaction.atomic
def record_conversation(
    *, by: Acting, row: CategoryRecord, on: date, spoken_with: str, head_agrees: bool, head_view: str
) -> CategoryRecord:
    """The record with the conversation with the head, and the head's own view."""
    row = CategoryRecord.objects.select_for_update().get(pk=row.pk)
    checks.check_can_move(row, CategoryState.DISCUSSED, by)
    checks.check_not_in_future(on, "conversation")
    if not spoken_with.strip():
        raise BadInput("Say whom you spoke with.", do="Give the head's name, or who stood in.")
    if not head_agrees and not head_view.strip():
        raise BadInput(
            "The head does not agree, so the head's view is needed.", do="Write it as the head put it."
        )
    row.state, row.conversation_on, row.conversation_with = CategoryState.DISCUSSED, on, spoken_with.strip()
    row.head_agrees, row.head_view = head_agrees, head_view.strip()
    row.save()
    after = {"on": on, "head_agrees": head_agrees}
    record("concern.record_conversation", by=by, target=row.school, label=row.school.name, after=after)
    return row


@transaction.atomic
def agree_category(*, by: Acting, row: CategoryRecord, category: Category, because: str) -> CategoryRecord:
    """The record, agreed; a category other than the one proposed needs its reason."""
    row = CategoryRecord.objects.select_for_update().get(pk=row.pk)
    checks.check_can_move(row, CategoryState.AGREED, by)
    if category.pk != row.proposed_id and not because.strip():
        raise BadInput(
            "This is not the category that was proposed.", do="Say what changed in the conversation."
        )
    row.state, row.agreed, row.agreed_because = CategoryState.AGREED, category, because.strip()
    row.agreed_at, row.agreed_by_id = clock.now(), by.membership_id
    row.save()
    after = {"agreed": category.name, "exam_year": row.exam_year}
    record(
        "concern.agree_category", by=by, target=row.school, label=row.school.name, after=after, reason=because
    )
    return row


@transaction.atomic
def hold_panel(*, by: Acting, held_on: date, title: str, present: str) -> Panel:
    """The panel, with its minutes open."""
    by.check(Permission.RUN_PANEL)
    if not title.strip() or not present.strip():
        raise BadInput("A panel needs a title and who was present.", do="Give both.")
    panel = Panel.objects.create(
        held_on=held_on, title=title.strip(), present=present.strip(), called_by_id=by.membership_id
    )
    record("concern.hold_panel", by=by, target=panel)
    return panel


@transaction.atomic
def minute_school(
    *,
    by: Acting,
    panel: Panel,
    school: School,
    minute: str,
    action: str = "",
    owner: Membership | None = None,
    due_on: date | None = None,
) -> PanelItem:
    """What was said of the school; an action has an owner and a day, or there is none."""
    checks.check_can_minute(panel, by)
    if not minute.strip():
        raise BadInput("Say what was said of the school.", do="A sentence is enough.")
    if bool(action.strip()) != bool(owner and due_on):
        raise BadInput("An action needs what, who and by when.", do="Give all three, or none.")
    item = PanelItem.objects.create(
        panel=panel, school=school, minute=minute.strip(), action=action.strip(), owner=owner, due_on=due_on
    )
    record("concern.minute_school", by=by, target=panel, after={"school": school.name, "action": item.action})
    return item


@transaction.atomic
def close_panel(*, by: Acting, panel: Panel) -> Panel:
    """The panel with its minutes closed for good."""
    checks.check_can_minute(panel, by)
    panel.closed_at, panel.closed_by_id = clock.now(), by.membership_id
    panel.save(update_fields=["closed_at", "closed_by"])
    record("concern.close_panel", by=by, target=panel)
    return panel


@transaction.atomic
def finish_action(*, by: Acting, item: PanelItem, on: date) -> PanelItem:
    """The panel's action, done on that day: by its owner or whoever runs panels."""
    if item.owner_id != by.membership_id:
        by.check(Permission.RUN_PANEL)
    checks.check_not_in_future(on, "day it was done")
    item.done_on = on
    item.save(update_fields=["done_on"])
    record("concern.finish_action", by=by, target=item.panel, after={"action": item.action, "done_on": on})
    return item


def hand_over_panel_actions(*, by: Acting, from_member: Membership, to_member: Membership) -> int:
    """How many open panel actions went from one colleague to another; in the caller's transaction."""
    return PanelItem.objects.filter(owner=from_member, done_on=None).update(owner=to_member)
