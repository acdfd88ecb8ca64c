"""Tokens by which programs act in somebody's role. A secret is shown once; only its hash is stored."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.invitations import hash_token
from schoolward.apps.accounts.models import ApiToken
from schoolward.apps.accounts.queries import choose_membership
from schoolward.apps.audit.record import record
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import every_authority, scope
from schoolward.terms.errors import BadInput, NotAllowed, NotNow

PREFIX = "schoolward_"  # so that a secret left in a program or a log is known for what it is
LONGEST_DAYS = 366
LONGEST_NAME = 80
USE_NOTED_EVERY = timedelta(minutes=10)


@transaction.atomic
def create_token(*, by: Acting, name: str, expires_on: date) -> tuple[ApiToken, str]:
    """The token and its secret, which cannot be had again."""
    check_can_create_token(by)
    name = " ".join(name.split())
    _check_name(name, by)
    _check_last_day(expires_on)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        membership_id=by.membership_id,
        name=name,
        token_hash=hash_token(secret),
        made_at=clock.real_now(),
        expires_on=expires_on,
    )
    record("accounts.create_token", by=by, target=token, after={"expires_on": expires_on})
    return token, secret


@transaction.atomic
def revoke_token(*, by: Acting, token: ApiToken) -> None:
    """Makes the secret useless at once."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    check_can_revoke_token(token, by)
    token.revoked_at = clock.real_now()
    token.save(update_fields=["revoked_at"])
    record("accounts.revoke_token", by=by, target=token)


def check_can_create_token(by: Acting) -> None:
    """A person in a role, for that role."""
    if by.membership_id is None:
        raise NotAllowed("A token belongs to somebody's role.", do="Choose a role first.")


def check_can_revoke_token(token: ApiToken, by: Acting) -> None:
    """By whoever holds the role it belongs to, once."""
    if by.membership_id is None or token.membership_id != by.membership_id:
        raise NotAllowed("This token belongs to another role.", do="Act in that role to revoke it.")
    if token.revoked_at:
        raise NotNow("This token was revoked already.")


def tokens_of(by: Acting) -> list[ApiToken]:
    """The role's tokens that were not revoked, newest first; those that ran out are among them."""
    rows = ApiToken.objects.filter(membership_id=by.membership_id, revoked_at=None)
    return list(rows.order_by("-made_at", "-pk"))


def acting_by_token(secret: str) -> Acting | None:
    """Who acts with this secret: its owner in its role, while the token lasts and the role is in force."""
    today = clock.real_now().date()
    with every_authority("the token decides the scope"):
        token = (
            ApiToken.objects.filter(token_hash=hash_token(secret), revoked_at=None, expires_on__gte=today)
            .select_related("membership__person")
            .first()
        )
    if token is None or not token.membership.person.is_active:
        return None
    membership = choose_membership(token.membership.person, token.membership_id)
    if membership is None:
        return None
    with scope(membership.authority):
        _note_use(token)
    return Acting.of(membership)


def _note_use(token: ApiToken) -> None:
    """A write now and then, not one for every request."""
    now = clock.real_now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _check_name(name: str, by: Acting) -> None:
    if not name:
        raise BadInput("The token has no name.", where="name", do="Say which program it is for.")
    if len(name) > LONGEST_NAME:
        what = f"The name is longer than {LONGEST_NAME} characters."
        raise BadInput(what, where="name", do="Say which program it is for, in few words.")
    if ApiToken.objects.filter(membership_id=by.membership_id, name=name, revoked_at=None).exists():
        raise BadInput(
            "There is a token of this name.", where="name", do="Give another name, or revoke that one first."
        )


def _check_last_day(day: date) -> None:
    today = clock.real_now().date()
    if not today <= day <= today + timedelta(days=LONGEST_DAYS):
        raise BadInput(
            "A token lasts from a day to a year.", where="expires_on", do="Give a day within the next year."
        )
