"""Starting with a real authority on an empty site."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.actions import add_organisation, add_person, give_role
from schoolward.apps.accounts.authorities import open_authority
from schoolward.apps.accounts.models import Membership
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadInput
from schoolward.terms.ids import parse_authority_code


@transaction.atomic
def make_administrator(*, name: str, email: str, authority_code: int, password: str) -> Membership:
    """The first administrator of an authority; the authority is opened if it was not.

    Its name is a number until published data names it.
    """
    if settings.SCHOOLWARD_DEMONSTRATION:
        raise BadInput(
            "The demonstration needs no administrator of its own.",
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
