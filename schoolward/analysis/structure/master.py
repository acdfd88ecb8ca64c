"""The first stage for HiGHS: posts, prices, redundancies, the budget, and lower bounds that cuts push up."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from schoolward.analysis.structure.program import SLACK, Program

INF = highspy.kHighsInf
# plans are looked for by moves and judged exactly outside the solver, whose own search for them and its
# beginning again cost half its time and helped nothing (measured at steps of half a post)
SOLVER = {"output_flag": False, "threads": 1, "mip_heuristic_effort": 0.0, "mip_allow_restart": False}


@dataclass(frozen=True)
class Columns:
    """Where each kind of variable stands among the master's columns."""

    core: slice
    traded: slice
    price: slice
    redundant: slice
    recourse: slice
    missed: slice
    associates: int
    to_core: int
    cvar: int
    budget_short: int
    limit_short: int
    uncovered: int

    @property
    def count(self) -> int:
        """How many columns there are."""
        return self.uncovered + 1


def columns_of(program: Program, recourse_groups: int, missed_groups: int) -> Columns:
    """The columns of a program's master, scenarios bounded in so many groups."""
    posts, prices = program.posts, program.services * program.levels
    widths = (posts, posts, prices, posts, recourse_groups, missed_groups)
    ends = np.cumsum(widths).tolist()
    blocks = [slice(end - width, end) for end, width in zip(ends, widths, strict=True)]
    return Columns(*blocks, *range(ends[-1], ends[-1] + 6))


@dataclass(frozen=True)
class Solved:
    """The master's answer: its values, the proven lower bound, and whether there was one."""

    feasible: bool
    values: np.ndarray
    bound: float


@dataclass(frozen=True)
class GivesWay:
    """The least that budget and CVaR limit (thousands of pounds) and statutory cover (days of the hardest
    year) would have to give way, and the categories that ask for it.
    """

    budget_short: float
    limit_short: float
    uncovered_days: float
    categories: frozenset[str]


class Master:
    """A HiGHS model that is kept between rounds; cuts hold whatever the CVaR limit, so a frontier reuses
    them.
    """

    def __init__(
        self, program: Program, mean_margin: np.ndarray, mean_take_up: np.ndarray, groups: tuple[int, int]
    ) -> None:
        """`mean_margin` (J·L,) is the expected margin of each price, `mean_take_up` (J·L,) what its purchases
        count for besides, thousands of pounds.
        """
        self.program, self.at = program, columns_of(program, *groups)
        self.mean_margin, self.mean_take_up = mean_margin, mean_take_up
        self.integers = np.arange(self.at.redundant.start, dtype=np.int32)
        self.model = highspy.Highs()
        for name, value in SOLVER.items():
            self.model.setOptionValue(name, value)
        self.whole = False
        self._add_columns()
        self._add_rows()

    def _add_columns(self) -> None:
        program, at = self.program, self.at
        cost, lower, upper = np.zeros(at.count), np.zeros(at.count), np.full(at.count, INF)
        upper[at.core], upper[at.traded] = program.core_most, program.traded_most
        upper[at.price] = program.open.ravel()
        cost[at.traded] = program.worth * program.cost_per_step
        cost[at.price] = -program.worth * (self.mean_margin + self.mean_take_up)
        cost[at.recourse], cost[at.missed] = program.worth, 1.0
        lower[at.to_core], lower[at.cvar] = -INF, -INF
        upper[at.budget_short] = upper[at.limit_short] = upper[at.uncovered] = 0.0
        self.cost = cost
        none = np.array([], dtype=np.int32)
        self.model.addCols(at.count, cost, lower, upper, 0, none, none, np.array([]))

    def _add_rows(self) -> None:
        program, at = self.program, self.at
        for j in range(program.services):
            first = at.price.start + j * program.levels
            self.add(-INF, 1.0, {slice(first, first + program.levels): 1.0})
        if program.least_open:
            self.add(program.least_open, INF, {at.price: 1.0})
        surplus = {at.traded: program.cost_per_step, at.price: -self.mean_margin, at.recourse: 1.0}
        for share in {program.surplus_share, 1.0}:
            self.add(-INF, 0.0, {at.to_core: 1.0, **{k: share * v for k, v in surplus.items()}})
        spend = {at.core: program.cost_per_step, at.redundant: program.redundancy_per_fte}
        self.add(-INF, program.budget, {**spend, at.associates: 1.0, at.to_core: -1.0, at.budget_short: -1.0})
        self.limit_row = self.model.getNumRow()
        self.add(-INF, INF, {at.cvar: 1.0, at.limit_short: -1.0})
        for p in range(program.posts):
            both = {at.core.start + p: program.step_fte[p], at.traded.start + p: program.step_fte[p]}
            slack = SLACK * program.step_fte[p]
            self.add(program.min_fte[p] - slack, program.max_fte[p] + slack, both)
            self.add(program.current_fte[p], INF, {**both, at.redundant.start + p: 1.0})

    def add(self, low: float, high: float, terms: dict) -> int:
        """One row, from columns or slices of columns to their coefficients; its number."""
        row = np.zeros(self.at.count)
        for where, value in terms.items():
            row[where] += value
        places = np.flatnonzero(row).astype(np.int32)
        self.model.addRow(low, high, len(places), places, row[places])
        return self.model.getNumRow() - 1

    def drop(self, row: int) -> None:
        """Lets a row bind no more."""
        self.model.changeRowBounds(row, -INF, INF)

    def limit_cvar(self, limit: float) -> None:
        """Puts another limit on the traded arm's deficit in bad years."""
        self.model.changeRowBounds(self.limit_row, -INF, limit)

    def give_way(self, weights: tuple[float, float, float] | None) -> None:
        """Lets budget, limit and statutory cover give way at these weights, and minds nothing else; or no
        more.
        """
        at = self.at
        loose = (at.budget_short, at.limit_short, at.uncovered)
        for column in range(at.count):
            self.model.changeColCost(column, 0.0 if weights else self.cost[column])
        for column, weight in zip(loose, weights or (0.0, 0.0, 0.0), strict=True):
            self.model.changeColCost(column, weight)
            self.model.changeColBounds(column, 0.0, INF if weights else 0.0)

    def whole_numbers(self, whole: bool) -> None:
        """Asks for whole steps and one price a service, or lets go of that."""
        self.whole = whole
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        self.model.changeColsIntegrality(
            len(self.integers), self.integers, np.array([kind] * len(self.integers))
        )

    def start_from(self, values: np.ndarray) -> None:
        """Tells the solver of a plan that is known to be possible."""
        known = highspy.HighsSolution()
        known.col_value = list(values)
        self.model.setSolution(known)

    def solve(self, *, gap_days: float, seconds: float, enough: float = np.inf) -> Solved:
        """The best first stage by the bounds so far; nothing is proven of what costs `enough` or more."""
        self.model.setOptionValue("objective_bound", enough if self.whole else INF)
        self.model.setOptionValue("mip_rel_gap", 0.0)
        self.model.setOptionValue("mip_abs_gap", gap_days)
        self.model.setOptionValue("time_limit", self.model.getRunTime() + seconds)
        self.model.run()
        infeasible = {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}
        status, info = self.model.getModelStatus(), self.model.getInfo()
        has_values = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = np.array(self.model.getSolution().col_value) if has_values else np.zeros(self.at.count)
        if status in infeasible and np.isfinite(enough):
            return Solved(False, values, enough)
        bound = min(info.mip_dual_bound, enough) if self.whole else info.objective_function_value
        return Solved(status not in infeasible and has_values, values, bound)
