"""Merging one save into what others saved meanwhile. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

Content = dict[str, Any]


@dataclass(frozen=True)
class FieldConflict:
    """Two people wrote different things in one field; `theirs` stands, and `mine` was not saved."""

    field: str
    mine: Any
    theirs: Any
    their_name: str
    their_at: str  # ISO moment


@dataclass(frozen=True)
class SaveResult:
    """The version now; fields refused; and what others changed since the writer's version, as it now is."""

    version: int
    conflicts: tuple[FieldConflict, ...] = ()
    others: Content = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What is stored beside the change, so that a retry is told the same."""
        return {"conflicts": [asdict(c) for c in self.conflicts], "others": self.others}

    @classmethod
    def from_json(cls, version: int, stored: dict[str, Any]) -> SaveResult:
        """The result that was stored with `as_json`."""
        return cls(version, tuple(FieldConflict(**c) for c in stored["conflicts"]), stored["others"])


@dataclass(frozen=True)
class EarlierSave:
    """A save by somebody since the writer's version."""

    fields: dict[str, dict[str, Any]]  # {field: {"before", "after"}}
    by_name: str
    at: str


@dataclass(frozen=True)
class Merge:
    """What to write, and what to say."""

    accepted: Content
    conflicts: tuple[FieldConflict, ...]
    others: Content


def merge(current: Content, wanted: Content, since: Iterable[EarlierSave]) -> Merge:
    """`wanted` merged into `current`, where `since` are the saves after the writer's version, oldest first.

    A field is in conflict when it no longer holds what the writer saw, nor holds what the writer wants. One
    sent back as it was seen is no change of the writer's: a form without scripts sends whole pages.
    """
    seen: Content = {}  # what each changed field held at the writer's version
    last: dict[str, EarlierSave] = {}
    for save in since:
        for name, change in save.fields.items():
            seen.setdefault(name, change["before"])
            last[name] = save
    moved = {name for name, value in seen.items() if current.get(name) != value}
    wanted = {name: value for name, value in wanted.items() if name not in moved or value != seen[name]}
    refused = [name for name in wanted if name in moved and current.get(name) != wanted[name]]
    return Merge(
        accepted={name: value for name, value in wanted.items() if name not in refused},
        conflicts=tuple(
            FieldConflict(name, wanted[name], current.get(name), last[name].by_name, last[name].at)
            for name in refused
        ),
        others={name: current.get(name) for name in sorted(moved) if name not in wanted},
    )


def differences(current: Content, wanted: Content) -> dict[str, dict[str, Any]]:
    """The fields whose value changes, with before and after; an absent field counts as null."""
    return {
        name: {"before": current.get(name), "after": value}
        for name, value in wanted.items()
        if current.get(name) != value
    }
