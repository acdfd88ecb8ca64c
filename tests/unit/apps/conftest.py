"""Fixtures of the tests of apps. Imports are inside: this file is read before Django is set up."""

import pytest


@pytest.fixture
def authority(today):
    """An authority whose scope is entered for the length of the test."""
    from schoolward.apps.tenancy.scope import scope
    from tests.factories.people import make_authority

    authority = make_authority()
    with scope(authority):
        yield authority
