"""Reading people and their roles."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.models import Invitation, Membership, Organisation, Person
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import current_authority, every_authority


def in_force(memberships: QuerySet[Membership], on: date | None = None) -> QuerySet[Membership]:
    """Those of `memberships` that hold on the day (default today)."""
    day = on or clock.today()
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gt=day) | Q(ends_on=day, stopped_at__isnull=True)
    return memberships.filter(lasting, starts_on__lte=day)


def ended(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those of `memberships` that hold no more today."""
    day = clock.today()
    return memberships.filter(Q(ends_on__lt=day) | Q(ends_on=day, stopped_at__isnull=False))


def _demonstrating() -> bool:
    return settings.SCHOOLWARD_DEMONSTRATION


def _usable(person: Person) -> QuerySet[Membership]:
    """A person's roles in force today; an invented person's, only on the demonstration and only there."""
    rows = in_force(Membership.objects.filter(person=person))
    rows = rows.select_related("person", "organisation", "authority")
    if person.is_demonstration:
        return rows.filter(authority__is_demonstration=True) if _demonstrating() else rows.none()
    return rows


def memberships_of(person: Person) -> list[Membership]:
    """The person's roles in force today, with every authority, by organisation."""
    with every_authority("a person chooses among their roles with all authorities"):
        return list(_usable(person).order_by("organisation__name", "role"))


def choose_membership(person: Person, chosen_id: int | None) -> Membership | None:
    """The chosen role if it is still in force; the only role where there is one; else None."""
    with every_authority("the session's role decides the scope"):
        if chosen_id is not None:
            return _usable(person).filter(pk=chosen_id).first()
        found = list(_usable(person)[:2])
    return found[0] if len(found) == 1 else None


def is_demonstration_membership(membership: Membership) -> bool:
    """True for an invented person in an invented authority on a site that runs as the demonstration."""
    return _demonstrating() and membership.person.is_demonstration and membership.authority.is_demonstration


def demonstration_memberships() -> list[Membership]:
    """The invented people and roles a visitor can try; empty unless the demonstration flag is on."""
    if not _demonstrating():
        return []
    with every_authority("the demonstration's sign-in page lists its invented people"):
        rows = in_force(
            Membership.objects.filter(person__is_demonstration=True, authority__is_demonstration=True)
        ).filter(person__is_active=True)
        return list(
            rows.select_related("person", "organisation", "authority").order_by("role", "person__name")
        )


def find_members(
    *, words: str = "", role: str = "", kind: str = "", state: str = "now"
) -> QuerySet[Membership]:
    """Roles held with the authority: by words of a name, e-mail or organisation, a role, a kind of place.

    `state` is now, ahead, ended or all.
    """
    rows = Membership.objects.select_related("person", "organisation")
    day = clock.today()
    if state == "now":
        rows = in_force(rows)
    elif state == "ahead":
        rows = rows.filter(starts_on__gt=day)
    elif state == "ended":
        rows = rows.filter(Q(ends_on__lt=day) | Q(stopped_at__isnull=False))
    for word in words.split():
        urn = Q(organisation__urn=int(word)) if word.isascii() and word.isdigit() and len(word) == 6 else Q()
        rows = rows.filter(
            Q(person__name__icontains=word)
            | Q(person__email__icontains=word)
            | Q(organisation__name__icontains=word)
            | urn
        )
    if role in roles.BY_KEY:
        rows = rows.filter(role=role)
    if kind:
        rows = rows.filter(organisation__kind=kind)
    return rows.order_by("person__name", "person_id", "-starts_on")


def find_person(pk: int) -> Person | None:
    """Somebody who holds, or held, a role with the authority; nobody else can be looked up."""
    ours = Membership.objects.filter(person_id=pk).exists()
    return Person.objects.filter(pk=pk).first() if ours else None


def roles_held_by(person: Person) -> list[Membership]:
    """Every role the person holds, held or will hold with the authority, newest first."""
    rows = Membership.objects.filter(person=person).select_related("person", "organisation", "authority")
    return list(rows.order_by("-starts_on", "-pk"))


def colleagues_of(member: Membership) -> list[Membership]:
    """Those in force in the same organisation who could take over work, by name."""
    rows = in_force(Membership.objects.filter(organisation=member.organisation))
    rows = rows.exclude(person=member.person).select_related("person", "organisation")
    return list(rows.order_by("person__name", "role"))


def pending_invitations() -> QuerySet[Invitation]:
    """Invitations nobody has accepted or withdrawn, oldest first; those that ran out are among them."""
    rows = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    return rows.select_related("organisation").order_by("sent_at")


def authority_organisation() -> Organisation:
    """The authority in scope, as the organisation in which its staff hold roles."""
    code = current_authority().code
    return Organisation.objects.get(kind=roles.AUTHORITY, authority_code=code)
