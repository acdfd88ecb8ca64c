"""Kinds of draft. Each higher app registers its own in `ready()`, with the rule of who may write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schoolward.apps.audit.record import Actor
    from schoolward.apps.drafts.models import Draft

Content = dict[str, Any]


def _as_given(changes: Content) -> Content:
    return changes


@dataclass(frozen=True)
class DraftKind:
    """What may be drafted: `check` raises NotAllowed or NotNow; `clean` tidies values or raises BadInput."""

    name: str
    check: Callable[[Draft, Actor], None]
    clean: Callable[[Content], Content] = _as_given


_kinds: dict[str, DraftKind] = {}


def register_draft_kind(kind: DraftKind) -> None:
    """Make `kind` known; a second one of the same name is a mistake in the program."""
    assert _kinds.get(kind.name, kind) == kind, f"two kinds of draft are called {kind.name}"
    _kinds[kind.name] = kind


def draft_kind(name: str) -> DraftKind:
    """The kind registered as `name`."""
    assert name in _kinds, f"no kind of draft is called {name}"
    return _kinds[name]
