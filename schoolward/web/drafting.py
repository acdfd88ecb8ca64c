"""Texts that several people write at once: reading a form of them, and saving what this writer altered."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.http import QueryDict

from schoolward.apps.drafts.merging import FieldConflict, SaveResult
from schoolward.terms.errors import SchoolwardError

Save = Callable[[int, str, dict[str, str]], SaveResult]


@dataclass(frozen=True)
class Saved:
    """What came of a save: what is wrong, what overlaps with a colleague's change, and the texts to show."""

    texts: Mapping[str, str]
    problem: str = ""
    conflicts: tuple[FieldConflict, ...] = ()
    changed: bool = False

    @property
    def is_done(self) -> bool:
        return not self.problem and not self.conflicts


def marks_of(content: Mapping[str, str]) -> dict[str, str]:
    """What each text was when the form was shown: `was:NAME` of the form."""
    return {name: _mark(text) for name, text in content.items()}


def new_key() -> str:
    """A key by which a save that is sent twice is known."""
    return uuid.uuid4().hex


def save_texts(sent: QueryDict, names: Iterable[str], content: Mapping[str, str], save: Save) -> Saved:
    """Saves what this writer altered: a field that a colleague changed meanwhile is not touched."""
    given = {name: sent[name].replace("\r\n", "\n") for name in names if name in sent}
    changed = {name: text for name, text in given.items() if _mark(text) != sent.get(f"was:{name}")}
    if not changed:
        return Saved(content)
    try:
        result = save(base_version(sent), sent.get("key", "")[:64] or new_key(), changed)
    except SchoolwardError as error:
        return Saved({**content, **given}, problem=str(error))
    return Saved({**content, **given}, conflicts=result.conflicts, changed=True)


def base_version(sent: QueryDict) -> int:
    """The version that the writer had before them."""
    told = sent.get("base_version", "")
    return int(told) if told.isdecimal() else 0


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()
