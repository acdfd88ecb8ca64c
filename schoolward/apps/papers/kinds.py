"""Kinds of paper: a registry that higher apps fill in `ready()` with their template and their figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.publishing.provenance import FigureValue


@dataclass(frozen=True)
class Prose:
    """A text that officers write within a paper; `start` is what it begins with."""

    name: str
    label: str
    start: str


@dataclass(frozen=True)
class PaperKind:
    """What a paper of this kind is made of.

    `figures(by, as_at, compared_with)` gives every figure that its template may bind, except officers' prose.
    `needs` is the permission without which its figures may not be seen before publication.
    """

    key: str
    title: str
    template: Callable[[], str]
    figures: Callable[[Acting, date, date], Mapping[str, FigureValue]]
    prose: tuple[Prose, ...]
    needs: Permission


_kinds: dict[str, PaperKind] = {}


def register_paper_kind(kind: PaperKind) -> None:
    """Called once per kind from an app's `ready()`."""
    assert kind.key not in _kinds, f"{kind.key} is registered twice"
    _kinds[kind.key] = kind


def paper_kind(key: str) -> PaperKind:
    """The kind of that name."""
    assert key in _kinds, f"no kind of paper is called {key}"
    return _kinds[key]


def paper_kinds() -> list[PaperKind]:
    """Every kind, in the order they were registered."""
    return list(_kinds.values())
