"""What two people at one school answered differently, worked out from who saved what. Pure.

A difference is a field where people's last words are not the same: one replaced what the other had chosen,
or one's save was refused because the other had saved meanwhile. A text that somebody edits on top of
another's is no difference, only a refused one is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Save:
    """One save of a draft: what was accepted, and what was refused."""

    version: int
    at: datetime
    by_id: str
    by_name: str
    fields: Mapping[str, Mapping[str, Any]]  # {field: {"before", "after"}}
    refused: Mapping[str, Any]  # {field: the value that was not taken}


@dataclass(frozen=True)
class Word:
    """What one person last said in a field, and whether it stands."""

    value: Any
    by_id: str
    by_name: str
    at: datetime
    version: int
    stands: bool


@dataclass(frozen=True)
class Difference:
    """A field with people's last words, the one that stands first."""

    field: str
    words: tuple[Word, ...]


def differences_in(
    saves: Iterable[Save], settled: Mapping[str, int], is_text: Callable[[str], bool]
) -> list[Difference]:
    """The fields on which people differ, oldest save first in `saves`; `settled` says up to which version."""
    last: dict[str, dict[str, Word]] = {}
    for save in saves:
        for name, change in save.fields.items():
            if save.version > settled.get(name, -1):
                _say(last, name, _word(save, change["after"], True), drop_others=is_text(name))
        for name, value in save.refused.items():
            if save.version > settled.get(name, -1):
                last.setdefault(name, {})[save.by_id] = _word(save, value, False)
    found = (Difference(name, _in_order(words.values())) for name, words in last.items())
    return [each for each in found if _differs(each)]


def last_words(saves: Iterable[Save]) -> dict[str, Word]:
    """Who answered each field last, and when; fields that were emptied again are left out."""
    last = {}
    for save in saves:
        for name, change in save.fields.items():
            last[name] = _word(save, change["after"], True)
    return {name: word for name, word in last.items() if word.value is not None}


def _say(last: dict[str, dict[str, Word]], name: str, word: Word, *, drop_others: bool) -> None:
    """The new word stands; what stood before stands no more, and a text that was edited is nobody else's."""
    words = last.setdefault(name, {})
    for who, other in list(words.items()):
        if other.stands:
            del words[who]
            if not drop_others:
                words[who] = Word(other.value, other.by_id, other.by_name, other.at, other.version, False)
    words[word.by_id] = word


def _word(save: Save, value: Any, stands: bool) -> Word:
    return Word(value, save.by_id, save.by_name, save.at, save.version, stands)


def _in_order(words: Iterable[Word]) -> tuple[Word, ...]:
    return tuple(sorted(words, key=lambda word: (not word.stands, word.version)))


def _differs(difference: Difference) -> bool:
    said = [word.value for word in difference.words if word.value is not None]
    return any(value != said[0] for value in said[1:])
