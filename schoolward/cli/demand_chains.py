"""Chains of the demand model in two processes: they share nothing, so two cores take half the time."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from schoolward.analysis.demand.evidence import Evidence
from schoolward.analysis.demand.fitting import Posterior, fit
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.sampler import Length

PROCESSES = 2  # each holds its own numerics library in memory


def fit_in_processes(evidence: Evidence, priors: Priors, length: Length, seed: int) -> Posterior:
    """The same posterior as `fit`, whatever the number of processes."""
    if (os.cpu_count() or 1) < PROCESSES:
        return fit(evidence, priors, length, seed)
    # fresh processes: a copy of one that already runs threads can hang
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        return fit(evidence, priors, length, seed, run=pool.map)
