"""Invented schools in the register."""

from __future__ import annotations

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.models import Organisation
from schoolward.apps.register.models import School


def make_school(urn: int = 900001, name: str = "", *, authority_code: int = 901, **facts) -> School:
    """An open maintained primary of the authority, unless `facts` say otherwise."""
    name = name or f"Saltings {urn} Primary School"
    organisation, _ = Organisation.objects.get_or_create(kind=roles.SCHOOL, urn=urn, defaults={"name": name})
    usual = {
        "phase": "Primary",
        "type_name": "Community school",
        "type_group": "Local authority maintained schools",
        "status": "Open",
    }
    return School.objects.create(
        organisation=organisation, urn=urn, name=name, authority_code=authority_code, **(usual | facts)
    )
