"""Reading contacts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from schoolward.apps.contacts.differences import Details, Held
from schoolward.apps.contacts.models import Confirmation, Contact, ContactRole
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import schools_of
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import current_authority
from schoolward.terms.years import exam_year_of

# The roles every school has; a trust only where the register names one.
EVERY_SCHOOL = tuple(role for role in ContactRole if role != ContactRole.TRUST)


@dataclass(frozen=True)
class SchoolContacts:
    """One school with its contacts by role, its gaps, and when it last confirmed them."""

    school: School
    by_role: dict[str, Contact]
    confirmed: Confirmation | None

    @property
    def gaps(self) -> list[ContactRole]:
        return [role for role in roles_of(self.school) if role not in self.by_role]

    @property
    def bounced(self) -> list[Contact]:
        return [contact for contact in self.by_role.values() if contact.bounced_on]


def roles_of(school: School) -> list[ContactRole]:
    """The roles in which the school should have somebody."""
    return [*EVERY_SCHOOL, ContactRole.TRUST] if school.trust_code else list(EVERY_SCHOOL)


def in_force(contacts: QuerySet[Contact], on: date | None = None) -> QuerySet[Contact]:
    """Those of `contacts` that stand on the day (default today)."""
    day = on or clock.today()
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    return contacts.filter(lasting, starts_on__lte=day, set_aside_at__isnull=True)


def standing() -> QuerySet[Contact]:
    """What is held now or is to come, the earliest first: history is left out."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today())
    return Contact.objects.filter(lasting, set_aside_at__isnull=True).order_by("starts_on", "pk")


def contact_for(school: School, role: str, on: date | None = None) -> Contact | None:
    """Whom to write to, or None where nobody is known."""
    return in_force(Contact.objects.filter(school=school, role=role), on).first()


def contacts_of(schools: Iterable[School]) -> list[SchoolContacts]:
    """Each school with its contacts of today, in the order given: three queries, however many schools."""
    schools = list(schools)
    found: dict[int, dict[str, Contact]] = {}
    rows, yearly = standing(), confirmations()
    if len(schools) < 500:
        rows, yearly = rows.filter(school__in=schools), yearly.filter(school__in=schools)
    for contact in rows.select_related("confirmed_by"):
        found.setdefault(contact.school_id, {}).setdefault(contact.role, contact)
    confirmed = {row.school_id: row for row in yearly}
    return [SchoolContacts(s, found.get(s.pk, {}), confirmed.get(s.pk)) for s in schools]


def open_schools() -> QuerySet[School]:
    """The open schools of the authority in scope, by name."""
    return schools_of(current_authority().code, open_only=True)


def confirmations(exam_year: int | None = None) -> QuerySet[Confirmation]:
    """The schools that have confirmed in a school year (default this one)."""
    year = exam_year or exam_year_of(clock.today())
    return Confirmation.objects.filter(exam_year=year).select_related("confirmed_by")


def has_confirmed(school: School) -> bool:
    """True where the school has confirmed its contacts since 1 September."""
    return confirmations().filter(school=school).exists()


def history_of(school: School) -> list[Contact]:
    """Every row there ever was for the school, newest first within its role."""
    rows = Contact.objects.filter(school=school).select_related("confirmed_by")
    return list(rows.order_by("role", "-starts_on", "-pk"))


def standing_by_place(schools: Iterable[School]) -> dict[tuple[int, str], list[Contact]]:
    """URN and role to what is held there now and is to come, the earliest first."""
    by_pk = {school.pk: school for school in schools}
    found: dict[tuple[int, str], list[Contact]] = {}
    for contact in standing():
        if school := by_pk.get(contact.school_id):
            contact.school = school
            found.setdefault((school.urn, contact.role), []).append(contact)
    return found


def held_now(schools: Iterable[School]) -> tuple[Held, dict[tuple[int, str], str]]:
    """URN and role to the details held, to compare a list with; and to who follows, where that is settled."""
    places = standing_by_place(schools)
    followed = {place: rows[1].name for place, rows in places.items() if len(rows) > 1}
    return {place: details_of(rows[0]) for place, rows in places.items()}, followed


def details_of(contact: Contact) -> Details:
    """The contact as plain values."""
    return Details(contact.name, contact.email, contact.telephone, contact.starts_on)
