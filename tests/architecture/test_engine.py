"""The database under the tests is the one that was asked for."""

import os

import pytest
from django.db import connection


@pytest.mark.django_db
def test_database_under_the_tests_is_the_one_asked_for():
    asked = os.environ.get("SCHOOLWARD_TEST_ENGINE", "sqlite")
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[asked]


@pytest.mark.skipif(os.environ.get("SCHOOLWARD_TEST_ENGINE") != "postgres", reason="asks about PostgreSQL")
@pytest.mark.django_db
def test_postgres_orders_text_by_code_point_as_sqlite_does():
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(x ORDER BY x) FROM unnest(ARRAY['b', 'B', 'a']) x")
        assert cursor.fetchone()[0] == ["B", "a", "b"]
