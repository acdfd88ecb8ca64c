"""Officers' part: questionnaires, opening and closing surveys, and more time for a school."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import record
from schoolward.apps.register.models import School
from schoolward.apps.survey import checks
from schoolward.apps.survey.deadline import due_words
from schoolward.apps.survey.models import Entry, Extension, Questionnaire, QuestionnaireVersion, Survey
from schoolward.apps.survey.queries import definition_of
from schoolward.apps.survey.questionnaire import OfferedService
from schoolward.apps.survey.questionnaire import Questionnaire as Definition
from schoolward.apps.survey.reading import as_document, read_questionnaire
from schoolward.apps.survey.sampling import balanced_design
from schoolward.apps.survey.states import ExtensionState, SurveyState
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput


@transaction.atomic
def save_questionnaire(*, by: Acting, definition: Definition, change: str = "") -> QuestionnaireVersion:
    """The version with this content: the latest one where it says the same already, else a new one."""
    by.check(Permission.MANAGE_SURVEYS)
    document = as_document(definition)
    read_questionnaire(document, definition.title)
    row, new = Questionnaire.objects.get_or_create(
        authority=by.authority, key=definition.key, defaults={"title": definition.title}
    )
    row = Questionnaire.objects.select_for_update().get(pk=row.pk)
    latest = row.versions.first()
    digest = _digest(document)
    if latest and latest.digest == digest:
        return latest
    if not new and row.title != definition.title:
        row.title = definition.title
        row.save(update_fields=["title"])
    version = QuestionnaireVersion.objects.create(
        questionnaire=row,
        number=latest.number + 1 if latest else 1,
        definition=document,
        digest=digest,
        made_at=clock.now(),
        made_by_id=by.membership_id,
        change=change.strip(),
    )
    after = {"version": version.number, "digest": digest}
    record("survey.save_questionnaire", by=by, target=row, after=after, reason=change)
    return version


@transaction.atomic
def prepare_survey(
    *,
    by: Acting,
    title: str,
    version: QuestionnaireVersion,
    services: Iterable[OfferedService],
    closes_at: datetime,
    introduction: str = "",
    agreed_with: str = "",
) -> Survey:
    """A survey being prepared; the services are as they are offered now, the same for every school."""
    by.check(Permission.MANAGE_SURVEYS)
    if not title.strip():
        raise BadInput("A survey needs a title.", do="Give one that heads will recognise.")
    if closes_at <= clock.now():
        raise BadInput("The deadline is over already.", do="Give a later day.")
    definition = definition_of(version)
    if definition.is_pilot and not agreed_with.strip():
        raise BadInput(
            "Nobody is named with whom the schools of this pilot wave were agreed.",
            where="agreed_with",
            do="Name the local association of heads or governors, and the day.",
        )
    stored = [asdict(service) for service in services]
    if not stored and _asks_for_services(definition):
        raise BadInput(
            "This questionnaire asks about services, and the catalogue has none.",
            do="Fill the catalogue first.",
        )
    survey = Survey.objects.create(
        title=title.strip(),
        introduction=introduction.strip(),
        agreed_with=agreed_with.strip() if definition.is_pilot else "",
        version=version,
        services=stored,
        services_digest=_digest(stored),
        closes_at=closes_at,
        made_at=clock.now(),
        made_by_id=by.membership_id,
    )
    after = {"questionnaire": str(version), "closes_at": closes_at, "services": len(stored)}
    after |= {"agreed_with": survey.agreed_with} if survey.agreed_with else {}
    record("survey.prepare_survey", by=by, target=survey, after=after)
    return survey


@transaction.atomic
def ask_schools(*, by: Acting, survey: Survey, schools: Iterable[School]) -> int:
    """How many schools were added to those asked. Schools can be added while the survey is open, too."""
    by.check(Permission.MANAGE_SURVEYS)
    if survey.state == SurveyState.CLOSED:
        checks.check_can_manage(survey, by)
    asked = set(survey.entries.values_list("school_id", flat=True))
    added = [school for school in schools if school.pk not in asked]
    design = _design(survey, added)
    Entry.objects.bulk_create(
        Entry(
            authority=survey.authority,
            survey=survey,
            school=school,
            invited_at=clock.now(),
            sampled=list(design.get(school.urn, ())),
        )
        for school in added
    )
    if added:
        after = {"schools": [school.urn for school in added]}
        record("survey.ask_schools", by=by, target=survey, after=after)
    return len(added)


@transaction.atomic
def leave_schools_out(*, by: Acting, survey: Survey, schools: Iterable[School]) -> int:
    """How many schools are no longer asked; only while the survey is being prepared."""
    checks.check_can_manage(survey, by)
    rows = survey.entries.filter(school__in=list(schools))
    urns = sorted(rows.values_list("school__urn", flat=True))
    rows.delete()
    if urns:
        record("survey.leave_schools_out", by=by, target=survey, before={"schools": urns})
    return len(urns)


@transaction.atomic
def open_survey(*, by: Acting, survey: Survey) -> Survey:
    """The survey, open to the schools that are asked."""
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    checks.check_can_move(survey, by, SurveyState.OPEN)
    survey.state, survey.opened_at = SurveyState.OPEN, clock.now()
    survey.save(update_fields=["state", "opened_at"])
    after = {"schools": survey.entries.count(), "closes_at": survey.closes_at}
    record("survey.open_survey", by=by, target=survey, after=after)
    return survey


@transaction.atomic
def move_deadline(*, by: Acting, survey: Survey, closes_at: datetime, reason: str) -> Survey:
    """The survey with another deadline for everybody; an open one only a later one, so nobody loses time."""
    by.check(Permission.MANAGE_SURVEYS)
    reason = checks.check_reason(reason)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.state == SurveyState.CLOSED:
        checks.check_can_manage(survey, by)
    if closes_at <= clock.now():
        raise BadInput("The deadline would be over already.", do="Give a later day.")
    if survey.state == SurveyState.OPEN and closes_at < survey.closes_at:
        raise BadInput(
            f"Schools were told {due_words(survey.closes_at)}.",
            do="An open survey's deadline moves only later.",
        )
    before = {"closes_at": survey.closes_at}
    survey.closes_at = closes_at
    survey.save(update_fields=["closes_at"])
    after = {"closes_at": closes_at}
    record("survey.move_deadline", by=by, target=survey, before=before, after=after, reason=reason)
    return survey


@transaction.atomic
def close_survey(*, by: Acting, survey: Survey) -> Survey:
    """The survey, closed: late returns are no longer taken on the site."""
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    checks.check_can_move(survey, by, SurveyState.CLOSED)
    survey.state, survey.closed_at = SurveyState.CLOSED, clock.now()
    survey.save(update_fields=["state", "closed_at"])
    record("survey.close_survey", by=by, target=survey)
    return survey


@transaction.atomic
def reopen_survey(*, by: Acting, survey: Survey, closes_at: datetime, reason: str) -> Survey:
    """The survey, open again to every school until another deadline; audited with the reason."""
    reason = checks.check_reason(reason)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.state == SurveyState.PREPARING:
        raise BadInput("This survey was never opened.", do="Open it.")
    checks.check_can_move(survey, by, SurveyState.OPEN)
    if closes_at <= clock.now():
        raise BadInput("The new deadline is over already.", do="Give a later day.")
    before = {"closed_at": survey.closed_at, "closes_at": survey.closes_at}
    survey.state, survey.closed_at, survey.closes_at = SurveyState.OPEN, None, closes_at
    survey.save(update_fields=["state", "closed_at", "closes_at"])
    after = {"closes_at": closes_at}
    record("survey.reopen_survey", by=by, target=survey, before=before, after=after, reason=reason)
    return survey


@transaction.atomic
def give_more_time(*, by: Acting, entry: Entry, until: datetime, reason: str) -> Extension:
    """More time for one school; where the survey is closed, it is reopened for that school alone."""
    checks.check_can_extend(entry, by, until)
    reason = checks.check_reason(reason)
    extension = Extension.objects.create(
        entry=entry,
        state=ExtensionState.GRANTED,
        until=until,
        reason=reason,
        decided_at=clock.now(),
        decided_by_id=by.membership_id,
    )
    _extend(entry, until, by, reason)
    return extension


@transaction.atomic
def decide_extension(*, by: Acting, extension: Extension, grant: bool, because: str = "") -> Extension:
    """What a school asked for, given or refused; a refusal says why."""
    extension = Extension.objects.select_for_update().select_related("entry__survey").get(pk=extension.pk)
    state = ExtensionState.GRANTED if grant else ExtensionState.REFUSED
    checks.check_can_decide(extension, by, state)
    if grant:
        checks.check_can_extend(extension.entry, by, extension.until)
    else:
        extension.refused_because = checks.check_reason(because)
    extension.state, extension.decided_at, extension.decided_by_id = state, clock.now(), by.membership_id
    extension.save()
    if grant:
        _extend(extension.entry, extension.until, by, extension.reason)
    else:
        record(
            "survey.refuse_time",
            by=by,
            target=extension.entry,
            after={"until": extension.until},
            reason=because,
        )
    return extension


def _extend(entry: Entry, until: datetime, by: Acting, reason: str) -> None:
    before = {"until": entry.due_at}
    Entry.objects.filter(pk=entry.pk).update(extended_until=until)
    entry.extended_until = until
    record("survey.give_more_time", by=by, target=entry, before=before, after={"until": until}, reason=reason)


def _design(survey: Survey, schools: Sequence[School]) -> dict[int, tuple[str, ...]]:
    """Which services each school is asked in detail, where the questionnaire samples; else nothing."""
    sampling = definition_of(survey.version).sampling
    if sampling is None or not sampling.enabled:
        return {}
    keys = [service["key"] for service in survey.services]
    rng = np.random.default_rng([survey.pk, survey.entries.aggregate(n=Max("pk"))["n"] or 0])
    urns = [school.urn for school in sorted(schools, key=lambda each: each.urn)]
    return balanced_design(urns, keys, sampling.services_each, rng)


def _asks_for_services(definition: Definition) -> bool:
    return any(s.repeats or any(q.kind == "matrix" for q in s.questions) for s in definition.sections)


def _digest(document: Any) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
