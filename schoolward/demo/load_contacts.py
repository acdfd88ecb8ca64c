"""Fills Estuary's contacts from its invented people, with the gaps and unconfirmed schools of real life."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.contacts.actions import confirm_contacts
from schoolward.apps.contacts.models import Contact, ContactRole, Source
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import schools_of

ROLES = {
    "headteacher": ContactRole.HEAD,
    "chair": ContactRole.CHAIR,
    "clerk": ContactRole.CLERK,
    "business_manager": ContactRole.BUSINESS_MANAGER,
    "designated_teacher": ContactRole.DESIGNATED_TEACHER,
}
GAP_EVERY = 23  # one role in so many is not known
CONFIRMED_OF_TEN = 6


def load_contacts(members: Sequence[Membership], *, by: Acting) -> int:
    """How many contacts there are now. Written in bulk, as the people they name; then most heads confirm."""
    schools = {school.urn: school for school in schools_of(by.authority_code, open_only=True)}
    contacts = [each for n, each in enumerate(_all(members, schools, by)) if n % GAP_EVERY != 5]
    Contact.objects.bulk_create(contacts)
    heads = {m.organisation.urn: m for m in members if m.role == "headteacher"}
    for n, (urn, school) in enumerate(sorted(schools.items())):
        if urn in heads and n % 10 < CONFIRMED_OF_TEN:
            confirm_contacts(by=Acting.of(heads[urn]), school=school)
    return len(contacts)


def _all(members: Sequence[Membership], schools: dict[int, School], by: Acting) -> Iterator[Contact]:
    """Everyone with a part in a school, once for each role; a trust's lead for every school of the trust."""
    seen = set()
    for member in members:
        for school, role in _parts(member, schools):
            if (school.pk, role) not in seen:
                seen.add((school.pk, role))
                yield Contact(
                    authority=by.authority,
                    school=school,
                    role=role,
                    name=member.person.name,
                    email=member.person.email,
                    starts_on=member.starts_on,
                    source=Source.OFFICER,
                )


def _parts(member: Membership, schools: dict[int, School]) -> Iterator[tuple[School, ContactRole]]:
    if member.role in ROLES and member.organisation.urn in schools:
        yield schools[member.organisation.urn], ROLES[member.role]
    elif member.role == "trust_lead":
        for school in schools.values():
            if school.trust_code == member.organisation.trust_code:
                yield school, ContactRole.TRUST
