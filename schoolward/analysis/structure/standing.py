"""Each post firm or provisional on demand, with the chance that it loses money and what would firm it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from schoolward.analysis.structure.plan import Plan, margins
from schoolward.analysis.structure.program import THOUSAND, Program
from schoolward.analysis.structure.reach import Reach, reach_of
from schoolward.analysis.structure.recourse import TradedCosts
from schoolward.analysis.structure.study import Study
from schoolward.analysis.structure.work import shared_out, work
from schoolward.terms.money import format_pounds

ENOUGH = 1_000  # scenarios to judge a post on
FEW = 200  # and to look for the buyers that would firm it up, tried many times
MOST_BUYERS = 512


@dataclass(frozen=True)
class Standing:
    """One post under a plan. Its income is that of the days it works, at the prices charged for them.

    `loses_money` is None for a post with no traded part. `more_buyers` of `category` would firm it up; none
    can where a day of the post costs more than a day of that category's work brings in.
    """

    post: str
    core_fte: float
    traded_fte: float
    change_fte: float
    state: Literal["firm", "provisional"]
    loses_money: float | None
    expected_income_pence: int
    traded_cost_pence: int
    category: str = ""
    more_buyers: int | None = None
    day_costs_pence: int = 0
    day_brings_pence: int = 0

    @property
    def sentence(self) -> str:
        """What would firm the post up, for the page."""
        if self.core_fte + self.traded_fte == 0:
            return "No post is proposed."
        if self.state == "firm":
            return (
                "Firm."
                if self.loses_money is None
                else f"Firm: it loses money in {self.loses_money:.0%} of years drawn."
            )
        work = self.category.replace("-", " ")
        if self.more_buyers is None:
            if self.day_costs_pence <= self.day_brings_pence:
                return f"Provisional: no likely number of buyers of {work} would firm it up."
            costs, brings = (
                format_pounds(x, pence=False) for x in (self.day_costs_pence, self.day_brings_pence)
            )
            return (
                f"Provisional: a day of it costs {costs} and a day of {work} brings in {brings}, so "
                "no number of buyers would firm it up."
            )
        noun = "purchase" if self.more_buyers == 1 else "purchases"
        return f"Provisional: {self.more_buyers} more {noun} of {work} would firm it up."


def standings(study: Study, plan: Plan) -> tuple[Standing, ...]:
    """Every post's standing, judged on scenarios that took no part in choosing the plan."""
    program, settings = study.program, study.question.settings
    worlds = study.worlds(plan, 2)
    sold = worlds.sold[:ENOUGH]
    arm = _arm(program, plan)
    need, income = sold @ program.day_share, _income(program, plan, sold)
    earned, days = _earned(arm, need, income)
    brings = income.sum(axis=0) / np.maximum(need.sum(axis=0), 1e-9)
    cost = program.cost_per_step * plan.traded_steps
    loses = (earned < cost - 1e-9).mean(axis=0)
    found = []
    for p, post in enumerate(study.question.posts):
        core, traded = program.step_fte[p] * plan.core_steps[p], program.step_fte[p] * plan.traded_steps[p]
        has_traded = plan.traded_steps[p] > 0
        provisional = has_traded and loses[p] > settings.firm_threshold
        mine = np.where(program.traded.skills[p], days[p], -1.0)
        k = int(mine.argmax())
        category = program.categories[k] if has_traded else ""
        more = _more_buyers(study, plan, sold, p, category) if provisional else None
        found.append(
            Standing(
                post.key,
                round(float(core), 4),
                round(float(traded), 4),
                round(float(core + traded - post.current_fte), 4),
                "provisional" if provisional else "firm",
                float(loses[p]) if has_traded else None,
                round(float(earned[:, p].mean()) * THOUSAND),
                round(float(cost[p]) * THOUSAND),
                category,
                more,
                round(float(program.cost_per_step[p] / program.days_per_step[p]) * THOUSAND),
                round(float(brings[k]) * THOUSAND) if has_traded else 0,
            )
        )
    return tuple(found)


def _income(program: Program, plan: Plan, sold: np.ndarray) -> np.ndarray:
    """Income less direct costs by category (S, K) of the services that need days, thousands of pounds."""
    uses = (program.day_share > 0).astype(float)
    return (sold * margins(program, plan.level)) @ uses


@dataclass(frozen=True)
class Arm:
    """Posts that share work with one another: who can do what, at what cost else, and their days (P,)."""

    reach: Reach
    costs: TradedCosts
    capacity: np.ndarray

    def part_of(self, post: int) -> tuple[Arm, np.ndarray, np.ndarray]:
        """Those that share any work with a post, however far round; which posts and which categories."""
        mine = self.reach.skills[post]
        inside = next(part.categories for part in self.reach.parts if mine @ part.categories)
        posts, kinds = np.flatnonzero(self.reach.skills @ inside), np.flatnonzero(inside)
        costs = (self.costs.associate[kinds], self.costs.refund[kinds], self.costs.most_days[kinds])
        reach = reach_of(self.reach.skills[np.ix_(posts, kinds)])
        return Arm(reach, TradedCosts(*costs), self.capacity[posts]), posts, kinds


def _arm(program: Program, plan: Plan) -> Arm:
    return Arm(program.traded, program.traded_costs, program.days_per_step * plan.traded_steps)


def _earned(arm: Arm, need: np.ndarray, income: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each post earns (S, P), and its mean days by category (P, K)."""
    done = work(arm.reach, arm.costs, need, arm.capacity)
    share = shared_out(arm.reach, done.staffed, arm.capacity)
    rate = np.where(need > 0, income / np.maximum(need, 1e-12), 0.0)
    return np.einsum("spk,sk->sp", share, rate), share.mean(axis=0)


def _more_buyers(study: Study, plan: Plan, sold: np.ndarray, post: int, category: str) -> int | None:
    """The fewest more purchases of a category that bring the post's chance of loss down to the threshold."""
    program, sold = study.program, sold[:FEW]
    if not program.traded.skills[post].any():
        return None
    k = program.categories.index(category)
    arm, posts, kinds = _arm(program, plan).part_of(post)
    need = (sold @ program.day_share)[:, kinds]
    income, here = _income(program, plan, sold)[:, kinds], kinds.tolist().index(k)
    mean = sold.mean(axis=0) * (program.day_share[:, k] > 0)
    if mean.sum() <= 0:
        return None
    days = (mean @ program.day_share[:, k]) / mean.sum()
    worth = (mean @ margins(program, plan.level)) / mean.sum()

    def firm(buyers: int) -> bool:
        more, paid = need.copy(), income.copy()
        more[:, here] += buyers * days
        paid[:, here] += buyers * worth
        earned = _earned(arm, more, paid)[0][:, posts.tolist().index(post)]
        cost = program.cost_per_step[post] * plan.traded_steps[post]
        return (earned < cost - 1e-9).mean() <= study.question.settings.firm_threshold

    low, high = 0, 1  # few are wanted as a rule, so the bracket is widened from below
    while not firm(high):
        if high == MOST_BUYERS:
            return None
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if firm(middle) else (middle, high)
    return high
