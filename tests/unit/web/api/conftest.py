"""A small authority with published data. What needs Django is imported when it is set up."""

import pytest


@pytest.fixture(scope="session")
def small_store(tmp_path_factory):
    """Three schools of authority 901 and one of 902, with results of 2018 and inspections."""
    from tests.factories.published import a_small_world

    store = tmp_path_factory.mktemp("published") / "store"
    a_small_world(store)
    return store


@pytest.fixture
def authority(db, settings, small_store):
    """Estuary, 901, with its schools in the register."""
    from tests.factories.programs import make_authority_with_schools

    settings.SCHOOLWARD_STORE = small_store
    return make_authority_with_schools(small_store)
