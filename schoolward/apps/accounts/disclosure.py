"""What accounts give under the Freedom of Information Act: roles by organisation and number, and no names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.models import Membership
from schoolward.apps.audit.exports import Export, register_export


def register() -> None:
    """Called once from `ready()`."""
    register_export(
        Export(
            "roles-held",
            "How many people held each role at some time between the two days.",
            ("Kind of organisation", "Role", "People"),
            roles_held,
        )
    )
    register_export(
        Export("people", "Names, addresses and sign-ins of people.", restricted="It is about living people.")
    )


def roles_held(since: date, until: date) -> Iterator[tuple[str, str, int]]:
    """Kind of organisation, role, people."""
    rows = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=since), starts_on__lte=until)
    counted = rows.values("organisation__kind", "role").annotate(n=Count("person", distinct=True))
    for row in counted.order_by("organisation__kind", "role"):
        yield row["organisation__kind"], roles.BY_KEY[row["role"]].name, row["n"]
