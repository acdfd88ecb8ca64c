"""The server that loads while the site is prepared, and opens at the word."""

import io
import sys

import pytest

from schoolward.cli.supervise import Child
from schoolward.web import server

SAYS_WHAT_IT_READ = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read(1) or 'nothing')"


@pytest.fixture
def held(monkeypatch):
    monkeypatch.setattr(server, "HELD", "1")


def test_on_starting_told_the_word_opens(held, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("1"))
    server.on_starting(None)
    assert sys.stdin.read() == ""


def test_on_starting_whoever_prepares_is_gone_ends_the_server(held, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(SystemExit, match="not prepared"):
        server.on_starting(None)


def test_on_starting_nobody_prepares_opens_at_once(monkeypatch):
    monkeypatch.setattr(server, "HELD", None)
    monkeypatch.setattr(sys, "stdin", None)
    server.on_starting(None)


def test_held_child_goes_on_when_released(tmp_path):
    child = Child("held", ["python", "-c", SAYS_WHAT_IT_READ, str(tmp_path / "read")], held=True)
    child.start()
    child.release()
    child.wait_or_kill(10)
    assert (tmp_path / "read").read_text() == "1"


def test_held_child_that_ended_meanwhile_is_released_without_complaint():
    child = Child("held", ["python", "-c", "pass"], held=True)
    child.start()
    child.process.wait(timeout=10)
    child.release()
    assert child.process.poll() == 0
