"""The tests' SQLite database, copied from one that an earlier run of the same migrations left in the cache.

Migrating takes seconds of every run and of every worker. What is kept goes by a key of the migrations, the
settings and what is installed, so a changed migration is run.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest

from setup.ground import CACHE, ROOT

KEPT = CACHE / "migrated"
MOST_KEPT = 6
MADE_OF = ("schoolward/apps/*/migrations/*.py", "schoolward/web/settings.py", "requirements/*.lock")


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """True where a migrated database was put in place, which Django then uses as it finds it."""
    from django.db import connection

    if connection.vendor == "sqlite" and kept().exists():
        shutil.copyfile(kept(), place())
        connection.settings_dict["TEST"]["MIGRATE"] = False
        os.utime(kept())
        return True
    return bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool, django_db_blocker) -> None:
    """As pytest-django has it; what had to be migrated is kept for later runs."""
    from django.db import connection

    if connection.vendor == "sqlite" and not django_db_keepdb:
        with django_db_blocker.unblock():
            keep(Path(connection.settings_dict["NAME"]))


def keep(database: Path) -> None:
    """Put a copy of a freshly migrated database into the cache, in one step."""
    KEPT.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=KEPT)
    os.close(handle)
    with sqlite3.connect(database) as source, sqlite3.connect(name) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    Path(name).replace(kept())
    for old in sorted(KEPT.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[MOST_KEPT:]:
        old.unlink(missing_ok=True)


def kept() -> Path:
    """Where a database of these migrations is, or would be, kept."""
    files = sorted(path for form in MADE_OF for path in ROOT.glob(form))
    found = hashlib.sha256()
    for path in files:
        found.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return KEPT / f"{found.hexdigest()[:20]}.sqlite3"


def place() -> Path:
    """Where Django will look for the database of this worker."""
    from django.db import connection

    return Path(connection.creation._get_test_db_name())
