"""Small readers for one piece of a rules file each; a wrong piece is refused with its file and key."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from schoolward.terms.errors import RulesError
from schoolward.terms.rulebook import (
    MEDIAN,
    Comparison,
    Condition,
    Confidence,
    Flag,
    Group,
    Reference,
    flags_of,
)

COMPARISON = re.compile(r"^(?P<measure>\w+) (?P<operator><=|>=|<|>|in|is) (?P<threshold>.+)$")
NAME = re.compile(r"^[a-z][a-z0-9_]*$")


@dataclass(frozen=True)
class Place:
    """Where in which file one is reading."""

    file: str
    path: tuple[str, ...] = ()

    def at(self, key: str) -> "Place":
        """The place one key further in."""
        return Place(self.file, (*self.path, key))

    def wrong(self, what: str, do: str = "") -> RulesError:
        """The error that names file and key."""
        key = " > ".join(self.path) or "the file"
        return RulesError(f"'{key}' {what}.", where=self.file, do=do)


def mapping(value: Any, place: Place) -> dict:
    """A mapping."""
    if not isinstance(value, dict):
        raise place.wrong("is not a mapping of keys to values")
    return value


def keys(value: Any, place: Place, *, need: set[str], may: set[str] = frozenset()) -> dict:
    """A mapping with every needed key and no unknown one."""
    for unknown in sorted(set(mapping(value, place)) - need - set(may), key=str):
        raise place.at(str(unknown)).wrong(
            "is not a known key", f"Known here: {', '.join(sorted(need | may))}."
        )
    for missing in sorted(need - set(value)):
        raise place.at(missing).wrong("is missing")
    return value


def text(value: Any, place: Place) -> str:
    """Words."""
    if not isinstance(value, str) or not value.strip():
        raise place.wrong("is not text")
    return " ".join(value.split())


def number(value: Any, place: Place) -> float:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise place.wrong("is not a number")
    return float(value)


def whole(value: Any, place: Place) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise place.wrong("is not a whole number")
    return value


def day(value: Any, place: Place) -> date:
    """A date."""
    if not isinstance(value, date):
        raise place.wrong("is not a date such as 2018-12-13")
    return value


def words(value: Any, place: Place) -> tuple[str, ...]:
    """A list of words."""
    if not isinstance(value, list):
        raise place.wrong("is not a list")
    return tuple(text(each, place) for each in value)


def optional[T](read: Callable[[Any, Place], T], value: Any, place: Place) -> T | None:
    """What `read` makes of a value, or None when there is none."""
    return None if value is None else read(value, place)


def reference(value: Any, place: Place) -> Reference:
    """A reference with its confidence."""
    keys(value, place, need={"title", "href", "confidence"}, may={"note"})
    if value["confidence"] not in list(Confidence):
        raise place.at("confidence").wrong(f"is one of {', '.join(Confidence)}")
    if value["href"] and not str(value["href"]).startswith(("http://", "https://")):
        raise place.at("href").wrong("is an address that starts with https:// or is left empty")
    title = text(value["title"], place.at("title"))
    return Reference(title, value["href"], Confidence(value["confidence"]), value.get("note", ""))


def references(body: dict, place: Place) -> tuple[Reference, ...]:
    """The references of a dated value: at least one."""
    first = reference(body["reference"], place.at("reference"))
    rest = body.get("references", [])
    return (first, *(reference(each, place.at("references")) for each in rest))


def condition(value: Any, place: Place) -> Condition:
    """A condition, from `measure < 65`, a flag's name, or {all: […]} and {any: […]}."""
    if isinstance(value, dict):
        return _group(value, place)
    written = text(value, place)
    if found := COMPARISON.match(written):
        return _test(found, place)
    if NAME.match(written):
        return Flag(written)
    raise place.wrong(f"holds '{written}', which is no condition", "Write it like: exp_rwm_pct < 65.")


def _group(value: dict, place: Place) -> Group:
    if len(value) != 1 or set(value) - {"all", "any"}:
        raise place.wrong("is either {all: […]} or {any: […]}")
    ((combine, terms),) = value.items()
    if not isinstance(terms, list) or not terms:
        raise place.at(combine).wrong("is a list of conditions")
    return Group(combine, tuple(condition(term, place.at(combine)) for term in terms))


def _test(found: re.Match, place: Place) -> Comparison:
    measure, operator, threshold = found.group("measure", "operator", "threshold")
    if operator == "in":
        return Comparison(measure, operator, tuple(part.strip() for part in threshold.strip("[]").split(",")))
    if operator == "is" or threshold == MEDIAN:
        return Comparison(measure, operator, threshold)
    try:
        return Comparison(measure, operator, float(threshold))
    except ValueError as error:
        raise place.wrong(f"compares {measure} with '{threshold}', which is not a number") from error


flags_within = flags_of


def comparisons_within(value: Any) -> Iterator[Comparison]:
    """Every comparison anywhere inside a rule."""
    if isinstance(value, Comparison):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from comparisons_within(getattr(value, each.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from comparisons_within(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from comparisons_within(each)
