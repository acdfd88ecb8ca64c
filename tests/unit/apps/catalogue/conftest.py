"""Fixtures of the tests of the catalogue. Imports are inside: this file is read before Django is set up."""

import pytest


@pytest.fixture
def manager(authority):
    from tests.factories.people import make_member

    return make_member(authority, "commissioning_manager", "Cat Shelf")


@pytest.fixture
def by(manager):
    """Commissioning, who build the catalogue."""
    from schoolward.apps.accounts.acting import Acting

    return Acting.of(manager)


@pytest.fixture
def school(authority):
    from tests.factories.schools import make_school

    return make_school(900001, "Saltings Primary School", roll=210)


@pytest.fixture
def shelf(by):
    """A catalogue with one line, its person, and a price from April 2026."""
    from tests.factories.catalogue import make_shelf

    return make_shelf(by)
