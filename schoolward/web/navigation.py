"""The ways on from every page, by what the role may do."""

from __future__ import annotations

from dataclasses import dataclass

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission as P


@dataclass(frozen=True)
class Way:
    """An entry of the navigation: shown to roles with any one of `permissions`."""

    label: str
    url_name: str
    permissions: tuple[P, ...]


WAYS = (
    Way("Concern", "concern_list", (P.VIEW_CONCERN,)),
    Way("Schools", "schools", (P.VIEW_SCHOOLS,)),
    Way("My school", "my_school", (P.VIEW_OWN_SCHOOL,)),
    Way("Categories", "categories", (P.VIEW_CATEGORIES,)),
    Way("Papers", "papers", (P.VIEW_PAPERS,)),
    Way("Contacts", "contacts", (P.VIEW_CONTACTS,)),
    Way("Rulebook", "rules", (P.VIEW_RULES,)),
    Way("Data", "data", (P.VIEW_DATA,)),
    Way("People", "people", (P.MANAGE_PEOPLE,)),
    Way("Audit", "audit", (P.VIEW_AUDIT,)),
    Way("Work", "jobs", (P.VIEW_JOBS,)),
)


def ways_for(acting: Acting | None) -> list[Way]:
    """What this role can open, in order."""
    return [way for way in WAYS if acting and any(map(acting.may, way.permissions))]
