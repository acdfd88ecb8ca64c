"""The code of the moment from an authenticator app: set up, checked, reset."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from schoolward.apps.accounts import checks, roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership, Person
from schoolward.apps.accounts.queries import is_demonstration_membership
from schoolward.apps.audit.record import record
from schoolward.apps.tenancy import clock


@dataclass(frozen=True)
class CodeAnswer:
    """The device that took the code, or the sentence that says why none did."""

    device: TOTPDevice | None
    sentence: str = ""


def second_factor_step(person: Person, membership: Membership) -> str | None:
    """The name of the page the person must visit before acting in the role, or None."""
    if not roles.BY_KEY[membership.role].needs_second_factor:
        return None
    if is_demonstration_membership(membership) or person.is_verified():
        return None
    return "enter_code" if has_code(person) else "set_up_code"


def has_code(person: Person) -> bool:
    """True where an authenticator app is set up."""
    return TOTPDevice.objects.filter(user=person, confirmed=True).exists()


def device_to_set_up(person: Person) -> TOTPDevice:
    """The app being set up: the same key until its first code is right."""
    return TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "app"})[0]


def check_code(*, person: Person, code: str) -> CodeAnswer:
    """Whether it is the code of the moment. None counts twice; wrong ones make the next wait."""
    return _check(person, code, confirmed=True)


def confirm_set_up(*, person: Person, code: str) -> CodeAnswer:
    """The app set up, if the code is right."""
    return _check(person, code, confirmed=False)


@transaction.atomic
def reset_code(*, by: Acting, person: Person, reason: str) -> None:
    """The person sets up an app afresh when they next sign in: for a lost telephone."""
    checks.check_can_reset_code(person, by)
    checks.check_reason(reason)
    gone, _ = TOTPDevice.objects.filter(user=person).delete()
    record(
        "accounts.reset_code", by=by, target=person, before={"apps": gone}, after={"apps": 0}, reason=reason
    )


@transaction.atomic
def _check(person: Person, code: str, *, confirmed: bool) -> CodeAnswer:
    """The row is locked, so that one code sent twice at once counts once."""
    device = TOTPDevice.objects.select_for_update().filter(user=person, confirmed=confirmed).first()
    if device is None:
        return CodeAnswer(None, "No authenticator app is set up. Sign in again.")
    allowed, why = device.verify_is_allowed()
    if not allowed:
        seconds = max(1, ceil((why["locked_until"] - clock.real_now()).total_seconds()))
        return CodeAnswer(None, f"Wrong codes make the next try wait. Try again in {_wait(seconds)}.")
    if not device.verify_token(code.replace(" ", "")):
        return CodeAnswer(
            None, "The code is not right, or was used already. Wait for the next one and try again."
        )
    if not confirmed:
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        record("accounts.set_up_code", by=Acting.themselves(person), target=person)
    return CodeAnswer(device)


def _wait(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 90 else f"{ceil(seconds / 60)} minutes"
