"""Reading surveys: what is asked, how far schools have come, what they sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.drafts.models import Draft
from schoolward.apps.drafts.queries import find_draft
from schoolward.apps.drafts.states import State
from schoolward.apps.register.queries import own_schools
from schoolward.apps.survey import checks
from schoolward.apps.survey.differences import Difference, Save, Word, differences_in, last_words
from schoolward.apps.survey.finding import DRAFT_KIND, find_entry
from schoolward.apps.survey.flow import Page, pages_of
from schoolward.apps.survey.models import (
    Entry,
    Questionnaire,
    QuestionnaireVersion,
    Return,
    ReturnVersion,
    Settlement,
    Survey,
)
from schoolward.apps.survey.questionnaire import Kind, OfferedService
from schoolward.apps.survey.questionnaire import Questionnaire as Definition
from schoolward.apps.survey.reading import read_questionnaire
from schoolward.apps.survey.states import EntryState, ReturnState, SurveyState


@dataclass(frozen=True)
class Form:
    """What a survey asks: the questionnaire and the services, as they were frozen."""

    questionnaire: Definition
    services: tuple[OfferedService, ...]

    def pages(self, answers: dict[str, Any], sampled: Sequence[str] = ()) -> list[Page]:
        """The pages that these answers lead to."""
        return pages_of(self.questionnaire, self.services, answers, sampled)

    def service(self, key: str) -> OfferedService | None:
        """The service of that key, if the survey offers it."""
        return next((each for each in self.services if each.key == key), None)


@dataclass(frozen=True)
class Standing:
    """How far one school has come."""

    entry: Entry
    state: EntryState
    sent_at: datetime | None
    is_late: bool
    waiting: int  # returns that nobody has compared yet


def form_of(survey: Survey) -> Form:
    """What the survey asks. Read once for each content: versions and services never change."""
    return Form(definition_of(survey.version), _services(survey))


def definition_of(version: QuestionnaireVersion) -> Definition:
    """The questionnaire that this version holds."""
    if found := _definitions.get(version.digest):
        return found
    found = read_questionnaire(version.definition, str(version))
    if len(_definitions) >= MOST_KEPT:
        _definitions.clear()
    _definitions[version.digest] = found
    return found


# By content, so that a row need not even be read where its digest is known (see `entry_to_answer`).
MOST_KEPT = 64
_definitions: dict[str, Definition] = {}
_offers: dict[str, tuple[OfferedService, ...]] = {}


def _services(survey: Survey) -> tuple[OfferedService, ...]:
    if (found := _offers.get(survey.services_digest)) is not None:
        return found
    found = tuple(OfferedService.from_json(each) for each in survey.services)
    if len(_offers) >= MOST_KEPT:
        _offers.clear()
    _offers[survey.services_digest] = found
    return found


def surveys() -> QuerySet[Survey]:
    """The authority's surveys, the latest deadline first, without their long parts."""
    rows = Survey.objects.select_related("version__questionnaire")
    return rows.defer("services", "version__definition")


def questionnaires() -> QuerySet[Questionnaire]:
    """The authority's own questionnaires, by title."""
    return Questionnaire.objects.prefetch_related("versions")


def counts_of(survey: Survey) -> tuple[int, int]:
    """How many schools are asked, and how many have answered."""
    sent = Return.objects.filter(entry__survey=survey, state=ReturnState.NOMINATED).count()
    return survey.entries.count(), sent


def room_to_answer(pk: int, by: Acting) -> tuple[Entry, Draft | None] | None:
    """The entry and the open draft, if `by` acts for the school and the survey is not just being prepared."""
    found = find_entry(pk)
    if found is None or not checks.acts_for(by, found[0].school):
        return None
    return None if found[0].survey.state == SurveyState.PREPARING else found


def entry_to_answer(pk: int, by: Acting) -> Entry | None:
    """The entry alone, on the same terms."""
    found = room_to_answer(pk, by)
    return found[0] if found else None


def _narrow(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """With what a list needs of survey and school, and no more."""
    return rows.select_related("survey__version", "school").only(
        "authority_id",
        "sampled",
        "started_at",
        "extended_until",
        *(f"survey__{name}" for name in ("title", "introduction", "state", "closes_at", "closed_at")),
        "survey__services_digest",
        "survey__version__digest",
        *(f"school__{name}" for name in ("urn", "name", "organisation_id", "trust_code")),
    )


def entries_of(by: Acting) -> list[Entry]:
    """The surveys that `by`'s schools are asked in, the open ones first by deadline."""
    schools = [school.pk for school in own_schools(by)]
    rows = _narrow(Entry.objects.filter(school__in=schools).exclude(survey__state=SurveyState.PREPARING))
    return sorted(rows, key=lambda e: (e.survey.state != SurveyState.OPEN, e.due_at, e.school.name))


def draft_of(entry: Entry) -> Draft | None:
    """The open draft of the school's answer; it carries its entry, so that checks need not read it again."""
    draft = find_draft(DRAFT_KIND, str(entry.pk), str(entry.school.organisation_id))
    if draft:
        draft.entry = entry
    return draft


def entry_of(draft: Draft) -> Entry:
    """The entry that the draft answers."""
    carried = getattr(draft, "entry", None)
    return carried or Entry.objects.select_related("survey", "school").get(pk=int(draft.subject_id))


def saves_of(draft: Draft) -> list[Save]:
    """Every save of the draft, oldest first."""
    rows = draft.changes.order_by("version").values_list(
        "version", "at", "by_id", "by_name", "fields", "result"
    )
    return [
        Save(version, at, by_id, by_name, fields, {c["field"]: c["mine"] for c in result["conflicts"]})
        for version, at, by_id, by_name, fields, result in rows
    ]


def differences_of(draft: Draft, form: Form) -> list[Difference]:
    """What people at the school answered differently and nobody has settled."""
    rows = Settlement.objects.filter(draft=draft).order_by("draft_version")
    settled = dict(rows.values_list("field", "draft_version"))
    return differences_in(saves_of(draft), settled, lambda name: _is_text(form, name))


def has_several_writers(draft: Draft) -> bool:
    """True once a second person has saved in the draft."""
    return len(draft.sittings) > 1


def answered_by(draft: Draft) -> dict[str, Word]:
    """Who answered each field last."""
    return last_words(saves_of(draft))


def _is_text(form: Form, name: str) -> bool:
    question = form.questionnaire.question(name)
    return question is not None and question.kind == Kind.TEXT


def nominated_version(entry: Entry) -> ReturnVersion | None:
    """What counts as the school's answer: the version sent last of the return that is nominated."""
    rows = ReturnVersion.objects.filter(returned__entry=entry, returned__state=ReturnState.NOMINATED)
    return rows.select_related("returned__entry__school", "sent_by__person").order_by("-number").first()


def versions_that_count(entries: Iterable[Entry]) -> dict[int, int]:
    """The key of each entry's `nominated_version`, by the entry's own; entries without one are absent."""
    rows = ReturnVersion.objects.filter(
        returned__entry__in=[entry.pk for entry in entries], returned__state=ReturnState.NOMINATED
    )
    return dict(rows.order_by("number").values_list("returned__entry_id", "pk"))


def has_sent(entry: Entry) -> bool:
    """True once a return counts as the school's answer."""
    return Return.objects.filter(entry=entry, state=ReturnState.NOMINATED).exists()


def state_of(entry: Entry) -> EntryState:
    """How far the school has come."""
    return _state(entry, has_sent(entry))


def returns_of(entry: Entry) -> list[Return]:
    """Everything that came in from the school, with its versions and co-signatures, oldest first."""
    versions = ReturnVersion.objects.select_related("sent_by__person").prefetch_related(
        "co_signatures__signed_by__person"
    )
    return list(entry.returns.prefetch_related(Prefetch("versions", versions)))


def sent_answers(survey: Survey) -> dict[int, ReturnVersion]:
    """What counts as each school's answer, by URN; silent schools are absent. Read `.answers` of each."""
    return {row.returned.entry.school.urn: row for row in _counting(survey)}


def _counting(survey: Survey) -> QuerySet[ReturnVersion]:
    """Every version of the returns that count, oldest first: each school's last one is what it says now."""
    rows = ReturnVersion.objects.filter(returned__entry__survey=survey, returned__state=ReturnState.NOMINATED)
    return rows.select_related("returned__entry__school", "sent_by__person").order_by("number")


def standings(survey: Survey) -> list[Standing]:
    """How far each school has come, by name. Drafts themselves are never read here: they are private."""
    waiting = Return.objects.filter(entry=OuterRef("pk"), state=ReturnState.WAITING)
    counts = Return.objects.filter(entry=OuterRef("pk"), state=ReturnState.NOMINATED)
    rows = Entry.objects.filter(survey=survey).select_related("school")
    rows = rows.annotate(has_waiting=Exists(waiting), has_sent=Exists(counts)).order_by("school__name")
    versions = _counting(survey).defer("answers")
    sent = {version.returned.entry_id: version for version in versions}
    found = []
    for entry in rows:
        entry.survey = survey
        version = sent.get(entry.pk)
        found.append(
            Standing(
                entry,
                _state(entry, version is not None),
                version.sent_at if version else None,
                bool(version and version.is_late),
                int(entry.has_waiting),
            )
        )
    return found


def _state(entry: Entry, sent: bool) -> EntryState:
    if sent:
        return EntryState.SENT
    return EntryState.STARTED if entry.started_at else EntryState.NOT_STARTED


def has_open_draft(entry: Entry) -> bool:
    """True while somebody is writing."""
    about = {"kind": DRAFT_KIND, "subject_id": str(entry.pk), "state": State.OPEN}
    return Draft.objects.filter(**about).exists()
