"""What if: a study with the grant cut by more, the largest buyers gone, a rival come, schools become
academies.

Each gives another study on the same dice, so that differences are the edit's and not the dice's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from schoolward.analysis.structure.plan import Plan, cvar, left_for_associates, outcomes, prices_of
from schoolward.analysis.structure.program import THOUSAND
from schoolward.analysis.structure.purchases import NO, Draws, chances
from schoolward.analysis.structure.report import headline, pence
from schoolward.analysis.structure.study import Sizes, Study
from schoolward.terms.errors import BadInput

QUICK = Sizes(choose=300, hold=4_000, report=2_000, reserve=2_000)


def quick(study: Study) -> Study:
    """The same study on fewer scenarios, for answers within seconds."""
    return replace(study, sizes=QUICK)


def cut_funding(study: Study, line: str, share: float) -> Study:
    """One funding line, or every one of a kind such as 'grant', cut by a share."""
    if not 0 <= share <= 1:
        raise BadInput("A cut is a share from 0 to 1.", do="Give 0.1 for a tenth.")
    if not any(line in (each.line, each.kind) for each in study.question.funding):
        raise BadInput(f"There is no funding line '{line}'.", do="Name a line, or a kind such as grant.")
    lines = tuple(
        replace(each, amount_pence=round(each.amount_pence * (1 - share)))
        if line in (each.line, each.kind)
        else each
        for each in study.question.funding
    )
    return replace(study, question=replace(study.question, funding=lines))


def lose_largest_buyers(study: Study, plan: Plan, count: int) -> tuple[Study, tuple[int, ...]]:
    """The study without the schools expected to spend most at a plan's prices, and those schools."""
    worth = spending_pence(study, plan)
    gone = np.argsort(-worth, kind="stable")[:count]
    return replace(study, draws=_never(study.demand, gone)), tuple(study.demand.urn[gone].tolist())


def schools_leave(study: Study, urns: Collection[int]) -> Study:
    """The study where these schools buy nothing, as when a trust takes its schools elsewhere."""
    gone = np.flatnonzero(np.isin(study.demand.urn, list(urns)))
    if len(gone) != len(set(urns)):
        raise BadInput("A school is not among those that demand was worked out for.", do="Check the URNs.")
    return replace(study, draws=_never(study.demand, gone))


def academy_wave(study: Study, urns: Collection[int], share_kept: float) -> Study:
    """The study where these schools, now academies, buy as if the odds of each purchase fell to a share."""
    if not 0 < share_kept <= 1:
        raise BadInput("The share of the odds that stays is above 0 and at most 1.", do="Such as 0.5.")
    draws, at = study.demand, np.isin(study.demand.urn, list(urns))
    eta = draws.eta + np.float32(np.log(share_kept)) * at[None, :, None]
    return replace(study, draws=replace(draws, eta=eta))


def rival_enters(study: Study, category: str, share_kept: float) -> Study:
    """The study where another seller takes part of one category: the odds of each purchase fall to a
    share.
    """
    ours = np.array([service.category == category for service in study.question.services])
    if not ours.any():
        raise BadInput(f"Nothing is sold in '{category}'.", do="Name a category of the services.")
    if not 0 < share_kept <= 1:
        raise BadInput("The share of the odds that stays is above 0 and at most 1.", do="Such as 0.5.")
    draws = study.demand
    eta = draws.eta + np.float32(np.log(share_kept)) * ours[None, None, :]
    return replace(study, draws=replace(draws, eta=eta))


def _never(draws: Draws, schools: np.ndarray) -> Draws:
    ordered = draws.ordered.copy()
    ordered[schools] = NO
    return replace(draws, ordered=ordered)


def spending_pence(study: Study, plan: Plan) -> np.ndarray:
    """What each school is expected to spend (N,) at a plan's prices, spending limits left aside."""
    at = prices_of(study.program, plan.level)
    offered = plan.level >= 0
    return chances(study.demand, at).mean(axis=0) @ (at * offered)


@dataclass(frozen=True)
class Changed:
    """A plan's figures before and after an edit, its posts and prices kept."""

    before: dict
    after: dict


def kept_plan(before: Study, after: Study, plan: Plan) -> Changed:
    """What an edit does to a plan that is not changed."""
    return Changed(_figures(before, plan), _figures(after, plan))


def _figures(study: Study, plan: Plan) -> dict:
    worlds = study.worlds(plan, 2)
    seen = outcomes(study.program, plan, worlds)
    left = left_for_associates(study.program, plan, float(seen.deficit.mean())) - plan.associate_budget
    tail = cvar(seen.deficit, study.program.alpha)
    return headline(study.program, plan, seen, worlds) | {
        "cvar_out_of_sample_pence": pence(tail),
        "over_the_limit_pence": max(pence(tail) - study.question.settings.cvar_limit_pence, 0),
        "short_of_budget_pence": max(round(-left * THOUSAND), 0),
    }


@dataclass(frozen=True)
class KeyPerson:
    """Income that hangs on one named person: mean and range, and by school (URN, pence), largest first."""

    mean_pence: int
    low_pence: int
    high_pence: int
    by_school: tuple[tuple[int, int], ...]


def key_person(
    study: Study, plan: Plan, shares: dict[str, float], urns: Collection[int] | None = None
) -> KeyPerson:
    """What would go with a person on whom a share of each service's purchases hangs (of these schools, or
    all).
    """
    program, draws = study.program, study.demand
    keys = [service.key for service in study.question.services]
    unknown = set(shares) - set(keys)
    if unknown:
        raise BadInput(f"There is no service '{sorted(unknown)[0]}'.", do="Name services of the catalogue.")
    share = np.array([shares.get(key, 0.0) for key in keys]) * (plan.level >= 0)
    schools = np.ones(len(draws.urn), dtype=bool) if urns is None else np.isin(draws.urn, list(urns))
    at = prices_of(program, plan.level)
    by_draw = (chances(draws, at) * (at * share)).sum(axis=2) * schools  # (D, N)
    total, each = by_draw.sum(axis=1), by_draw.mean(axis=0)
    order = [n for n in np.argsort(-each, kind="stable") if each[n] > 0]
    low, high = np.quantile(total, [0.05, 0.95])
    listed = tuple((int(draws.urn[n]), round(float(each[n]))) for n in order)
    return KeyPerson(round(float(total.mean())), round(float(low)), round(float(high)), listed)
