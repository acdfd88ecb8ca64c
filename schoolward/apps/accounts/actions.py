"""Changing who people are and which roles they hold."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from schoolward.apps.accounts import checks, ownership, roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Invitation, Membership, Organisation, Person
from schoolward.apps.audit.record import record
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotNow

INVITATION_DAYS = 14


@transaction.atomic
def add_organisation(
    *,
    by: Acting,
    kind: str,
    name: str,
    urn: int | None = None,
    trust_code: str = "",
    authority_code: int | None = None,
) -> Organisation:
    """The organisation, made if it was not there; its name follows the register."""
    keys = (
        {"urn": urn}
        if urn
        else {"trust_code": trust_code}
        if trust_code
        else {"authority_code": authority_code}
    )
    if kind == roles.PROVIDER:
        keys = {"name": name}
    organisation, made = Organisation.objects.get_or_create(kind=kind, **keys, defaults={"name": name})
    if not made and organisation.name != name:
        organisation.name = name
        organisation.save(update_fields=["name"])
    if made:
        record("accounts.add_organisation", by=by, target=organisation, after={"kind": kind, **keys})
    return organisation


@transaction.atomic
def add_person(
    *, by: Acting, name: str, email: str, password: str | None = None, demonstration: bool = False
) -> Person:
    """The person with this e-mail address, made if there was none."""
    email = email.strip().lower()
    person = Person.objects.filter(email=email).first()
    if person:
        return person
    person = Person(email=email, name=name.strip(), is_demonstration=demonstration, created_at=clock.now())
    if password is None:
        person.set_unusable_password()
    else:
        _check_password(password, person)
        person.set_password(password)
    person.full_clean()
    person.save()
    record("accounts.add_person", by=by, target=person, after={"name": person.name})
    return person


@transaction.atomic
def give_role(
    *,
    by: Acting,
    person: Person,
    organisation: Organisation,
    role: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:
    """The role, held from `starts_on` (default today); the one in force where it is held already."""
    checks.check_can_manage_people(by)
    checks.check_role_fits(role, organisation)
    held = Membership.objects.filter(
        person=person, organisation=organisation, role=role, ends_on=None
    ).first()
    if held:
        return held
    member = Membership.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
    )
    record("accounts.give_role", by=by, target=member, after={"role": role, "from": member.starts_on})
    return member


@transaction.atomic
def end_role(
    *, by: Acting, member: Membership, on: date, hand_over_to: Membership | None, reason: str
) -> Membership:
    """The role, ending on that day; work that it owns must go to somebody in the same step."""
    member = Membership.objects.select_for_update().get(pk=member.pk)
    checks.check_can_end_role(member, by)
    if on < member.starts_on:
        raise BadInput("The last day is before the first.", do="Give a later day.")
    owned = ownership.owned_by(member)
    if owned and hand_over_to is None:
        things = ", ".join(f"{count} × {work.kind}" for work, count in owned)
        raise NotNow(f"{member.person} still has work: {things}.", do="Choose who takes it over.")
    if hand_over_to:
        hand_over(by=by, from_member=member, to_member=hand_over_to, reason=reason)
    before = member.ends_on
    member.ends_on = on
    member.save(update_fields=["ends_on"])
    record(
        "accounts.end_role",
        by=by,
        target=member,
        before={"ends_on": before},
        after={"ends_on": on},
        reason=reason,
    )
    return member


@transaction.atomic
def hand_over(*, by: Acting, from_member: Membership, to_member: Membership, reason: str) -> dict[str, int]:
    """How many things of each kind went from one colleague to the other."""
    checks.check_can_hand_over(from_member, to_member, by)
    moved = ownership.hand_over_all(by=by, from_member=from_member, to_member=to_member)
    record(
        "accounts.hand_over",
        by=by,
        target=from_member,
        after={"to": str(to_member), "moved": moved},
        reason=reason,
    )
    return moved


@transaction.atomic
def move_role(
    *, by: Acting, member: Membership, organisation: Organisation, on: date, reason: str
) -> Membership:
    """The same person's role in another organisation from `on`; the old one ends the day before."""
    end_role(
        by=by,
        member=member,
        on=max(on - timedelta(days=1), member.starts_on),
        hand_over_to=None,
        reason=reason,
    )
    return give_role(by=by, person=member.person, organisation=organisation, role=member.role, starts_on=on)


@transaction.atomic
def invite(
    *,
    by: Acting,
    name: str,
    email: str,
    organisation: Organisation,
    role: str,
    send: Callable[[Invitation, str], None],
) -> Invitation:
    """The invitation, with the secret given to `send` alone; sending happens after the transaction commits."""
    checks.check_can_manage_people(by)
    checks.check_role_fits(role, organisation)
    token = secrets.token_urlsafe(32)
    moment = clock.real_now()
    invitation = Invitation(
        authority=by.authority,
        name=name.strip(),
        email=email.strip().lower(),
        organisation=organisation,
        role=role,
        token_hash=hash_token(token),
        sent_at=moment,
        expires_at=moment + timedelta(days=INVITATION_DAYS),
    )
    invitation.full_clean(exclude=["accepted_by"])
    invitation.save()
    record(
        "accounts.invite", by=by, target=invitation, after={"role": role, "organisation": str(organisation)}
    )
    send(invitation, token)
    return invitation


@transaction.atomic
def withdraw_invitation(*, by: Acting, invitation: Invitation) -> None:
    """Makes the link in the message useless."""
    checks.check_can_manage_people(by)
    checks.check_can_accept(invitation)
    invitation.withdrawn_at = clock.real_now()
    invitation.save(update_fields=["withdrawn_at"])
    record("accounts.withdraw_invitation", by=by, target=invitation)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str | None, person: Person | None) -> Membership:
    """The role, now held. Somebody known here keeps their password and must be signed in as themselves."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    checks.check_can_accept(invitation)
    system = Acting.system(invitation.authority, "invitation")
    known = Person.objects.filter(email=invitation.email).first()
    if known and known != person:
        raise NotNow(
            f"{invitation.email} already has an account here.", do="Sign in first, then open the link again."
        )
    holder = known or add_person(
        by=system, name=invitation.name, email=invitation.email, password=password or ""
    )
    member = give_role(by=system, person=holder, organisation=invitation.organisation, role=invitation.role)
    invitation.accepted_at, invitation.accepted_by = clock.real_now(), holder
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record("accounts.accept_invitation", by=Acting.of(member), target=invitation)
    return member


def hash_token(token: str) -> str:
    """What is stored of an invitation's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages), do="Choose another password.") from error
