"""An authority with people in it, invented for the tests."""

from __future__ import annotations

from datetime import date

from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.actions import add_organisation, add_person, give_role
from schoolward.apps.accounts.models import Membership, Organisation, Person
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import scope

PASSWORD = "three quiet otters"
STARTED = date(2025, 9, 1)


def make_authority(code: int = 901, name: str = "Estuary", *, demonstration: bool = False) -> Authority:
    """An authority kept since September 2025."""
    return Authority.objects.create(
        code=code, name=name, first_started_on=STARTED, is_demonstration=demonstration
    )


def make_person(name: str = "Ann Reed", email: str = "", *, demonstration: bool = False) -> Person:
    """Somebody with the password above."""
    email = email or f"{name.lower().replace(' ', '.')}@example.org"
    by = Acting.system(None, "tests")
    password = None if demonstration else PASSWORD
    return add_person(by=by, name=name, email=email, password=password, demonstration=demonstration)


def make_organisation(kind: str, authority: Authority, *, urn: int = 900001, name: str = "") -> Organisation:
    """The authority itself, or one of the other kinds."""
    by = Acting.system(authority, "tests")
    keys = {
        roles.AUTHORITY: {"authority_code": authority.code, "name": name or authority.name},
        roles.SCHOOL: {"urn": urn, "name": name or f"School {urn}"},
        roles.TRUST: {"trust_code": str(urn), "name": name or f"Trust {urn}"},
        roles.PROVIDER: {"name": name or "Reading Matters Ltd"},
    }
    return add_organisation(by=by, kind=kind, **keys[kind])


def make_member(
    authority: Authority,
    role: str = "adviser",
    person: Person | str = "Ann Reed",
    *,
    urn: int = 900001,
    starts_on: date = STARTED,
    ends_on: date | None = None,
) -> Membership:
    """Somebody who holds the role with the authority; a name makes the person."""
    if isinstance(person, str):
        person = make_person(person, demonstration=authority.is_demonstration)
    organisation = make_organisation(roles.BY_KEY[role].organisation_kind, authority, urn=urn)
    with scope(authority):
        return give_role(
            by=Acting.system(authority, "tests"),
            person=person,
            organisation=organisation,
            role=role,
            starts_on=starts_on,
            ends_on=ends_on,
        )


def make_acting(
    authority: Authority, role: str = "administrator", person: Person | str = "Ada King"
) -> Acting:
    """Somebody acting in the role."""
    return Acting.of(make_member(authority, role, person))


def make_app(person: Person) -> TOTPDevice:
    """An authenticator app that the person has set up."""
    return TOTPDevice.objects.create(user=person, name="app", confirmed=True)


def code_of(device: TOTPDevice, at: float) -> str:
    """What the app shows at that moment (seconds since 1970)."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = at
    return f"{totp.token():06d}"


def sign_in(client, member: Membership) -> None:
    """The client, signed in and acting in the role, with an app where the role needs one."""
    client.force_login(member.person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    if roles.BY_KEY[member.role].needs_second_factor:
        device = TOTPDevice.objects.filter(user=member.person).first() or make_app(member.person)
        session["otp_device_id"] = device.persistent_id
    session["membership"] = member.pk
    session.save()
