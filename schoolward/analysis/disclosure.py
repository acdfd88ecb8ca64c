"""Which figures of linked tables to withhold, so that no small one can be worked out from the others.

A table is published figure by figure. Every figure is a sum over **cells**, the finest groups behind all the
tables at once: a total, a weighted share and a line of another table are all sums over the same cells, so
tables that share cells are protected together. A figure that would tell of too few is *unsafe* and withheld;
others are withheld beside it until a reader, solving for what is hidden with everything that is printed,
still cannot say closely what the unsafe one is. `attack` is that reader. It is handed only what is printed.

Source keys: complementary-suppression, p-percent.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from schoolward.terms.errors import NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

type Cell = Hashable

SMALLEST_PRINTED = 5  # a count of one to four is withheld
P_PERCENT = 0.10  # how near a reader may come to what the largest contributor gave
TOLERANCE = 1e-6
_NODES = 200  # of the search for what to withhold: a limit that is the same on every machine, as time is not
_GAP = 0.1
_WIDER = 4  # how often the space searched for other worlds is doubled before all is withheld


class CannotProtect(NotEnoughData):
    """What every reader knows anyway already tells an unsafe figure too closely."""


@dataclass(frozen=True, slots=True)
class Need:
    """How wide a reader's range for an unsafe figure must be: beyond its value downwards and upwards, and in
    all."""

    below: float = 0.0
    above: float = 0.0
    across: float = 0.0


@dataclass(frozen=True, slots=True)
class Form:
    """A sum over cells, printed in steps (0: exactly): a reader learns it to within half a step."""

    of: Mapping[Cell, float]
    step: float = 0.0

    def value(self, cells: Mapping[Cell, float]) -> float:
        return sum(times * cells[cell] for cell, times in self.of.items())

    def told(self, cells: Mapping[Cell, float]) -> tuple[float, float]:
        """Between what a reader of the printed figure knows the truth to lie."""
        value = self.value(cells)
        printed = round(value / self.step) * self.step if self.step else value
        return printed - self.step / 2, printed + self.step / 2


@dataclass(frozen=True, slots=True)
class Figure:
    """What is printed or withheld as one: a count, say, with the weighted share beside it.

    The first form is what an unsafe figure's need is about. `fixed` figures are known to every reader
    anyway (how many schools there are) and cannot be withheld; `cost` is what readers lose without it.
    """

    name: str
    forms: tuple[Form, ...]
    need: Need | None = None
    cost: float = 1.0
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What a reader has been told: a sum over cells, and between what it lies."""

    of: Mapping[Cell, float]
    low: float
    high: float


@dataclass(frozen=True)
class Protected:
    """Figures withheld by name: those that are unsafe, and those withheld to protect them.

    `worlds` (W, cells) are the proof: others than the true one that would have been printed alike.
    """

    unsafe: frozenset[str]
    beside: frozenset[str]
    worlds: NDArray = field(default_factory=lambda: np.zeros((0, 0)), compare=False, repr=False)

    @property
    def withheld(self) -> frozenset[str]:
        return self.unsafe | self.beside


def small_count(count: float, *, smallest: int = SMALLEST_PRINTED) -> Need | None:
    """What a count needs: a range of as many values as there are small counts, if it is small; nought tells
    of nobody, and needs none."""
    return Need(across=smallest - 1) if 0 < count < smallest else None


def dominated_sum(
    given: Sequence[float], *, smallest: int = SMALLEST_PRINTED, near: float = P_PERCENT
) -> Need | None:
    """What a sum of money needs: a range about it, where few gave it, or where the second largest giver could
    tell the largest's share to within `near` of it."""
    ordered = sorted((each for each in given if each > 0), reverse=True)
    if not ordered:
        return None
    rest = sum(ordered[2:])
    if len(ordered) >= smallest and rest >= near * ordered[0]:
        return None
    return Need(below=near * ordered[0], above=near * ordered[0])


def statements(
    cells: Mapping[Cell, float], figures: Iterable[Figure], withheld: Iterable[str] = ()
) -> tuple[Statement, ...]:
    """What the printed figures tell: all a reader has to go by."""
    hidden = frozenset(withheld)
    return tuple(
        Statement(form.of, *form.told(cells))
        for figure in figures
        if figure.name not in hidden
        for form in figure.forms
    )


def attack(
    known: Sequence[Statement], wanted: Mapping[str, Mapping[Cell, float]], *, whole: bool = True
) -> dict[str, tuple[float, float]]:
    """Between what each wanted sum must lie, for a reader who knows these statements, and that no cell is
    below nought; `whole` for counts, which the reader knows to be whole numbers too.

    Raises `NotEnoughData` where the statements contradict each other: no such tables can have been printed.
    """
    order = order_of([*(each.of for each in known), *wanted.values()])
    rows = rows_over([each.of for each in known], order)
    low, high = np.array([each.low for each in known]), np.array([each.high for each in known])
    found = {}
    for name, of in wanted.items():
        aim = rows_over([of], order)[0]
        found[name] = (_least(aim, rows, low, high, whole), -_least(-aim, rows, low, high, whole))
    return found


def _least(aim: NDArray, rows: NDArray, low: NDArray, high: NDArray, whole: bool) -> float:
    """The least of a sum over cells; minus infinity where nothing holds it."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # a quarter of a second, for this alone

    slack = TOLERANCE * np.maximum(1, np.abs(low))
    done = milp(
        aim,
        constraints=[LinearConstraint(rows, low - slack, high + slack)] if len(rows) else [],
        bounds=Bounds(0, np.inf),
        integrality=np.full(len(aim), int(whole)),
    )
    if done.status == 3 or (done.status == 4 and done.x is None):  # unbounded
        return -inf
    if done.x is None:
        raise NotEnoughData("these figures contradict each other", do="Read them again from the tables.")
    return float(done.fun)


# Choosing what to withhold -----------------------------------------------------------------------------


def protect(
    cells: Mapping[Cell, float],
    figures: Sequence[Figure],
    *,
    whole: bool = True,
    insiders: Iterable[Cell] = (),
) -> Protected:
    """The figures to withhold: every unsafe one, and few and cheap ones beside it.

    For each unsafe figure in turn the cheapest figures are sought without which two other worlds would have
    been printed alike, as far apart as its need (a mixed-integer programme with few nodes). Then what turned
    out not to be needed is printed after all, dearest first. The two worlds are kept as the proof.

    Parameters
    ----------
    cells : the truth, by cell
    figures : every figure that is meant to be printed; those with a need are unsafe
    whole : the cells are counts
    insiders : cells whose only contributor knows the cell: the need must be met for that reader too

    Raises
    ------
    CannotProtect : what is fixed already tells an unsafe figure too closely.
    """
    search = _Search(cells, figures, whole)
    unsafe = frozenset(n for n, figure in enumerate(figures) if figure.need)
    hidden = set(unsafe)
    proofs: dict[_Question, NDArray] = {}
    wanted = [(n, who) for who in (None, *insiders) for n in unsafe if not search.is_own(n, who)]
    for question in sorted(wanted, key=lambda pair: (-search.tightness(pair[0]), str(pair))):
        proof = search.proof_among(proofs.values(), question)
        if proof is None:
            proof, also = search.cheapest(question, hidden)
            hidden |= also
        proofs[question] = proof
    for f in sorted(hidden - unsafe, key=lambda f: (-figures[f].cost, figures[f].name)):
        if (found := search.still_proved(proofs, hidden - {f}, f)) is not None:
            hidden.discard(f)
            proofs = found
    names = [figure.name for figure in figures]
    worlds = np.concatenate([np.zeros((0, len(cells))), *proofs.values()])
    beside = frozenset(names[n] for n in hidden - unsafe)
    return Protected(frozenset(names[n] for n in unsafe), beside, worlds)


type _Question = tuple[int, Cell | None]  # an unsafe figure, and the insider who asks (None for any reader)


@dataclass
class _Search:
    """The figures as rows of numbers over the cells, and the search for two worlds printed alike."""

    cells: Mapping[Cell, float]
    figures: Sequence[Figure]
    whole: bool
    order: dict[Cell, int] = field(init=False)
    rows: NDArray = field(init=False)
    low: NDArray = field(init=False)
    high: NDArray = field(init=False)
    owner: NDArray = field(init=False)  # of each row, the figure it is a form of
    truth: NDArray = field(init=False)

    def __post_init__(self) -> None:
        forms = [(n, form) for n, figure in enumerate(self.figures) for form in figure.forms]
        self.order = {cell: n for n, cell in enumerate(self.cells)}
        self.rows = rows_over([form.of for _, form in forms], self.order)
        told = np.array([form.told(self.cells) for _, form in forms]).reshape(-1, 2)
        slack = TOLERANCE / 2 * np.maximum(1, np.abs(told[:, 0]))
        self.low, self.high = told[:, 0] - slack, told[:, 1] + slack
        self.owner = np.array([n for n, _ in forms], int)
        self.truth = np.array(list(self.cells.values()), float)

    def is_own(self, n: int, who: Cell | None) -> bool:
        """Whether the figure is the insider's own cell and nothing else, which hides nothing from it."""
        return who is not None and set(self.figures[n].forms[0].of) == {who}

    def tightness(self, n: int) -> float:
        need = self.figures[n].need
        return max(need.across, need.below + need.above)

    def proof_among(self, known: Iterable[NDArray], question: _Question) -> NDArray | None:
        """Two of the worlds already found that prove another need met: all of them are printed alike."""
        worlds = np.concatenate([self.truth[None], *known])
        n, who = question
        if who is not None:
            at = self.order[who]
            worlds = worlds[worlds[:, at] == self.truth[at]]
        values = worlds @ self._aim(n)
        low, high = int(values.argmin()), int(values.argmax())
        return worlds[[low, high]] if self._meets(n, values[low], values[high]) else None

    def _meets(self, n: int, low: float, high: float) -> bool:
        need, value = self.figures[n].need, float(self._aim(n) @ self.truth)
        return (
            high - low >= need.across - TOLERANCE
            and low <= value - need.below + TOLERANCE
            and high >= value + need.above - TOLERANCE
        )

    def cheapest(self, question: _Question, hidden: set[int]) -> tuple[NDArray, set[int]]:
        """Two worlds (2, cells) that prove the need met, and the figures to withhold for it."""
        reach = max(self.tightness(question[0]), 1.0) * 2
        for _ in range(_WIDER):
            if (found := self._solve(question, hidden, reach)) is not None:
                return found
            reach *= 2
        every = {f for f, figure in enumerate(self.figures) if not figure.fixed}
        if (found := self._solve(question, every, max(reach, self.truth.sum() * 2))) is not None:
            return found[0], every - hidden
        raise CannotProtect(
            f"{self.figures[question[0]].name} is told too closely by what everybody knows",
            do="Put its group together with another, or leave the table out.",
        )

    def still_proved(
        self, proofs: Mapping[_Question, NDArray], hidden: set[int], f: int
    ) -> dict[_Question, NDArray] | None:
        """The proofs with figure `f` printed after all; None where one of them fails for good."""
        own = self.owner == f
        kept = {question: worlds for question, worlds in proofs.items() if self._alike(worlds, own)}
        for question in proofs.keys() - kept.keys():
            proof = self.proof_among(kept.values(), question)
            if proof is None:
                reach = max(self.tightness(question[0]), 1.0) * 4
                found = self._solve(question, hidden, reach, may_hide=False)
                if found is None:
                    return None
                proof = found[0]
            kept[question] = proof
        return kept

    def _alike(self, worlds: NDArray, rows: NDArray) -> bool:
        """Whether these rows are printed the same in each of the worlds as in the truth."""
        told = worlds @ self.rows[rows].T
        return bool(np.all(told >= self.low[rows]) and np.all(told <= self.high[rows]))

    def _solve(
        self, question: _Question, hidden: set[int], reach: float, *, may_hide: bool = True
    ) -> tuple[NDArray, set[int]] | None:
        """Columns: cells of one world, of the other, then one switch for each figure that may be hidden."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        n, who = question
        count = len(self.truth)
        open_to = [
            f for f, figure in enumerate(self.figures) if may_hide and f not in hidden and not figure.fixed
        ]
        switch = {f: 2 * count + place for place, f in enumerate(open_to)}
        width = 2 * count + len(open_to)
        told = np.array([place for place, f in enumerate(self.owner) if f not in hidden], int)
        room = np.abs(self.rows[told]).sum(axis=1) * reach
        blocks, lows, highs = [], [], []
        for world in (0, 1):
            for sign in (1, -1):  # sum - room × switch <= high, and the same from below
                block = np.zeros((len(told), width))
                block[:, world * count : (world + 1) * count] = sign * self.rows[told]
                for row, place in enumerate(told):
                    if (at := switch.get(int(self.owner[place]))) is not None:
                        block[row, at] = -room[row]
                blocks.append(block)
                lows.append(np.full(len(told), -np.inf))
                highs.append(self.high[told] if sign > 0 else -self.low[told])
        aim = self._aim(n)
        need, value = self.figures[n].need, float(aim @ self.truth)
        apart = np.zeros((3, width))
        apart[0, :count], apart[0, count : 2 * count] = -aim, aim
        apart[1, :count], apart[2, count : 2 * count] = -aim, aim
        blocks.append(apart)
        lows.append(np.array([need.across, need.below - value, value + need.above]) - TOLERANCE)
        highs.append(np.full(3, np.inf))
        bottom, top = self._limits(who, reach)
        hides = len(open_to)
        done = milp(
            np.concatenate([np.zeros(2 * count), [self.figures[f].cost for f in open_to]]),
            constraints=[LinearConstraint(np.vstack(blocks), np.concatenate(lows), np.concatenate(highs))],
            bounds=Bounds(
                np.concatenate([bottom, bottom, np.zeros(hides)]),
                np.concatenate([top, top, np.ones(hides)]),
            ),
            integrality=np.concatenate([np.full(2 * count, int(self.whole)), np.ones(hides)]),
            options={"node_limit": _NODES, "mip_rel_gap": _GAP},
        )
        if done.x is None:
            return None
        also = {f for f, at in switch.items() if done.x[at] > 0.5}
        worlds = done.x[: 2 * count].reshape(2, count)
        return (np.round(worlds) if self.whole else worlds), also

    def _aim(self, n: int) -> NDArray:
        return rows_over([self.figures[n].forms[0].of], self.order)[0]

    def _limits(self, who: Cell | None, reach: float) -> tuple[NDArray, NDArray]:
        bottom, top = np.maximum(0, self.truth - reach), self.truth + reach
        if self.whole:
            bottom, top = np.ceil(bottom), np.floor(top)
        if who is not None:
            bottom[self.order[who]] = top[self.order[who]] = self.truth[self.order[who]]
        return bottom, top


def order_of(sums: Iterable[Mapping[Cell, float]]) -> dict[Cell, int]:
    """A place for every cell that the sums speak of."""
    cells = dict.fromkeys(cell for of in sums for cell in of)
    return {cell: n for n, cell in enumerate(cells)}


def rows_over(sums: Sequence[Mapping[Cell, float]], order: Mapping[Cell, int]) -> NDArray:
    """The sums as rows of numbers over the cells in their places (sums, cells)."""
    rows = np.zeros((len(sums), len(order)))
    for row, of in zip(rows, sums, strict=True):
        for cell, times in of.items():
            row[order[cell]] = times
    return rows
