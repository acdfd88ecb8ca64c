"""Whole steps of posts and one price a service: one tree of bounds over the master, cuts shared by all of it.

Posts of the core are split sooner than others: what whole steps cost is mostly there, since traded posts and
prices have many near ways to the same money. Under a tight limit it is the other way round. Each node is a
linear program that begins where the last one ended, so it takes a few steps of the simplex; a solver that
begins its own tree anew in each round spends seconds at its root instead.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from schoolward.analysis.structure.nearby import improve, mend
from schoolward.analysis.structure.plan import Plan

if TYPE_CHECKING:
    from schoolward.analysis.structure.benders import Search

WHOLE = 1e-6  # how far from a whole number a value may lie
ALMOST = 0.98  # of the gap that counts as solved is left unproven
SURE = 2  # trials of a split each way before its record is trusted
TRIALS = (6, 3, 2)  # splits tried at a node at most: core posts, traded posts, services
PREFERRED = 4.0  # how many times as much a split of the core counts
FIRST, EVERY = 2, 8  # cuts are looked for at nodes so near the root, and at every so many beyond
ROUND = 25  # nodes from one whose point is tried rounded to the next
SEEK, SEEKS = 60, 12  # nodes without a plan until the solver looks for one, and how often it may
UNKNOWN_RISE = 5.0  # days that a branch which cannot be is said to rise while no plan is known


@dataclass(frozen=True)
class Node:
    """A part of all plans: the least and most of each whole column, and the master's best point there."""

    bound: float
    lower: np.ndarray
    upper: np.ndarray
    values: np.ndarray
    cuts: int
    depth: int


@dataclass(frozen=True)
class Split:
    """Two parts of a node: columns with a new most in the one, or a new most or least in the other.

    `up` is how far the node's point leans to the other.
    """

    thing: int
    up: float
    below: tuple[np.ndarray, float]
    above: tuple[np.ndarray, float]
    above_is_least: bool

    def of(self, node: Node, above: bool) -> tuple[np.ndarray, np.ndarray]:
        """The least and most of each column in one of the parts."""
        lower, upper = node.lower.copy(), node.upper.copy()
        columns, limit = self.above if above else self.below
        (lower if above and self.above_is_least else upper)[columns] = limit
        return lower, upper


@dataclass
class Tree:
    """The search for the best plan to within a gap; `bound` is what no plan can beat.

    It is given up where so many nodes as there is `patience` for have shown no plan.
    """

    search: Search
    services: int
    levels: int
    gap_days: float
    patience: float = np.inf
    best: float = np.inf
    plan: Plan | None = None
    bound: float = -np.inf
    timed_out: bool = False
    waiting: list[tuple[float, int, Node]] = field(default_factory=list)
    given_up: float = np.inf
    seen: int = 0

    def __post_init__(self) -> None:
        self.at, self.master = self.search.at, self.search.master
        things = self.at.price.start + self.services
        self.rises, self.trials = np.zeros((things, 2)), np.zeros((things, 2))

    @property
    def enough(self) -> float:
        """What is no better than this need not be looked into."""
        return self.best - ALMOST * self.gap_days

    def grow(self) -> None:
        """Splits nodes, the most promising first and each down to a plan, until none could beat the best."""
        node = self._node(self.master.lower, self.master.upper, 0)
        if node is not None and self.search.left_s >= 0:
            self.bound = node.bound
            self._offered(node.values, node.bound)
        while node is not None or self.waiting:
            self.bound = min(self._least(node), self.enough)
            if self.bound >= self.enough:
                break
            if self.search.left_s < 0 or (self.plan is None and self.seen >= self.patience):
                self.timed_out = True
                return
            if node is None:
                node = self._next()
            node = self._branched(node)
        self.bound = min(self.given_up, self.enough)
        self.timed_out = self.plan is None and np.isfinite(self.given_up)  # not proven to be impossible

    def _seek(self) -> None:
        """Has the solver look for a plan, where a tight limit leaves so few that no dive ends at one."""
        for _ in range(SEEKS):
            values = self.master.whole_point(
                seconds=min(max(self.search.left_s, 0.5), 20.0), gap_days=2 * self.gap_days
            )
            if values is None:
                return
            self._offered(values, self.bound)
            if self.plan is not None:
                return

    def _next(self) -> Node:
        """The most promising node; the deepest instead while no plan is known, every other time."""
        if self.plan is None and self.seen % 2:
            deepest = max(self.waiting, key=lambda each: (each[2].depth, -each[0]))
            self.waiting.remove(deepest)
            heapq.heapify(self.waiting)
            return deepest[2]
        return heapq.heappop(self.waiting)[2]

    def _least(self, node: Node | None) -> float:
        waiting = self.waiting[0][0] if self.waiting else np.inf
        return min(waiting, np.inf if node is None else node.bound, self.given_up)

    def _branched(self, node: Node) -> Node | None:
        """The better part of a node, the other kept waiting; None where nothing of it is left."""
        self.seen += 1
        if self.plan is None and self.seen % SEEK == 0 and self.patience == np.inf:
            self._seek()
        self.search.tell(self.bound, self.best)
        node = self._tightened(node)
        if node is None:
            return None
        if self.seen % ROUND == 0:
            self._offered(node.values, node.bound)
        parts = sorted(self._parts(node), key=lambda part: part.bound)
        for part in parts[1:]:
            heapq.heappush(self.waiting, (part.bound, self.seen, part))
        return parts[0] if parts else None

    def _node(self, lower: np.ndarray, upper: np.ndarray, depth: int) -> Node | None:
        """The node of these limits; None where it holds nothing that is better by the gap."""
        solved = self.master.solve(
            seconds=max(self.search.left_s, 0.5), within=(lower, upper), enough=self.enough
        )
        if not solved.settled:
            self.given_up = min(self.given_up, self.bound)
        if not solved.feasible or solved.bound >= self.enough:
            return None
        return Node(solved.bound, lower, upper, solved.values, self.master.cuts, depth)

    def _tightened(self, node: Node) -> Node | None:
        """The node with the cuts that its point asks for; None where nothing of it is left."""
        looked = False
        while True:
            if node.cuts < self.master.cuts:
                node = self._node(node.lower, node.upper, node.depth)
            if node is None:
                return None
            if self._is_whole(node.values, self._all):
                if not self._offered(node.values, node.bound):
                    return None
            elif looked or not self._wants_cuts(node) or not self.search.tighten(node.values):
                return node
            looked = True

    @property
    def _all(self) -> slice:
        return slice(0, self.at.whole)

    def _is_whole(self, values: np.ndarray, where: slice) -> bool:
        return bool(np.abs(values[where] - np.round(values[where])).max(initial=0.0) <= WHOLE)

    def _wants_cuts(self, node: Node) -> bool:
        near = node.depth <= FIRST or self.seen % EVERY == 0
        return near or self._is_whole(node.values, self.at.core)

    def _offered(self, values: np.ndarray, bound: float) -> bool:
        """Takes the plan of a point where it is better; whether cuts grew, so that it has to be solved
        again.
        """
        value, plan, possible, grew = self.search.offer(values)
        if not possible and not grew and self._is_whole(values, self._all):
            self.given_up = min(self.given_up, bound)
        if not possible and self.plan is None:
            value, mended = mend(self.search, plan)
            plan, possible = mended or plan, mended is not None
        if possible and value < self.best:
            self.best, self.plan = value, plan
        # what is not possible often lacks one step to be so, and what is no better may lie near what is
        if value < self.best + self.gap_days:
            better, near = improve(self.search, plan, self.best, self.bound + self.gap_days)
            if near is not None:
                self.best, self.plan = better, near
        return grew

    def _parts(self, node: Node) -> list[Node]:
        """The parts of the split that promises most, those that could hold a better plan."""
        best, chosen, parts = -1.0, None, None
        for split in self._splits(node.values):
            tried = self.trials[split.thing].min() < SURE
            found = [self._part(node, split, above) for above in (False, True)] if tried else None
            score = self._score(split) if found is None else self._risen(node, found)
            if split.thing < self.at.core.stop:
                score *= PREFERRED
            if score > best:
                best, chosen, parts = score, split, found
        if parts is None:
            parts = [self._part(node, chosen, above) for above in (False, True)]
        return [part for part in parts if part is not None]

    def _part(self, node: Node, split: Split, above: bool) -> Node | None:
        part = self._node(*split.of(node, above), node.depth + 1)
        share = 1 - split.up if above else split.up
        self.rises[split.thing, int(above)] += self._rise(node, part) / max(share, 1e-3)
        self.trials[split.thing, int(above)] += 1
        return part

    def _rise(self, node: Node, part: Node | None) -> float:
        if part is not None:
            return max(part.bound - node.bound, 0.0)
        return max(self.enough - node.bound, 0.0) if np.isfinite(self.best) else UNKNOWN_RISE

    def _risen(self, node: Node, parts: list[Node | None]) -> float:
        return float(np.prod([max(self._rise(node, part), WHOLE) for part in parts]))

    def _score(self, split: Split) -> float:
        """What the record of a split lets hope for: how much both of its parts rise."""
        trials, rises = self.trials[split.thing], self.rises[split.thing]
        usual = np.where(trials > 0, rises / np.maximum(trials, 1), 1.0)
        return float(np.prod(np.maximum(usual * [split.up, 1 - split.up], WHOLE)))

    def _splits(self, values: np.ndarray) -> list[Split]:
        """Ways to split at a point, the best first: posts of the core, traded posts, services."""
        kinds = (self._steps(values, self.at.core), self._steps(values, self.at.traded), self._prices(values))
        few = [
            sorted(kind, key=self._score, reverse=True)[:most]
            for kind, most in zip(kinds, TRIALS, strict=True)
        ]
        return [split for kind in few for split in kind]

    def _steps(self, values: np.ndarray, where: slice) -> list[Split]:
        found = []
        for column in range(where.start, where.stop):
            below = float(np.floor(values[column] + WHOLE))
            if values[column] - below > WHOLE:
                here = np.array([column])
                found.append(Split(column, values[column] - below, (here, below), (here, below + 1), True))
        return found

    def _prices(self, values: np.ndarray) -> list[Split]:
        """Services at more than one price: as low as one of its prices, or higher, withdrawn the highest."""
        at, found = self.at, []
        for j in range(self.services):
            first = at.price.start + j * self.levels
            columns = np.append(np.arange(first, first + self.levels), at.withdrawn.start + j)
            weight = values[columns]
            if (weight > WHOLE).sum() < 2:
                continue
            above = 1 - np.cumsum(weight)[:-1]
            inside = np.flatnonzero((above > WHOLE) & (above < 1 - WHOLE))
            if len(inside):
                n = int(inside[np.abs(above[inside] - 0.5).argmin()])
                thing, up = at.price.start + j, float(above[n])
                found.append(Split(thing, up, (columns[n + 1 :], 0.0), (columns[: n + 1], 0.0), False))
        return found
