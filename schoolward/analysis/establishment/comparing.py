"""How one structure differs from another, record by record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from schoolward.analysis.establishment.posts import RECORDS, Establishment, Post, key_of


@dataclass(frozen=True)
class Difference:
    """One record that is new, gone or altered; `altered` names each field with its two values."""

    part: str
    key: str
    kind: str  # "new", "gone" or "changed"
    altered: tuple[tuple[str, Any, Any], ...] = ()


def differences(before: Establishment, after: Establishment) -> tuple[Difference, ...]:
    """Everything in which `after` differs from `before`."""
    return tuple(each for part in RECORDS for each in _of_part(part, before, after)) + tuple(
        _of_prices(before, after)
    )


def _of_part(part: str, before: Establishment, after: Establishment) -> Iterator[Difference]:
    old = {key_of(part, each): each for each in getattr(before, part)}
    new = {key_of(part, each): each for each in getattr(after, part)}
    for key in dict.fromkeys([*old, *new]):
        if key not in old:
            yield Difference(part, key, "new")
        elif key not in new:
            yield Difference(part, key, "gone")
        elif old[key] != new[key]:
            yield Difference(part, key, "changed", tuple(_altered(old[key], new[key])))


def _altered(old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    for each in fields(old):
        one, other = getattr(old, each.name), getattr(new, each.name)
        if one != other:
            yield each.name, one, other


def _of_prices(before: Establishment, after: Establishment) -> Iterator[Difference]:
    for name in ("prices", "pensions"):
        old, new = getattr(before, name), getattr(after, name)
        for key in dict.fromkeys([*old, *new]):
            if old.get(key) != new.get(key):
                kind = "new" if key not in old else "gone" if key not in new else "changed"
                yield Difference(name, key, kind, ((name, old.get(key), new.get(key)),))


def digest_of(found: tuple[Difference, ...]) -> str:
    """The same for the same differences, so that nothing else is taken than what was shown."""
    return hashlib.sha256(repr(found).encode()).hexdigest()


@dataclass(frozen=True)
class PostRow:
    """One post across several structures; None where a structure has no such post."""

    key: str
    unit: str
    title: str
    posts: tuple[Post | None, ...]

    @property
    def differs(self) -> bool:
        """True where the structures do not all have the same of it."""
        told = {(p.core_fte, p.traded_fte, p.grade, p.annual_cost_pence) if p else None for p in self.posts}
        return len(told) > 1


def side_by_side(structures: tuple[Establishment, ...]) -> list[PostRow]:
    """Every post of any of the structures, unit by unit, with what each has of it."""
    order = dict.fromkeys(post.post for each in structures for post in each.posts)
    units = list(dict.fromkeys(unit for each in structures for unit in each.units))
    rows = []
    for key in order:
        found = tuple(each.by_post.get(key) for each in structures)
        known = next(post for post in reversed(found) if post)
        rows.append(PostRow(key, known.unit, known.title, found))
    return sorted(rows, key=lambda row: units.index(row.unit))


def pay_bill_pence(found: Establishment) -> int:
    """What all posts cost a year; each post's part is whole pence, halves away from nought."""
    return sum(post_bill_pence(post, post.fte) for post in found.posts)


def post_bill_pence(post: Post, fte: Decimal) -> int:
    """What that many full-time equivalents of the post cost a year."""
    return int((post.annual_cost_pence * fte + Decimal("0.5")) // 1)
