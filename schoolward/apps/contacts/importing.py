"""Taking a workbook of contacts in: shown first, applied only when somebody says yes, whole or not at all."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import record, record_many
from schoolward.apps.contacts import queries, workbook
from schoolward.apps.contacts.differences import Details, Difference, Differences, Row, compare
from schoolward.apps.contacts.models import Contact, ContactUpload, Source
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import current_authority
from schoolward.terms.errors import Conflict, NotNow


@transaction.atomic
def upload_contacts(*, by: Acting, file_name: str, content: bytes) -> tuple[ContactUpload, Differences]:
    """The workbook as read, and what it would change. What the person uploaded before is forgotten."""
    by.check(Permission.MANAGE_CONTACTS)
    assert by.person
    schools = list(queries.open_schools())
    reading = workbook.read_workbook(content, file_name, {s.urn: s.name for s in schools})
    held, followed = queries.held_now(schools)
    found = compare(held, reading.rows, clock.today(), reading.problems, followed)
    ContactUpload.objects.filter(uploaded_by=by.person, applied_at=None).delete()
    upload = ContactUpload.objects.create(
        file_name=file_name[:200],
        uploaded_at=clock.now(),
        uploaded_by=by.person,
        rows=[_stored(row) for row in reading.rows],
        shown_key=found.key,
    )
    record("contacts.upload_contacts", by=by, target=upload, after={"lines": len(reading.rows)})
    return upload, found


def differences_of(upload: ContactUpload) -> Differences:
    """What the uploaded rows would change now."""
    schools = list(queries.open_schools())
    held, followed = queries.held_now(schools)
    return compare(held, map(_row, upload.rows), clock.today(), (), followed)


@transaction.atomic
def apply_upload(*, by: Acting, upload: ContactUpload) -> Differences:
    """What was changed: exactly what was shown, else nothing."""
    by.check(Permission.MANAGE_CONTACTS)
    upload = ContactUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.applied_at:
        raise NotNow("This list has been taken in already.")
    if not by.person or upload.uploaded_by_id != by.person.pk:
        raise NotNow("Somebody else uploaded this list.", do="Upload it yourself.")
    found = differences_of(upload)
    if found.key != upload.shown_key:
        raise Conflict("Contacts were changed since you saw the differences.", do="Upload the list again.")
    _apply(by, found.changes)
    upload.applied_at, upload.rows = clock.now(), []
    upload.save(update_fields=["applied_at", "rows"])
    record("contacts.apply_upload", by=by, target=upload, after=dict(found.counts))
    return found


def _apply(by: Acting, changes: tuple[Difference, ...]) -> None:
    """All rows in a few statements, and one audit event for each change."""
    schools = {school.urn: school for school in queries.open_schools().select_for_update()}
    held = queries.standing_by_place(schools.values())
    rows = {place: contacts[0] for place, contacts in held.items()}
    last_days = {place: contact.ends_on for place, contact in rows.items()}
    closed = [_close(rows[change.urn, change.role], change) for change in changes if change.before]
    Contact.objects.bulk_update(closed, ["ends_on", "set_aside_at"], batch_size=500)
    new = [
        _new(schools[change.urn], change, last_days.get((change.urn, change.role)))
        for change in changes
        if change.after
    ]
    Contact.objects.bulk_create(new, batch_size=500)
    record_many(by, _events(schools, changes))


def _close(contact: Contact, change: Difference) -> Contact:
    if change.kind == "corrected" or change.on <= contact.starts_on:
        contact.set_aside_at = clock.now()
    else:
        contact.ends_on = change.on - timedelta(days=1)
    return contact


def _new(school: School, change: Difference, last_day: date | None) -> Contact:
    assert change.after
    name, email, telephone = change.after.reach
    return Contact(
        authority=current_authority(),
        school=school,
        role=change.role,
        name=name,
        email=email,
        telephone=telephone,
        starts_on=change.on,
        ends_on=last_day if change.kind == "corrected" else None,
        source=Source.IMPORT,
    )


def _events(schools: dict[int, School], changes: tuple[Difference, ...]):
    for change in changes:
        yield {
            "action": "contacts.import_contact",
            "target": ("register.school", schools[change.urn].pk),
            "label": f"{schools[change.urn].name}, {change.role}",
            "before": _told(change.before),
            "after": _told(change.after) or {"ended": change.on},
        }


def _told(details: Details | None) -> dict | None:
    if details is None:
        return None
    return {"name": details.name, "email": details.email, "telephone": details.telephone}


def _stored(row: Row) -> list:
    start = row.details.starts_on
    return [row.line, row.urn, row.role, *row.details.reach, start.isoformat() if start else None]


def _row(stored: list) -> Row:
    line, urn, role, name, email, telephone, start = stored
    return Row(line, urn, role, Details(name, email, telephone, date.fromisoformat(start) if start else None))
