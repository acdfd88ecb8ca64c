"""Inviting people into a role by e-mail. The secret in the link is never stored, only its hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from schoolward.apps.accounts import checks, messages
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.actions import add_person, give_role
from schoolward.apps.accounts.models import Invitation, Membership, Organisation, Person
from schoolward.apps.accounts.queries import in_force
from schoolward.apps.audit.record import record
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import every_authority
from schoolward.terms.errors import BadInput, NotNow

INVITATION_DAYS = 14
LinkTo = Callable[[str], str]  # the address of the page that takes this secret


@transaction.atomic
def invite(
    *, by: Acting, name: str, email: str, organisation: Organisation, role: str, link_to: LinkTo
) -> Invitation:
    """The invitation; its message leaves when the transaction commits."""
    checks.check_can_manage_people(by)
    checks.check_role_fits(role, organisation)
    email = email.strip().lower()
    _check_is_new(email, organisation, role)
    invitation = Invitation(
        authority=by.authority,
        name=" ".join(name.split()),
        email=email,
        organisation=organisation,
        role=role,
    )
    token = _renew(invitation)
    _check_fields(invitation)
    invitation.save()
    after = {"role": role, "organisation": str(organisation)}
    record("accounts.invite", by=by, target=invitation, after=after)
    messages.send_invitation(invitation, by, link_to(token))
    return invitation


@transaction.atomic
def resend_invitation(*, by: Acting, invitation: Invitation, link_to: LinkTo) -> Invitation:
    """The same invitation with a new link and a fortnight more; the old link no longer works."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    checks.check_can_change_invitation(invitation, by)
    token = _renew(invitation)
    invitation.save(update_fields=["token_hash", "sent_at", "expires_at"])
    record(
        "accounts.resend_invitation", by=by, target=invitation, after={"expires_at": invitation.expires_at}
    )
    messages.send_invitation(invitation, by, link_to(token))
    return invitation


@transaction.atomic
def withdraw_invitation(*, by: Acting, invitation: Invitation) -> None:
    """Makes the link in the message useless."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    checks.check_can_change_invitation(invitation, by)
    invitation.withdrawn_at = clock.real_now()
    invitation.save(update_fields=["withdrawn_at"])
    record("accounts.withdraw_invitation", by=by, target=invitation)


def find_invitation(token: str) -> Invitation | None:
    """The invitation whose link holds this secret, of whichever authority."""
    with every_authority("whoever opens the link has no authority yet"):
        rows = Invitation.objects.select_related("organisation", "authority")
        return rows.filter(token_hash=hash_token(token)).first()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str | None, person: Person | None) -> Membership:
    """The role, now held. Somebody known here keeps their password and must be signed in already."""
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


def _renew(invitation: Invitation) -> str:
    """The new secret; the row keeps its hash."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_token(token)
    invitation.sent_at = clock.real_now()
    invitation.expires_at = invitation.sent_at + timedelta(days=INVITATION_DAYS)
    return token


def _check_is_new(email: str, organisation: Organisation, role: str) -> None:
    same = {"organisation": organisation, "role": role}
    if in_force(Membership.objects.filter(person__email=email, **same)).exists():
        raise NotNow(f"{email} holds this role already.", do="Look under People.")
    waiting = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None, **same)
    if waiting.exists():
        raise NotNow(f"{email} has been invited to this role.", do="Send that invitation again instead.")


def _check_fields(invitation: Invitation) -> None:
    try:
        invitation.clean_fields(exclude={f.name for f in Invitation._meta.fields} - {"name", "email", "role"})
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise BadInput(sentences[0], where=field) from error
