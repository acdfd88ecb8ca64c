"""Tables of answers by group, each line with its count, weighted share, interval and bounds, and the figures
to hand to disclosure control before any of it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from schoolward.analysis.disclosure import (
    SMALLEST_PRINTED,
    CannotProtect,
    Figure,
    Form,
    dominated_sum,
    protect,
    small_count,
)
from schoolward.analysis.disclosure_audit import Found, audit
from schoolward.analysis.survey.estimates import (
    Share,
    Total,
    effective_number,
    weighted_share,
    weighted_total,
    wilson,
)
from schoolward.terms.errors import NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL = "All schools"
OTHERS = "All other schools"
_OF_EVERYBODY = 5.0  # what readers lose without a figure for all schools, against one for a group


@dataclass(frozen=True, slots=True)
class Line:
    """One answer in one group; no share where it is withheld. Why is not said: to tell a small figure from
    one withheld beside it would itself tell something."""

    answer: str
    group: str
    share: Share | None


@dataclass(frozen=True)
class AnswerTable:
    """A question's answers by group; what was withheld, and what an attack on the rest could find."""

    answers: tuple[str, ...]
    groups: tuple[str, ...]
    lines: tuple[Line, ...]
    attacked: tuple[Found, ...]

    def line(self, answer: str, group: str = ALL) -> Line:
        return next(each for each in self.lines if each.answer == answer and each.group == group)

    @property
    def holds(self) -> bool:
        """Whether nothing withheld could be worked out."""
        return all(found.holds for found in self.attacked)


def merged_groups(
    groups: Sequence[str], answered: NDArray[np.bool_], *, smallest: int = SMALLEST_PRINTED
) -> tuple[str, ...]:
    """The groups with those in which too few answered put together as one, and with the smallest other where
    even that is too small."""
    names = list(groups)

    def count(name: str) -> int:
        return sum(each == name and bool(yes) for each, yes in zip(names, answered, strict=True))

    small = {name for name in set(names) if count(name) < smallest}
    if small and len(set(names)) > 1:
        names = [OTHERS if name in small else name for name in names]
        if count(OTHERS) < smallest and len(set(names)) > 1:
            least = min(set(names) - {OTHERS}, key=lambda name: (count(name), name))
            names = [OTHERS if name == least else name for name in names]
    return tuple(names)


def answer_table(
    said: Mapping[str, NDArray[np.bool_]],
    answered: NDArray[np.bool_],
    weights: NDArray[np.float64],
    breakdowns: Mapping[str, Sequence[str]],
    *,
    several: bool = False,
    smallest: int = SMALLEST_PRINTED,
) -> AnswerTable:
    """Every answer for all schools and for the groups of each breakdown, safe to print.

    All breakdowns are protected together, weighted shares (printed in whole percent) included.

    Parameters
    ----------
    said : by answer, (N,) true where a school gave it
    answered : (N,) true where it answered this question
    weights : (N,) how many schools each stands for
    breakdowns : by name, the group (N,) of each school
    several : a school may give several answers; else it gives one
    """
    if answered.sum() < smallest:
        raise NotEnoughData(
            f"{int(answered.sum())} schools answered this question", do="Too few to print anything of."
        )
    merged = {name: merged_groups(each, answered, smallest=smallest) for name, each in breakdowns.items()}
    frame = _Frame(answered, weights, merged, smallest)
    # answers of which several may be given do not add up with one another: each is protected by itself
    sets = [{answer: gave, "": ~gave} for answer, gave in said.items()] if several else [dict(said)]
    hidden: set[str] = set()
    attacked: list[Found] = []
    for each in sets:
        withheld, found = frame.protect(each, [answer for answer in each if answer in said])
        hidden |= withheld
        attacked += found
    lines = tuple(
        Line(answer, group, None if _name(answer, group) in hidden else frame.share(gave, group))
        for group in frame.members
        for answer, gave in said.items()
    )
    return AnswerTable(tuple(said), tuple(frame.members), lines, tuple(attacked))


def _name(answer: str, group: str) -> str:
    return f"{answer} | {group}"


class _Frame:
    """Who answered, in which groups and with what weights: the same for every set of answers."""

    def __init__(
        self,
        answered: NDArray[np.bool_],
        weights: NDArray[np.float64],
        merged: Mapping[str, Sequence[str]],
        smallest: int,
    ) -> None:
        self.answered, self.weights, self.smallest = answered, weights, smallest
        self.members = {ALL: np.ones(len(answered), bool)}
        for column in merged.values():
            names = sorted(set(column), key=lambda name: (name == OTHERS, name))
            for group in names if len(names) > 1 else ():
                self.members.setdefault(group, np.array([each == group for each in column]))
        # schools alike in every group and in weight: no printed figure tells them apart
        alike = list(zip(*merged.values(), (f"{weight:.9f}" for weight in weights), strict=True))
        masks = {bloc: np.array([each == bloc for each in alike]) & answered for bloc in dict.fromkeys(alike)}
        self.blocs = {bloc: mask for bloc, mask in masks.items() if mask.any()}

    def protect(
        self, said: Mapping[str, NDArray[np.bool_]], printed: Sequence[str]
    ) -> tuple[frozenset[str], tuple[Found, ...]]:
        """Names of the figures to withhold, and what an attack on the rest finds."""
        cells = {
            (bloc, answer): float((mask & gave).sum())
            for bloc, mask in self.blocs.items()
            for answer, gave in said.items()
        }
        figures = self._figures(cells, said, printed)
        try:
            done = protect(cells, figures)
        except CannotProtect:
            hidden = frozenset(figure.name for figure in figures if not figure.fixed)
            return hidden, audit(cells, figures, hidden)
        return done.withheld, audit(cells, figures, done.withheld, worlds=done.worlds)

    def _figures(
        self, cells: Mapping, said: Mapping[str, NDArray[np.bool_]], printed: Sequence[str]
    ) -> list[Figure]:
        figures = []
        for group, members in self.members.items():
            inside = [bloc for bloc, mask in self.blocs.items() if (mask & members).any()]
            base = float(self.weights[members & self.answered].sum())
            for answer in printed:
                count = Form({(bloc, answer): 1.0 for bloc in inside})
                share = Form({(bloc, answer): 100 * float(bloc[-1]) / base for bloc in inside}, 1.0)
                need = small_count(count.value(cells), smallest=self.smallest)
                cost = _OF_EVERYBODY if group == ALL else 1.0
                figures.append(Figure(_name(answer, group), (count, share), need, cost))
            replied = Form({(bloc, answer): 1.0 for bloc in inside for answer in said})
            figures.append(Figure(f"answered | {group}", (replied,), fixed=True))
        return figures

    def share(self, gave: NDArray[np.bool_], group: str) -> Share:
        """As it is printed: in whole percent, with the interval of that, so that it tells no more."""
        members = self.members[group]
        exact = weighted_share(gave[members], self.answered[members], self.weights[members])
        printed = round(100 * exact.share) / 100
        number = effective_number(self.weights[members & self.answered], exact.asked)
        low, high = wilson(printed, number)
        low, high = max(low, exact.silent_against), min(high, exact.silent_for)
        return replace(exact, share=printed, low=min(low, printed), high=max(high, printed))


# Sums of money ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SumLine:
    """A sum over the schools of one group; none where it is withheld."""

    group: str
    answered: int
    total: Total | None


@dataclass(frozen=True)
class SumTable:
    """Sums by group, all schools first, and what an attack on the printed ones could find."""

    lines: tuple[SumLine, ...]
    attacked: tuple[Found, ...]

    @property
    def holds(self) -> bool:
        return all(found.holds for found in self.attacked)


def sum_table(
    given: NDArray[np.float64],
    answered: NDArray[np.bool_],
    weights: NDArray[np.float64],
    groups: Sequence[str],
    kinds: Sequence[str],
    *,
    step: float,
    smallest: int = SMALLEST_PRINTED,
) -> SumTable:
    """Weighted sums for all schools and by group, printed in steps; none tells what one school gave.

    Parameters
    ----------
    given : (N,) what each school gave, read only where it answered
    groups, kinds : (N,) the group that a line is for; the kind within which schools are alike
    step : the sums are printed to the nearest of these
    """
    if answered.sum() < smallest:
        raise NotEnoughData(f"{int(answered.sum())} schools gave a sum", do="Too few to print anything of.")
    merged = np.array(merged_groups(groups, answered, smallest=smallest))
    names = sorted(set(merged.tolist()), key=lambda name: (name == OTHERS, name))
    names = names if len(names) > 1 else []
    counted = np.where(answered, given * weights, 0.0)
    members = {ALL: np.ones(len(given), bool)} | {name: merged == name for name in names}
    parts = names or [ALL]
    cells = {name: float(counted[members[name]].sum()) for name in parts}
    figures = [
        Figure(
            name,
            (Form(dict.fromkeys(parts if name == ALL else [name], 1.0), step),),
            dominated_sum(counted[mask & answered].tolist(), smallest=smallest),
            _OF_EVERYBODY if name == ALL else 1.0,
        )
        for name, mask in members.items()
    ]
    done = protect(cells, figures, whole=False)
    numbers = np.unique(np.array(kinds), return_inverse=True)[1]
    lines = tuple(
        SumLine(
            name,
            int((mask & answered).sum()),
            None
            if name in done.withheld
            else weighted_total(given[mask], answered[mask], weights[mask], numbers[mask]),
        )
        for name, mask in members.items()
    )
    attacked = audit(cells, figures, done.withheld, whole=False, worlds=done.worlds)
    return SumTable(lines, attacked)
