"""The whole two-stage program at once, every scenario written out: slow, plain, and what the rest is held
to.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from schoolward.analysis.structure.program import SLACK, Program, Scenarios

INF = highspy.kHighsInf


@dataclass(frozen=True)
class Written:
    """The objective, its bound, FTE steps and prices of the extensive form; seconds of the solver."""

    objective: float
    bound: float
    status: str
    seconds: float


def solve(
    program: Program, scenarios: Scenarios, cvar_limit: float, *, gap: float, seconds: float = 600
) -> Written:
    """The best plan by the solver alone, statutory cover hard in every scenario and reserve year."""
    model = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", gap)):
        model.setOptionValue(name, value)
    model.setOptionValue("time_limit", seconds)
    write(model, program, scenarios, cvar_limit)
    model.run()
    info = model.getInfo()
    status = model.modelStatusToString(model.getModelStatus())
    return Written(info.objective_function_value, info.mip_dual_bound, status, model.getRunTime())


class Rows:
    """Columns and rows gathered as triplets and handed over in one piece."""

    def __init__(self) -> None:
        self.cost, self.low, self.high, self.whole = [], [], [], []
        self.rows, self.row_low, self.row_high = [], [], []

    def column(self, cost: float = 0.0, low: float = 0.0, high: float = INF, whole: bool = False) -> int:
        """A new variable."""
        for held, value in zip(
            (self.cost, self.low, self.high, self.whole), (cost, low, high, whole), strict=True
        ):
            held.append(value)
        return len(self.cost) - 1

    def row(self, low: float, high: float, terms: dict[int, float]) -> None:
        """A new constraint."""
        self.rows.append(terms)
        self.row_low.append(low)
        self.row_high.append(high)

    def hand_over(self, model: highspy.Highs) -> None:
        """Everything to the solver."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = map(np.array, (self.cost, self.low, self.high))
        lp.row_lower_, lp.row_upper_ = np.array(self.row_low), np.array(self.row_high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *map(len, self.rows)])
        lp.a_matrix_.index_ = np.array([column for row in self.rows for column in row])
        lp.a_matrix_.value_ = np.array([value for row in self.rows for value in row.values()], dtype=float)
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.whole]
        model.passModel(lp)


def write(model: highspy.Highs, program: Program, scenarios: Scenarios, cvar_limit: float) -> None:
    """Hands the solver the whole program."""
    held, count, worth = Rows(), len(scenarios), program.worth
    posts, kinds = range(program.posts), range(len(program.categories))
    margin = (scenarios.units * program.margin).mean(axis=0)
    besides = program.take_up_share * program.list_price[:, None] * scenarios.units.mean(axis=0)
    core = [
        held.column(worth * program.cost_per_step[p], high=program.core_most[p], whole=True) for p in posts
    ]
    traded = [
        held.column(worth * program.cost_per_step[p], high=program.traded_most[p], whole=True) for p in posts
    ]
    price = [
        [
            held.column(-worth * (margin[j, n] + besides[j, n]), high=float(program.open[j, n]), whole=True)
            for n in range(program.levels)
        ]
        for j in range(program.services)
    ]
    gone = [held.column(worth * program.redundancy_per_fte[p]) for p in posts]
    associates, given = held.column(), held.column(low=-INF)
    edge = held.column(low=-INF)
    for row in price:
        held.row(-INF, 1.0, dict.fromkeys(row, 1.0))
    held.row(program.least_open, INF, {column: 1.0 for row in price for column in row})
    for p in posts:
        both = {core[p]: program.step_fte[p], traded[p]: program.step_fte[p]}
        slack = SLACK * program.step_fte[p]
        held.row(program.min_fte[p] - slack, program.max_fte[p] + slack, both)
        held.row(program.current_fte[p], INF, {**both, gone[p]: 1.0})
    spend = {core[p]: program.cost_per_step[p] for p in posts}
    spend |= {gone[p]: program.redundancy_per_fte[p] for p in posts}
    held.row(-INF, program.budget, {**spend, associates: 1.0, given: -1.0})
    surplus = {traded[p]: program.cost_per_step[p] for p in posts}
    surplus |= {price[j][n]: -margin[j, n] for j in range(program.services) for n in range(program.levels)}
    tail = {edge: 1.0}
    for s in range(count):
        costs, over = _traded(held, program, scenarios, s, traded, price)
        for column, value in costs.items():
            surplus[column] = value / count
            held.cost[column] += worth * value / count
        margins = {
            price[j][n]: -scenarios.units[s, j, n] * program.margin[j, n]
            for j in range(program.services)
            for n in range(program.levels)
        }
        staff = {traded[p]: program.cost_per_step[p] for p in posts}
        held.row(-INF, 0.0, {**costs, **margins, **staff, edge: -1.0, over: -1.0})
        tail[over] = 1 / ((1 - program.alpha) * count)
        _core(held, program, scenarios.core_days, s, core, associates, kinds)
    for share in {program.surplus_share, 1.0}:
        held.row(-INF, 0.0, {given: 1.0, **{k: share * v for k, v in surplus.items()}})
    held.row(-INF, cvar_limit, tail)
    for days in np.vstack([scenarios.core_days.statutory, scenarios.reserve]):
        _hard(held, program, days, core, associates, kinds)
    held.hand_over(model)


def _traded(held: Rows, program: Program, scenarios: Scenarios, s: int, traded, price) -> tuple[dict, int]:
    costs, load = {}, {p: {} for p in range(program.posts)}
    for k in range(len(program.categories)):
        need = {}
        for p in np.flatnonzero(program.traded.skills[:, k]):
            column = held.column()
            need[column] = load[p][column] = 1.0
        outside = held.column(high=program.traded_costs.most_days[k])
        unmet = held.column()
        costs |= {outside: program.traded_costs.associate[k], unmet: program.traded_costs.refund[k]}
        sold = {
            price[j][n]: -scenarios.units[s, j, n] * program.day_share[j, k]
            for j in np.flatnonzero(program.day_share[:, k])
            for n in range(program.levels)
        }
        held.row(0.0, INF, {**need, outside: 1.0, unmet: 1.0, **sold})
    for p, columns in load.items():
        held.row(-INF, 0.0, {**columns, traded[p]: -program.days_per_step[p]})
    return costs, held.column()


def _core(held: Rows, program: Program, days, s: int, core, associates: int, kinds) -> None:
    load, outside = {p: {} for p in range(program.posts)}, {}
    for k in kinds:
        need = {}
        for p in np.flatnonzero(program.core.skills[:, k]):
            column = held.column()
            need[column] = load[p][column] = 1.0
        rate = program.core_costs.associate[k]
        bought = held.column(program.worth * rate / len(days), high=program.core_costs.most_days[k])
        outside[bought] = rate
        free = days.need[s, k] - days.statutory[s, k]
        missed = held.column(1 / len(days), high=free)
        held.row(days.need[s, k], INF, {**need, bought: 1.0, missed: 1.0})
    for p, columns in load.items():
        held.row(-INF, 0.0, {**columns, core[p]: -program.days_per_step[p]})
    held.row(-INF, 0.0, {**outside, associates: -1.0})


def _hard(held: Rows, program: Program, days: np.ndarray, core, associates: int, kinds) -> None:
    load, outside = {p: {} for p in range(program.posts)}, {}
    for k in kinds:
        need = {}
        for p in np.flatnonzero(program.core.skills[:, k]):
            column = held.column()
            need[column] = load[p][column] = 1.0
        bought = held.column(high=program.core_costs.most_days[k])
        outside[bought] = program.core_costs.associate[k]
        held.row(days[k], INF, {**need, bought: 1.0})
    for p, columns in load.items():
        held.row(-INF, 0.0, {**columns, core[p]: -program.days_per_step[p]})
    held.row(-INF, 0.0, {**outside, associates: -1.0})
