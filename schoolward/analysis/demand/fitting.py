"""Several chains, joined, and refused where they do not agree."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from schoolward.analysis.demand import convergence
from schoolward.analysis.demand.evidence import Evidence
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.sampler import Chain, Length, walk
from schoolward.terms.errors import NotEnoughData

CHAINS = 4
RHAT_WARN, RHAT_AGAIN, RHAT_REFUSE = 1.01, 1.02, 1.03
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
    def agree_well(self) -> bool:
        """Whether a longer walk would be wasted."""
        return self.rhat_max <= RHAT_AGAIN and self.ess_min >= ESS_REFUSE

    @property
    def fit_to_publish(self) -> bool:
        """Whether the chains agree well enough for figures to be shown at all."""
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

    Where keenness must be told from the queue, chains are given twice as long to settle. Chains that do not
    agree well walk once more, three times as far; a fit that does not come up to the gates then is refused.
    """
    burn = length.burn * (1 if evidence.arrival is None else 2)
    for times in (1, 3):
        longer = Length(burn * times, length.draws, length.every * times)
        tasks = [Task(evidence, priors, longer, rng) for rng in seeds(seed, chains)]
        found = join(evidence, run(walk_task, tasks), chains, length.draws)
        if found.diagnostics.agree_well:
            break
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


def join(evidence: Evidence, chains: Iterable[Chain], count: int, draws: int) -> Posterior:
    """So many chains as one, with what the gates say of them; each is let go once it is copied."""
    logits = np.empty((count * draws, evidence.schools, evidence.services), dtype=np.float32)
    slope = np.empty((count * draws, evidence.schools), dtype=np.float32)
    price = evidence.list_price_pence.astype(np.float32)
    unknowns: list[dict[str, np.ndarray]] = []
    income = np.empty((count, draws))
    for n, chain in enumerate(chains):
        here = slice(n * draws, (n + 1) * draws)
        logits[here], slope[here] = chain.logits, chain.slope
        unknowns.append(chain.unknowns)
        for part in np.array_split(np.arange(draws), max(draws // 250, 1)):
            income[n, part] = (expit(chain.logits[part]) @ price).sum(axis=1)
    watched = {name: np.stack([each[name] for each in unknowns]) for name in WATCHED} | {"revenue": income}
    return Posterior(
        logits,
        slope,
        {name: np.concatenate([each[name] for each in unknowns]) for name in unknowns[0]},
        _checked(watched),
    )


def _checked(watched: dict[str, np.ndarray]) -> Diagnostics:
    """What the gates say of figures (C, D) by name."""
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
    chains, draws = next(iter(watched.values())).shape
    return Diagnostics(rhat, ess, chains, draws, by_name, tuple(warnings))
