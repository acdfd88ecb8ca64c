"""Changing contacts: each change leaves the old row in the history."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import record
from schoolward.apps.contacts import checks, queries
from schoolward.apps.contacts.differences import Details
from schoolward.apps.contacts.models import Confirmation, Contact, ContactRole, Source
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import current_authority
from schoolward.terms.errors import BadInput, NotNow
from schoolward.terms.years import exam_year_of


@transaction.atomic
def add_contact(
    *,
    by: Acting,
    school: School,
    role: str,
    name: str,
    email: str = "",
    telephone: str = "",
    starts_on: date | None = None,
    source: str = Source.OFFICER,
) -> Contact:
    """The school's contact in that role, where nobody was known."""
    checks.check_can_change(school, by)
    if role not in ContactRole.values:
        raise BadInput(f"There is no role called '{role}'.", where="role", do="Choose one from the list.")
    details = checks.clean_details(name, email, telephone)
    _lock(school)
    day = starts_on or clock.today()
    same_role = Contact.objects.filter(school=school, role=role, set_aside_at=None)
    if there := same_role.filter(ends_on=None).first():
        raise NotNow(f"{there.name} is {there.role_name.lower()} of {school}.", do="Change that contact.")
    if same_role.filter(ends_on__gte=day).exists():
        raise BadInput("Somebody else is held for that day.", where="starts_on", do="Give a later day.")
    contact = _start(school, role, details, day, source)
    record("contacts.add_contact", by=by, target=contact, after=_told(contact))
    return contact


@transaction.atomic
def correct_contact(
    *, by: Acting, contact: Contact, name: str, email: str, telephone: str, starts_on: date | None = None
) -> Contact:
    """The same person with other details: the old row is set aside, and one with the same days starts."""
    contact = _current(by, contact)
    details = checks.clean_details(name, email, telephone)
    before, day = _told(contact), starts_on or contact.starts_on
    if (details.reach, day) == (queries.details_of(contact).reach, contact.starts_on):
        return contact
    contact.set_aside_at = clock.now()
    contact.save(update_fields=["set_aside_at"])
    new = _start(contact.school, contact.role, details, day, source_of(by))
    record("contacts.correct_contact", by=by, target=new, before=before, after=_told(new))
    return new


@transaction.atomic
def replace_contact(
    *, by: Acting, contact: Contact, name: str, email: str, telephone: str, on: date
) -> Contact:
    """Another person from that day; the one before ends the day before."""
    contact = _current(by, contact)
    details = checks.clean_details(name, email, telephone)
    if on < contact.starts_on:
        raise BadInput(
            f"That is before the day from which we hold {contact.name}.", where="on", do="Give a later day."
        )
    before = _told(contact)
    if on == contact.starts_on:
        contact.set_aside_at = clock.now()  # held for no whole day: it was a mistake
    else:
        contact.ends_on = on - timedelta(days=1)
    contact.save(update_fields=["set_aside_at", "ends_on"])
    new = _start(contact.school, contact.role, details, on, source_of(by))
    record("contacts.replace_contact", by=by, target=new, before=before, after=_told(new))
    return new


@transaction.atomic
def end_contact(*, by: Acting, contact: Contact, on: date, reason: str = "") -> Contact:
    """The contact, whose last day that is; nobody is known afterwards."""
    contact = _current(by, contact)
    if on < contact.starts_on:
        raise BadInput("The last day is before the first.", where="on", do="Give a later day.")
    contact.ends_on = on
    contact.save(update_fields=["ends_on"])
    after = {"ends_on": on}
    record("contacts.end_contact", by=by, target=contact, before=_told(contact), after=after, reason=reason)
    return contact


@transaction.atomic
def confirm_contacts(*, by: Acting, school: School) -> Confirmation:
    """The school's word, for this school year, that its contacts and its gaps are right."""
    checks.check_can_confirm(school, by)
    assert by.person
    _lock(school)
    year = exam_year_of(clock.today())
    found = Confirmation.objects.filter(school=school, exam_year=year).first()
    standing = queries.in_force(Contact.objects.filter(school=school))
    standing.update(confirmed_on=clock.today(), confirmed_by=by.person)
    if found:
        return found
    made = Confirmation.objects.create(
        school=school, exam_year=year, confirmed_at=clock.now(), confirmed_by=by.person
    )
    after = {"school_year_ending": year, "contacts": standing.count()}
    record("contacts.confirm_contacts", by=by, target=made, label=str(school), after=after)
    return made


@transaction.atomic
def note_bounce(*, by: Acting, email: str) -> int:
    """How many contacts have this address, to which a message came back."""
    by.check(Permission.MANAGE_CONTACTS)
    found = 0
    for contact in queries.in_force(Contact.objects.filter(email__iexact=email, bounced_on=None)):
        contact.bounced_on = clock.today()
        contact.save(update_fields=["bounced_on"])
        record("contacts.note_bounce", by=by, target=contact, after={"bounced_on": contact.bounced_on})
        found += 1
    return found


def hear_bounce(email: str) -> int:
    """The same, told by the outbox when a message comes back."""
    return note_bounce(by=Acting.system(current_authority(), "outbox"), email=email)


def source_of(by: Acting) -> str:
    """Who tells us: the school about itself, else an officer."""
    return Source.OFFICER if by.may(Permission.MANAGE_CONTACTS) else Source.SCHOOL


def _current(by: Acting, contact: Contact) -> Contact:
    contact = Contact.objects.select_for_update(of=("self",)).select_related("school").get(pk=contact.pk)
    checks.check_can_change(contact.school, by)
    checks.check_is_current(contact)
    return contact


def _lock(school: School) -> None:
    """One change at a time for a school: dates of rows must not overlap, which no constraint can say."""
    School.objects.select_for_update().get(pk=school.pk)


def _start(school: School, role: str, details: Details, on: date, source: str) -> Contact:
    return Contact.objects.create(
        authority=current_authority(),
        school=school,
        role=role,
        name=details.name,
        email=details.email,
        telephone=details.telephone,
        starts_on=on,
        source=source,
    )


def _told(contact: Contact) -> dict:
    """What the record of changes keeps."""
    return {
        "name": contact.name,
        "email": contact.email,
        "telephone": contact.telephone,
        "from": contact.starts_on,
        "role": contact.role,
        "urn": contact.school.urn,
    }
