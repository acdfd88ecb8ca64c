"""Finding a Python: only one that runs, is new enough and has what we need is believed."""

import sys
from pathlib import Path

import pytest

from setup import pythons
from setup.ground import CannotSetUp


def program(folder: Path, name: str, body: str) -> Path:
    """An executable script that stands for a Python."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A machine with nothing on it but what the test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    monkeypatch.delenv("SCHOOLWARD_PYTHON", raising=False)
    monkeypatch.setattr(pythons, "FOLDERS", ())
    monkeypatch.setattr(sys, "executable", str(tmp_path / "this-python"))
    return tmp_path


def real(minor: int, path: str) -> str:
    return f"echo 3 {minor}; echo {path}"


def test_python_that_runs_is_found_by_its_own_path(alone):
    program(alone / "bin", "python3.13", real(13, "/opt/somewhere/python3.13"))
    assert pythons.find_python() == "/opt/somewhere/python3.13"


def test_shim_that_does_not_run_is_passed_over(alone):
    program(alone / "bin", "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    beside = program(alone / ".pyenv/versions/3.13.9/bin", "python", real(13, "/found/in/pyenv"))
    assert beside.exists()
    assert pythons.find_python() == "/found/in/pyenv"


def test_newest_of_one_minor_version_is_preferred(alone):
    for patch in ("3.12.1", "3.12.7"):
        program(alone / f".pyenv/versions/{patch}/bin", "python", real(12, f"/found/{patch}"))
    assert pythons.find_python() == "/found/3.12.7"


def test_python_without_the_modules_we_need_is_passed_over(alone):
    program(alone / "bin", "python3.13", "echo 'ModuleNotFoundError: _sqlite3' >&2; exit 1")
    program(alone / "bin", "python3.12", real(12, "/whole/python3.12"))
    assert pythons.find_python() == "/whole/python3.12"


def test_old_python_alone_is_told_with_what_to_do(alone):
    program(alone / "bin", "python3", real(11, "/usr/bin/python3.11"))
    with pytest.raises(CannotSetUp, match=r"3\.12 or newer.*sudo apt install"):
        pythons.find_python()


def test_python_that_the_user_names_is_taken_even_when_another_is_preferred(alone, monkeypatch):
    program(alone / "bin", "python3.13", real(13, "/preferred"))
    monkeypatch.setenv("SCHOOLWARD_PYTHON", str(program(alone / "mine", "python", real(12, "/mine/python"))))
    assert pythons.find_python() == "/mine/python"


def test_named_python_that_is_too_old_is_refused_and_no_other_taken(alone, monkeypatch):
    program(alone / "bin", "python3.13", real(13, "/preferred"))
    monkeypatch.setenv("SCHOOLWARD_PYTHON", str(program(alone / "mine", "python", real(11, "/mine/python"))))
    with pytest.raises(CannotSetUp, match="SCHOOLWARD_PYTHON"):
        pythons.find_python()


def test_running_python_is_believed():
    assert pythons.probe(sys.executable)
