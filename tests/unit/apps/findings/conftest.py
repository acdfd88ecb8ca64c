"""Fixtures of the tests of findings. Imports are inside: this file is read before Django is set up."""

import pytest


@pytest.fixture
def surveyed(db, today):
    """An open survey of three schools, in its authority's scope."""
    from schoolward.apps.tenancy.scope import scope
    from tests.factories.findings import make_surveyed
    from tests.factories.people import make_authority

    authority = make_authority()
    with scope(authority):
        yield make_surveyed(authority)


@pytest.fixture
def closed(db, today):
    """A closed survey of 25 schools, with answers and their texts gathered."""
    from schoolward.apps.findings.coding import gather_remarks
    from schoolward.apps.tenancy.scope import scope
    from tests.factories.findings import answer_all, make_surveyed
    from tests.factories.people import make_authority

    authority = make_authority()
    with scope(authority):
        made = make_surveyed(authority, schools=25)
        answer_all(made)
        made.close()
        gather_remarks(by=made.analyst, survey=made.survey)
        yield made
