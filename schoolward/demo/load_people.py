"""Brings Estuary's invented people into the accounts, by the same actions as real ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.actions import add_organisation
from schoolward.apps.accounts.models import Membership, Organisation
from schoolward.apps.accounts.models import Person as Account
from schoolward.apps.tenancy import clock
from schoolward.demo.people import Person, people_of_estuary

ROLE_KEYS = {
    "head": "headteacher",
    "data_analyst": "analyst",
    "trust_finance": "trust_lead",
    "provider_lead": "provider",
    "provider_associate": "provider",
}


def load_people(*, by: Acting, first_day: date) -> list[Membership]:
    """Everyone's roles. Written in bulk: these people are invented together, and 500 audit events of their
    making would say nothing."""
    people = people_of_estuary(first_day)
    accounts = _accounts(people)
    organisations = _Organisations(by)
    members = [
        Membership(
            authority=by.authority,
            person=accounts[each.email],
            organisation=organisations.of(each),
            role=ROLE_KEYS.get(each.role, each.role),
            starts_on=each.since,
        )
        for each in people
    ]
    return Membership.objects.bulk_create(members)


def _accounts(people: Iterable[Person]) -> dict[str, Account]:
    made = {}
    for each in people:
        account = Account(
            email=each.email, name=each.name.full, is_demonstration=True, created_at=clock.now()
        )
        account.set_unusable_password()
        made.setdefault(each.email, account)
    return {account.email: account for account in Account.objects.bulk_create(made.values())}


class _Organisations:
    """Finds organisations that the register brought, and adds the authority and providers."""

    def __init__(self, by: Acting) -> None:
        self.by = by
        schools = Organisation.objects.filter(kind=roles.SCHOOL)
        trusts = Organisation.objects.filter(kind=roles.TRUST)
        self.schools = {each.urn: each for each in schools}
        self.trusts = {each.name.casefold(): each for each in trusts}
        self.others: dict[str, Organisation] = {}

    def of(self, person: Person) -> Organisation:
        """Where the person holds the role."""
        if person.urn:
            return self.schools[person.urn]
        if person.trust:
            return self.trusts[person.trust.casefold()]
        kind = roles.PROVIDER if person.provider else roles.AUTHORITY
        name = person.provider or self.by.authority.name
        code = None if person.provider else person.authority
        if name not in self.others:
            self.others[name] = add_organisation(by=self.by, kind=kind, name=name, authority_code=code)
        return self.others[name]
