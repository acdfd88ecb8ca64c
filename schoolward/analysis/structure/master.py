"""The first stage for HiGHS: posts, prices, redundancies, the budget, and lower bounds that cuts push up."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from schoolward.analysis.structure.program import SLACK, Program

INF = highspy.kHighsInf
STATUS = highspy.HighsModelStatus
OPTIMAL, INFEASIBLE, NO_BOUND = STATUS.kOptimal, STATUS.kInfeasible, STATUS.kUnboundedOrInfeasible
ENOUGH, UNKNOWN, TIME = STATUS.kObjectiveBound, STATUS.kUnknown, STATUS.kTimeLimit
SOLVER = {"output_flag": False, "threads": 1, "mip_heuristic_effort": 0.0, "mip_allow_restart": False}


@dataclass(frozen=True)
class Columns:
    """Where each kind of variable stands among the master's columns."""

    core: slice
    traded: slice
    price: slice
    withdrawn: slice
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

    @property
    def whole(self) -> int:
        """How many columns, the first ones, are whole numbers in a plan: steps, and one price a service."""
        return self.redundant.start


def columns_of(program: Program, recourse_groups: int, missed_groups: int) -> Columns:
    """The columns of a program's master, scenarios bounded in so many groups."""
    posts, services, prices = program.posts, program.services, program.services * program.levels
    widths = (posts, posts, prices, services, posts, recourse_groups, missed_groups)
    ends = np.cumsum(widths).tolist()
    blocks = [slice(end - width, end) for end, width in zip(ends, widths, strict=True)]
    return Columns(*blocks, *range(ends[-1], ends[-1] + 6))


@dataclass(frozen=True)
class Solved:
    """The master's answer: its values if it has any, whether it is settled, and the proven lower bound."""

    feasible: bool
    settled: bool
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
        self.places = np.arange(self.at.whole, dtype=np.int32)
        self.model = highspy.Highs()
        for name, value in SOLVER.items():
            self.model.setOptionValue(name, value)
        self.cuts = 0
        self._add_columns()
        self._add_rows()

    def _add_columns(self) -> None:
        program, at = self.program, self.at
        cost, lower, upper = np.zeros(at.count), np.zeros(at.count), np.full(at.count, INF)
        upper[at.core], upper[at.traded] = program.core_most, program.traded_most
        upper[at.price], upper[at.withdrawn] = program.open.ravel(), 1.0
        cost[at.core] = cost[at.traded] = program.worth * program.cost_per_step
        cost[at.redundant] = program.worth * program.redundancy_per_fte
        cost[at.price] = -program.worth * (self.mean_margin + self.mean_take_up)
        cost[at.recourse], cost[at.missed] = program.worth, 1.0
        lower[at.to_core], lower[at.cvar] = -INF, -INF
        upper[at.budget_short] = upper[at.limit_short] = upper[at.uncovered] = 0.0
        self.cost, self.lower, self.upper = cost, lower[: at.whole], upper[: at.whole]
        none = np.array([], dtype=np.int32)
        self.model.addCols(at.count, cost, lower, upper, 0, none, none, np.array([]))

    def _add_rows(self) -> None:
        program, at = self.program, self.at
        for j in range(program.services):
            first = at.price.start + j * program.levels
            levels = slice(first, first + program.levels)
            self.add(1.0, 1.0, {levels: 1.0, at.withdrawn.start + j: 1.0})
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
            self._add_post(p)

    def _add_post(self, p: int) -> None:
        """The limits of a post, and what is given up of it.

        Steps are whole, so redundancy as a function of them is not `current - kept` but its chord from the
        last whole step below what there is now to the first above: without it, fractions of steps keep a
        post of 2.3 as it is, and the bound promises what no plan can keep.
        """
        program, at, step = self.program, self.at, self.program.step_fte[p]
        steps = {at.core.start + p: 1.0, at.traded.start + p: 1.0}
        limits = (program.min_fte, program.max_fte, program.current_fte)
        least, most, now = (float(limit[p] / step) for limit in limits)
        self.add(np.ceil(least - SLACK), np.floor(most + SLACK), steps)
        self.add(now, INF, {**steps, at.redundant.start + p: 1 / step})
        above, share = np.ceil(now - SLACK), now - np.floor(now + SLACK)
        if share > SLACK:
            kept = dict.fromkeys(steps, share)
            self.add(share * above, INF, {**kept, at.redundant.start + p: 1 / step})

    def add(self, low: float, high: float, terms: dict) -> int:
        """One row, from columns or slices of columns to their coefficients; its number."""
        row = np.zeros(self.at.count)
        for where, value in terms.items():
            row[where] += value
        places = np.flatnonzero(row).astype(np.int32)
        self.model.addRow(low, high, len(places), places, row[places])
        self.cuts += 1
        return self.cuts - 1

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

    def solve(
        self, *, seconds: float, within: tuple[np.ndarray, np.ndarray] | None = None, enough: float = INF
    ) -> Solved:
        """The best first stage by the bounds so far, fractions allowed; what costs `enough` may be left
        unsolved.

        `within` are the least and most of the columns that a plan has whole, by default all that they may be.
        """
        lower, upper = within or (self.lower, self.upper)
        self.model.changeColsBounds(len(self.places), self.places, lower, upper)
        self.model.setOptionValue("objective_bound", enough)
        self.model.setOptionValue("time_limit", self.model.getRunTime() + seconds)
        self.model.run()
        status = self.model.getModelStatus()
        if status in (UNKNOWN, TIME) and seconds > 0:  # a start from elsewhere may lead it astray
            self.model.clearSolver()
            self.model.setOptionValue("objective_bound", INF)
            self.model.run()
            status = self.model.getModelStatus()
        if status in (INFEASIBLE, NO_BOUND):
            return Solved(False, True, np.zeros(self.at.count), INF)
        if status == ENOUGH:
            return Solved(False, True, np.zeros(self.at.count), enough)
        if status != OPTIMAL:
            return Solved(False, False, np.zeros(self.at.count), -INF)
        values = np.array(self.model.getSolution().col_value)
        return Solved(True, True, values, self.model.getInfo().objective_function_value)

    def whole_point(self, *, seconds: float, gap_days: float) -> np.ndarray | None:
        """A whole point by the solver's own tree, good to within a gap; None without one."""
        kinds = highspy.HighsVarType
        for name, value in (("objective_bound", INF), ("mip_rel_gap", 0.0), ("mip_abs_gap", gap_days)):
            self.model.setOptionValue(name, value)
        self.model.setOptionValue("time_limit", self.model.getRunTime() + seconds)
        self.model.changeColsBounds(len(self.places), self.places, self.lower, self.upper)
        self._ask(kinds.kInteger)
        self.model.run()
        found = self.model.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = np.array(self.model.getSolution().col_value) if found else None
        self._ask(kinds.kContinuous)
        return values

    def _ask(self, kind: highspy.HighsVarType) -> None:
        self.model.changeColsIntegrality(len(self.places), self.places, np.array([kind] * len(self.places)))
