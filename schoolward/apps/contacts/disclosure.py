"""What contacts give under the Freedom of Information Act: whether one is known, and no names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schoolward.apps.audit.exports import Export, register_export
from schoolward.apps.contacts import queries
from schoolward.apps.contacts.models import Confirmation


def register() -> None:
    """Called once from `ready()`."""
    register_export(
        Export(
            "contacts-known",
            "For each open school and role, whether a contact was known on the last day.",
            ("URN", "School", "Role", "Known"),
            contacts_known,
        )
    )
    register_export(
        Export(
            "contacts-confirmed",
            "When schools confirmed their contacts between the two days.",
            ("URN", "School", "School year ending", "Confirmed"),
            contacts_confirmed,
        )
    )
    register_export(
        Export("contacts", "Names and addresses of contacts.", restricted="It is about living people.")
    )


def contacts_known(since: date, until: date) -> Iterator[tuple]:
    """URN, school, role, yes or no; as at the last day."""
    rows = queries.in_force(queries.Contact.objects.all(), until)
    known = set(rows.values_list("school_id", "role"))
    for school in queries.open_schools():
        for role in queries.roles_of(school):
            yield school.urn, school.name, role.label, "yes" if (school.pk, role.value) in known else "no"


def contacts_confirmed(since: date, until: date) -> Iterator[tuple]:
    """URN, school, school year, day."""
    rows = Confirmation.objects.filter(confirmed_at__date__range=(since, until)).select_related("school")
    for row in rows.order_by("confirmed_at", "pk"):
        yield row.school.urn, row.school.name, row.exam_year, row.confirmed_at.date()
