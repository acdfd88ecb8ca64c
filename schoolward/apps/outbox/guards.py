"""Whether a message that waits is still wanted: a registry that higher apps fill in `ready()`.

A reminder must not reach a school that answered while it waited, so its app is asked at the last moment.
"""

from __future__ import annotations

from collections.abc import Callable

from schoolward.apps.outbox.models import Message

# Gets the id of what the message came from; says why it is not wanted any more, or nothing.
WhyNot = Callable[[str], str]

_guards: dict[str, WhyNot] = {}


def register_guard(kind: str, why_not: WhyNot) -> None:
    """Let `why_not` speak for the messages whose origin is `kind:…`."""
    assert kind not in _guards, f"{kind} is registered twice"
    _guards[kind] = why_not


def why_not_wanted(message: Message) -> str:
    """The reason for which the message must not go any more; empty while it may."""
    kind, _, key = message.origin.partition(":")
    guard = _guards.get(kind)
    return guard(key) if guard else ""
