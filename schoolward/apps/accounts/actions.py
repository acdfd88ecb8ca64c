"""Changing who people are and which roles they hold."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from schoolward.apps.accounts import checks, ownership, roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership, Organisation, Person
from schoolward.apps.accounts.passwords import check_password_is_good
from schoolward.apps.audit.record import record
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotNow


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
    keys = {
        roles.SCHOOL: {"urn": urn},
        roles.TRUST: {"trust_code": trust_code},
        roles.AUTHORITY: {"authority_code": authority_code},
        roles.PROVIDER: {"name": name},
    }[kind]
    assert all(keys.values()), f"a {kind} needs {', '.join(keys)}"
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
        check_password_is_good(password, person)
        person.set_password(password)
    person.full_clean()
    person.save()
    record("accounts.add_person", by=by, target=person, after={"name": person.name})
    return person


@transaction.atomic
def rename_person(*, by: Acting, person: Person, name: str, reason: str) -> None:
    """The person's name as they now use it."""
    checks.check_can_manage_people(by)
    checks.check_is_ours(person)
    before, person.name = person.name, " ".join(name.split())
    if not person.name:
        raise BadInput("A person has a name.", do="Give the name.")
    person.save(update_fields=["name"])
    after = {"name": person.name}
    record(
        "accounts.rename_person", by=by, target=person, before={"name": before}, after=after, reason=reason
    )


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
    checks.check_invented_stay_invented(person, by)
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
    *,
    by: Acting,
    member: Membership,
    on: date,
    hand_over_to: Membership | None,
    reason: str,
    at_once: bool = False,
) -> Membership:
    """The role, ending when the day `on` is over, or now; its work goes to somebody in the same step."""
    member = Membership.objects.select_for_update().get(pk=member.pk)
    checks.check_can_end_role(member, by)
    checks.check_reason(reason)
    if at_once:
        on = max(clock.today(), member.starts_on)
    if on < member.starts_on:
        raise BadInput("The last day is before the first.", do="Give a later day.")
    if hand_over_to:
        hand_over(by=by, from_member=member, to_member=hand_over_to, reason=reason)
    elif owned := ownership.owned_by(member):
        things = ", ".join(f"{count} × {work.kind}" for work, count in owned)
        raise NotNow(f"{member.person} still has work: {things}.", do="Choose who takes it over.")
    before = {"ends_on": member.ends_on}
    member.ends_on, member.stopped_at = on, clock.real_now() if at_once else None
    member.save(update_fields=["ends_on", "stopped_at"])
    after = {"ends_on": on, "at_once": at_once}
    record("accounts.end_role", by=by, target=member, before=before, after=after, reason=reason)
    return member


@transaction.atomic
def hand_over(*, by: Acting, from_member: Membership, to_member: Membership, reason: str) -> dict[str, int]:
    """How many things of each kind went from one colleague to the other."""
    checks.check_can_hand_over(from_member, to_member, by)
    checks.check_reason(reason)
    moved = ownership.hand_over_all(by=by, from_member=from_member, to_member=to_member)
    after = {"to": str(to_member), "moved": moved}
    record("accounts.hand_over", by=by, target=from_member, after=after, reason=reason)
    return moved


@transaction.atomic
def move_role(
    *,
    by: Acting,
    member: Membership,
    organisation: Organisation,
    on: date,
    reason: str,
    role: str = "",
    hand_over_to: Membership | None = None,
    keep_work: bool = False,
) -> Membership:
    """The same person's role elsewhere, or another role, from `on`; the old one ends the day before.

    Work goes to `hand_over_to`, or with the person where `keep_work` says so.
    """
    if on <= member.starts_on:
        raise BadInput("The move is not after the role's first day.", do="Give a later day.")
    if (organisation, role or member.role) == (member.organisation, member.role):
        raise BadInput("That is the role this person holds.", do="Choose another role or organisation.")
    new = give_role(
        by=by, person=member.person, organisation=organisation, role=role or member.role, starts_on=on
    )
    end_role(
        by=by,
        member=member,
        on=on - timedelta(days=1),
        hand_over_to=new if keep_work else hand_over_to,
        reason=reason,
    )
    return new
