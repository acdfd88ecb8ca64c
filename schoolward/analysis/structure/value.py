"""What knowing demand would be worth: an upper bound on the worth of any further survey.

For some draws of demand the best plan is found as if that draw were known, and held against the plan chosen
without knowing, on common dice. Overspending is priced, not averaged: a plan that would break its budget or
its limit in a draw pays the shadow price of a pound there (a constraint kept only on average would make
knowledge look worthless).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from schoolward.analysis.structure.plan import Outcomes, Plan, core_spend, cvar, left_for_associates
from schoolward.analysis.structure.program import THOUSAND
from schoolward.analysis.structure.report import pence
from schoolward.analysis.structure.study import Sizes, Study

FEW = Sizes(choose=200, hold=1_000, report=1_000, reserve=1_000)
SHADOW = 1.0  # pounds of worth lost for each pound over the budget or the limit, besides the pound itself


@dataclass(frozen=True)
class Worth:
    """The mean gain in pence a year of knowing demand, its standard error, and the draws it rests on."""

    mean_pence: int
    error_pence: int
    draws: int


def perfect_information(study: Study, plan: Plan, count: int = 12) -> Worth:
    """What it would be worth to know demand, by so many draws of it taken evenly."""
    study = replace(study, sizes=FEW)
    picks = np.linspace(0, len(study.demand.eta) - 1, count).astype(int)
    gains = []
    for pick in picks:
        known = replace(study, draws=_only(study, int(pick)))
        solution = known.search.solve(_limit(known), 4 * known.gap_days, plan)
        best = plan if solution.plan is None else known.search.judge(solution.plan)[0]
        gains.append(max(_net(known, best) - _net(known, plan), 0.0))
    held = np.array(gains)
    return Worth(pence(held.mean()), pence(held.std(ddof=1) / np.sqrt(len(held))), count)


def _only(study: Study, draw: int):
    demand = study.demand
    one = slice(draw, draw + 1)
    return replace(demand, eta=demand.eta[one], slope=demand.slope[one], cap_pence=demand.cap_pence[one])


def _limit(study: Study) -> float:
    return study.question.settings.cvar_limit_pence / THOUSAND


def _net(study: Study, plan: Plan) -> float:
    """Surplus less what the core spends, core days missed at their worth and what is over budget and limit,
    thousands of pounds.
    """
    seen = study.outcomes(plan)
    missed = float(seen.core.cost.mean()) / study.program.worth  # and what associates are paid
    return -float(seen.deficit.mean()) - core_spend(study.program, plan) - missed - _over(study, plan, seen)


def _over(study: Study, plan: Plan, seen: Outcomes) -> float:
    left = left_for_associates(study.program, plan, float(seen.deficit.mean())) - plan.associate_budget
    above = cvar(seen.deficit, study.program.alpha) - _limit(study)
    return SHADOW * (max(-left, 0.0) + max(above, 0.0))
