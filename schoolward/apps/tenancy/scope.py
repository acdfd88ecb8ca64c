"""The authority whose things may be read and written just now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schoolward.apps.tenancy.models import Authority

EVERY = object()
_scope: ContextVar[object | None] = ContextVar("scope", default=None)


class ScopeMissing(RuntimeError):
    """Tenant-owned data was asked for outside any authority's scope: a mistake in the program."""


class WrongScope(RuntimeError):
    """Something of one authority was written inside another's scope: a mistake in the program."""


@contextmanager
def scope(authority: Authority) -> Iterator[Authority]:
    """Inside the block, tenant-owned models answer for `authority` alone."""
    token = _scope.set(authority)
    try:
        yield authority
    finally:
        _scope.reset(token)


@contextmanager
def every_authority(reason: str) -> Iterator[None]:
    """Inside the block, tenant-owned models answer for all authorities; `reason` is for the reader."""
    assert reason
    token = _scope.set(EVERY)
    try:
        yield
    finally:
        _scope.reset(token)


def enter(authority: Authority | None) -> object:
    """Set the scope for a request; give what is returned to `leave`."""
    return _scope.set(authority)


def leave(token: object) -> None:
    """Undo `enter`."""
    _scope.reset(token)  # type: ignore[arg-type]


def current() -> object:
    """The authority in scope, or EVERY; raises where there is none."""
    if (found := _scope.get()) is None:
        raise ScopeMissing("Tenant-owned data was asked for outside any authority's scope.")
    return found


def current_authority() -> Authority:
    """The authority in scope; raises where there is none or where it is every authority."""
    if (found := current()) is EVERY:
        raise ScopeMissing("One authority is needed here, and the scope is every authority.")
    return found  # type: ignore[return-value]
