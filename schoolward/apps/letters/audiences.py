"""Who gets a letter: a registry of audiences that higher apps fill in `ready()`.

An audience gives schools, never people: the letter's contact roles say who at each school. One that changes
(the schools that have not answered) is asked again for each school at the moment of sending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from schoolward.apps.register.models import School

Values = Mapping[str, str]


def _one() -> Sequence[tuple[str, str]]:
    return [("", "")]


def _nothing(about: str, schools: Sequence[School]) -> Mapping[int, Values]:
    return {}


def _always(about: str, school: School) -> str:
    return ""


@dataclass(frozen=True)
class Audience:
    """A named choice of schools.

    `schools(about)` are those of now; `abouts()` gives what it can be about, as key and words.
    `fields(about, schools)` gives values for letters by URN, and `field_names` says which there are.
    `why_not(about, school)` is asked at the moment of sending: a sentence where the school no longer needs
    the letter, else nothing.
    """

    key: str
    label: str
    schools: Callable[[str], Iterable[School]]
    abouts: Callable[[], Sequence[tuple[str, str]]] = _one
    fields: Callable[[str, Sequence[School]], Mapping[int, Values]] = _nothing
    field_names: tuple[str, ...] = ()
    why_not: Callable[[str, School], str] = _always


_audiences: dict[str, Audience] = {}


def register_audience(audience: Audience) -> None:
    """Called once per audience from an app's `ready()`."""
    assert audience.key not in _audiences, f"{audience.key} is registered twice"
    _audiences[audience.key] = audience


def audience_of(key: str) -> Audience:
    """The audience of that name."""
    assert key in _audiences, f"no audience is called {key}"
    return _audiences[key]


def choices() -> list[tuple[str, str]]:
    """Every audience with each thing it can be about: `key|about`, and words."""
    return [
        (f"{audience.key}|{about}", f"{audience.label}: {words}" if words else audience.label)
        for audience in _audiences.values()
        for about, words in audience.abouts()
    ]


def label_of(key: str, about: str) -> str:
    """The audience in words."""
    audience = audience_of(key)
    words = dict(audience.abouts()).get(about, about)
    return f"{audience.label}: {words}" if words else audience.label
