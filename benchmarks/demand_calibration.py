"""Whether the sampler draws from the model it claims to: data and unknowns drawn from their joint law.

Run: `python benchmarks/demand_calibration.py [--sweeps N] [--ranks N] [--rows FILE]`. Two ways, both on a
small authority with ticks, heaping, shocks, earmarks and last year's purchases:

- **in turn** (Geweke 2004): a sweep of the sampler, then new data drawn from the state, and so on, in many
  short walks that each begin with a draw from the prior. Every unknown must then come out as its prior has
  it. One figure an unknown: how many standard errors the mean of its prior's distribution function lies from
  one half. One long walk was tried first: who heaps changes once in hundreds of sweeps, so that the standard
  error of one walk was far too small (heaping came out 4.3 of them off where nothing was wrong).
- **ranks** (simulation-based calibration, Talts and others 2018): unknowns from the prior, data from them, a
  fit; the rank of the truth among the draws must be even. One figure an unknown: a chi-square's chance.
  Replicates are added to FILE as they come, and a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from scipy import stats
from scipy.special import expit

from schoolward.analysis.demand.draws import normal_between
from schoolward.analysis.demand.evidence import Arrival, Evidence, Revealed, Statements, Ticks
from schoolward.analysis.demand.layout import lay_out
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.said import APART_EVERY, bounds, expected
from schoolward.analysis.demand.sampler import Length, Sweep, walk
from schoolward.analysis.demand.state import SPREADS, State, first_state

PRIORS = Priors(spread_shock=0.5, drift_sd=0.5)  # a wide shock, so that its step is put to the test
SCHOOLS, SERVICES, CATEGORIES, FACTS = 8, 4, 2, 2
DEARER = np.log(1.25)
BRACKETS, FAR = np.array([-0.67, 0.0, 0.67]), 60.0  # of places in the queue
# 19 draws have 20 ranks; so far apart that they are as good as independent, or ranks pile up at both ends
RANKED = Length(burn=100, draws=19, every=20)
RANKS = Path(__file__).parents[1] / ".venv" / "cache" / "demand_ranks.jsonl"


def template(rng: np.random.Generator) -> Evidence:
    """Who is asked what, and who orders; the answers are filled in by `simulate`.

    Half of the time schools order by themselves, and half of the time all purchases were at list prices: the
    sampler's steps differ.
    """
    place = np.indices((SCHOOLS, SERVICES)).reshape(2, -1)
    asked = place[:, (place[0] < 6) & ((place[0] + place[1]) % 3 > 0)]
    ticked = place[:, place[0] < 6]
    ordered, before = place[:, place[0] % 2 == 0], place[:, place[1] < 3]
    pairs = asked.shape[1]
    count = ordered.shape[1] + before.shape[1]
    return Evidence(
        rng.normal(size=(SCHOOLS, FACTS)),
        np.arange(SERVICES) % CATEGORIES,
        np.array([100_00, 250_00, 60_00, 150_00]),
        np.ones(SCHOOLS, dtype=bool),
        Statements(
            np.tile(asked[0], 2),
            np.tile(asked[1], 2),
            np.repeat([0.0, DEARER], pairs),
            np.zeros(2 * pairs, dtype=int),
            np.zeros(2 * pairs, dtype=bool),
        ),
        Ticks(ticked[0], ticked[1], np.zeros(ticked.shape[1], dtype=int)),
        Revealed(
            np.concatenate([ordered[0], before[0]]),
            np.concatenate([ordered[1], before[1]]),
            np.concatenate([np.zeros(ordered.shape[1]), np.full(before.shape[1], rng.choice([0.0, -0.1]))]),
            np.zeros(count, dtype=int),
            np.repeat([0, 1], [ordered.shape[1], before.shape[1]]),
        ),
        Arrival(np.zeros(SCHOOLS), np.zeros(SCHOOLS), np.arange(SCHOOLS) != 2)
        if rng.random() < 0.5
        else None,
        np.where(np.arange(SCHOOLS) % 4 == 0, 200_00.0, np.nan),
        1,
    )


def from_prior(evidence: Evidence, rng: np.random.Generator) -> State:
    """Every unknown from its prior."""
    p, state = PRIORS, first_state(lay_out(evidence), PRIORS, rng)
    spread = {name: abs(rng.normal(0, getattr(p, f"spread_{name}"))) + 1e-6 for name in SPREADS}
    state.spread = spread
    state.level, state.price = rng.normal(*p.level), rng.normal(*p.price)
    state.optimism = p.optimism[0] + p.optimism[1] * rng.standard_t(p.optimism_df)
    state.scale = 0.0
    while state.scale < p.scale_least:
        state.scale = rng.normal(*p.scale)
    state.appeal = rng.normal(state.level, spread["service"], SERVICES)
    state.pull = rng.normal(0, p.fact_sd, state.pull.shape)
    for name, field in (
        ("school", "keen"), ("category", "leaning"), ("pair", "taste"), ("price_own", "price_own"),
        ("talk_school", "talk"), ("talk_pair", "talk_pair"), ("shock", "shock"),
    ):  # fmt: skip
        setattr(state, field, rng.normal(0, spread[name], getattr(state, field).shape))
    state.drift = np.array([0.0, rng.normal(0, p.drift_sd)])
    state.heaping = rng.beta(*p.heaping)
    state.heaps = rng.random(SCHOOLS) < state.heaping
    state.tick_low, state.tick_high = sorted_ticks(rng)
    state.silence = rng.normal(0, p.silence_fact_sd, FACTS + 1)
    state.silence_keen = rng.normal(*p.silence)
    state.queue = rng.normal(0, np.append(1.0, np.full(FACTS, p.queue_fact_sd)))
    state.queue_keen, state.queue_sd = rng.normal(*p.queue), abs(rng.normal())
    return state


def sorted_ticks(rng: np.random.Generator) -> tuple[float, float]:
    """Cut points, the lower one lower."""
    while True:
        low, high = rng.normal(*PRIORS.tick_low), rng.normal(*PRIORS.tick_high)
        if low < high:
            return float(low), float(high)


@dataclass(frozen=True)
class Told:
    """What schools say and do, with what lies behind it: surpluses (N,), budgets and places (S,)."""

    evidence: Evidence
    surplus: np.ndarray
    budget: np.ndarray
    place: np.ndarray


def simulate(evidence: Evidence, state: State, rng: np.random.Generator) -> Told:
    """The same questions answered as the state has it."""
    layout, said, seen = lay_out(evidence), evidence.statements, evidence.revealed
    base = state.base(layout) + state.taste
    logits = base[seen.school, seen.service] - state.slope()[seen.school] * seen.log_price
    logits = logits + (state.shock + state.drift[:, None])[seen.occasion, seen.service]
    liking = base.ravel()[layout.stated_pair] - state.slope()[layout.stated_school] * layout.stated_log_price
    talk = state.optimism + state.talk[layout.stated_school] + state.talk_pair.ravel()[layout.stated_pair]
    latent = talk + state.scale * liking + state.spread["noise"] * rng.standard_normal(len(liking))
    tenths = np.clip(np.floor(10 * expit(latent[: layout.answers]) + 0.5), 0, 10)
    heaped = np.where(tenths <= 2, 0, np.where(tenths >= 8, 10, 5))
    chance = np.where(state.heaps[said.school], heaped, tenths).astype(int)
    first, second = np.split(chance, 2)
    second = np.minimum(first, second)
    ticked = latent[layout.answers :]
    route = np.where(ticked > state.tick_high, 0, 5)
    by_facts = np.column_stack([np.ones(SCHOOLS), evidence.facts]) @ state.silence
    bought, surplus, budget = _bought(evidence, logits, rng)
    place = np.column_stack([np.ones(SCHOOLS), evidence.facts]) @ state.queue
    place += state.queue_keen * state.keen + state.queue_sd * rng.normal(size=SCHOOLS)
    answered = replace(
        evidence,
        answered=rng.random(SCHOOLS) < expit(by_facts + state.silence_keen * state.keen),
        statements=replace(
            said,
            chance=np.concatenate([first, second]),
            tied=np.concatenate([np.zeros(len(first), dtype=bool), first == second]),
        ),
        ticks=replace(
            evidence.ticks,
            route=np.where(ticked < state.tick_low, 2, route),
        ),
        revealed=replace(seen, bought=bought),
        arrival=evidence.arrival and _between(evidence.arrival, place),
    )
    return Told(answered, surplus, budget, place)


def _between(arrival: Arrival, place: np.ndarray) -> Arrival:
    """Which of four brackets each place in the queue lies in."""
    at = np.searchsorted(BRACKETS, place)
    edges = np.concatenate([[-FAR], BRACKETS, [FAR]])
    return replace(arrival, low=edges[at], high=edges[at + 1])


def _bought(
    evidence: Evidence, logits: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who buys what: the most wanted first, while the budget lasts where there is an earmark."""
    seen, surplus = evidence.revealed, logits + rng.logistic(size=len(logits))
    bought = (surplus > 0).astype(int)
    budgets = evidence.earmark_pence * np.exp(PRIORS.earmark_log_sd * rng.normal(size=SCHOOLS))
    for school in np.flatnonzero(~np.isnan(budgets)):
        mine = np.flatnonzero((seen.school == school) & (seen.occasion == 0))
        order = mine[np.argsort(-surplus[mine])]
        spent = np.cumsum(bought[order] * evidence.list_price_pence[seen.service[order]])
        bought[order] &= spent <= budgets[school]
    return bought, surplus, budgets


def shares() -> dict[str, Callable[[State], float]]:
    """For each unknown, the prior's distribution function at its value: even if all is well."""
    p = PRIORS
    found: dict[str, Callable[[State], float]] = {
        "price": lambda state: stats.norm.cdf(state.price, *p.price),
        "silence_keen": lambda state: stats.norm.cdf(state.silence_keen, *p.silence),
    }
    for name in SPREADS:
        found[f"spread of {name}"] = lambda state, name=name: stats.halfnorm.cdf(
            state.spread[name], scale=getattr(p, f"spread_{name}")
        )
    least = (p.scale_least - p.scale[0]) / p.scale[1]
    return found | {
        "level": lambda state: stats.norm.cdf(state.level, *p.level),
        "optimism": lambda state: stats.t.cdf(
            (state.optimism - p.optimism[0]) / p.optimism[1], p.optimism_df
        ),
        "scale": lambda state: stats.truncnorm.cdf(state.scale, least, np.inf, *p.scale),
        "heaping": lambda state: stats.beta.cdf(state.heaping, *p.heaping),
        "drift": lambda state: stats.norm.cdf(state.drift[1], 0, p.drift_sd),
        "queue_keen": lambda state: stats.norm.cdf(state.queue_keen, *p.queue),
        "queue_sd": lambda state: stats.halfnorm.cdf(state.queue_sd),
    }


def in_turn(sweeps: int, seed: int, walk_length: int = 20) -> dict[str, float]:
    """Standard errors by which each unknown is off its prior, over so many sweeps in all."""
    rng = np.random.default_rng(seed)
    measures, means = shares(), []
    for _ in range(max(sweeps // walk_length, 2)):
        evidence = template(rng)
        state, seen = from_prior(evidence, rng), []
        for _ in range(walk_length):
            sweep = _at(state, simulate(evidence, state, rng), rng)
            sweep.step()
            state = sweep.state
            seen.append([measure(state) for measure in measures.values()])
        means.append(np.mean(seen, axis=0))
    values = np.array(means).T
    return {
        name: float((column.mean() - 0.5) / (column.std(ddof=1) / np.sqrt(len(column))))
        for name, column in zip(measures, values, strict=True)
    }


def _at(state: State, told: Told, rng: np.random.Generator) -> Sweep:
    """A sweep of the sampler that goes on from a state with new data."""
    sweep = Sweep(lay_out(told.evidence), PRIORS, rng, shocks=True)
    sweep.state = state
    sweep.plain = state.base(sweep.layout)
    sweep.said.low, sweep.said.high = bounds(sweep.layout, state)
    if sweep.caps:
        sweep.caps.surplus[sweep.caps.there] = told.surplus[sweep.caps.row]
        sweep.caps.budget = told.budget[np.unique(told.evidence.revealed.school[sweep.caps.row])]
    if sweep.queue:
        sweep.queue.place = told.place[sweep.queue.counted]
    sweep.said.sweeps = int(rng.integers(0, APART_EVERY))
    mean = expected(sweep.layout, state, sweep.plain + state.taste)
    sweep.said.latent = normal_between(mean, state.spread["noise"], sweep.said.low, sweep.said.high, rng)
    return sweep


def rank(seed: int) -> dict[str, int]:
    """The rank of the truth among the draws of one replicate, by unknown: even from 0 to DRAWS."""
    rng = np.random.default_rng([seed, 7])
    evidence = template(rng)
    state = from_prior(evidence, rng)
    chain = walk(simulate(evidence, state, rng).evidence, PRIORS, RANKED, rng)
    price = evidence.list_price_pence
    liked = expit(state.base(lay_out(evidence)) + state.taste + state.shock[0])
    found = {"income": int(((expit(chain.logits) @ price).sum(axis=1) < (liked @ price).sum()).sum())}
    for name, draws in chain.unknowns.items():
        if name != "queue_keen" or evidence.arrival:
            truth = state.spread[name] if name in SPREADS else getattr(state, name)
            found[f"spread of {name}" if name in SPREADS else name] = int((draws < truth).sum())
    return found


def evenness(ranks: list[dict[str, int]]) -> dict[str, float]:
    """The chance of ranks as uneven as those found (chi-square over ten bins), by unknown."""
    found = {}
    for name in dict.fromkeys(name for each in ranks for name in each):
        told = [each[name] for each in ranks if name in each]
        bins = np.bincount([at * 10 // (RANKED.draws + 1) for at in told], minlength=10)
        found[name] = float(stats.chisquare(bins).pvalue)
    return found


def add_ranks(path: Path, replicates: int, first_seed: int) -> list[dict[str, int]]:
    """So many replicates; those that are in the file already are taken from there, new ones added."""
    seeds = range(first_seed, first_seed + replicates)
    lines = path.read_text().splitlines() if path.exists() else []
    done = {seed: ranks for seed, ranks in map(json.loads, lines) if seed in seeds}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as out:
        for seed in seeds:
            if seed not in done:
                done[seed] = rank(seed)
                print(json.dumps([seed, done[seed]]), file=out, flush=True)
    return list(done.values())


def told(result: dict) -> Iterator[str]:
    """The rows of the results page."""
    yield "| unknown | in turn: standard errors off | ranks: chance of so uneven |"
    yield "|---|---|---|"
    even, turn = result["ranks"], result["in_turn"]
    for name in [*turn, *(name for name in even if name not in turn)]:
        off = f"{turn[name]:+.1f}" if name in turn else "not asked"
        yield f"| {name} | {off} | {f'{even[name]:.2f}' if name in even else 'not asked'} |"


def main() -> int:
    """Prints JSON; status 1 when an unknown is 4 standard errors off, or a rank's chance under 0.001."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sweeps", type=int, default=20_000)
    parser.add_argument("--ranks", type=int, default=400)
    parser.add_argument("--rows", type=Path, default=RANKS)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    ranks = add_ranks(args.rows, args.ranks, args.seed)
    result = {
        "sweeps": args.sweeps,
        "replicates": len(ranks),
        "in_turn": in_turn(args.sweeps, args.seed),
        "ranks": evenness(ranks),
    }
    print(json.dumps(result, indent=1))
    off = max(abs(value) for value in result["in_turn"].values())
    return 0 if off < 4 and min(result["ranks"].values(), default=1) > 0.001 else 1


if __name__ == "__main__":
    sys.exit(main())
