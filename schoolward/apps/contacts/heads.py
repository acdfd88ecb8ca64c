"""Heads from the published register, taken in at the press of a button."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.contacts import bridge, queries
from schoolward.apps.contacts.actions import add_contact
from schoolward.apps.contacts.models import ContactRole, Source
from schoolward.apps.register.models import School
from schoolward.apps.tenancy.scope import current_authority
from schoolward.terms.errors import NotNow


@dataclass(frozen=True)
class ProposedHead:
    """A school without a known head, and the name in the register."""

    school: School
    name: str


def check_can_take_heads(by: Acting) -> None:
    """Officers who keep contacts, for a real authority."""
    by.check(Permission.MANAGE_CONTACTS)
    if current_authority().is_demonstration:
        raise NotNow("The demonstration's heads are invented already.")


def proposed_heads() -> list[ProposedHead]:
    """The open schools where we know no head and the register names one."""
    schools = {found.school.urn: found for found in queries.contacts_of(queries.open_schools())}
    published = bridge.read_heads(settings.SCHOOLWARD_STORE, current_authority().code)
    return [
        ProposedHead(schools[head.urn].school, head.name)
        for head in published
        if head.urn in schools and ContactRole.HEAD not in schools[head.urn].by_role
    ]


@transaction.atomic
def take_heads(*, by: Acting) -> int:
    """How many heads were added; those that we hold already are left as they are."""
    check_can_take_heads(by)
    proposals = proposed_heads()
    for head in proposals:
        add_contact(by=by, school=head.school, role=ContactRole.HEAD, name=head.name, source=Source.REGISTER)
    return len(proposals)
