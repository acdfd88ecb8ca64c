"""The loaded rulebook and its worked cases; needs no Django."""

from __future__ import annotations

from functools import cache

from schoolward.datasets.rulebook import RULES_FOLDER, load_rulebook
from schoolward.datasets.worked_cases import WorkedCase, load_cases
from schoolward.terms.rulebook import Rulebook


def rulebook() -> Rulebook:
    """Every dated rule; read once while the program runs."""
    return load_rulebook()


@cache
def worked_cases() -> tuple[WorkedCase, ...]:
    """Every worked case, topic by topic."""
    topics = sorted(path.stem for path in (RULES_FOLDER / "cases").glob("*.yaml"))
    return tuple(case for topic in topics for case in load_cases(topic))
