"""A store that moved on by the command line is noticed, and pages follow once."""

from datetime import date

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.models import Job
from schoolward.apps.performance.tasks import IMPORT, LEVEL, notice_a_newer_store
from schoolward.datasets.importing import import_folder
from schoolward.datasets.store import Store
from tests.factories.people import make_authority

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path, settings) -> Store:
    """A store with a few accounts in it, which no page shows yet."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "cfr.csv").write_text(
        "URN,Income,Expenditure,Balance,Academic Year\n900001,100.5,90.5,10,2018\n900002,5,6,-1,2018\n"
    )
    settings.SCHOOLWARD_STORE = tmp_path / "store"
    store = Store(settings.SCHOOLWARD_STORE)
    import_folder(folder, store, today=date(2026, 11, 23), published_on=date(2018, 12, 13))
    return store


def test_newer_store_is_noticed_once(store):
    assert notice_a_newer_store() == 1
    assert notice_a_newer_store() == 0
    assert Job.objects.get().kind == LEVEL


def test_newer_store_is_left_to_an_import_that_is_under_way(store):
    authority = make_authority()
    enqueue(IMPORT, by=Acting.system(authority), authority=authority, payload={"folder": "somewhere"})
    assert notice_a_newer_store() == 0


def test_empty_store_is_nothing_to_notice(tmp_path, settings):
    settings.SCHOOLWARD_STORE = tmp_path / "nothing"
    assert notice_a_newer_store() == 0
