"""Who hears that an e-mail came back: a registry that apps fill in `ready()`."""

from __future__ import annotations

from collections.abc import Callable

from schoolward.apps.outbox.models import Message
from schoolward.apps.tenancy.scope import scope

_hearers: dict[str, Callable[[str], object]] = {}


def register_bounce_hearer(name: str, hear: Callable[[str], object]) -> None:
    """`hear(address)` is called in the transaction that settles the message, in its authority's scope."""
    assert name not in _hearers, f"{name} is registered twice"
    _hearers[name] = hear


def tell_of_bounce(message: Message) -> None:
    """Says to everybody who asked that this address sends messages back; letters have none."""
    if message.channel == "print":
        return
    with scope(message.authority):
        for hear in _hearers.values():
            hear(message.recipient)
