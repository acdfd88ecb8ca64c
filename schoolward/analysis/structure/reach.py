"""Who can cover which work, and the largest shortfall that the skills of posts leave, for many scenarios
at once.

Days of a category may be worked by any post with its skill, so whether days can be covered depends only on
sets: the categories whose every skilled post lies in a set of posts R need no more than R can give (Gale
1957, `gale-1957` in docs/sources.md). Listing the sets that are unions of such posts once makes every
later question a matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from schoolward.terms.errors import BadInput

MOST_SETS = 20_000


@dataclass(frozen=True)
class Part:
    """Posts and categories that share no skill with the rest: sets of posts (C, P), categories shut in (C,
    K).
    """

    posts: np.ndarray
    within: np.ndarray
    categories: np.ndarray

    @cached_property
    def asks(self) -> np.ndarray:
        """Which categories each set shuts in, as numbers (K, C)."""
        return self.within.T.astype(float)


@dataclass(frozen=True)
class Reach:
    """The sets of posts that matter for skills (P, K), by independent parts."""

    skills: np.ndarray
    parts: tuple[Part, ...]

    def worst(self, need: np.ndarray, capacity: np.ndarray) -> Worst:
        """The largest shortfall of days needed (S, K) against days that posts can work (P,)."""
        short, which = np.zeros(len(need)), []
        for part in self.parts:
            over = need @ part.asks
            over -= part.posts @ capacity
            most = over.argmax(axis=1)
            short += over[np.arange(len(need)), most]
            which.append(most)
        return Worst(short, self.parts, tuple(which))


@dataclass(frozen=True)
class Worst:
    """Shortfall in days (S,), and which set of each part makes it (S,)."""

    short_days: np.ndarray
    parts: tuple[Part, ...]
    which: tuple[np.ndarray, ...]

    def within(self, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """The categories that make the shortfall, of some scenarios (S, K)."""
        return np.logical_or.reduce(
            [part.within[most[rows]] for part, most in zip(self.parts, self.which, strict=True)]
        )

    def posts(self, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """The posts that are all they have, of some scenarios (S, P)."""
        return np.logical_or.reduce(
            [part.posts[most[rows]] for part, most in zip(self.parts, self.which, strict=True)]
        )


def reach_of(skills: np.ndarray) -> Reach:
    """The sets that matter for skills (P, K); refused when skills overlap in too many ways to list."""
    skills = np.asarray(skills, dtype=bool)
    return Reach(skills, tuple(_part(skills, group) for group in _groups(skills)))


def _groups(skills: np.ndarray) -> list[list[int]]:
    """Categories joined wherever one post has both skills."""
    left, groups = list(range(skills.shape[1])), []
    while left:
        group, edge = [], [left.pop(0)]
        while edge:
            category = edge.pop()
            group.append(category)
            joined = skills[skills[:, category]].any(axis=0)
            edge += [k for k in left if joined[k]]
            left = [k for k in left if not joined[k]]
        groups.append(sorted(group))
    return groups


def _part(skills: np.ndarray, group: list[int]) -> Part:
    unions = {0}
    masks = {k: sum(1 << int(p) for p in np.flatnonzero(skills[:, k])) for k in group}
    for mask in masks.values():
        unions |= {union | mask for union in unions}
        if len(unions) > MOST_SETS:
            raise BadInput(
                "The skills of the posts overlap in too many ways to work out who can cover what.",
                where="posts, column skills",
                do="Merge categories that the same posts cover, or give posts fewer skills.",
            )
    listed = sorted(unions)
    posts = np.array([[bool(union >> p & 1) for p in range(len(skills))] for union in listed])
    within = np.zeros((len(listed), skills.shape[1]), dtype=bool)
    for k, mask in masks.items():
        within[:, k] = [mask & ~union == 0 for union in listed]
    ours = np.isin(np.arange(skills.shape[1]), group)
    return Part(posts.reshape(len(listed), len(skills)), within, ours)
