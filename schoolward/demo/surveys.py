"""Estuary's surveys: one closed last spring, one open now with answers in every state.

Everything goes through the same actions as on a real authority, at the moment at which it happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import is_academy, is_maintained, schools_of
from schoolward.apps.survey import actions, answering, queries, returns
from schoolward.apps.survey.flow import missing, relevant
from schoolward.apps.survey.models import CoSignature, Entry, Return, ReturnVersion, Survey
from schoolward.apps.survey.offering import services_on_offer
from schoolward.apps.survey.questionnaire import CANNOT_SAY
from schoolward.apps.survey.standard import standard_questionnaires
from schoolward.apps.survey.states import ReturnRoute, ReturnState
from schoolward.apps.tenancy import clock
from schoolward.demo.dice import dice
from schoolward.demo.published import SEED
from schoolward.demo.survey_answers import answers_by_leaning, answers_of
from schoolward.terms.calendar import LONDON

LAST_YEAR_CLOSED_DAYS_AGO, LAST_YEAR_OPEN_DAYS = 230, 28
OPENED_DAYS_AGO, OPEN_DAYS = 19, 28
INTRODUCTION = (
    "The council wants to know what schools would buy before it decides which services to offer and which "
    "posts it can afford. One answer counts for each school. Prices are indicative, and the same for every "
    "school; nothing here is an order."
)
DIFFERING = "The chair would rather train our own people than buy reviews; we agreed to say so."
PAPER_BECAUSE = (
    "The clerk posted the paper before the head sent the answer on the site; the head's is the newer."
)


def tell_surveys(members: Sequence[Membership], *, by: Acting) -> None:
    """Last spring's survey, then this year's as it stands today."""
    cast = _Cast(members)
    schools = [s for s in schools_of(by.authority_code, open_only=True) if is_maintained(s) or is_academy(s)]
    _LastYear(cast, schools).tell()
    _ThisYear(cast, schools).tell()


class _Cast:
    """Who acts, for the authority and for each school."""

    def __init__(self, members: Sequence[Membership]) -> None:
        self.officer = Acting.of(next(m for m in members if m.role == "commissioning_manager"))
        self.by_place = {(m.role, m.organisation_id): Acting.of(m) for m in members if m.role in SCHOOL_ROLES}
        self.by_trust = {m.organisation.trust_code: Acting.of(m) for m in members if m.role == "trust_lead"}

    def of(self, role: str, school: School) -> Acting | None:
        """Who holds the role at the school, if anyone does."""
        return self.by_place.get((role, school.organisation_id))


SCHOOL_ROLES = {r.key for r in roles.ROLES if r.organisation_kind == roles.SCHOOL}


class _Telling:
    """What both surveys have in common."""

    def __init__(self, cast: _Cast, schools: list[School]) -> None:
        self.cast, self.schools = cast, schools
        self.today = clock.today()

    def _open(self, title: str, opened: datetime, closes: datetime) -> Survey:
        by = self.cast.officer
        with clock.frozen_at(opened):
            version = actions.save_questionnaire(by=by, definition=standard_questionnaires()["annual-survey"])
            survey = actions.prepare_survey(
                by=by,
                title=title,
                version=version,
                services=services_on_offer(),
                closes_at=closes,
                introduction=INTRODUCTION,
            )
            actions.ask_schools(by=by, survey=survey, schools=self.schools)
            return actions.open_survey(by=by, survey=survey)

    def _entries(self, survey: Survey) -> list[Entry]:
        rows = (
            Entry.objects.filter(survey=survey).select_related("school__organisation").order_by("school__urn")
        )
        found = list(rows)
        for entry in found:
            entry.survey = survey
        return found

    def _answers(self, entry: Entry, year: int) -> dict[str, Any]:
        """What the school says, no more and no less than it is asked."""
        form = queries.form_of(entry.survey)
        said = answers_of(entry.school, form.services, year)
        pages = form.pages(said)
        return relevant(pages, said | dict.fromkeys(missing(pages, said), CANNOT_SAY))

    def _write(self, entry: Entry, by: Acting, changes: dict[str, Any], base: int | None = None) -> None:
        draft = answering.open_answer(by=by, entry=entry)
        answering.save_answer(
            by=by,
            draft=draft,
            base_version=draft.version if base is None else base,
            idempotency_key=f"{by.membership_id}-{len(changes)}-{clock.now().timestamp():.0f}",
            changes=changes,
        )

    def _send(self, entry: Entry, by: Acting, note: str = "") -> None:
        draft = queries.draft_of(entry)
        answering.send_answer(by=by, draft=draft, base_version=draft.version, note=note)

    def _head(self, entry: Entry) -> Acting | None:
        return self.cast.of("headteacher", entry.school)


class _LastYear(_Telling):
    """Closed: four in five answered, a few of them late.

    Returns are written in bulk: seventy schools that each write, send and are audited at first start would
    take seconds and say nothing that this year's survey does not.
    """

    def tell(self) -> None:
        """The survey of last spring, from opening to closing."""
        closes = _five(self.today - timedelta(days=LAST_YEAR_CLOSED_DAYS_AGO))
        opened = closes - timedelta(days=LAST_YEAR_OPEN_DAYS, hours=7)
        survey = self._open(f"Survey of schools {closes.year}", opened, closes)
        answered = [
            entry
            for entry in self._entries(survey)
            if self._head(entry) and answers_by_leaning(entry.school, closes.year)
        ]
        versions = self._keep(answered, opened, closes)
        self._co_sign(versions, closes)
        with clock.frozen_at(closes + timedelta(days=8)):
            actions.close_survey(by=self.cast.officer, survey=survey)

    def _keep(self, answered: list[Entry], opened: datetime, closes: datetime) -> list[ReturnVersion]:
        """One return of each, sent by the head when it was."""
        for entry in answered:
            entry.started_at = _arrival(entry.school, opened, closes) - timedelta(hours=1)
        Entry.objects.bulk_update(answered, ["started_at"])
        made = Return.objects.bulk_create(
            Return(entry=entry, number=1, route=ReturnRoute.ONLINE, state=ReturnState.NOMINATED)
            for entry in answered
        )
        return ReturnVersion.objects.bulk_create(
            ReturnVersion(
                returned=each,
                number=1,
                answers=self._answers(each.entry, closes.year),
                sent_at=each.entry.started_at + timedelta(hours=1),
                sent_by_id=self._head(each.entry).membership_id,
                is_late=each.entry.started_at + timedelta(hours=1) > closes,
            )
            for each in made
        )

    def _co_sign(self, versions: list[ReturnVersion], closes: datetime) -> None:
        pairs = [(version, self.cast.of("chair", version.returned.entry.school)) for version in versions]
        CoSignature.objects.bulk_create(
            CoSignature(
                version=version,
                signed_at=min(version.sent_at + timedelta(days=2), closes + timedelta(days=7)),
                signed_by_id=chair.membership_id,
            )
            for n, (version, chair) in enumerate(pairs)
            if chair and n % 4 == 1
        )


class _ThisYear(_Telling):
    """Open: some have sent, some write, some differ, some have not begun."""

    def tell(self) -> None:
        """The survey as it stands today."""
        opened = _five(self.today - timedelta(days=OPENED_DAYS_AGO)) - timedelta(hours=7)
        closes = _five(self.today + timedelta(days=OPEN_DAYS - OPENED_DAYS_AGO))
        year = closes.year + (closes.month > 8)
        survey = self._open(f"Survey of schools {year}", opened, closes)
        answering_schools = [
            entry
            for entry in self._entries(survey)
            if self._head(entry) and answers_by_leaning(entry.school, year)
        ]
        for n, entry in enumerate(answering_schools):
            self._one(n, entry, opened, year)

    def _one(self, n: int, entry: Entry, opened: datetime, year: int) -> None:
        """The n-th of the schools that will answer: how far it has come by today."""
        answers = self._answers(entry, year)
        head = self._head(entry)
        moment = opened + timedelta(days=1 + n % (OPENED_DAYS_AGO - 3), hours=n % 6, minutes=(n * 7) % 60)
        with clock.frozen_at(moment):
            match n % 10:
                case 0 | 1 | 2 | 3 | 4 | 5:
                    self._write(entry, head, answers)
                    self._send(entry, head, DIFFERING if n == 12 else "")
                    self._afterwards(n, entry, answers, moment)
                case 6 | 7:
                    self._write(entry, head, dict(list(answers.items())[: 4 + 5 * (n % 7)]))
                case 8 if n < 50:
                    self._differ(entry, head, answers)

    def _afterwards(self, n: int, entry: Entry, answers: dict[str, Any], moment: datetime) -> None:
        chair, officer = self.cast.of("chair", entry.school), self.cast.officer
        with clock.frozen_at(moment + timedelta(hours=30)):
            if n % 3 == 0 and chair:
                answering.co_sign_answer(by=chair, version=queries.nominated_version(entry))
            if n in (1, 23):
                second = returns.receive_return(
                    by=officer,
                    entry=entry,
                    route=ReturnRoute.PAPER,
                    answers=answers | {"strategy_clear": 2, "strategy_support": 2},
                    arrived_at=clock.now() - timedelta(hours=2),
                    on_behalf_of="the clerk to the governors",
                )
                if n == 23:
                    returns.set_return_aside(by=officer, returned=second.returned, reason=PAPER_BECAUSE)
            if n == 5:
                self._change(entry, answers)

    def _change(self, entry: Entry, answers: dict[str, Any]) -> None:
        """A head who changed an answer after sending: the second version counts."""
        head = self._head(entry)
        fresh = queries.entry_to_answer(entry.pk, head)
        clear = answers["strategy_clear"]
        self._write(fresh, head, {"strategy_clear": clear - 1 if isinstance(clear, int) and clear > 1 else 3})
        self._send(fresh, head)

    def _differ(self, entry: Entry, head: Acting, answers: dict[str, Any]) -> None:
        """Head and chair wrote at the same time, and the business manager has the budget."""
        chair = self.cast.of("chair", entry.school) or head
        begun = dict(list(answers.items())[:30]) | {"strategy_clear": 4, "strategy_support": 4}
        self._write(entry, head, begun)
        self._write(entry, chair, {"strategy_clear": 2, "partnership": "if_changed"}, base=0)
        if manager := self.cast.of("business_manager", entry.school):
            self._write(entry, manager, {k: v for k, v in answers.items() if k.startswith("budget")})
        until = entry.due_at + timedelta(days=7)
        if entry.school.urn % 2:
            reason = "The board meets two days after the deadline, and wants to see the answer first."
            answering.ask_for_time(by=chair, entry=entry, until=until, reason=reason)
        else:
            reason = "The head has been away ill; agreed on the telephone."
            actions.give_more_time(by=self.cast.officer, entry=entry, until=until, reason=reason)


def _five(day) -> datetime:
    """Five in the afternoon in London."""
    return datetime.combine(day, time(17), LONDON)


def _arrival(school: School, opened: datetime, closes: datetime) -> datetime:
    """When the answer came: some at once, most in the last days, a few after the deadline."""
    throw = dice(SEED, "survey arrival", school.urn)
    if throw.random() < 0.06:
        return closes + timedelta(days=float(throw.uniform(0.3, 6)))
    days = (closes - opened).days
    return closes - timedelta(
        days=float(min(throw.exponential(6), days - 1)), minutes=float(throw.uniform(5, 300))
    )
