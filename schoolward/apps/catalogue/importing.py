"""Taking a catalogue in: shown first, applied only when somebody says yes, whole or not at all."""

from __future__ import annotations

from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.record import record
from schoolward.apps.catalogue import actions, checks, workbook
from schoolward.apps.catalogue.differences import Differences, Given, Problem, compare
from schoolward.apps.catalogue.holding import held_catalogue
from schoolward.apps.catalogue.models import CatalogueUpload
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, Conflict, NotNow

TAKE = {
    "Categories": actions.set_category,
    "Skills": actions.set_skill,
    "Providers": actions.set_provider,
    "People": actions.set_person,
    "Services": actions.set_line,
    "Prices": actions.set_price,
    "Terms": actions.set_terms,
}


@transaction.atomic
def upload_catalogue(*, by: Acting, file_name: str, content: bytes) -> tuple[CatalogueUpload, Differences]:
    """The file kept, and what it would change. What the person uploaded before is forgotten."""
    checks.check_can_build(by)
    assert by.person
    found = _differences(content, file_name)
    CatalogueUpload.objects.filter(uploaded_by=by.person, applied_at=None).delete()
    upload = CatalogueUpload.objects.create(
        file_name=file_name[:200],
        content=content,
        uploaded_at=clock.now(),
        uploaded_by=by.person,
        shown_key=found.key,
    )
    record("catalogue.upload_catalogue", by=by, target=upload, after=dict(found.counts))
    return upload, found


def _differences(content: bytes, file_name: str) -> Differences:
    reading = workbook.read_file(content, file_name)
    wrong = [problem for one in reading.given if (problem := _problem(one))]
    return compare(held_catalogue(), reading.given, (*reading.problems, *wrong))


def _problem(one: Given) -> Problem | None:
    try:
        checks.check_details(one.details)
    except BadInput as error:
        letter = workbook.BY_NAME[one.sheet].letter(error.where)
        return Problem(one.sheet, one.line, f"{letter}{one.line}", f"{error.what} {error.do}".strip())
    return None


@transaction.atomic
def apply_upload(*, by: Acting, upload: CatalogueUpload) -> Differences:
    """What was changed: exactly what was shown, else nothing."""
    checks.check_can_build(by)
    upload = CatalogueUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.applied_at:
        raise NotNow("This file has been taken in already.")
    if not by.person or upload.uploaded_by_id != by.person.pk:
        raise NotNow("Somebody else uploaded this file.", do="Upload it yourself.")
    found = _differences(bytes(upload.content), upload.file_name)
    if found.problems:
        raise NotNow("Some cells of it will not do.", do="Mend them and upload it again.")
    if found.key != upload.shown_key:
        raise Conflict(
            "The catalogue was changed since you saw the differences.", do="Upload the file again."
        )
    for change in found.changes:
        TAKE[change.sheet](by=by, details=change.details)
    upload.applied_at, upload.content = clock.now(), b""
    upload.save(update_fields=["applied_at", "content"])
    record("catalogue.apply_upload", by=by, target=upload, after=dict(found.counts))
    return found
