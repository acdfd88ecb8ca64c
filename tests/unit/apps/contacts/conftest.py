"""Fixtures of the tests of contacts. Imports are inside: this file is read before Django is set up."""

import pytest


@pytest.fixture
def officer(authority):
    """Governor services, who keep contacts."""
    from tests.factories.people import make_member

    return make_member(authority, "governor_services", "Gus Vane")


@pytest.fixture
def by(officer):
    from schoolward.apps.accounts.acting import Acting

    return Acting.of(officer)


@pytest.fixture
def school(authority):
    from tests.factories.schools import make_school

    return make_school(900001, "Saltings Primary School")


@pytest.fixture
def head(authority, school):
    """The school's own head, who may confirm."""
    from tests.factories.people import make_member

    return make_member(authority, "headteacher", "Hal Head", urn=900001)
