"""Writing the next version of a questionnaire: officers edit one draft, and publish it as a version."""

from __future__ import annotations

from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.drafts import actions as drafts
from schoolward.apps.drafts.kinds import Content, DraftKind
from schoolward.apps.drafts.models import Draft
from schoolward.apps.drafts.queries import find_draft
from schoolward.apps.drafts.states import State
from schoolward.apps.survey.actions import save_questionnaire
from schoolward.apps.survey.models import Questionnaire, QuestionnaireVersion
from schoolward.apps.survey.queries import definition_of
from schoolward.apps.survey.questionnaire import Questionnaire as Definition
from schoolward.apps.survey.reading import as_document, read_questionnaire
from schoolward.terms.errors import BadInput, Conflict

KIND, FIELD = "survey.questionnaire", "definition"


def questionnaire_kind() -> DraftKind:
    """The kind of draft in which officers change what is asked."""
    return DraftKind(KIND, _check, _clean)


def _check(draft: Draft, by: Acting) -> None:
    by.check(Permission.MANAGE_SURVEYS)


def _clean(changes: Content) -> Content:
    """What is saved is a whole questionnaire, or it is refused."""
    return {FIELD: as_document(read_questionnaire(changes[FIELD], "Questionnaire"))}


def draft_of(row: Questionnaire) -> Draft | None:
    """The version that is being written, if one is."""
    return find_draft(KIND, row.key)


def definition_in(draft: Draft) -> Definition:
    """What the draft says."""
    return read_questionnaire(draft.content[FIELD], draft.subject_id)


def open_version(*, by: Acting, row: Questionnaire) -> Draft:
    """The draft of the next version; it begins as the latest one stands."""
    by.check(Permission.MANAGE_SURVEYS)
    latest = row.versions.first()
    assert latest, "a questionnaire has a version from its making"
    return drafts.open_draft(by=by, kind=KIND, subject_id=row.key, content={FIELD: latest.definition})


def save_version(
    *, by: Acting, draft: Draft, base_version: int, idempotency_key: str, definition: Definition
) -> Draft:
    """The draft as saved. Conflict where somebody changed it since it was read; nothing is overwritten."""
    result = drafts.save_draft(
        draft=draft,
        by=by,
        base_version=base_version,
        idempotency_key=idempotency_key,
        changes={FIELD: as_document(definition)},
    )
    if result.conflicts:
        raise Conflict(
            f"{result.conflicts[0].their_name} changed this questionnaire after you opened it.",
            do="Read it again, then make your change.",
        )
    return draft


@transaction.atomic
def publish_version(*, by: Acting, draft: Draft, base_version: int, change: str) -> QuestionnaireVersion:
    """The draft, as the next version, with a sentence that says what is different."""
    if not change.strip():
        raise BadInput("Say what is different.", where="change", do="A sentence is enough.")
    definition = definition_in(draft)
    version = save_questionnaire(by=by, definition=definition, change=change)
    drafts.close_draft(draft=draft, by=by, base_version=base_version, state=State.SUBMITTED)
    return version


def discard_version(*, by: Acting, draft: Draft, base_version: int) -> None:
    """Drops the draft; the versions that were published stay."""
    drafts.close_draft(
        draft=draft, by=by, base_version=base_version, state=State.DISCARDED, reason="Dropped."
    )


def published(row: Questionnaire) -> list[tuple[QuestionnaireVersion, Definition]]:
    """Every version with what it says, the newest first."""
    versions = row.versions.select_related("made_by__person")
    return [(version, definition_of(version)) for version in versions]
