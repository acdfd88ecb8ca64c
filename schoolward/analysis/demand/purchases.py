"""What schools would buy and pay, draw by draw: ordered cells as ordered, all others foretold."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from schoolward.analysis.demand.evidence import Evidence
from schoolward.analysis.demand.fitting import Posterior
from schoolward.analysis.demand.priors import Priors

AT_ONCE = 250


@dataclass(frozen=True)
class Range:
    """A figure with its uncertainty."""

    mean: float
    sd: float
    p05: float
    p50: float
    p95: float


def range_of(values: np.ndarray) -> Range:
    """The range of draws (D,)."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return Range(float(values.mean()), float(values.std()), float(low), float(middle), float(high))


@dataclass(frozen=True)
class Bought:
    """By draw: money from each school (D, S) and of each service (D, J) in pence, buyers (D, J);
    and each cell's probability (S, J)."""

    school_pence: np.ndarray
    service_pence: np.ndarray
    buyers: np.ndarray
    probability: np.ndarray


def caps(evidence: Evidence, priors: Priors, draws: int, rng: np.random.Generator) -> np.ndarray:
    """What each school can spend (D, S) in pence: its earmark, give or take; infinite where none is known."""
    known = np.where(np.isnan(evidence.earmark_pence), np.inf, evidence.earmark_pence)
    give = np.exp(priors.earmark_log_sd * rng.normal(size=(draws, evidence.schools)))
    return (known * give).astype(np.float32)


def paid_pence(evidence: Evidence) -> np.ndarray:
    """The price (S, J) that each cell is counted at: as ordered, else the list price."""
    found = np.broadcast_to(evidence.list_price_pence.astype(float), evidence.ordered().shape).copy()
    seen = evidence.revealed
    now = seen.occasion == 0
    school, service = seen.school[now], seen.service[now]
    found[school, service] = np.round(evidence.list_price_pence[service] * np.exp(seen.log_price[now]))
    return found


def foretell(
    evidence: Evidence, posterior: Posterior, cap_pence: np.ndarray, rng: np.random.Generator
) -> Bought:
    """Purchases by draw at list prices."""
    return curve(evidence, posterior, cap_pence, np.ones(1), rng)[0][1]


def curve(
    evidence: Evidence,
    posterior: Posterior,
    cap_pence: np.ndarray,
    ratios: np.ndarray,
    rng: np.random.Generator,
) -> list[tuple[float, Bought]]:
    """Purchases when unordered cells are sold at each multiple of list price.

    The same uniform draws serve all multiples, so that no curve rises.
    """
    draws, schools, services = posterior.logits.shape
    ordered = evidence.ordered()
    capped = np.flatnonzero(np.isfinite(cap_pence[0]))
    fixed = np.where(ordered == 1, paid_pence(evidence), 0.0)
    found = [
        Bought(
            np.empty((draws, schools)),
            np.empty((draws, services)),
            np.empty((draws, services)),
            np.zeros((schools, services)),
        )
        for _ in ratios
    ]
    for start in range(0, draws, AT_ONCE):
        here = slice(start, start + AT_ONCE)
        at_list = posterior.logits[here] - logit(rng.random(posterior.logits[here].shape))
        for ratio, into in zip(ratios, found, strict=True):
            dearer, price = posterior.slope[here, :, None] * np.log(ratio), evidence.list_price_pence * ratio
            # what was ordered is certain and the same in every draw: it is added once, at the end
            bought = ((at_list > dearer) & (ordered < 0)).astype(float)
            if len(capped):
                bought[:, capped] = _afforded(
                    at_list[:, capped] - dearer[:, capped],
                    bought[:, capped],
                    ordered[capped],
                    np.where(ordered[capped] >= 0, fixed[capped], price),
                    cap_pence[here][:, capped],
                )
            into.school_pence[here] = bought @ price
            into.buyers[here] = bought.sum(axis=1)
            into.service_pence[here] = into.buyers[here] * price
            into.probability[:] += bought.sum(axis=0) / draws
    for into in found:
        into.school_pence[:] += fixed.sum(axis=1)
        into.service_pence[:] += fixed.sum(axis=0)
        into.buyers[:] += (ordered == 1).sum(axis=0)
        into.probability[:] += ordered == 1
    return [(float(ratio), each) for ratio, each in zip(ratios, found, strict=True)]


def _afforded(
    surplus: np.ndarray, free: np.ndarray, ordered: np.ndarray, price_pence: np.ndarray, cap_pence: np.ndarray
) -> np.ndarray:
    """What is left of the purchases not ordered yet, `free`, once orders are paid and the cap holds."""
    return within(surplus, free + (ordered == 1), ordered, price_pence, cap_pence) - (ordered == 1)


def within(
    surplus: np.ndarray,
    bought: np.ndarray,
    ordered: np.ndarray,
    price_pence: np.ndarray,
    cap_pence: np.ndarray,
) -> np.ndarray:
    """What is left of `bought` (d, S, J) when the least wanted go until the cap (d, S) holds; orders stay."""
    rank = np.where(ordered == 1, np.inf, surplus)
    order = np.argsort(-rank, axis=2)
    cost = np.take_along_axis(bought * price_pence, order, axis=2)
    fits = np.cumsum(cost, axis=2) <= cap_pence[:, :, None]
    kept = np.empty_like(bought)
    np.put_along_axis(kept, order, fits, axis=2)
    return bought * np.where(ordered == 1, 1, kept)


@dataclass(frozen=True)
class Bounds:
    """Revenue in pence under three suppositions about the silent schools."""

    silent_buy_nothing: int
    silent_like_others: int
    silent_buy_all: int


def bounds(evidence: Evidence, posterior: Posterior, bought: Bought) -> Bounds:
    """What the silent schools could do to revenue: the model's view of them is left out altogether.

    "Like others" is the mean probability of the heard schools by service, which is what a survey that forgets
    its silence would say. Silent are those that neither answered nor ordered. Where all are, there are no
    others to be like, and it is the model's own figure.
    """
    silent = ~evidence.answered & ~(evidence.ordered() >= 0).any(axis=1)
    price = evidence.list_price_pence
    heard = float(bought.school_pence[:, ~silent].mean(axis=0).sum())
    like = heard
    if silent.all():
        like = float(bought.school_pence.mean(axis=0).sum())
    elif silent.any():
        like += float(silent.sum() * (bought.probability[~silent].mean(axis=0) @ price))
    return Bounds(round(heard), round(like), round(heard + float(silent.sum() * price.sum())))


def certain(evidence: Evidence, posterior: Posterior) -> np.ndarray:
    """The mean probability (S, J) of each cell without caps: smoother than counting draws."""
    mean = np.mean([expit(part).mean(axis=0) for part in np.array_split(posterior.logits, 8)], axis=0)
    ordered = evidence.ordered()
    return np.where(ordered >= 0, ordered, mean)
