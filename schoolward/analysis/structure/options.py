"""A structure that officers drew, tested on the same scenarios as the one proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from schoolward.analysis.structure.plan import (
    NOTHING_MISSED,
    Plan,
    cvar,
    left_for_associates,
    outcomes,
)
from schoolward.analysis.structure.program import SLACK, THOUSAND
from schoolward.analysis.structure.report import headline, pence
from schoolward.analysis.structure.study import Study
from schoolward.terms.errors import BadInput
from schoolward.terms.money import format_pounds


@dataclass(frozen=True)
class Tested:
    """An option's plan, its headline figures, and in sentences which of the rules it breaks (none: it may
    stand).
    """

    plan: Plan
    figures: dict
    broken: tuple[str, ...]


def plan_of(
    study: Study,
    core_fte: Mapping[str, float],
    traded_fte: Mapping[str, float],
    price_pence: Mapping[str, int | None],
) -> Plan:
    """The plan of an option; posts not named have nobody, services not named are withdrawn.

    A price must be on the menu of the settings, FTE in whole steps of the post.
    """
    question, program = study.question, study.program
    steps = [
        np.array([_steps(post.key, given.get(post.key, 0.0), post.step_fte) for post in question.posts])
        for given in (core_fte, traded_fte)
    ]
    for given, known in (
        ({*core_fte, *traded_fte}, {post.key for post in question.posts}),
        (set(price_pence), {service.key for service in question.services}),
    ):
        if given - known:
            name = sorted(given - known)[0]
            raise BadInput(f"{name} is not known.", do="Use the names in posts and services.")
    level = np.full(len(question.services), -1)
    for j, service in enumerate(question.services):
        price = price_pence.get(service.key)
        if price is not None:
            menu = program.prices_pence[j].tolist()
            if price not in menu:
                raise BadInput(
                    f"{format_pounds(price)} is not on the menu of prices.",
                    where=service.key,
                    do=f"Choose one of {', '.join(format_pounds(p) for p in menu)}, or widen price_menu.",
                )
            level[j] = menu.index(price)
    return Plan(steps[0], steps[1], level, 0.0)


def _steps(key: str, fte: float, step_fte: float) -> int:
    steps = fte / step_fte
    if abs(steps - round(steps)) > 1e-3 or fte < 0:
        raise BadInput(f"{fte:g} FTE is no whole number of steps of {step_fte:g}.", where=key, do="Round it.")
    return round(steps)


def test(study: Study, plan: Plan) -> Tested:
    """What becomes of an option in the scenarios that took no part, all that its budget leaves for
    associates.
    """
    program, question = study.program, study.question
    inside = outcomes(program, plan, study.worlds(plan, 0))
    left = left_for_associates(program, plan, float(inside.deficit.mean()))
    whole = replace(plan, associate_budget=max(left, 0.0))
    worlds = study.worlds(whole, 2)
    seen = outcomes(program, whole, worlds)
    figures = headline(program, whole, seen, worlds)
    tail = cvar(seen.deficit, program.alpha)
    limit = question.settings.cvar_limit_pence / THOUSAND
    figures |= {"cvar_out_of_sample_pence": pence(tail), "left_for_associates_pence": pence(left)}
    broken = []
    if left < -1e-6:
        broken.append(f"It costs {_pounds(-left)} more than the budget.")
    if tail > limit:
        broken.append(
            f"In its worst years the traded arm loses {_pounds(tail)} on average, against a limit of "
            f"{_pounds(limit)}."
        )
    for p, post in enumerate(question.posts):
        both = program.step_fte[p] * (plan.core_steps[p] + plan.traded_steps[p])
        slack = SLACK * post.step_fte
        if not post.min_fte - slack <= both <= post.max_fte + slack:
            limits = f"{post.min_fte:g} and {post.max_fte:g}"
            broken.append(f"{post.title} has {both:g} FTE; its limits are {limits}.")
        for arm, steps in (("core", plan.core_steps[p]), ("traded", plan.traded_steps[p])):
            if steps and post.arm not in ("both", arm):
                broken.append(f"{post.title} may have no {arm} part.")
    used, accepted = float((seen.emergency_days > NOTHING_MISSED).mean()), program.emergency_years_share
    if used > accepted:
        broken.append(
            f"Statutory duties need emergency days in {used:.2%} of years, up to "
            f"{seen.emergency_days.max():,.0f} of them; at most {accepted:.2%} is accepted."
        )
    offered = int((plan.level >= 0).sum())
    if offered < program.least_open:
        broken.append(f"{offered} services are on offer; the settings keep {program.least_open}.")
    return Tested(whole, figures, tuple(broken))


def _pounds(thousands: float) -> str:
    return format_pounds(pence(thousands), pence=False)
