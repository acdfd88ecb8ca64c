"""Several chains, joined, and refused where they do not agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from schoolward.analysis.demand import convergence
from schoolward.analysis.demand.evidence import Evidence
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.sampler import Chain, Length, walk
from schoolward.terms.errors import NotEnoughData

CHAINS = 4
RHAT_WARN, RHAT_REFUSE = 1.01, 1.05
ESS_WARN, ESS_REFUSE = 400, 100
WATCHED = ("optimism", "price")  # with revenue: what is published, and what the structure is drawn from


@dataclass(frozen=True)
class Diagnostics:
    """What the gates saw; `by_name` has (R-hat, effective draws) of each watched figure."""

    rhat_max: float
    ess_min: float
    chains: int
    draws: int
    by_name: dict[str, tuple[float, float]]
    warnings: tuple[str, ...]

    @property
    def fit_to_publish(self) -> bool:
        """Whether the chains agree well enough."""
        return self.rhat_max <= RHAT_REFUSE and self.ess_min >= ESS_REFUSE


@dataclass(frozen=True)
class Posterior:
    """All chains' draws joined: logits (D, S, J) of buying at list price, slopes (D, S), unknowns (D,)."""

    logits: np.ndarray
    slope: np.ndarray
    unknowns: dict[str, np.ndarray]
    diagnostics: Diagnostics


def seeds(seed: int, chains: int = CHAINS) -> list[np.random.Generator]:
    """One generator for each chain, the same for the same seed."""
    return [np.random.Generator(np.random.PCG64(each)) for each in np.random.SeedSequence(seed).spawn(chains)]


def fit(
    evidence: Evidence, priors: Priors, length: Length, seed: int, *, run=map, chains: int = CHAINS
) -> Posterior:
    """The posterior; `run` maps a function over chains, in this process by default.

    Where keenness must be told from the queue, chains walk twice as far. Chains that do not agree walk once
    more, three times as far, before the fit is refused.
    """
    slow = 1 if evidence.arrival is None else 2
    for times in (slow, 3 * slow):
        longer = Length(length.burn * times, length.draws, length.every * times)
        tasks = [Task(evidence, priors, longer, rng) for rng in seeds(seed, chains)]
        found = join(evidence, list(run(walk_task, tasks)))
        if found.diagnostics.fit_to_publish:
            return found
    worst = max(found.diagnostics.by_name.items(), key=lambda each: each[1][0])
    raise NotEnoughData(
        f"The {chains} chains do not agree (R-hat {found.diagnostics.rhat_max:.3f}, least effective draws "
        f"{found.diagnostics.ess_min:.0f}; worst: {worst[0]}), so no figure is published.",
        do="Run again with more draws; if that does not help, look for rows that contradict each other.",
    )


@dataclass(frozen=True)
class Task:
    """What one chain needs, to be sent to another process."""

    evidence: Evidence
    priors: Priors
    length: Length
    rng: np.random.Generator


def walk_task(task: Task) -> Chain:
    """One chain."""
    return walk(task.evidence, task.priors, task.length, task.rng)


def join(evidence: Evidence, chains: Sequence[Chain]) -> Posterior:
    """The chains as one, with what the gates say of them."""
    watched = {name: np.stack([chain.unknowns[name] for chain in chains]) for name in WATCHED}
    price = evidence.list_price_pence.astype(np.float32)
    watched["revenue"] = np.stack([(expit(chain.logits) @ price).sum(axis=1) for chain in chains])
    by_name = {
        name: (convergence.rhat(each), convergence.effective_draws(each)) for name, each in watched.items()
    }
    rhat = max(each[0] for each in by_name.values())
    ess = min(each[1] for each in by_name.values())
    warnings = []
    if rhat > RHAT_WARN:
        warnings.append(f"Chains agree less well than they should (R-hat {rhat:.3f}, wanted {RHAT_WARN}).")
    if ess < ESS_WARN:
        warnings.append(
            f"Draws are worth {ess:.0f} independent ones (wanted {ESS_WARN}): ends of ranges are rough."
        )
    draws = len(chains[0].slope)
    return Posterior(
        np.concatenate([chain.logits for chain in chains]),
        np.concatenate([chain.slope for chain in chains]),
        {name: np.concatenate([chain.unknowns[name] for chain in chains]) for name in chains[0].unknowns},
        Diagnostics(rhat, ess, len(chains), draws, by_name, tuple(warnings)),
    )
