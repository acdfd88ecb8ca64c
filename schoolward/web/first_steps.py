"""Starting with a real authority on an empty site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.actions import add_organisation, add_person, give_role
from schoolward.apps.accounts.authorities import open_authority, settle_authority
from schoolward.apps.accounts.models import Invitation, Membership, Organisation
from schoolward.apps.accounts.needs import Need
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.models import Event
from schoolward.apps.audit.record import record
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import OPEN, projected_edition
from schoolward.apps.tenancy.models import Authority, TenantModel
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput, NotNow
from schoolward.terms.ids import parse_authority_code


@transaction.atomic
def make_administrator(*, name: str, email: str, authority_code: int, password: str) -> Membership:
    """The first administrator of an authority; the authority is opened if it was not.

    Its name is a number until published data names it.
    """
    if settings.SCHOOLWARD_DEMONSTRATION or Authority.objects.filter(is_demonstration=True).exists():
        raise BadInput(
            f"{settings.SCHOOLWARD_HOME} holds the demonstration, which needs no administrator.",
            do="Use an empty site: ./start --empty, with the same SCHOOLWARD_HOME for this command.",
        )
    code = parse_authority_code(authority_code)
    system = Acting.system(None, "command line")
    authority = open_authority(by=system, code=code, name=f"Authority {code}")
    by = Acting.system(authority, "command line")
    with scope(authority):
        organisation = add_organisation(by=by, kind=roles.AUTHORITY, name=authority.name, authority_code=code)
        person = add_person(by=by, name=name, email=email, password=password)
        return give_role(by=by, person=person, organisation=organisation, role="administrator")


@dataclass(frozen=True)
class Step:
    """One step of setting up: what it is, where it is done, and whether it is."""

    words: str
    url: str
    done: bool


@dataclass(frozen=True)
class RegisterAuthority:
    """An authority as the loaded register has it."""

    code: int
    name: str
    open_schools: int


def steps(authority: Authority) -> list[Step]:
    """The way from an empty site to one that works, in order."""
    settled = Event.objects.filter(
        action="tenancy.settle_authority", target_kind="tenancy.authority", target_id=str(authority.pk)
    )
    with_others = Membership.objects.count() > 1 or Invitation.objects.exists()
    return [
        Step("Load published data", reverse("data_import"), projected_edition() != "empty"),
        Step("Confirm the authority, its name and its colour", reverse("set_up"), settled.exists()),
        Step("Invite people", reverse("invite"), with_others),
    ]


def set_up_needs(by: Acting) -> Iterator[Need]:
    """The steps that are still to do, for whoever sets the site up; the demonstration is set up already."""
    if by.may(Permission.MANAGE_SITE) and by.authority and not by.authority.is_demonstration:
        left = [(n, step) for n, step in enumerate(steps(by.authority), start=1) if not step.done]
        for n, step in left:
            urgency = 1 if step == left[0][1] else 2
            yield Need(f"Step {n} of 3: {step.words.lower()}", step.url, urgency=urgency)


def authorities_in_register() -> list[RegisterAuthority]:
    """Those that have open schools in the loaded register, by name."""
    rows = School.objects.filter(status__in=OPEN).exclude(authority_code=None)
    counted = rows.values_list("authority_code", "authority_name").annotate(Count("pk"))
    return [RegisterAuthority(*row) for row in counted.order_by("authority_name", "authority_code")]


def why_code_is_fixed(authority: Authority) -> str:
    """The sentence that says why the authority's code can no longer be changed, or nothing."""
    for model in apps.get_models():
        told_nothing_yet = model._meta.app_label in {"accounts", "outbox", "jobs"}
        if issubclass(model, TenantModel) and not told_nothing_yet and model.objects.exists():
            return f"{model._meta.verbose_name_plural.capitalize()} are kept for {authority} already."
    return ""


@transaction.atomic
def settle(*, by: Acting, code: int, name: str, colour: str) -> Authority:
    """The authority as chosen from the register. Its code can change until something is kept for it."""
    by.check(Permission.MANAGE_SITE)
    authority = Authority.objects.select_for_update().get(pk=by.authority.pk)
    if code != authority.code:
        _recode(by, authority, parse_authority_code(code))
    settle_authority(by=by, authority=authority, name=name, colour=colour)
    Organisation.objects.filter(kind=roles.AUTHORITY, authority_code=authority.code).update(
        name=authority.name
    )
    return authority


def _recode(by: Acting, authority: Authority, code: int) -> None:
    if reason := why_code_is_fixed(authority):
        raise NotNow(reason, do="Start another site, or make an administrator for the other authority.")
    if Authority.objects.filter(code=code).exists():
        raise NotNow(f"Authority {code} is kept here already.", do="Choose another.")
    if code not in {found.code for found in authorities_in_register()}:
        raise BadInput(f"No school of the loaded register is in authority {code}.", where="code")
    Organisation.objects.filter(kind=roles.AUTHORITY, authority_code=authority.code).update(
        authority_code=code
    )
    before, authority.code = authority.code, code
    authority.save(update_fields=["code"])
    record("tenancy.choose_code", by=by, target=authority, before={"code": before}, after={"code": code})
