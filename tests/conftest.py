"""Every test's ground: a database, a home folder that is thrown away, and a clock that stands still.

SCHOOLWARD_TEST_ENGINE chooses the database: `sqlite` (the default) or `postgres`; `./check` runs both. A test
that asks for a database is marked `database` here and runs on each; one that asks for a browser is marked
`browser`.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from datetime import date
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import LazySettings
from django.utils.functional import empty

from setup.ground import CACHE
from tests.machinery import postgres

# a busy machine is no fault of a test
hypothesis.settings.register_profile(
    "schoolward", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("schoolward")

pytest_plugins = ["tests.machinery.migrated", "tests.machinery.sites", "tests.machinery.browsing"]

IN_PROCESS = {"db", "transactional_db", "django_db_setup", "live_server"}
SITES = {"estuary", "empty_site"}
BROWSING = {"browser", "page", "phone", "page_without_scripts"}
JOURNEYS = Path(__file__).parent / "journeys"
AT_FIRST = ("test_every_page", "test_real_medway", "test_front_door")
THEN = ("test_every_page_on_a_phone", "test_concern")  # the longest of the others
THE_DAY = date(2026, 11, 23)
KEPT = {
    "SCHOOLWARD_TEST_FOLDER",
    "SCHOOLWARD_TEST_ENGINE",
    "SCHOOLWARD_CHROMIUM",
    "SCHOOLWARD_REFRESH",
    "SCHOOLWARD_PYTHON",
}

_server = pytest.StashKey[postgres.Server]()
_folder = pytest.StashKey[Path]()
_trouble = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Before Django is set up: a home folder and a database for this run, shared with its workers."""
    _keep_bytecode()
    if "SCHOOLWARD_TEST_FOLDER" not in os.environ:
        config.stash[_folder] = Path(tempfile.mkdtemp(prefix="schoolward-tests-"))
        os.environ["SCHOOLWARD_TEST_FOLDER"] = str(config.stash[_folder])
        for name in [name for name in os.environ if name.startswith("SCHOOLWARD_") and name not in KEPT]:
            del os.environ[name]  # the tests do not depend on how this person runs the site
        if engine() == "postgres":
            config.stash[_server] = _started()
            os.environ["SCHOOLWARD_DATABASE"] = config.stash[_server].address()
    home = Path(os.environ["SCHOOLWARD_TEST_FOLDER"]) / f"home-{worker()}"
    (home / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    os.environ["SCHOOLWARD_HOME"] = str(home)
    _set_up_django(config, home)


def _keep_bytecode() -> None:
    """As `./check` has it, also for a plain pytest: what was compiled is kept, in the cache only.

    Without it every program that a test starts compiles Django anew, which doubles the work.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(CACHE / "bytecode")
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(CACHE / "bytecode")


def _started() -> postgres.Server:
    try:
        return postgres.start()
    except postgres.NoServer as trouble:
        raise pytest.UsageError(str(trouble)) from None


def _set_up_django(config: pytest.Config, home: Path) -> None:
    """Django on this run's folder. If it cannot be set up, tests that need none of it run all the same."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "schoolward.web.settings"
    from django.conf import settings

    try:
        _adjust(settings, home)
        django.setup()
    except Exception as error:
        config.stash[_trouble] = f"Django could not be set up: {error!r}"
        del os.environ["DJANGO_SETTINGS_MODULE"]
        settings._wrapped = empty  # else pytest-django would try again and stop everything


def _adjust(settings: LazySettings, home: Path) -> None:
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if engine() == "sqlite":
        # a file, as in real use: an in-memory database has other locks
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(home / "tests.sqlite3")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if server := config.stash.get(_server, None):
        server.stop()
    if folder := config.stash.get(_folder, None):
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ["SCHOOLWARD_TEST_FOLDER"]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Mark what needs a database or a browser by the fixtures it asks for, so that nobody forgets to.

    Then put them in order: the first of two workers prepares Estuary for its long walk while the other has
    what needs none of it; the other journeys come when it is ready.
    """
    _mark(items)
    yield
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[int, str]:
    if JOURNEYS not in item.path.parents:
        return len(AT_FIRST), ""
    name = item.path.stem
    turn = AT_FIRST.index(name) if name in AT_FIRST else len(AT_FIRST) + 1 + (name not in THEN)
    return turn, name


def _mark(items: list[pytest.Item]) -> None:
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & (IN_PROCESS | SITES) or item.get_closest_marker("django_db"):
            item.add_marker("database")
        if asked & BROWSING:
            item.add_marker("browser")
            if JOURNEYS not in item.path.parents:
                raise pytest.UsageError(f"{item.nodeid} needs a browser, so its place is in tests/journeys")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail what needs Django when there is none; pytest-django would skip it, and a skip passes unseen."""
    trouble = item.config.stash.get(_trouble, None)
    if trouble and item.get_closest_marker("database"):
        pytest.fail(trouble, pytrace=False)


def engine() -> str:
    """`sqlite` or `postgres`."""
    return os.environ.get("SCHOOLWARD_TEST_ENGINE", "sqlite")


def worker() -> str:
    """Which of the processes that share the tests this is."""
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture
def today():
    """23 November 2026 at noon, by the one clock, for the length of the test."""
    from schoolward.apps.tenancy import clock

    with clock.frozen_at(THE_DAY):
        yield THE_DAY
