"""What a fit comes to, as plain values: summary, probabilities, curves, and draws for the next step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

import schoolward
from schoolward.analysis.demand import arranged, discount, first, priors, purchases, worth
from schoolward.analysis.demand.assemble import Problem
from schoolward.analysis.demand.fitting import Posterior
from schoolward.analysis.demand.purchases import Bought, Range

MENU = np.array([0.7, 0.85, 1.0, 1.15, 1.4])
KEPT_DRAWS = 2000
PLACES = 5


@dataclass(frozen=True)
class Reckoned:
    """A fit with what was made of it; `cap_pence` is (D, S)."""

    problem: Problem
    posterior: Posterior
    bought: Bought
    cap_pence: np.ndarray
    beliefs: priors.Priors
    seed: int


def reckon(problem: Problem, posterior: Posterior, beliefs: priors.Priors, seed: int) -> Reckoned:
    """Purchases by draw, from generators that hang on the seed alone."""
    rng = np.random.default_rng([seed, 1])
    cap = purchases.caps(problem.evidence, beliefs, len(posterior.slope), rng)
    bought = purchases.foretell(problem.evidence, posterior, cap, rng)
    return Reckoned(problem, posterior, bought, cap, beliefs, seed)


def summary(found: Reckoned) -> dict:
    """Income as a range, bounds, services, discount, beliefs and diagnostics."""
    problem, posterior, bought = found.problem, found.posterior, found.bought
    evidence = problem.evidence
    back = int((evidence.ordered() >= 0).any(axis=1).sum())
    checked = posterior.diagnostics
    return {
        "revenue_pence": _money(purchases.range_of(bought.school_pence.sum(axis=1))),
        "bounds_pence": asdict(purchases.bounds(evidence, posterior, bought)),
        "by_service": {
            name: {
                "buyers": _plain(purchases.range_of(bought.buyers[:, j]), ("mean", "p05", "p95")),
                "revenue_pence": _money(purchases.range_of(bought.service_pence[:, j])),
            }
            for j, name in enumerate(problem.services)
        },
        "forms": {
            "back": back,
            "of": evidence.schools,
            "sentence": f"{back} of {evidence.schools} order forms are back.",
        },
        "answered": int(evidence.answered.sum()),
        "discount": [
            {
                "said": each.said,
                "share": _plain(each.share, ("mean", "p05", "p95")),
                "sentence": each.sentence,
            }
            for each in discount.discounts(posterior)
        ],
        "worth_of_asking": [asdict(each) for each in _worths(found)],
        "ask_first": [
            {"urn": problem.urns[each.school], "sd_after_pence": each.sd_after_pence}
            for each in first.ask_first(evidence, posterior)
        ],
        "arranged": _arranged(found),
        "beliefs": [asdict(each) for each in priors.sentences(found.beliefs)],
        "diagnostics": {
            "rhat_max": round(checked.rhat_max, 4),
            "ess_min": round(checked.ess_min, 1),
            "chains": checked.chains,
            "draws": checked.draws,
            "warnings": [*checked.warnings, *problem.notes],
        },
    }


def _money(found: Range) -> dict[str, int]:
    return {name: round(value) for name, value in asdict(found).items()}


def _plain(found: Range, names: tuple[str, ...]) -> dict[str, float]:
    return {name: round(getattr(found, name), PLACES) for name in names}


def _worths(found: Reckoned) -> list[worth.Worth]:
    rng = np.random.default_rng([found.seed, 3])
    return worth.worths(found.problem.evidence, found.posterior, found.problem.days_per_unit, rng)


def _arranged(found: Reckoned) -> dict | None:
    made = arranged.arranged(found.problem.evidence, found.posterior, np.random.default_rng([found.seed, 2]))
    if made is None:
        return None
    return {
        "turnover_pence": _money(made.turnover_pence),
        "means": "What schools would pay others through the council at list prices; only a fee is income.",
        "by_service": {
            name: {"ticked": ticked, "asked": asked, "buyers": _plain(buyers, ("mean", "p05", "p95"))}
            for name, ticked, asked, buyers in zip(
                found.problem.services, made.ticked, made.asked, made.buyers, strict=True
            )
        },
    }


def probabilities(found: Reckoned) -> Iterator[dict]:
    """Each school's chance of buying each service at its list price, or as ordered."""
    evidence = found.problem.evidence
    capped = np.isfinite(found.cap_pence[0])
    chance = np.where(capped[:, None], found.bought.probability, purchases.certain(evidence, found.posterior))
    for s, urn in enumerate(found.problem.urns):
        for j, service in enumerate(found.problem.services):
            yield {
                "urn": urn,
                "service": service,
                "price_pence": int(evidence.list_price_pence[j]),
                "probability": round(float(chance[s, j]), PLACES),
            }


def curves(found: Reckoned) -> Iterator[dict]:
    """Take-up of each service at each price of the menu, when all prices move together."""
    evidence = found.problem.evidence
    rng = np.random.default_rng([found.seed, 4])
    for ratio, bought in purchases.curve(evidence, found.posterior, found.cap_pence, MENU, rng):
        for j, service in enumerate(found.problem.services):
            buyers, money = (
                purchases.range_of(bought.buyers[:, j]),
                purchases.range_of(bought.service_pence[:, j]),
            )
            yield {
                "service": service,
                "price_pence": round(float(evidence.list_price_pence[j]) * ratio),
                "buyers_mean": round(buyers.mean, 2),
                "buyers_p05": round(buyers.p05, 2),
                "buyers_p95": round(buyers.p95, 2),
                "revenue_mean_pence": round(money.mean),
                "revenue_p05_pence": round(money.p05),
                "revenue_p95_pence": round(money.p95),
            }


def draws(found: Reckoned, kept: int = KEPT_DRAWS) -> dict[str, np.ndarray]:
    """The arrays for structures: draws spread evenly over the chains."""
    evidence, total = found.problem.evidence, len(found.posterior.slope)
    taken = np.linspace(0, total - 1, min(kept, total)).astype(int)
    return {
        "urn": np.array(found.problem.urns, dtype=np.int64),
        "service": np.array(found.problem.services),
        "category": np.array([found.problem.categories[k] for k in evidence.category]),
        "list_price_pence": evidence.list_price_pence,
        "unit": np.array(found.problem.units),
        "days_per_unit": found.problem.days_per_unit,
        "eta": found.posterior.logits[taken],
        "slope": np.maximum(found.posterior.slope[taken], 0),
        "cap_pence": found.cap_pence[taken],
        "ordered": evidence.ordered(),
        "seed": np.int64(found.seed),
        "version": np.array(schoolward.__version__),
    }
