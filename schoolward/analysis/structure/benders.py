"""Aggregated-cut Benders decomposition: the master holds posts and prices, every scenario is solved in
closed form.

Each round gives at most one cut for the expected cost of recourse, one for core days missed and one for
the tail of the deficit, whatever the number of scenarios, with exact slopes (`recourse`). First without
whole numbers, then with them in one tree (`branching`). The plan kept is judged exactly on all scenarios,
never by the master's bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from schoolward.analysis.structure.branching import Tree
from schoolward.analysis.structure.cover import Cover
from schoolward.analysis.structure.cuts import Cuts
from schoolward.analysis.structure.master import Columns, GivesWay, Master, Solved
from schoolward.analysis.structure.nearby import improve, mend
from schoolward.analysis.structure.neighbours import alike
from schoolward.analysis.structure.plan import (
    NOTHING_MISSED,
    Outcomes,
    Plan,
    core_spend,
    left_for_associates,
    objective,
    redundancy,
    tail_weights,
    to_core,
)
from schoolward.analysis.structure.program import Program, Scenarios
from schoolward.analysis.structure.recourse import Slopes, core_recourse, traded_recourse
from schoolward.analysis.structure.solution import Solution, Watch

CVAR_TOLERANCE = 0.05  # thousands of pounds under the limit that the master aims for
WORST_YEARS = 4  # cuts a round for statutory cover
CORE_GROUPS = 12  # scenarios whose core days are bounded apart
NEW = 1e-7  # by how much of itself a cut must bite to be worth a row
NEARLY = 0.98  # of what fractions of steps can cover is what whole steps can
GIVE_COVER, GIVE_MONEY = (1e4, 1e4, 1.0), (1.0, 1.0, 50.0)  # weights of budget, limit, days not covered
HALFWAY = 0.4  # how far from the best point so far to the master's own the cuts are also taken


@dataclass
class Search:
    """One program on one set of scenarios; cuts are kept, so other limits and budgets are answered
    quickly.
    """

    program: Program
    scenarios: Scenarios
    watch: Watch = field(default_factory=Watch)

    def __post_init__(self) -> None:
        program, scenarios = self.program, self.scenarios
        self.margin = scenarios.units * program.margin  # (S, J, L)
        self.mean_margin = self.margin.mean(axis=0).ravel()
        counts_for = program.take_up_share * program.list_price[:, None]
        self.mean_take_up = (scenarios.units.mean(axis=0) * counts_for).ravel()
        self.core_groups = alike(scenarios.core_days.need.sum(axis=1), CORE_GROUPS)
        # services, posts and categories that share no post with the rest
        kinds = [part.categories for part in program.traded.parts]
        self.apart = [(program.day_share @ each > 0, program.traded.skills @ each, each) for each in kinds]
        groups = len(self.apart), self.core_groups.max() + 1
        self.master = Master(program, self.mean_margin, self.mean_take_up, groups)
        self.at: Columns = self.master.at
        self.cuts = Cuts()
        self.cover = Cover.of(program, np.vstack([scenarios.core_days.statutory, scenarios.reserve]))
        self.rounds, self.started = 0, 0.0

    @property
    def left_s(self) -> float:
        """Seconds left for this solution."""
        return self.watch.limit_s - (self.watch.elapsed() - self.started)

    def solve(
        self, cvar_limit: float, gap_days: float, start: Plan | None = None, *, patience: float = np.inf
    ) -> Solution:
        """The best plan whose tail deficit on these scenarios keeps to a limit (thousands of pounds).

        With patience for so many nodes only, there is none where none that covers every year is found soon.
        """
        self.master.limit_cvar(cvar_limit - CVAR_TOLERANCE)
        self.limit, self.started = cvar_limit, self.watch.elapsed()
        found = self._best(gap_days, start, patience)
        if found.infeasible and patience == np.inf and self._let_go(cvar_limit):
            self.master.limit_cvar(cvar_limit - CVAR_TOLERANCE)
            found = self._best(gap_days, start, patience)
        return found

    def _best(self, gap_days: float, start: Plan | None, patience: float) -> Solution:
        lowest = self._continuous(gap_days)
        if not lowest.feasible:
            return Solution(None, np.inf, np.inf, self.rounds, not lowest.settled, lowest.settled)
        program = self.program
        tree = Tree(self, program.services, program.levels, gap_days, patience)
        if start is not None:
            value, plan, _ = self.attempt(start)
            if plan is None:
                value, plan = mend(self, start)
            if plan is not None:
                tree.best, tree.plan = value, plan
        tree.grow()
        impossible = tree.plan is None and not tree.timed_out
        bound = np.inf if impossible else max(tree.bound, lowest.bound)
        return Solution(tree.plan, tree.best, bound, self.rounds, tree.timed_out, impossible)

    def _continuous(self, gap_days: float) -> Solved:
        """The master's answer with fractions of steps and prices allowed."""
        steady, best = None, np.inf
        for _ in range(400):
            solved = self.master.solve(seconds=max(self.left_s, 1.0))
            if not solved.feasible:
                return solved
            x = solved.values
            if steady is not None:
                between = steady + HALFWAY * (x - steady)
                value, kept = self._cut(between)
                if kept and value < best:
                    steady, best = between, value
            value, kept = self._cut(x)
            if steady is None or (kept and value < best):
                steady, best = x, value if kept else np.inf
            self.watch.tell("bound", self.rounds, solved.bound, best)
            if best - solved.bound < gap_days / 3 or self.left_s < 0:
                break
        return solved

    def tell(self, bound: float, best: float) -> None:
        """Says how far the tree has come."""
        self.watch.tell("whole", self.rounds, bound, best)

    def tighten(self, x: np.ndarray) -> bool:
        """Whether cuts at any point of the master grew."""
        before = self.master.cuts
        self._cut(x)
        return self.master.cuts > before

    def offer(self, x: np.ndarray) -> tuple[float, Plan, bool, bool]:
        """The exact objective at a whole point, its plan, whether that is possible, whether cuts grew."""
        before, plan = self.master.cuts, self._plan(x)
        value, tried, _ = self.attempt(plan)
        return value, plan if tried is None else tried, tried is not None, self.master.cuts > before

    def polished(self, plan: Plan, cvar_limit: float) -> Plan:
        """The plan after every single move that helps, beyond what counts as solved."""
        self.limit, self.started = cvar_limit, self.watch.elapsed()
        value = self._objective(plan, self.judge(plan)[1])
        return improve(self, plan, value, -np.inf)[1] or plan

    def worth(self, plan: Plan, best: float) -> tuple[float, Plan | None]:
        """The exact objective of a plan, and the plan if it is possible and better; the quick tests first."""
        whole, found = self.judge(plan)
        value = self._objective(plan, found)
        better = value < best - NEW and whole.associate_budget >= 0 and self._keeps_limit(found)
        if better and self._covered(whole, every=False) and self._covered(whole, every=True):
            return value, whole
        return np.inf, None

    def _objective(self, plan: Plan, found: Outcomes) -> float:
        return objective(self.program, found, core_spend(self.program, plan))

    def _keeps_limit(self, found: Outcomes) -> bool:
        return bool(tail_weights(found.deficit, self.program.alpha) @ found.deficit <= self.limit + 1e-9)

    def _plan(self, x: np.ndarray) -> Plan:
        at, program = self.at, self.program
        chosen = x[at.price].reshape(program.services, program.levels)
        level = np.full(program.services, -1)
        if program.levels:
            level = np.where(chosen.max(axis=1, initial=0.0) > 0.5, chosen.argmax(axis=1), -1)
        return Plan(
            np.round(x[at.core]).astype(int),
            np.round(x[at.traded]).astype(int),
            level,
            float(x[at.associates]),
        )

    def judge(self, plan: Plan) -> tuple[Plan, Outcomes]:
        """The plan with all that the budget leaves for associates, and what becomes of it on these
        scenarios, emergency days left aside.
        """
        bare = self._without_core(self.point(replace(plan, associate_budget=0.0)))
        left = left_for_associates(self.program, plan, float(bare.deficit.mean()))
        core = self._core(plan.core_steps, max(left, 0.0))
        return replace(plan, associate_budget=left), replace(bare, core=core)

    def deficits(self, plan: Plan) -> np.ndarray:
        """The traded arm's deficit (S,) on these scenarios, thousands of pounds."""
        return self._without_core(self.point(plan)).deficit

    def attempt(self, plan: Plan) -> tuple[float, Plan | None, bool]:
        """The exact objective of a plan of whole numbers, the plan if it is possible, and whether cuts
        grew.
        """
        whole, found = self.judge(plan)
        added = self._add_cuts(found, self.point(whole), whole.associate_budget)
        possible = whole.associate_budget >= 0 and self._keeps_limit(found)
        possible = possible and self._covered(whole, every=True)
        return self._objective(plan, found), whole if possible else None, added

    def _covered(self, plan: Plan, *, every: bool, spare_days: float = 0.0) -> bool:
        """Whether statutory days are covered in every year that must be; cuts are added for the worst
        that are not.
        """
        days, budget = self.program.days_per_step * plan.core_steps, max(plan.associate_budget, 0.0)
        cover = self.cover
        if every:
            worst = cover.worst(days, budget, WORST_YEARS)
            found = cover.short(worst, days, budget)
            cover.hard += worst.tolist()
        else:
            found = cover.short(cover.hard, days, budget)
            order = np.argsort(-found.cost)[:WORST_YEARS]
            worst = order[found.cost[order] > spare_days + NOTHING_MISSED]
            found, worst = found.taken(worst), np.array(cover.hard)[worst] if len(worst) else worst
        for n, year in enumerate(worst.tolist()):
            cover.rows.setdefault(year, []).append(self._add_statutory(found, n))
        return not len(worst)

    def _let_go(self, cvar_limit: float) -> bool:
        """Leaves the hardest years to emergency days where no plan covers them all; whether that may help."""
        x, _ = self._giving_way(cvar_limit, GIVE_COVER)
        at = self.at
        if max(x[at.budget_short], x[at.limit_short]) > NOTHING_MISSED or not self.cover.may_go:
            return False
        days = NEARLY * self.program.days_per_step * x[at.core]
        most = NEARLY * max(float(x[at.associates]), 0.0)
        gone = self.cover.worst(days, most, self.cover.may_go, every=True)
        for row in self.cover.let_go(gone):
            self.master.drop(row)
            self.cuts.drop(self.at.uncovered, row)
        return bool(len(gone))

    def trimmed(self, plan: Plan) -> Plan:
        """The plan with no more set aside for associates than some year on these scenarios would use."""
        most = max(plan.associate_budget, 0.0)
        wanted = self._core_cost(plan, most) + NOTHING_MISSED

        def enough(budget: float, *, every: bool = False) -> bool:
            less = replace(plan, associate_budget=budget)
            return self._core_cost(plan, budget) <= wanted and self._covered(less, every=every)

        low, high = 0.0, most
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (low, middle) if enough(middle) else (middle, high)
        return replace(plan, associate_budget=high if enough(high, every=True) else most)

    def _core_cost(self, plan: Plan, budget: float) -> float:
        return float(self._core(plan.core_steps, budget).cost.mean())

    def _core(self, steps: np.ndarray, budget: float) -> Slopes:
        """What becomes of core days with so many steps of each post and so much for associates."""
        program, days = self.program, self.scenarios.core_days
        capacity = program.days_per_step * steps
        return core_recourse(program.core, program.core_costs, days.need, days.statutory, capacity, budget)

    def relaxed(self, cvar_limit: float, budget_weight: float = 1.0) -> GivesWay:
        """The least by which budget, limit and statutory cover must give way, fractions of steps allowed."""
        x, tight = self._giving_way(cvar_limit, (budget_weight, *GIVE_MONEY[1:]))
        at = self.at
        return GivesWay(float(x[at.budget_short]), float(x[at.limit_short]), float(x[at.uncovered]), tight)

    def _giving_way(
        self, cvar_limit: float, weights: tuple[float, float, float]
    ) -> tuple[np.ndarray, frozenset[str]]:
        """The master's point that gives way least at these weights, and the categories that ask most."""
        self.limit, self.started = cvar_limit, self.watch.elapsed()
        self.master.limit_cvar(cvar_limit)
        self.master.give_way(weights)
        at, x, tight = self.at, np.zeros(self.at.count), frozenset()
        for _ in range(300):
            solved = self.master.solve(seconds=max(self.left_s, 1.0))
            if not solved.feasible:
                break
            x = solved.values
            found = self._recourse_at(x)
            added = self._add_cuts(found, x, float(x[at.associates]))
            plan = Plan(x[at.core], x[at.traded], np.array([]), float(x[at.associates]))
            tight = self._tight(plan) or tight
            covered = self._covered(plan, every=False, spare_days=float(x[at.uncovered]))
            if not added and covered:
                break
        self.master.give_way(None)
        return x, tight

    def _tight(self, plan: Plan) -> frozenset[str]:
        """Categories of the statutory days that ask most of the plan."""
        if not self.cover.hard:
            return frozenset()
        days = self.program.days_per_step * plan.core_steps * (1 - 1e-4)
        budget = max(plan.associate_budget, 0.0) * (1 - 1e-4)
        found = self.cover.short(self.cover.hard, days, budget)
        worst = int(found.cost.argmax())
        asked = self.cover.years[self.cover.hard[worst]]
        inside = (found.by_need[worst] > 0) & (asked > 0)
        return frozenset(name for name, yes in zip(self.program.categories, inside, strict=True) if yes)

    def _add_statutory(self, found: Slopes, s: int) -> int:
        program, at = self.program, self.at
        by_steps, by_budget = program.days_per_step * found.by_capacity[s], found.by_budget[s]
        row = self.master.add(
            found.fixed[s], np.inf, {at.core: by_steps, at.associates: by_budget, at.uncovered: 1.0}
        )
        self.cuts.add(row, at.uncovered, found.fixed[s], self._whole({at.core: -by_steps}), -by_budget)
        return row

    def _whole(self, slopes: dict[slice, np.ndarray]) -> np.ndarray:
        whole = np.zeros(self.at.whole)
        for where, values in slopes.items():
            whole[where] = values
        return whole

    def _cut(self, x: np.ndarray) -> tuple[float, bool]:
        """Cuts at any point; its exact objective, and whether it keeps the limit, the budget and the
        duties.
        """
        at, program = self.at, self.program
        found = self._recourse_at(x)
        self._add_cuts(found, x, float(x[at.associates]))
        tail = tail_weights(found.deficit, program.alpha) @ found.deficit
        plan = Plan(x[at.core], x[at.traded], np.array([]), float(x[at.associates]))
        covered = self._covered(plan, every=False)
        expected = float(found.deficit.mean())
        spent = program.cost_per_step @ x[at.core] + program.redundancy_per_fte @ x[at.redundant]
        left = program.budget + to_core(program, -expected) - spent - x[at.associates]
        self.rounds += 1
        return objective(
            program, found, float(spent)
        ), covered and tail <= self.limit + 0.01 and left >= -0.01

    def _recourse_at(self, x: np.ndarray) -> Outcomes:
        """What becomes of a point of the master on these scenarios."""
        core = self._core(x[self.at.core], float(x[self.at.associates]))
        return replace(self._without_core(x), core=core)

    def _without_core(self, x: np.ndarray) -> Outcomes:
        """What becomes of the traded side of a point."""
        at, program, scenarios = self.at, self.program, self.scenarios
        chosen = x[at.price].reshape(program.services, program.levels)
        sold = np.einsum("sjl,jl->sj", scenarios.units, chosen)
        days = program.days_per_step * x[at.traded]
        traded = traded_recourse(program.traded, program.traded_costs, sold @ program.day_share, days)
        margin = np.einsum("sjl,jl->s", self.margin, chosen)
        deficit = program.cost_per_step @ x[at.traded] + traded.cost - margin
        none = np.zeros(len(scenarios))
        return Outcomes(deficit, none, sold @ program.list_price, traded, traded, none, none, none)

    def _add_cuts(self, found: Outcomes, x: np.ndarray, associates: float) -> bool:
        """The cuts where they are not yet known; whether any was added."""
        at, program = self.at, self.program
        added = False
        everyone = np.arange(len(self.scenarios))
        even = np.full(len(everyone), 1 / len(everyone))
        by_price, by_steps, _ = self._traded_slopes(found.traded, everyone, even)
        by_price = by_price.reshape(program.services, program.levels)
        by_category = even @ found.traded.fixed_by_category
        for place, (services, posts, categories) in enumerate(self.apart):
            slopes = (by_price * services[:, None]).ravel(), by_steps * posts, float(by_category @ categories)
            added |= self._cut_traded(x, at.recourse.start + place, *slopes)
        weight = tail_weights(found.deficit, program.alpha)
        inside = np.flatnonzero(weight)
        by_price, by_steps, fixed = self._traded_slopes(found.traded, inside, weight[inside])
        by_price = by_price - np.einsum("s,sjl->jl", weight[inside], self.margin[inside]).ravel()
        added |= self._cut_traded(x, at.cvar, by_price, by_steps + program.cost_per_step, fixed)
        return self._cut_core(found.core, x, associates) or added

    def _cut_traded(self, x, column: int, by_price: np.ndarray, by_steps: np.ndarray, fixed: float) -> bool:
        at = self.at
        worth = fixed + by_price @ x[at.price] + by_steps @ x[at.traded]
        if x[column] >= worth - NEW * (1 + abs(worth)):
            return False
        row = self.master.add(fixed, np.inf, {column: 1.0, at.price: -by_price, at.traded: -by_steps})
        self.cuts.add(row, column, fixed, self._whole({at.price: by_price, at.traded: by_steps}))
        return True

    def _cut_core(self, core: Slopes, x: np.ndarray, associates: float) -> bool:
        at, added = self.at, False
        for group in range(at.missed.stop - at.missed.start):
            inside, column = self.core_groups == group, at.missed.start + group
            fixed = core.fixed[inside].sum() / len(self.scenarios)
            by_steps = self.program.days_per_step * core.by_capacity[inside].sum(axis=0) / len(self.scenarios)
            by_budget = core.by_budget[inside].sum() / len(self.scenarios)
            worth = fixed - by_steps @ x[at.core] - by_budget * associates
            if x[column] < worth - NEW * (1 + abs(worth)):
                terms = {column: 1.0, at.core: by_steps, at.associates: by_budget}
                row = self.master.add(float(fixed), np.inf, terms)
                self.cuts.add(row, column, float(fixed), self._whole({at.core: -by_steps}), -by_budget)
                added = True
        return added

    def _traded_slopes(
        self, traded: Slopes, inside: np.ndarray, weight: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Slopes of the weighted recourse by price (J·L,) and by traded step (P,), and its constant."""
        by_unit = traded.by_need[inside] @ self.program.day_share.T * weight[:, None]
        by_price = np.einsum("sj,sjl->jl", by_unit, self.scenarios.units[inside]).ravel()
        by_steps = -self.program.days_per_step * (weight @ traded.by_capacity[inside])
        return by_price, by_steps, float(weight @ traded.fixed[inside])

    def point(self, plan: Plan) -> np.ndarray:
        """The master's point of a plan with every bound at its lowest, so that each cut counts as new."""
        x = np.zeros(self.at.count)
        x[self.at.core], x[self.at.traded] = plan.core_steps, plan.traded_steps
        prices = x[self.at.price].reshape(self.program.services, self.program.levels)
        kept = np.flatnonzero(plan.level >= 0)
        prices[kept, plan.level[kept]] = 1.0
        x[self.at.price], x[self.at.withdrawn] = prices.ravel(), plan.level < 0
        x[self.at.redundant] = redundancy(self.program, plan) / np.maximum(
            self.program.redundancy_per_fte, 1e-9
        )
        x[self.at.associates] = plan.associate_budget
        x[self.at.recourse] = x[self.at.missed] = x[self.at.cvar] = -np.inf
        return x
