"""One question worked through: scenarios to choose on, others to hold the tail to its limit, fresh ones to
report.

A plan chosen on a set of scenarios looks better on them than it is, its bad years above all. So the limit
is tightened until it holds on a second, larger set, and every figure is reported on a third that took no
part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from schoolward.analysis.structure.benders import Search
from schoolward.analysis.structure.core_days import CoreDays, draw_core_days
from schoolward.analysis.structure.inputs import Question
from schoolward.analysis.structure.plan import (
    Outcomes,
    Plan,
    Worlds,
    cvar,
    deficits,
    outcomes,
    prices_of,
)
from schoolward.analysis.structure.program import THOUSAND, Program, program_of, scenarios_of
from schoolward.analysis.structure.purchases import Dice, Draws, bought, throw
from schoolward.analysis.structure.refusals import NothingFeasible, check_question, why_nothing
from schoolward.analysis.structure.solution import Solution, Watch
from schoolward.terms.errors import NotEnoughData

CoreSource = Callable[[int, np.random.Generator], CoreDays]
TIGHTENINGS = 4
LIMIT_PASSES = 3  # how often spending limits are worked out again beside the prices chosen
WORLDS_KEPT = 6


@dataclass(frozen=True)
class Sizes:
    """How many scenarios to choose on, to hold the limit on, to report on; years that must be covered."""

    choose: int = 1_000
    hold: int = 20_000
    report: int = 10_000
    reserve: int = 10_000


@dataclass(frozen=True)
class Proposal:
    """A plan, how it was found, and by how much the limit was tightened, in thousands of pounds."""

    plan: Plan
    solution: Solution
    cvar_limit: float
    tightened: float
    cvar_in_sample: float
    cvar_on_hold: float


def duties_as_drawn(question: Question) -> CoreSource:
    """Core days drawn from the question's own list of duties."""
    settings, categories = question.settings, question.categories

    def draw(scenarios: int, rng: np.random.Generator) -> CoreDays:
        return draw_core_days(
            question.duties,
            categories,
            days_per_case=settings.days_per_case,
            spread=settings.core_days_spread,
            scenarios=scenarios,
            rng=rng,
        )

    return draw


@dataclass(frozen=True)
class Study:
    """A question with its draws of demand and core days; the same seed gives the same scenarios for every
    plan.
    """

    question: Question
    draws: Draws
    core_source: CoreSource
    sizes: Sizes = field(default_factory=Sizes)
    watch: Watch = field(default_factory=Watch)
    _worlds: dict[tuple[int, bytes], Worlds] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def program(self) -> Program:
        """The arrays."""
        return program_of(self.question)

    @cached_property
    def demand(self) -> Draws:
        """The draws of the services on offer, in their order."""
        return self.draws.of_services(tuple(service.key for service in self.question.services))

    def rng(self, purpose: int) -> np.random.Generator:
        """The dice for one purpose: 0 to choose, 1 to hold, 2 to report."""
        return np.random.default_rng([self.question.settings.seed, purpose])

    def thrown(self, purpose: int, count: int) -> tuple[Dice, CoreDays]:
        """Dice of demand and core days for one purpose."""
        rng = self.rng(purpose)
        return throw(self.demand, count, rng), self.core_source(count, rng)

    @cached_property
    def reserve(self) -> np.ndarray:
        """Statutory days of the years that must be covered besides (S, K)."""
        return self.core_source(self.sizes.reserve, self.rng(3)).statutory

    @cached_property
    def search(self) -> Search:
        """The search on the scenarios to choose on, other services at list price."""
        listed = np.array([s.list_price_pence for s in self.question.services], dtype=np.int64)
        return self.search_beside(listed, np.ones(len(listed), dtype=bool))

    def search_beside(self, others_pence: np.ndarray, offered: np.ndarray) -> Search:
        """A search with schools' spending limits worked out beside other services' prices (J,)."""
        dice, days = self.thrown(0, self.sizes.choose)
        made = scenarios_of(
            self.program, self.demand, dice, days, self.reserve, others_pence=others_pence, offered=offered
        )
        return Search(self.program, made, self.watch)

    def worlds(self, plan: Plan, purpose: int) -> Worlds:
        """The scenarios of one purpose at the plan's prices, every school within its limit.

        The latest few are kept: a plan is looked at from many sides.
        """
        key = purpose, plan.level.tobytes()
        if key not in self._worlds:
            count = (self.sizes.choose, self.sizes.hold, self.sizes.report)[purpose]
            dice, days = self.thrown(purpose, count)
            sold = bought(self.demand, dice, prices_of(self.program, plan.level), plan.level >= 0)
            self._worlds[key] = Worlds(sold, days)
            for old in list(self._worlds)[:-WORLDS_KEPT]:
                del self._worlds[old]
        return self._worlds[key]

    def outcomes(self, plan: Plan, purpose: int = 2) -> Outcomes:
        """What becomes of a plan, by default in the scenarios that took no part in choosing it."""
        return outcomes(self.program, plan, self.worlds(plan, purpose))

    @property
    def gap_days(self) -> float:
        """How close to the best a plan must be, in core days."""
        return self.question.settings.gap_share * sum(duty.days for duty in self.question.duties)

    def propose(self, cvar_limit: float | None = None) -> Proposal:
        """The best plan that keeps the limit (thousands of pounds; by default the settings') out of
        sample.
        """
        check_question(self.question)
        limit = self.question.settings.cvar_limit_pence / THOUSAND if cvar_limit is None else cvar_limit
        search = self.search
        found = self._held(search, limit)
        if np.isfinite(self.demand.cap_pence).any():
            for _ in range(LIMIT_PASSES - 1):
                level = found.plan.level
                again = self._held(self.search_beside(prices_of(self.program, level), level >= 0), limit)
                settled, found = again.plan.same_as(found.plan), again
                if settled:
                    break
        return found

    def _held(self, search: Search, limit: float) -> Proposal:
        """The plan of one search, its limit tightened until the second set of scenarios keeps it too."""
        tightened, start, best = 0.0, None, None
        for _ in range(TIGHTENINGS):
            solution = search.solve(limit - tightened, self.gap_days, start)
            if solution.plan is None:
                if best is not None:
                    return best
                raise self._refusal(search, limit, solution)
            plan, inside = search.judge(solution.plan)
            loss = deficits(self.program, plan, self.worlds(plan, 1).sold)
            on_hold = cvar(loss, self.program.alpha)
            best = Proposal(
                search.trimmed(plan),
                solution,
                limit,
                tightened,
                cvar(inside.deficit, self.program.alpha),
                on_hold,
            )
            over = on_hold + _noise(loss, self.program.alpha) - limit
            if over <= 0:
                return best
            tightened += over
            start = solution.plan
        return best

    def _refusal(self, search: Search, limit: float, solution: Solution) -> Exception:
        if solution.timed_out:
            return NotEnoughData(
                f"No plan was found within {self.watch.limit_s:.0f} seconds.",
                where="settings, time_limit_s",
                do="Allow more time, fewer scenarios, or coarser steps of FTE.",
            )
        return NothingFeasible(why_nothing(self.question, search, limit))


def _noise(loss: np.ndarray, alpha: float) -> float:
    """One standard error of the mean of the worst share of losses (S,), as if the tail's edge were known."""
    tail = np.sort(loss)[-max(2, round((1 - alpha) * len(loss))) :]
    return float(np.sqrt((tail.var() + alpha * (tail.mean() - tail[0]) ** 2) / len(tail)))
