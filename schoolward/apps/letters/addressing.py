"""Who at each school gets a letter, by which way, with which values; and why somebody does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from schoolward.apps.contacts.models import Contact, ContactRole
from schoolward.apps.contacts.queries import SchoolContacts, contacts_of, roles_of
from schoolward.apps.letters.audiences import audience_of
from schoolward.apps.letters.models import Letter
from schoolward.apps.outbox.channels import email_channel
from schoolward.apps.outbox.notify import POST
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import format_day

BASE_FIELDS = (
    "school.name",
    "school.urn",
    "school.phase",
    "school.town",
    "school.trust",
    "recipient.name",
    "recipient.role",
    "recipient.email",
    "signatory.name",
    "signatory.post",
    "authority.name",
    "letter.date",
    "site.address",
)
CAME_BACK = "messages to the address came back"


@dataclass(frozen=True)
class Addressee:
    """One person at one school; no channel means that the letter does not reach them, and `why` says so."""

    school: School
    role: str
    name: str
    email: str
    address: str
    channel: str
    why: str
    values: Mapping[str, str]

    @property
    def key(self) -> str:
        return f"{self.school.urn}-{self.role}"

    @property
    def told(self) -> str:
        """School and part, for lists of what is missing."""
        return f"{self.school.name} ({self.role_name.lower()})"

    @property
    def role_name(self) -> str:
        return ContactRole(self.role).label


def addressees(letter: Letter) -> list[Addressee]:
    """Everyone whom the letter is meant for, by school and then by role, those it cannot reach included."""
    audience = audience_of(letter.audience)
    schools = list(audience.schools(letter.about))
    special = audience.fields(letter.about, schools)
    ours = _values_for_all(letter)
    return [
        addressee
        for found in contacts_of(schools)
        for addressee in _at_school(letter, found, ours | dict(special.get(found.school.urn, {})))
    ]


def _values_for_all(letter: Letter) -> dict[str, str]:
    signatory = letter.signatory
    return {
        "authority.name": letter.authority.name,
        "letter.date": format_day(clock.today()),
        "site.address": settings.SCHOOLWARD_ADDRESS,
        "signatory.name": signatory.person.name if signatory else "",
        "signatory.post": signatory.role_name if signatory else "",
    }


def _at_school(letter: Letter, found: SchoolContacts, values: dict[str, str]) -> Iterator[Addressee]:
    taken: dict[str, str] = {}  # addresses at this school to the part under which they have it already
    for role in letter.roles:
        if role not in roles_of(found.school):
            continue  # only schools of a trust have a trust
        contact = found.by_role.get(role)
        if contact and contact.starts_on > clock.today():
            contact = None
        made = _addressee(letter, found.school, ContactRole(role), contact, values, taken)
        if made.channel and made.email:
            taken[made.email.casefold()] = made.role_name
        yield made


def _addressee(
    letter: Letter,
    school: School,
    role: ContactRole,
    contact: Contact | None,
    values: dict[str, str],
    taken: Mapping[str, str],
) -> Addressee:
    email = contact.email if contact else ""
    same = taken.get(email.casefold()) if email else None
    channel, why = ("", f"has it already as {same.lower()}") if same else _way(letter, role, contact, school)
    name = contact.name if contact else role.label
    by_post = channel not in ("", email_channel())
    return Addressee(
        school=school,
        role=role,
        name=name,
        email="" if by_post else email,
        address=_postal(school) if by_post else "",
        channel=channel,
        why=why,
        values=values | _values(school, name, role, email),
    )


def _way(letter: Letter, role: ContactRole, contact: Contact | None, school: School) -> tuple[str, str]:
    """The channel, or none and why."""
    if contact is None:
        lacking = f"nobody is known as {role.label.lower()}"
    elif not contact.email:
        lacking = "no e-mail address is held"
    else:
        lacking = CAME_BACK if contact.bounced_on else ""
    if letter.by_email and not lacking:
        return email_channel(), ""
    if letter.paper == Letter.NONE:
        return "", lacking
    if role == ContactRole.TRUST:
        return "", f"{lacking or 'it goes on paper'}, and no postal address of the trust is held"
    if not _postal_lines(school):
        return "", f"{lacking or 'it goes on paper'}, and the register has no postal address"
    return (POST if letter.paper == Letter.POST else "print"), ""


def _postal_lines(school: School) -> list[str]:
    return [part for part in (school.street, school.town, school.postcode) if part]


def _postal(school: School) -> str:
    return "\n".join([school.name, *_postal_lines(school)])


def _values(school: School, name: str, role: ContactRole, email: str) -> dict[str, str]:
    return {
        "school.name": school.name,
        "school.urn": str(school.urn),
        "school.phase": school.phase,
        "school.town": school.town,
        "school.trust": school.trust_name,
        "recipient.name": name,
        "recipient.role": role.label,
        "recipient.email": email,
    }


def field_names(letter: Letter) -> Sequence[str]:
    """Every field that this letter may use."""
    return (*BASE_FIELDS, *audience_of(letter.audience).field_names)
