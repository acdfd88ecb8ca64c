"""What needs a person now: a registry that apps fill in `ready()`, read by the home page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from schoolward.apps.accounts.acting import Acting


@dataclass(frozen=True)
class Need:
    """One thing for this person to do; the most urgent come first."""

    sentence: str
    url: str
    due_on: date | None = None
    urgency: int = 2  # 1 late or blocking others, 2 to do, 3 worth knowing


_sources: dict[str, Callable[[Acting], Iterable[Need]]] = {}


def register_needs(name: str, source: Callable[[Acting], Iterable[Need]]) -> None:
    """Let `source` add to everybody's list; called once from an app's `ready()`."""
    assert name not in _sources, f"{name} is registered twice"
    _sources[name] = source


def needs_of(acting: Acting) -> list[Need]:
    """What needs this person in this role, most urgent first, then by date due."""
    found = [need for source in _sources.values() for need in source(acting)]
    return sorted(found, key=lambda need: (need.urgency, need.due_on or date.max, need.sentence))
