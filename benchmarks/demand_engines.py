"""The sampler against NumPyro's NUTS on the same posterior: effective draws a second, and memory.

Run: `python benchmarks/demand_engines.py [--draws N]`. Both fit one authority of 100 schools with 20 order
forms back, on the part of the model that they share (no caps, heaping or shocks), in a process each,
one after the other, timed by the processor's clock. What counts are effective draws of the optimism.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from benchmarks.demand_authorities import draw_authority
from schoolward.analysis.demand.convergence import effective_draws
from schoolward.analysis.demand.evidence import Evidence
from schoolward.analysis.demand.layout import lay_out
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.sampler import Length, Parts, walk

SEED, FORMS = 1, 20
WATCHED = ("optimism", "scale", "price", "level", "silence_keen", "school", "pair", "noise")
SMALL = (30, 12, 3, 6, 8)
REFERENCE = Path(__file__).with_name("demand_reference.json")
PLAIN = Priors(optimism_df=1e9)  # a normal prior, as the other engine has it
LIMITS = {"times_faster": 10.0, "memory_share": 0.1}


def problem(
    schools: int, services: int, categories: int, asked: int, forms: int, seed: int = SEED
) -> Evidence:
    """An authority's evidence on the shared part of the model: no answer counts as tied."""
    authority = draw_authority(seed, schools=schools, services=services, categories=categories, asked=asked)
    evidence = authority.evidence(forms)
    said = evidence.statements
    return replace(evidence, statements=replace(said, tied=np.zeros(len(said.tied), bool)))


def own(evidence: Evidence, draws: int, seed: int) -> dict[str, np.ndarray]:
    """Our draws of the watched unknowns."""
    chain = walk(
        evidence,
        PLAIN,
        Length(300, draws),
        np.random.default_rng(seed),
        Parts(shocks=False, heaping=False, logits=False),
    )
    return {name: chain.unknowns[name] for name in WATCHED}


def numpyro_draws(evidence: Evidence, warmup: int, draws: int, seed: int) -> dict[str, np.ndarray]:
    """The same from NUTS."""
    import jax
    from numpyro.infer import MCMC, NUTS

    engine = MCMC(
        NUTS(_model(evidence), target_accept_prob=0.85, max_tree_depth=9),
        num_warmup=warmup,
        num_samples=draws,
        progress_bar=False,
    )
    engine.run(jax.random.PRNGKey(seed))
    found = engine.get_samples()
    return {name: np.asarray(found[name], dtype=float) for name in WATCHED}


def _model(evidence: Evidence):
    """The shared part of the model, every normal effect written as spread times a standard normal."""
    import jax.numpy as jnp
    import numpyro
    from jax.scipy.special import log_ndtr
    from numpyro import distributions as dist

    p, layout = PLAIN, lay_out(evidence, heaping=False)
    said, seen, category = evidence.statements, evidence.revealed, evidence.category
    low, high = np.clip(layout.exact_low, -30, 30), np.clip(layout.exact_high, -30, 30)
    schools, services, categories = evidence.schools, evidence.services, evidence.categories
    facts = evidence.facts.shape[1]
    # only pairs with evidence have a taste and a talk of their own: the rest would slow it for nothing
    known = np.cumsum(layout.pair_known).reshape(schools, services) - 1
    stated = np.cumsum(layout.pair_stated).reshape(schools, services) - 1

    def spread(name: str):
        return numpyro.sample(name, dist.HalfNormal(getattr(p, f"spread_{name}")))

    def effects(name: str, *shape: int):
        return numpyro.sample(f"each_{name}", dist.Normal(0, 1).expand(shape))

    def model():
        level = numpyro.sample("level", dist.Normal(*p.level))
        appeal = level + spread("service") * effects("appeal", services)
        pull = p.fact_sd * effects("pull", categories, facts)
        price = numpyro.sample("price", dist.Normal(*p.price))
        optimism = numpyro.sample("optimism", dist.Normal(*p.optimism))
        scale = numpyro.sample("scale", dist.TruncatedNormal(*p.scale, low=p.scale_least))
        keen = spread("school") * effects("keen", schools)
        leaning = spread("category") * effects("leaning", schools, categories)
        own_price = spread("price_own") * effects("own_price", schools)
        talk = spread("talk_school") * effects("talk", schools)
        taste = spread("pair") * effects("taste", int(layout.pair_known.sum()))
        talk_pair = spread("talk_pair") * effects("talk_pair", int(layout.pair_stated.sum()))
        base = appeal + (evidence.facts @ pull.T + leaning)[:, category] + keen[:, None]
        logits = base[seen.school, seen.service] + taste[known[seen.school, seen.service]]
        numpyro.sample("bought", dist.Bernoulli(logits=logits), obs=seen.bought)
        liking = base[said.school, said.service] + taste[known[said.school, said.service]]
        liking = liking - (price + own_price[said.school]) * said.log_price
        mean = optimism + talk[said.school] + talk_pair[stated[said.school, said.service]] + scale * liking
        noise = spread("noise")
        upper, lower = (high - mean) / noise, (low - mean) / noise
        flip = lower > 0
        far, near = log_ndtr(jnp.where(flip, -lower, upper)), log_ndtr(jnp.where(flip, -upper, lower))
        numpyro.factor("said", (far + jnp.log1p(-jnp.exp(jnp.clip(near - far, -60.0, -1e-6)))).sum())
        first = p.silence_fact_sd * effects("silence", facts + 1)
        by_keen = numpyro.sample("silence_keen", dist.Normal(*p.silence))
        logits = first[0] + evidence.facts @ first[1:] + by_keen * keen
        numpyro.sample("answered", dist.Bernoulli(logits=logits), obs=evidence.answered.astype(float))

    return model


def measure(engine: str, draws: int, size: tuple[int, int, int, int, int]) -> dict:
    """One engine's seconds, peak memory, and effective draws of the optimism, in this process."""
    evidence = problem(*size)
    start, cpu = time.perf_counter(), time.process_time()
    found = own(evidence, draws, 1) if engine == "own" else numpyro_draws(evidence, draws, draws, 1)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    effective = effective_draws(found["optimism"][None])
    return {
        "engine": engine,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "effective": effective,
        "effective_a_cpu_second": effective / cpu,
        "means": {name: float(values.mean()) for name, values in found.items()},
        "sds": {name: float(values.std()) for name, values in found.items()},
        "errors": {
            name: float(values.std() / np.sqrt(effective_draws(values[None])))
            for name, values in found.items()
        },
    }


def compare(draws: int, numpyro_draws_kept: int, size: tuple[int, int, int, int, int]) -> dict:
    """Both engines, one after the other, each in a process of its own."""
    found = {}
    for engine, kept in (("own", draws), ("numpyro", numpyro_draws_kept)):
        command = [
            sys.executable,
            __file__,
            "--engine",
            engine,
            "--draws",
            str(kept),
            "--size",
            json.dumps(size),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{engine} did not run:\n{done.stderr}")
        found[engine] = json.loads(done.stdout)
    return _beside(found["own"], found["numpyro"])


def _beside(mine: dict, other: dict) -> dict:
    apart = {
        name: abs(mine["means"][name] - other["means"][name])
        / float(np.hypot(mine["errors"][name], other["errors"][name]))
        for name in WATCHED
    }
    return {
        "own": mine,
        "numpyro": other,
        "times_faster": mine["effective_a_cpu_second"] / other["effective_a_cpu_second"],
        "memory_share": mine["peak_mb"] / other["peak_mb"],
        "apart_in_errors": apart,
    }


def beside_kept(draws: int) -> dict:
    """Ours now beside NumPyro's long run on a small authority, kept in a file: for agreement alone."""
    return _beside(measure("own", draws, SMALL), json.loads(REFERENCE.read_text()))


def told(result: dict):
    """The rows of the results page."""
    yield "| engine | CPU s | peak MB | effective draws of optimism | a CPU second |"
    yield "|---|---|---|---|---|"
    for name in ("own", "numpyro"):
        each = result[name]
        yield (
            f"| {name} | {each['cpu_seconds']:.1f} | {each['peak_mb']:.0f} | {each['effective']:.0f} "
            f"| {each['effective_a_cpu_second']:.1f} |"
        )
    apart = ", ".join(f"{name} {value:.1f}" for name, value in result["apart_in_errors"].items())
    yield f"\n{result['times_faster']:.1f} times as fast, {result['memory_share']:.2f} of the memory."
    yield f"Means apart, in Monte-Carlo errors: {apart}."


def main() -> int:
    """Prints JSON; status 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", action="store_true", help="write what the agreement test reads")
    parser.add_argument("--engine", choices=("own", "numpyro"))
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--size", type=json.loads, default=[100, 30, 6, 12, FORMS])
    args = parser.parse_args()
    if args.reference:
        REFERENCE.write_text(json.dumps(measure("numpyro", args.draws, SMALL), indent=1) + "\n")
        return 0
    if args.engine:
        print(json.dumps(measure(args.engine, args.draws, tuple(args.size))))
        return 0
    result = compare(args.draws, max(args.draws // 2, 50), tuple(args.size))
    print(json.dumps(result, indent=1))
    holds = (
        result["times_faster"] >= LIMITS["times_faster"] and result["memory_share"] <= LIMITS["memory_share"]
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
