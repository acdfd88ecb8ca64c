"""A plan's figures as plain documents, money in whole pence: what the command writes and the pages show."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from schoolward.analysis.structure.corridor import over_years
from schoolward.analysis.structure.inputs import Question
from schoolward.analysis.structure.plan import (
    NOTHING_MISSED,
    Outcomes,
    Plan,
    Worlds,
    cvar,
    outcomes,
    prices_of,
    redundancy,
    to_core,
)
from schoolward.analysis.structure.program import THOUSAND, Program
from schoolward.analysis.structure.study import Proposal, Study
from schoolward.terms.money import format_pounds

BINDS = 0.05  # days of cover lost by one further day of a category's work
USES_NAMED = 50
ROUNDING_PENCE = 2  # the parts of a budget are whole pence, which may leave one or two to nobody


def pence(thousands: float) -> int:
    """Whole pence from thousands of pounds."""
    return round(float(thousands) * THOUSAND)


def document(study: Study, proposal: Proposal) -> dict:
    """Everything about a proposed plan: `structure.json`."""
    plan, program, question = proposal.plan, study.program, study.question
    worlds = study.worlds(plan, 2)
    fresh = outcomes(program, plan, worlds)
    inside = study.outcomes(plan, 0)
    solution = proposal.solution
    return {
        "seed": question.settings.seed,
        "year_from": question.year_from,
        "posts": posts(study, plan),
        "prices": prices(study, plan, worlds),
        "budget": budget(study, plan, inside),
        **headline(program, plan, fresh, worlds),
        "cvar_limit_pence": pence(proposal.cvar_limit),
        "cvar_in_sample_pence": pence(cvar(inside.deficit, program.alpha)),
        "cvar_out_of_sample_pence": pence(cvar(fresh.deficit, program.alpha)),
        "cvar_limit_tightened_by_pence": pence(proposal.tightened),
        "alpha": program.alpha,
        "in_sample": headline(program, plan, inside, study.worlds(plan, 0)),
        "emergency": emergencies(question, program, fresh, worlds),
        "binding_duties": binding(question, program, fresh),
        "required_core_days": round(float(fresh.core_need.mean()), 2),
        "optimality_gap_days": round(solution.gap_days, 4),
        "solver": {
            "rounds": solution.rounds,
            "timed_out": solution.timed_out,
            "objective_days": round(solution.objective_days, 4),
            "bound_days": round(solution.bound_days, 4),
        },
        "scenarios": {
            "chosen_on": study.sizes.choose,
            "limit_held_on": study.sizes.hold,
            "reported_on": study.sizes.report,
            "years_that_must_be_covered": study.sizes.reserve + study.sizes.choose,
        },
        "notes": list(notes(question)),
    }


def headline(program: Program, plan: Plan, found: Outcomes, worlds: Worlds) -> dict:
    """The figures a director asks for first."""
    statutory = worlds.core_days.statutory.sum()
    discretionary = max(float(found.core_need.sum() - statutory), NOTHING_MISSED)
    surplus = -found.deficit
    return {
        "expected_surplus_pence": pence(surplus.mean()),
        "surplus_range_pence": [pence(x) for x in np.quantile(surplus, [0.05, 0.95])],
        "expected_income_pence": pence(found.income.mean()),
        "probability_of_deficit": round(float((found.deficit > 0).mean()), 4),
        "statutory_cover": round(float(1 - found.emergency_days.sum() / max(statutory, NOTHING_MISSED)), 6),
        "emergency_years_share": round(float((found.emergency_days > NOTHING_MISSED).mean()), 6),
        "discretionary_cover": round(float(1 - found.discretionary_missed.sum() / discretionary), 4),
        "discretionary_days_missed": round(float(found.discretionary_missed.mean()), 2),
        "core_cover": round(core_cover(found), 4),
    }


def core_cover(found: Outcomes) -> float:
    """The share of core days that is worked without an emergency."""
    missed = found.discretionary_missed.sum() + found.emergency_days.sum()
    return float(1 - missed / max(found.core_need.sum(), NOTHING_MISSED))


def posts(study: Study, plan: Plan) -> list[dict]:
    """Each post now and proposed."""
    rows = []
    for p, post in enumerate(study.question.posts):
        core = round(float(post.step_fte * plan.core_steps[p]), 4)
        traded = round(float(post.step_fte * plan.traded_steps[p]), 4)
        rows.append(
            {
                "post": post.key,
                "unit": post.unit,
                "title": post.title,
                "grade": post.grade,
                "current_fte": post.current_fte,
                "core_fte": core,
                "traded_fte": traded,
                "change_fte": round(core + traded - post.current_fte, 4),
                "core_cost_pence": round(post.annual_cost_pence * core),
                "traded_cost_pence": round(post.annual_cost_pence * traded),
            }
        )
    return rows


def prices(study: Study, plan: Plan, worlds: Worlds) -> list[dict]:
    """Each service's price, who is expected to buy, and both sides of the law on charges."""
    rows, at = [], prices_of(study.program, plan.level)
    for j, service in enumerate(study.question.services):
        offered = bool(plan.level[j] >= 0)
        buyers = worlds.sold[:, j]
        row = {
            "service": service.key,
            "category": service.category,
            "unit": service.unit,
            "list_price_pence": service.list_price_pence,
            "price_pence": int(at[j]) if offered else None,
            "withdrawn": not offered,
            "expected_buyers": round(float(buyers.mean()), 2),
            "buyers_range": [int(x) for x in np.quantile(buyers, [0.05, 0.95])],
            "expected_income_pence": round(int(at[j]) * float(buyers.mean())) if offered else 0,
        }
        if offered:
            law = over_years(study.question, service, int(at[j]), float(buyers.mean()))
            row |= {
                "full_cost_pence": law.cost_pence,
                "price_side": law.price_side,
                "over_years_side": law.years_side,
                "over_years": law.sentence,
                "reference": study.question.settings.corridor.reference,
            }
        rows.append(row)
    return rows


def budget(study: Study, plan: Plan, inside: Outcomes) -> dict:
    """The core's money in and out on the years chosen on, to the penny; `unspent` closes it.

    Associates are paid for the days they work: what is left of their ceiling in an average year is in
    `expected_unspent_pence`, and `unspent_told` says what all that is worth.
    """
    question, program = study.question, study.program
    lines = [
        {
            "line": line.line,
            "kind": line.kind,
            "amount_pence": line.amount_pence,
            "in_year_pence": question.line_pence(line),
            "ends_on": line.ends_on,
        }
        for line in question.funding
    ]
    core = sum(row["core_cost_pence"] for row in posts(study, plan))
    gone = pence(redundancy(program, plan).sum())
    given, associates = pence(to_core(program, -inside.deficit.mean())), pence(plan.associate_budget)
    total, paid = question.budget_pence(), pence(inside.core.paid.mean())
    room = total + given - core - gone
    associates = room if abs(room - associates) <= ROUNDING_PENCE else associates
    unspent = room - associates
    left = unspent + associates - paid
    return {
        "lines": lines,
        "total_pence": total,
        "from_traded_pence": given,
        "core_posts_pence": core,
        "redundancy_pence": gone,
        "core_associates_at_most_pence": associates,
        "core_associates_expected_pence": paid,
        "unspent_pence": unspent,
        "expected_unspent_pence": left,
        "most_paid_per_day_pence": question.settings.most_paid_per_day_pence,
        "unspent_told": unspent_told(left, question.settings.most_paid_per_day_pence),
    }


def unspent_told(left_pence: int, most_pence: int) -> str:
    """What the core has left over in an average year and what that is worth, in a sentence."""
    most, days = format_pounds(most_pence, pence=False), left_pence / most_pence
    if left_pence < 0:
        return ""
    if left_pence < most_pence:
        return f"Less is left over in an average year than the {most} that one more day may cost."
    return (
        f"In an average year {format_pounds(left_pence, pence=False)} is left over, associates being paid "
        f"only for the days they work. It counts for {days:,.0f} {'day' if days < 1.5 else 'days'} of cover: "
        f"one more day may cost {most} at most."
    )


def emergencies(question: Question, program: Program, found: Outcomes, worlds: Worlds) -> dict:
    """Emergency days: how often, what they would cost, and each use by name."""
    used = np.flatnonzero(found.emergency_days > NOTHING_MISSED)
    price = question.settings.emergency_day_pence
    return {
        "share_of_years": round(len(used) / len(found.emergency_days), 6),
        "accepted_share": question.settings.emergency_years_share,
        "most_days": round(float(found.emergency_days.max(initial=0.0)), 2),
        "day_price_pence": price,
        "expected_cost_pence": round(float(found.emergency_days.mean()) * price),
        "uses": [
            {
                "year": int(s),
                "days": round(float(found.emergency_days[s]), 2),
                "duties": _short(question, program, found.core.by_need[s], worlds.core_days.statutory[s]),
            }
            for s in used[:USES_NAMED]
        ],
    }


def _short(question: Question, program: Program, by_need: np.ndarray, days: np.ndarray) -> list[str]:
    short = {c for c, slope, d in zip(program.categories, by_need, days, strict=True) if slope > 1 and d > 0}
    return [duty.key for duty in question.duties if duty.statutory and duty.category in short]


def binding(question: Question, program: Program, found: Outcomes) -> list[dict]:
    """Duties for whose category one further day of work would cost cover elsewhere."""
    slopes = found.core.by_need.mean(axis=0)
    rows = []
    for duty in question.duties:
        slope = float(slopes[program.categories.index(duty.category)])
        if slope >= BINDS:
            rows.append(
                {
                    "duty": duty.key,
                    "category": duty.category,
                    "statutory": duty.statutory,
                    "days_lost_by_a_further_day": round(slope, 3),
                }
            )
    return sorted(rows, key=lambda row: -row["days_lost_by_a_further_day"])


def notes(question: Question) -> Iterator[str]:
    """What was assumed, in sentences."""
    if question.settings.year_from is None and question.year_from:
        yield (
            f"The year planned is taken to start on {question.year_from:%-d %B %Y}, the latest day on which "
            "a funding line starts; year_from in the settings says otherwise."
        )
    for service in question.services:
        if not service.cost_is_known:
            yield (
                f"{service.key}: neither days nor a cost a unit are given, so it is taken to cost its list "
                "price, and its place in the corridor is unknown."
            )
    skills = {skill for post in question.posts for skill in post.skills if post.arm != "traded"}
    for duty in question.duties:
        if duty.category not in skills:
            yield f"{duty.key}: no post has the skill '{duty.category}'; associates alone can do it."
    yield (
        "A post's income is that of the days it works at the prices charged for them; income of services "
        "without days is nobody's."
    )
