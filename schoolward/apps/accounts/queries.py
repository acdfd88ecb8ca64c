"""Reading people and their roles."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.models import Membership, Person
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import every_authority


def in_force(memberships: QuerySet, on=None) -> QuerySet:
    """Those of `memberships` that hold on the day (default today)."""
    day = on or clock.today()
    return memberships.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


def memberships_of(person: Person) -> list[Membership]:
    """The person's roles in force today, with every authority, by organisation."""
    with every_authority("a person chooses among their roles with all authorities"):
        rows = in_force(Membership.objects.filter(person=person))
        return list(rows.select_related("organisation", "authority").order_by("organisation__name", "role"))


def choose_membership(person: Person, chosen_id: int | None) -> Membership | None:
    """The chosen role if it is still in force; the only role where there is one; else None."""
    with every_authority("the session's role decides the scope"):
        rows = in_force(Membership.objects.filter(person=person)).select_related(
            "person", "organisation", "authority"
        )
        if chosen_id is not None:
            return rows.filter(pk=chosen_id).first()
        found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def second_factor_step(person: Person, membership: Membership) -> str | None:
    """The name of the page the person must visit before acting in the role, or None."""
    if not roles.BY_KEY[membership.role].needs_second_factor:
        return None
    if is_demonstration_person(person) or person.is_verified():
        return None
    confirmed = TOTPDevice.objects.filter(user=person, confirmed=True).exists()
    return "enter_code" if confirmed else "set_up_code"


def is_demonstration_person(person: Person) -> bool:
    """True for an invented person while the site runs as the demonstration; nobody else may skip a password."""
    return settings.SCHOOLWARD_DEMONSTRATION and person.is_demonstration


def demonstration_memberships() -> list[Membership]:
    """The invented people and roles a visitor can try; empty unless the demonstration flag is on."""
    if not settings.SCHOOLWARD_DEMONSTRATION:
        return []
    with every_authority("the demonstration's sign-in page lists its invented people"):
        rows = in_force(
            Membership.objects.filter(person__is_demonstration=True, authority__is_demonstration=True)
        )
        return list(
            rows.select_related("person", "organisation", "authority").order_by("role", "person__name")
        )
