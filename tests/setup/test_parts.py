"""The parts of `./check`: everything on SQLite, databases on PostgreSQL too, and what options leave out."""

import pytest

from setup import check
from setup.parts import parts


def names(*arguments: str) -> list[str]:
    ours, for_pytest = check._split(list(arguments))
    return [part.name for part in parts(check._parser().parse_args(ours), for_pytest)]


def test_check_without_options_runs_every_part():
    assert names() == [
        "style",
        "format",
        "order of imports",
        "security",
        "tests without a database",
        "tests and journeys on SQLite",
        "tests and journeys on PostgreSQL",
    ]


def test_fast_check_leaves_databases_and_browser_out():
    assert names("--fast")[-1] == "tests without a database"


def test_paths_alone_leave_the_tools_out():
    assert names("tests/unit", "--engine", "sqlite", "--no-journeys") == [
        "tests without a database",
        "tests on SQLite",
    ]


@pytest.mark.parametrize(
    ("path", "led_to"),
    [
        ("tests", True),
        ("tests/journeys", True),
        ("tests/journeys/test_signing_in.py::test_x", True),
        ("tests/unit", False),
    ],
)
def test_journeys_are_run_where_a_path_leads_to_them(path, led_to):
    assert ("tests and journeys on SQLite" in names(path)) is led_to


def test_arguments_after_two_dashes_go_to_pytest():
    ours, for_pytest = check._split(["tests/unit", "--", "-k", "floor"])
    (part, *_) = parts(check._parser().parse_args(ours), for_pytest)
    assert part.command[part.command.index("tests/unit") :][:4] == ["tests/unit", "-k", "floor", "-n"]


@pytest.mark.parametrize("wrong", [["--engine", "oracle"], ["--quick"]])
def test_wrong_option_is_refused_with_status_2(wrong, capsys):
    with pytest.raises(SystemExit) as stopped:
        check._parser().parse_args(wrong)
    assert stopped.value.code == 2
    assert "usage: ./check" in capsys.readouterr().err
