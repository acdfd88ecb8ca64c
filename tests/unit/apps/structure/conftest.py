"""Who keeps a structure and what it is, for tests of structures."""

import pytest


@pytest.fixture
def finance(authority):
    from schoolward.apps.accounts.acting import Acting
    from tests.factories.people import make_member

    return Acting.of(make_member(authority, "finance_officer", "Fay Moor"))


@pytest.fixture
def version(finance):
    """The structure as it is, from the files of the factory."""
    from tests.factories.structures import make_today

    return make_today(finance)
