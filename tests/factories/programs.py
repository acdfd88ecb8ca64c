"""Programs that ask the API, and a small authority to ask about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.tokens import create_token
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import scope
from tests.factories.people import make_authority, make_member
from tests.factories.published import project


def make_authority_with_schools(store: Path) -> Authority:
    """Estuary, 901, with the store's schools in the register."""
    made = make_authority(901)
    project(store)
    return made


def make_token(member: Membership, days: int = 30) -> str:
    """A token by which a program acts for them."""
    with scope(member.authority):
        day = clock.real_now().date() + timedelta(days=days)
        return create_token(by=Acting.of(member), name="Warehouse", expires_on=day)[1]


def make_asker(authority: Authority, role: str, **keys) -> Callable[..., HttpResponse]:
    """A function that asks the API in that role: path, then parameters."""
    secret = make_token(make_member(authority, role, f"{role} person", **keys))

    def ask(path: str, **asked) -> HttpResponse:
        query = "?" + urlencode(asked) if asked else ""
        return Client().get(f"/api/v1/{path}{query}", headers={"Authorization": f"Bearer {secret}"})

    return ask
