"""A first start's tables are those that the migrations end in."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection

from schoolward.demo.tables import make_tables

MAKES = (
    "import django; django.setup(); from schoolward.demo.tables import make_tables; "
    "from django.core.management import call_command; "
    "assert make_tables() and not make_tables(); call_command('migrate', check_unapplied=True, verbosity=0)"
)


def schema(cursor) -> dict[str, list]:
    """Each table's columns, indexes, references and named rules, in no order of their making."""
    found = {}
    tables = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for table, sql in cursor.execute(tables).fetchall():
        columns = [row[1:] for row in cursor.execute(f"PRAGMA table_info('{table}')").fetchall()]
        indexes = []
        for row in cursor.execute(f"PRAGMA index_list('{table}')").fetchall():
            named = cursor.execute("SELECT sql FROM sqlite_master WHERE name = ?", (row[1],)).fetchone()
            of = [each[2] for each in cursor.execute(f"PRAGMA index_info('{row[1]}')").fetchall()]
            indexes.append([row[2], of, named[0] if named else None])
        references = cursor.execute(f"PRAGMA foreign_key_list('{table}')").fetchall()
        rules = re.findall(r'CONSTRAINT "(\w+)"', sql)
        every = (columns, indexes, [row[2:5] for row in references], rules)
        found[table] = [sorted(map(json.dumps, each)) for each in every]
    return found


@pytest.mark.django_db
def test_make_tables_makes_what_the_migrations_end_in(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the demonstration's own database is SQLite")
    told = {
        **os.environ,
        "SCHOOLWARD_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "schoolward.web.settings",
    }
    told.pop("SCHOOLWARD_DATABASE", None)
    subprocess.run([sys.executable, "-W", "ignore", "-c", MAKES], env=told, check=True)
    made = sqlite3.connect(tmp_path / "schoolward.sqlite3")
    with closing(made), connection.cursor() as cursor:
        migrated = schema(cursor.cursor)
        assert len(migrated) > 60
        assert schema(made.cursor()) == migrated


@pytest.mark.django_db
def test_make_tables_leaves_a_database_with_anything_in_it_to_the_migrations():
    assert not make_tables()
