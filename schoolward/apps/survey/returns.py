"""Returns as they come in, by whatever way: kept, compared, merged, and one of them nominated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.record import record
from schoolward.apps.survey import checks
from schoolward.apps.survey.answers import check_answers
from schoolward.apps.survey.models import Entry, Return, ReturnVersion
from schoolward.apps.survey.queries import Form, form_of
from schoolward.apps.survey.states import ReturnRoute, ReturnState
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput

Answers = dict[str, Any]


@dataclass(frozen=True)
class Compared:
    """One field in two returns."""

    field: str
    ours: Any  # in the return that counts
    theirs: Any

    @property
    def differs(self) -> bool:
        return self.ours != self.theirs


def compare_returns(form: Form, ours: Answers, theirs: Answers) -> list[Compared]:
    """Every field that either return answers, in the order of the questionnaire."""
    order = {q.key: n for n, q in enumerate(form.questionnaire.questions())}
    services = {service.key: n for n, service in enumerate(form.services)}

    def place(name: str) -> tuple[int, int]:
        key, _, service = name.partition(".")
        return order.get(key, len(order)), services.get(service, -1)

    return [Compared(n, ours.get(n), theirs.get(n)) for n in sorted(ours.keys() | theirs.keys(), key=place)]


@transaction.atomic
def receive_return(
    *,
    by: Acting,
    entry: Entry,
    route: ReturnRoute,
    answers: Answers,
    arrived_at: datetime,
    on_behalf_of: str,
    note: str = "",
) -> ReturnVersion:
    """A return that came on paper or as a workbook: the school's answer if it is the first, else it waits.

    Nothing that arrives is refused for being second, late or incomplete; only for what is no answer at all.
    """
    checks.check_can_enter(entry, by)
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    form = form_of(entry.survey)
    answers = {name: value for name, value in answers.items() if value is not None}
    if problems := check_answers(form.questionnaire, form.services, answers):
        raise BadInput(next(iter(problems.values())))
    if arrived_at > clock.now():
        raise BadInput("It cannot have arrived in the future.", do="Give the day on which it came.")
    if not on_behalf_of.strip():
        raise BadInput("Say who signed it.", do="Give the name on the paper, and the role.")
    sent = {"by": by, "answers": answers, "sent_at": arrived_at, "note": note.strip()}
    version = add_return(entry=entry, route=route, on_behalf_of=on_behalf_of.strip(), **sent)
    after = {"route": route, "state": version.returned.state, "late": version.is_late}
    record("survey.receive_return", by=by, target=entry, after=after)
    return version


@transaction.atomic
def nominate_return(*, by: Acting, returned: Return, reason: str) -> Return:
    """The return, which now counts as the school's answer; the one that did is kept, and counts no more."""
    reason = checks.check_reason(reason)
    returned = _locked(returned)
    checks.check_can_settle(returned, by, ReturnState.NOMINATED)
    before = Return.objects.filter(entry=returned.entry, state=ReturnState.NOMINATED).first()
    if before:
        before.state, before.decided_because = ReturnState.SET_ASIDE, reason
        before.save(update_fields=["state", "decided_because"])
    _settle(returned, ReturnState.NOMINATED, reason)
    was = {"return": before.number} if before else None
    after = {"return": returned.number}
    record("survey.nominate_return", by=by, target=returned.entry, before=was, after=after, reason=reason)
    return returned


@transaction.atomic
def set_return_aside(*, by: Acting, returned: Return, reason: str) -> Return:
    """The return, kept and not counted; the one that counts still does."""
    reason = checks.check_reason(reason)
    returned = _locked(returned)
    if returned.state == ReturnState.NOMINATED:
        raise BadInput("This return counts as the school's answer.", do="Nominate another in its place.")
    checks.check_can_settle(returned, by, ReturnState.SET_ASIDE)
    _settle(returned, ReturnState.SET_ASIDE, reason)
    after = {"return": returned.number}
    record("survey.set_return_aside", by=by, target=returned.entry, after=after, reason=reason)
    return returned


@transaction.atomic
def merge_return(*, by: Acting, returned: Return, take: set[str], reason: str) -> ReturnVersion:
    """A new version of the return that counts, with the fields in `take` as the other return has them."""
    reason = checks.check_reason(reason)
    returned = _locked(returned)
    checks.check_can_settle(returned, by, ReturnState.MERGED)
    into = Return.objects.filter(entry=returned.entry, state=ReturnState.NOMINATED).first()
    assert into, "a return that waits stands beside one that counts"
    theirs = returned.latest.answers
    answers = dict(into.latest.answers)
    for name in take:
        if name in theirs:
            answers[name] = theirs[name]
        else:
            answers.pop(name, None)
    version = add_version(
        returned=into,
        by=by,
        answers=answers,
        sent_at=clock.now(),
        note=into.latest.note,
        is_late=into.latest.is_late,
    )
    _settle(returned, ReturnState.MERGED, reason)
    after = {"return": returned.number, "version": version.number, "fields": sorted(take)}
    record("survey.merge_return", by=by, target=returned.entry, after=after, reason=reason)
    return version


def add_return(
    *,
    by: Acting,
    entry: Entry,
    route: ReturnRoute,
    answers: Answers,
    sent_at: datetime,
    on_behalf_of: str = "",
    note: str = "",
) -> ReturnVersion:
    """The first version of a new return, in the caller's transaction, with the entry's row locked."""
    earlier = list(Return.objects.filter(entry=entry))
    counts = any(each.state == ReturnState.NOMINATED for each in earlier)
    returned = Return.objects.create(
        entry=entry,
        number=len(earlier) + 1,
        route=route,
        state=ReturnState.WAITING if counts else ReturnState.NOMINATED,
    )
    return add_version(
        returned=returned, by=by, answers=answers, sent_at=sent_at, on_behalf_of=on_behalf_of, note=note
    )


def add_version(
    *,
    by: Acting,
    returned: Return,
    answers: Answers,
    sent_at: datetime,
    on_behalf_of: str = "",
    note: str = "",
    is_late: bool | None = None,
) -> ReturnVersion:
    """The next version of a return, in the caller's transaction; late by the school's own deadline."""
    latest = returned.latest
    return ReturnVersion.objects.create(
        returned=returned,
        number=latest.number + 1 if latest else 1,
        answers=answers,
        sent_at=sent_at,
        sent_by_id=by.membership_id,
        on_behalf_of=on_behalf_of,
        is_late=sent_at > returned.entry.due_at if is_late is None else is_late,
        note=note,
    )


def _locked(returned: Return) -> Return:
    Entry.objects.select_for_update().get(pk=returned.entry_id)
    return Return.objects.select_related("entry__survey", "entry__school").get(pk=returned.pk)


def _settle(returned: Return, state: ReturnState, reason: str) -> None:
    returned.state, returned.decided_because = state, reason
    returned.save(update_fields=["state", "decided_because"])
