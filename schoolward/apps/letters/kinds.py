"""Templates of letters: a registry that higher apps fill in `ready()`, beside those shipped here.

A letter can also begin as a copy of an earlier one, so whatever an authority has written is its template too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class LetterKind:
    """What a letter begins with; `audience` is the key of the audience it is meant for."""

    key: str
    title: str
    subject: str
    body: Callable[[], str]
    audience: str = "schools.all"
    roles: tuple[str, ...] = ("head", "chair")


PLAIN = """\
Dear {{ recipient.name }},

I write about {{ school.name }}.

Yours sincerely,

{{ signatory.name }}\\
{{ signatory.post }}, {{ authority.name }}
"""
CONTACTS = """\
Dear {{ recipient.name }},

Each September we ask every school who should hear from us. You are held as **{{ recipient.role }}** of
{{ school.name }}, with the address {{ recipient.email? }}.

Please look through your school's contacts and confirm them: {{ site.address }}

Yours sincerely,

{{ signatory.name }}\\
{{ signatory.post }}, {{ authority.name }}
"""

_kinds: dict[str, LetterKind] = {}


def register_letter_kind(kind: LetterKind) -> None:
    """Called once per kind from an app's `ready()`."""
    assert kind.key not in _kinds, f"{kind.key} is registered twice"
    _kinds[kind.key] = kind


def letter_kind(key: str) -> LetterKind:
    """The kind of that name."""
    assert key in _kinds, f"no kind of letter is called {key}"
    return _kinds[key]


def letter_kinds() -> list[LetterKind]:
    """Every kind, in the order they were registered."""
    return list(_kinds.values())


def register() -> None:
    """The kinds that need no other app."""
    register_letter_kind(LetterKind("plain", "A letter to schools", "About {{ school.name }}", lambda: PLAIN))
    register_letter_kind(
        LetterKind(
            "contacts",
            "Please confirm your contacts",
            "Who should hear from us at {{ school.name }}?",
            lambda: CONTACTS,
            audience="contacts.unconfirmed",
            roles=("head",),
        )
    )
