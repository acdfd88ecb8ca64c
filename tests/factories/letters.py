"""A letter with somebody to write, sign and receive it, invented for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.contacts.models import Contact, ContactRole, Source
from schoolward.apps.letters import actions, queries
from schoolward.apps.letters.models import FrozenLetter, Letter
from schoolward.apps.register.models import School
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import scope
from tests.factories.people import make_authority, make_member
from tests.factories.schools import make_school

BODY = "Dear {{ recipient.name }},\n\nabout **{{ school.name }}**.\n\n{{ signatory.name }}"
PLACE = {"street": "1 Quay Street", "town": "Wendmouth", "postcode": "ES1 1AA"}


@dataclass(frozen=True)
class Office:
    """An authority whose analyst writes and whose director signs."""

    authority: Authority
    writer: Acting
    director: Acting
    signatory: Membership


def make_office() -> Office:
    """The office, in an authority of its own."""
    authority = make_authority()
    director = make_member(authority, "director", "Di Rowe")
    writer = Acting.of(make_member(authority, "analyst", "Wyn Ito"))
    return Office(authority, writer, Acting.of(director), director)


def make_contact(
    school: School, role: ContactRole = ContactRole.HEAD, email: str = "", name: str = ""
) -> Contact:
    """Somebody at the school, since September 2026."""
    return Contact.objects.create(
        school=school,
        role=role,
        name=name or f"{role.label} of {school.urn}",
        email=email,
        starts_on=date(2026, 9, 1),
        source=Source.OFFICER,
    )


def make_schools(office: Office, count: int = 3) -> list[School]:
    """Schools with an address and a head who has e-mail."""
    schools = [make_school(900001 + n, authority_code=office.authority.code, **PLACE) for n in range(count)]
    with scope(office.authority):
        for school in schools:
            make_contact(school, email=f"head@{school.urn}.example")
    return schools


def make_letter(
    office: Office, *, body: str = BODY, subject: str = "About {{ school.name }}", **choice
) -> Letter:
    """A letter to the heads of all schools that the director is to sign, unless `choice` says otherwise."""
    letter = actions.start_letter(by=office.writer, kind="plain", title="Autumn letter")
    usual = {"audience": "schools.all", "about": "", "roles": ["head"], "by_email": True, "paper": "print"}
    usual["signatory"] = office.signatory
    letter = actions.choose_recipients(by=office.writer, letter=letter, **(usual | choice))
    changes = {queries.SUBJECT: subject, queries.BODY: body}
    version = queries.draft_of(letter).version
    actions.save_letter(
        by=office.writer, letter=letter, base_version=version, idempotency_key="text", changes=changes
    )
    return letter


def freeze(office: Office, letter: Letter) -> FrozenLetter:
    """The letter, frozen as it stands."""
    version = queries.draft_of(letter).version
    return actions.freeze_letter(by=office.writer, letter=letter, base_version=version)


def send(office: Office, letter: Letter) -> FrozenLetter:
    """The letter, frozen, signed and asked to be sent; no worker has run."""
    frozen = actions.sign_letter(by=office.director, frozen=freeze(office, letter))
    return actions.send_letter(by=office.writer, frozen=frozen)
