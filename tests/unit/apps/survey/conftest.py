"""Fixtures of the tests of surveys. Imports are inside: this file is read before Django is set up."""

import pytest


@pytest.fixture
def saltings(db, today):
    """A survey open to one school, with its people, in its authority's scope."""
    from schoolward.apps.tenancy.scope import scope
    from tests.factories.people import make_authority
    from tests.factories.surveys import make_saltings

    authority = make_authority()
    with scope(authority):
        yield make_saltings(authority)
