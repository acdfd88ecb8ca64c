"""Who is served: services kept on offer, schools that buy anything, and what keeping more of them would cost.

Prices chosen for money alone end at the top of the menu, and services that only just pay are dropped. So each
purchase counts for a share of its list price beyond what it brings in (`take_up_share`), and the settings may
keep a share of services on offer whatever they cost (`services_open_share`). The law's corridor stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from schoolward.analysis.structure.benders import Search
from schoolward.analysis.structure.edits import quick
from schoolward.analysis.structure.plan import Plan, cvar, prices_of
from schoolward.analysis.structure.program import THOUSAND
from schoolward.analysis.structure.purchases import chances
from schoolward.analysis.structure.report import core_cover, pence
from schoolward.analysis.structure.study import Study
from schoolward.terms.money import format_pounds

MOST_DRAWS = 400
SHARES_TRIED = (0.0, 0.1, 0.25)
ALL_OPEN = 1.0


def document(study: Study, plan: Plan) -> dict:
    """Services on offer, schools served, what it counts for, and why each service withdrawn is."""
    settings, at = study.question.settings, plan.level >= 0
    worlds = study.worlds(plan, 2)
    listed = np.array([s.list_price_pence for s in study.question.services])
    return {
        "services_open": int(at.sum()),
        "services": len(at),
        "least_services_open": study.question.least_open,
        "schools_served": round(schools_served(study, plan), 1),
        "schools": len(study.demand.urn),
        "list_value_pence": round(float((worlds.sold.mean(axis=0) * at) @ listed)),
        "take_up_share": settings.take_up_share,
        "withdrawn": withdrawn(study, plan),
        "sentence": _sentence(settings.take_up_share, settings.services_open_share),
    }


def _sentence(share: float, open_share: float) -> str:
    worth = (
        f"A pound's worth of services that schools take up counts for {100 * share:.0f}p beyond what it "
        "brings in, so a service that only just fails to pay is kept."
        if share
        else "Take-up counts for nothing beyond what it brings in, so services that do not pay are withdrawn."
    )
    floor = f" At least {open_share:.0%} of services are kept on offer." if open_share else ""
    return worth + floor


def schools_served(study: Study, plan: Plan) -> float:
    """How many schools are expected to buy anything at all at a plan's prices, spending limits left aside."""
    draws = study.demand
    picked = np.linspace(0, len(draws.eta) - 1, min(MOST_DRAWS, len(draws.eta))).astype(int)
    few = replace(draws, eta=draws.eta[picked], slope=draws.slope[picked], cap_pence=draws.cap_pence[picked])
    nothing = 1 - chances(few, prices_of(study.program, plan.level)) * (plan.level >= 0)
    return float((1 - nothing.prod(axis=2)).mean(axis=0).sum())


def withdrawn(study: Study, plan: Plan) -> list[dict]:
    """Each service that the plan does not offer, at the price that would cost least beside its posts."""
    search, rows = study.search, []
    now = search.deficits(plan)
    for j in np.flatnonzero(plan.level < 0):
        service = study.question.services[j]
        tried = [
            (search.deficits(_with_level(plan, j, level)), level)
            for level in np.flatnonzero(study.program.open[j])
        ]
        row = {"service": service.key, "price_pence": None, "buyers": None, "costs_pence": None}
        if not tried:
            rows.append(row | {"sentence": "No price of the menu lies within the law's corridor."})
            continue
        then, level = min(tried, key=lambda pair: float(pair[0].mean()))
        costs, price = float((then - now).mean()), int(study.program.prices_pence[j, level])
        buyers = float(search.scenarios.units[:, j, level].mean())
        risk = cvar(then, study.program.alpha) - cvar(now, study.program.alpha)
        rows.append(
            row
            | {
                "price_pence": price,
                "buyers": round(buyers, 1),
                "costs_pence": pence(costs),
                "sentence": _why(price, buyers, costs, risk),
            }
        )
    return rows


def _why(price: int, buyers: float, costs: float, risk: float) -> str:
    offered = f"At {format_pounds(price, pence=False)} about {buyers:.0f} schools would buy it;"
    if costs > 0:
        return f"{offered} with these posts it would cost {_pounds(costs)} a year more than it brings in."
    return (
        f"{offered} it would bring in {_pounds(-costs)} a year more than it costs, but add {_pounds(risk)} "
        "to the mean deficit of the worst years."
    )


def _with_level(plan: Plan, j: int, level: int) -> Plan:
    return replace(plan, level=np.where(np.arange(len(plan.level)) == j, level, plan.level))


@dataclass(frozen=True)
class Stance:
    """How much take-up counts, what share of services is kept, and what the best plan then comes to."""

    take_up_share: float
    services_open_share: float
    services_open: int
    schools_served: float
    expected_surplus_pence: int
    cvar_pence: int
    core_cover: float


def stances(study: Study) -> tuple[Stance, ...]:
    """The best plan for money alone, at rising worth of take-up, and with every service kept; on few years.

    A stance that nothing can keep is left out.
    """
    settings, few = study.question.settings, quick(study)
    asked = [(share, 0.0) for share in sorted({*SHARES_TRIED, settings.take_up_share})]
    found = []
    for share, kept in [*asked, (settings.take_up_share, ALL_OPEN)]:
        own = replace(settings, take_up_share=share, services_open_share=kept)
        here = replace(few, question=replace(few.question, settings=own))
        limit = settings.cvar_limit_pence / THOUSAND
        solution = here.search.solve(limit, 2 * here.gap_days)
        if solution.plan is not None:
            # the gap is in days of cover, each worth thousands of pounds: too coarse to compare money by
            found.append(_stance(here, here.search, here.search.polished(solution.plan, limit)))
    return tuple(found)


def _stance(study: Study, search: Search, plan: Plan) -> Stance:
    whole, settings = search.judge(plan)[0], study.question.settings
    seen = study.outcomes(whole)
    return Stance(
        settings.take_up_share,
        settings.services_open_share,
        int((plan.level >= 0).sum()),
        round(schools_served(study, plan), 1),
        pence(-seen.deficit.mean()),
        pence(cvar(seen.deficit, study.program.alpha)),
        round(core_cover(seen), 4),
    )


def _pounds(thousands: float) -> str:
    return format_pounds(pence(thousands), pence=False)
