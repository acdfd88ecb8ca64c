"""What can be given under the Freedom of Information Act: a registry that apps fill in `ready()`.

Each kind is a table for a span of days, or is restricted, with the reason why it is left out. What is left
out is listed beside what is given, so that nobody has to guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

Rows = Iterable[Sequence]


@dataclass(frozen=True)
class Export:
    """One table: its name as a file, what it holds, its headings, and its rows between two days.

    `rows(since, until)` answers for the authority in scope. `restricted` is the reason why it is left out;
    then there are no rows to ask for.
    """

    name: str
    description: str
    headings: tuple[str, ...] = ()
    rows: Callable[[date, date], Rows] | None = None
    restricted: str = ""

    def __post_init__(self) -> None:
        assert bool(self.restricted) != bool(self.rows), f"{self.name}: rows, or a reason for none"


_exports: dict[str, Export] = {}


def register_export(export: Export) -> None:
    """Called once per kind from an app's `ready()`."""
    assert export.name not in _exports, f"{export.name} is registered twice"
    _exports[export.name] = export


def exports() -> tuple[list[Export], list[Export]]:
    """Kinds that are given, and kinds that are left out."""
    found = sorted(_exports.values(), key=lambda export: export.name)
    return [e for e in found if not e.restricted], [e for e in found if e.restricted]
