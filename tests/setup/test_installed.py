"""Setting up, tried on a small copy of the project with empty locks, so that nothing is fetched."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from setup.ground import BIN, ROOT

COMMAND = "import sys\n\n\ndef main():\n    print('ran', *sys.argv[1:])\n"


class Copy:
    """A copy of the set-up with a `schoolward` of one line, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.home = folder / "home"
        self.home.mkdir()
        for name in ("setup", "requirements"):
            shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("start", "check", "pyproject.toml", "LICENSE"):
            shutil.copy(ROOT / name, self.root / name)
        (self.root / "schoolward/cli").mkdir(parents=True)
        (self.root / "schoolward/__init__.py").touch()
        (self.root / "schoolward/cli/__init__.py").touch()
        (self.root / "schoolward/cli/main.py").write_text(COMMAND)
        self.lock("")

    def lock(self, text: str) -> None:
        """What `requirements/base.lock` asks for."""
        (self.root / "requirements/base.lock").write_text(text)

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def environment(self) -> dict[str, str]:
        """A person's environment, with the locked uv at hand and nothing to be fetched from anywhere."""
        return {
            "HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}:{BIN}:/usr/bin:/bin",
            "SCHOOLWARD_PYTHON": sys._base_executable,
            "UV_OFFLINE": "1",
        }

    def begin(self, *arguments: str) -> subprocess.Popen:
        """`./start ARGUMENTS`, running."""
        return subprocess.Popen(
            [str(self.root / "start"), *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, *arguments: str) -> tuple[int, str, str]:
        """Status, output and messages of `./start ARGUMENTS`."""
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def listing(self) -> set[str]:
        """Everything below the project and the home folder, but for .venv."""
        found = (path for top in (self.root, self.home) for path in top.rglob("*"))
        return {str(path) for path in found if not path.is_relative_to(self.venv)}


@pytest.fixture
def copy(tmp_path) -> Copy:
    return Copy(tmp_path)


def test_first_start_sets_up_and_hands_its_arguments_over(copy):
    status, out, err = copy.start("--port", "8123", "--no-browser")
    assert (status, out) == (0, "ran serve --port 8123 --no-browser\n"), err


def test_start_writes_nothing_outside_its_environment(copy):
    before = copy.listing()
    assert copy.start("--prepare")[0] == 0
    assert copy.listing() == before


def test_second_start_sets_nothing_up(copy):
    assert "Making .venv" in copy.start("--prepare")[2]
    assert copy.start("--prepare") == (0, "ran serve --prepare\n", "")


def test_start_after_a_change_of_the_lock_installs_again_without_making_the_environment_anew(copy):
    copy.start("--prepare")
    copy.lock("# changed\n")
    messages = copy.start("--prepare")[2]
    assert "requirements/base.lock" in messages
    assert "Making .venv" not in messages


def test_start_after_one_that_was_killed_makes_the_environment_anew(copy):
    process = copy.begin("--prepare")
    until = time.monotonic() + 30
    while not (copy.venv / "unfinished").exists() and time.monotonic() < until:
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert (copy.venv / "unfinished").exists(), "it was killed too late to tell"
    status, out, err = copy.start("--prepare")
    assert (status, out) == (0, "ran serve --prepare\n"), err
    assert "left unfinished" in err
    assert not (copy.venv / "unfinished").exists()


def test_start_with_the_environments_python_gone_makes_it_anew(copy):
    copy.start("--prepare")
    for name in ("python", "python3"):
        (copy.venv / "bin" / name).unlink()
    status, out, err = copy.start("--prepare")
    assert (status, out) == (0, "ran serve --prepare\n"), err


def test_start_after_the_folder_was_moved_makes_the_environment_anew(copy):
    copy.start("--prepare")
    copy.root = copy.root.rename(copy.root.with_name("elsewhere"))
    status, out, err = copy.start("--prepare")
    assert (status, out) == (0, "ran serve --prepare\n"), err
    assert str(copy.root) in (copy.venv / "bin/schoolward").read_text()


def test_two_starts_at_once_set_up_once_and_both_run(copy):
    both = [copy.begin("--prepare"), copy.begin("--prepare")]
    told = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert [out for out, _ in told] == ["ran serve --prepare\n"] * 2
    assert sum("Making .venv" in err for _, err in told) == 1


def test_start_that_cannot_install_says_so_in_one_message_and_works_once_it_can(copy):
    copy.lock("no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    status, out, err = copy.start("--prepare")
    assert (status, out) == (2, "")
    assert "Installing the requirements failed. Check the network connection" in err
    assert "Traceback" not in err
    copy.lock("")
    assert copy.start("--prepare")[0] == 0


def test_wrong_option_is_refused_before_anything_is_set_up(copy):
    status, _, err = copy.start("--prot", "8000")
    assert status == 2
    assert "usage: ./start" in err
    assert not copy.venv.exists()


def test_start_from_another_folder_works(copy, tmp_path):
    done = subprocess.run(
        [str(copy.root / "start"), "--prepare"],
        cwd=tmp_path,
        env=copy.environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert copy.venv.exists()
