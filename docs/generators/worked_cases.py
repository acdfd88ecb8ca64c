"""Writes docs/reference/worked_cases.md: the examples that tests/spec checks, as a reader can check them."""

from collections.abc import Mapping
from typing import Any

from schoolward.datasets.rulebook import RULES_FOLDER
from schoolward.datasets.worked_cases import WorkedCase, load_cases

HEAD = """# Worked cases

Each line is a test: a school's figures, and what the rules make of them. They are data in
`schoolward/rules/cases`.
"""


def render() -> str:
    """The page."""
    topics = sorted(path.stem for path in (RULES_FOLDER / "cases").glob("*.yaml"))
    return "\n".join([HEAD, *(_topic(topic) for topic in topics)])


def _topic(topic: str) -> str:
    title = topic.replace("_", " ").replace("ks", "key stage ").capitalize()
    head = "| case | given | then |\n| --- | --- | --- |"
    return "\n".join([f"## {title}\n", head, *(_row(case) for case in load_cases(topic)), ""])


def _row(case: WorkedCase) -> str:
    reason = ", ".join(
        str(value) for value in case.expected.values() if value and value != case.expected["status"]
    )
    status = case.expected["status"].replace("_", " ")
    return f"| {case.says} | {_given(case)} | **{status}**{f' ({reason})' if reason else ''} |"


def _given(case: WorkedCase) -> str:
    shown: dict[str, Any] = {key: value for key, value in case.given.items() if key != "defaults"}
    defaults = case.given["defaults"]
    if "figures" in shown:
        shown["figures"] = {k: v for k, v in shown["figures"].items() if defaults.get(k, ...) != v}
    return "; ".join(_plain(key, value) for key, value in shown.items() if value not in ({}, None))


def _plain(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {'missing' if each is None else each}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(value)
    return f"{key.replace('_', ' ')} {value}"
