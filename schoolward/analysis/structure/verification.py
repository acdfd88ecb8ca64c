"""What `verify` is asked of a plan: every first-stage constraint, the money over all years, hard years by
hand.
"""

from __future__ import annotations

import numpy as np

from schoolward.analysis.structure import verify
from schoolward.analysis.structure.plan import (
    NOTHING_MISSED,
    Outcomes,
    Plan,
    Worlds,
    cvar,
    outcomes,
    prices_of,
)
from schoolward.analysis.structure.program import THOUSAND
from schoolward.analysis.structure.recourse import statutory_shortfall
from schoolward.analysis.structure.report import ROUNDING_PENCE, budget
from schoolward.analysis.structure.study import Study

BY_HAND = 200
HELD_LIMIT_POUNDS = 1.0


def stated(study: Study, plan: Plan) -> verify.Stated:
    """The plan in the words of the question."""
    at = prices_of(study.program, plan.level)
    posts, services = study.question.posts, study.question.services
    return verify.Stated(
        {p.key: round(float(p.step_fte * plan.core_steps[n]), 6) for n, p in enumerate(posts)},
        {p.key: round(float(p.step_fte * plan.traded_steps[n]), 6) for n, p in enumerate(posts)},
        {s.key: int(at[j]) if plan.level[j] >= 0 else None for j, s in enumerate(services)},
        plan.associate_budget * THOUSAND,
    )


def document(study: Study, plan: Plan, by_hand: int = BY_HAND) -> dict:
    """The verification of a plan: `verification.json`."""
    said, worlds = stated(study, plan), study.worlds(plan, 0)
    found = outcomes(study.program, plan, worlds)
    surplus = -float(found.deficit.mean()) * 1000
    findings = list(verify.check_first_stage(study.question, said, surplus))
    tail = verify.worst_mean(found.deficit.tolist(), study.program.alpha) * 1000
    again = cvar(found.deficit, study.program.alpha) * 1000
    findings.append(verify.finding("mean deficit in the worst years", again, tail, abs(tail - again) < 1))
    limit = study.question.settings.cvar_limit_pence / 100
    findings.append(
        verify.finding("that mean within the limit", tail, limit, tail <= limit + HELD_LIMIT_POUNDS)
    )
    used, most = _emergency_share(study, plan, found), study.program.emergency_years_share
    findings.append(
        verify.finding("share of years chosen on that need emergency days", used, most, used <= most)
    )
    money = budget(study, plan, found)
    left = verify.unspent_pence(study.question, said, money["from_traded_pence"])
    close = abs(left - money["unspent_pence"]) <= ROUNDING_PENCE
    findings.append(verify.finding("core money left unspent, in pence", money["unspent_pence"], left, close))
    rows = _years(found, by_hand)
    for s in rows:
        findings += verify.check_year(study.question, said, _year(study, worlds, found, int(s)))
    broken = [finding for finding in findings if not finding.holds]
    return {
        "holds": not broken,
        "constraints_checked": len(findings),
        "years": len(found.deficit),
        "years_worked_out_by_hand": len(rows),
        "broken": [vars(finding) for finding in broken],
        "first_stage": [vars(finding) for finding in findings if finding.constraint not in PER_YEAR],
    }


PER_YEAR = ("traded deficit in pounds", "emergency days", "weighted core days missed, and associates' pay")


def _emergency_share(study: Study, plan: Plan, found: Outcomes) -> float:
    """Among the years chosen on and those kept besides for cover alone."""
    program, budget = study.program, max(plan.associate_budget, 0.0)
    days = program.days_per_step * plan.core_steps
    besides = statutory_shortfall(program.core, program.core_costs, study.reserve, days, budget).cost
    return float((np.concatenate([found.emergency_days, besides]) > NOTHING_MISSED).mean())


def _years(found: Outcomes, by_hand: int) -> np.ndarray:
    """The years with the largest deficit, those with most days missed, and as many evenly from the rest."""
    third = max(by_hand // 3, 1)
    worst = [np.argsort(-found.deficit)[:third], np.argsort(-found.core.cost)[:third]]
    even = np.linspace(0, len(found.deficit) - 1, third).astype(int)
    return np.unique(np.concatenate([*worst, even]))


def _year(study: Study, worlds: Worlds, found: Outcomes, s: int) -> verify.Year:
    categories = study.program.categories
    days = worlds.core_days
    return verify.Year(
        {each.key: float(worlds.sold[s, j]) for j, each in enumerate(study.question.services)},
        dict(zip(categories, days.need[s].tolist(), strict=True)),
        dict(zip(categories, days.statutory[s].tolist(), strict=True)),
        float(found.deficit[s]) * 1000,
        float(found.discretionary_missed[s]),
        float(found.emergency_days[s]),
        float(found.core.paid[s]) * 1000,
    )
