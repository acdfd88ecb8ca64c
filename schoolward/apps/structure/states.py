"""The kinds of structure, and the words of this app."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a structure is drawn for."""

    TODAY = "today"
    OPTION = "option"
    PROPOSED = "proposed"


KIND_WORDS = {
    Kind.TODAY: "Today",
    Kind.OPTION: "Officers' option",
    Kind.PROPOSED: "Proposed",
}
LEAST_OPTIONS, MOST_OPTIONS = 3, 6


class RunKind(StrEnum):
    """What is worked out: structures themselves, what they hang on, or a supposition about them."""

    STUDY = "study"
    TORNADO = "tornado"
    SCENARIO = "scenario"


RUN_WORDS = {
    RunKind.STUDY: "Study of structures",
    RunKind.TORNADO: "What matters most",
    RunKind.SCENARIO: "Supposition",
}
