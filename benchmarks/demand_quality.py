"""Whether the demand model knows what it does not know: invented authorities whose truth is known, by world.

Run: `python benchmarks/demand_quality.py [--scenarios keen random] [--authorities 200] [--rows FILE]`. Each
authority is fitted with 20 and with 60 order forms back, one chain each, and where orders are random also
with none. Rows are added to FILE as they come, and a run that was stopped goes on where it was. For each
scenario: how often the nine-in-ten range of income holds the truth, with its exact 99% limits; its width
beside that of an oracle who knows every chance; the mean error beside that of the plain mean of stated
chances (Juster); skill by Brier score on schools that have not ordered, from 0 (the rate that came about) to
1 (the oracle).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from scipy.special import expit
from scipy.stats import beta

from benchmarks.demand_authorities import Authority, Nature, draw_authority
from schoolward.analysis.demand.priors import Priors
from schoolward.analysis.demand.sampler import Length, Parts, walk

ROWS = Path(__file__).parents[1] / ".venv" / "cache" / "demand_quality.jsonl"
FORMS = (20, 60)
FROM_THE_SURVEY = "random"  # the world in which it is measured as well before any form is back
AUTHORITIES = 200  # of each scenario: fewer cannot tell 90% from 85%
OFTEN = 4  # incomes to each draw of the chances: dice are cheaper than draws
# a chain starts as good as settled, and nearly every sweep is worth a draw; fewer where many forms leave
# little but chance; more where keenness must be told from the queue, as schools came by themselves
LENGTH = {0: Length(burn=60, draws=300), 20: Length(burn=30, draws=150), 60: Length(burn=30, draws=120)}
LONGER = {20: Length(burn=60, draws=200, every=2), 60: Length(burn=40, draws=110, every=2)}
SCENARIOS = {
    "random": Nature(),
    "gap": Nature(optimism=1.8),
    "silent": Nature(silence=1.5),
    "keen": Nature(keen_first=True),
    "selfrandom": Nature(self_selected=True),
}
VARIANTS = {
    "probit": Nature(probit=True),
    "correlated": Nature(correlated=0.5),
    "budget": Nature(budget=1.5),
    "herding": Nature(herding=0.5),
    "ticks": Nature(tick_list=True),
    "keenticks": Nature(keen_first=True, tick_list=True, history=True),
    "noshock": Nature(),
}
MODEL = {"noshock": Parts(shocks=False)}
WORLDS = SCENARIOS | VARIANTS
MEANING = {
    "random": "schools drawn at random order first",
    "gap": "schools overstate by far more than the prior holds likely (1.8 on the logit scale)",
    "silent": "silence depends strongly on keenness (1.5)",
    "keen": "keen schools order first, by themselves",
    "selfrandom": "schools order by themselves, but keenness has no part in it",
    "probit": "chances follow another link",
    "correlated": "two hidden tastes run across categories",
    "budget": "budgets run out, and nobody says what they are",
    "herding": "clusters of schools copy each other",
    "ticks": "a tick-list of everything; chances only after a tick",
    "keenticks": "the same with last year's purchases, and keen schools first",
    "noshock": "as random, by a model that, as the prototype's, knows no shock of the year",
}


@dataclass(frozen=True)
class Row:
    """One fit against the truth; money in pounds."""

    world: str
    seed: int
    forms: int
    truth: float
    mean: float
    low: float
    high: float
    oracle_width: float
    juster: float
    brier: float
    brier_oracle: float
    brier_rate: float
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether the range holds the truth."""
        return self.low <= self.truth <= self.high


def measure(world: str, seed: int, forms: int, length: Length | None = None) -> Row:
    """One authority with so many forms back."""
    # a world's authorities are its own: with the same in all of them, one odd authority would be ten misses
    authority = draw_authority([seed, list(WORLDS).index(world)], WORLDS[world])
    evidence, dice = authority.evidence(forms), np.random.default_rng([seed, forms])
    start = time.process_time()
    length = length or (LONGER if evidence.arrival else LENGTH)[forms]
    chain = walk(evidence, Priors(), length, dice, MODEL.get(world, Parts()))
    seconds = time.process_time() - start
    ordered = evidence.ordered()
    chance = np.where(ordered >= 0, ordered, expit(chain.logits))
    income = np.concatenate([_income(dice, chance, authority.price) for _ in range(OFTEN)])
    oracle = _income(
        dice, np.broadcast_to(authority.chance, (1000, *authority.chance.shape)), authority.price
    )
    waiting = (ordered < 0).all(axis=1)
    bought, known = authority.bought[waiting], authority.chance[waiting]
    low, high = np.quantile(income, [0.05, 0.95])
    return Row(
        world,
        seed,
        forms,
        authority.revenue,
        float(income.mean()),
        float(low),
        float(high),
        float(np.diff(np.quantile(oracle, [0.05, 0.95]))[0]),
        _juster(authority),
        float(((chance.mean(axis=0)[waiting] - bought) ** 2).mean()),
        float(((known - bought) ** 2).mean()),
        float(((bought.mean() - bought) ** 2).mean()),
        seconds,
    )


def _income(dice: np.random.Generator, chance: np.ndarray, price: np.ndarray) -> np.ndarray:
    return (dice.random(chance.shape) < chance).sum(axis=1) @ price


def _juster(authority: Authority) -> float:
    """Income by the mean stated chance of each service at list price, over the whole register."""
    said = authority.statements
    at_list = said.log_price == 0
    services = len(authority.price)
    total = np.bincount(said.service[at_list], weights=said.chance[at_list] / 10, minlength=services)
    count = np.bincount(said.service[at_list], minlength=services)
    whole = total.sum() / max(count.sum(), 1)
    share = (total + whole) / (count + 1)
    return float(share @ authority.price * len(authority.facts))


def exact_limits(held: int, count: int) -> tuple[float, float]:
    """The exact 99% interval of a share (Clopper and Pearson)."""
    low = beta.ppf(0.005, held, count - held + 1) if held else 0.0
    high = beta.ppf(0.995, held + 1, count - held) if held < count else 1.0
    return float(low), float(high)


@dataclass(frozen=True)
class Cell:
    """A scenario with so many forms, over its authorities."""

    world: str
    forms: int
    count: int
    held: int
    bias: float
    bias_error: float
    error: float
    juster_error: float
    width: float
    width_oracle: float
    skill: float
    seconds: float

    @property
    def coverage(self) -> float:
        """The share of ranges that held the truth."""
        return self.held / self.count

    @property
    def limits(self) -> tuple[float, float]:
        """The exact 99% interval of the coverage."""
        return exact_limits(self.held, self.count)

    @property
    def holds(self) -> bool:
        """Whether 90% is within the limits."""
        low, high = self.limits
        return low <= 0.9 <= high


def cells(rows: list[Row]) -> list[Cell]:
    """Every scenario and number of forms that has rows."""
    by_key = defaultdict(list)
    for row in rows:
        by_key[list(WORLDS).index(row.world), row.forms].append(row)
    return [_cell(by_key[key]) for key in sorted(by_key)]


def _cell(rows: list[Row]) -> Cell:
    relative = np.array([row.mean / row.truth - 1 for row in rows])
    brier, oracle, rate = (
        np.mean([getattr(row, name) for row in rows]) for name in ("brier", "brier_oracle", "brier_rate")
    )
    return Cell(
        rows[0].world,
        rows[0].forms,
        len(rows),
        sum(row.holds for row in rows),
        float(relative.mean()),
        float(relative.std() / np.sqrt(len(rows))),
        float(np.abs(relative).mean()),
        float(np.mean([abs(row.juster / row.truth - 1) for row in rows])),
        float(np.mean([(row.high - row.low) / row.truth for row in rows])),
        float(np.mean([(row.high - row.low) / row.oracle_width for row in rows])),
        float((rate - brier) / (rate - oracle)),
        float(np.mean([row.seconds for row in rows])),
    )


HEAD = (
    "world", "forms", "authorities", "range holds truth", "99% limits", "bias", "mean error", "of Juster's",
    "width", "of oracle's", "skill",
)  # fmt: skip


def told(result: dict) -> Iterator[str]:
    """The table of the results page."""
    yield "| " + " | ".join(HEAD) + " |"
    yield "|---" * len(HEAD) + "|"
    for cell in result["cells"]:
        low, high = cell["limits"]
        yield (
            f"| {cell['world']} | {cell['forms']} | {cell['count']} | {cell['coverage']:.0%} "
            f"| {low:.0%} to {high:.0%} | {cell['bias']:+.1%} | {cell['error']:.1%} "
            f"| {cell['error'] / cell['juster_error']:.2f} | {cell['width']:.2f} "
            f"| {cell['width_oracle']:.2f} | {cell['skill']:.2f} |"
        )


def summed_up(rows: list[Row]) -> dict:
    """The cells, and the coverage of the five scenarios together."""
    found = [asdict(cell) | {"coverage": cell.coverage, "limits": cell.limits} for cell in cells(rows)]
    return {"cells": found, "pooled": pooled(rows)}


def pooled(rows: list[Row], worlds: dict = SCENARIOS) -> float:
    """Coverage over all rows of these worlds that have forms back."""
    held = [row.holds for row in rows if row.world in worlds and row.forms]
    return float(np.mean(held)) if held else float("nan")


def read(path: Path) -> list[Row]:
    """Rows that are there already."""
    return [Row(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


def main() -> int:
    """Adds rows, prints the table; status 1 when authorities are too few, a cell's limits exclude 90%, or
    the pool leaves 88 to 92%."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", nargs="+", choices=list(WORLDS), default=list(SCENARIOS))
    parser.add_argument("--authorities", type=int, default=AUTHORITIES)
    parser.add_argument("--first-seed", type=int, default=50_000)
    parser.add_argument("--rows", type=Path, default=ROWS)
    args = parser.parse_args()
    done = {(row.world, row.seed, row.forms) for row in read(args.rows)}
    args.rows.parent.mkdir(parents=True, exist_ok=True)
    with args.rows.open("a") as out:
        for seed in range(args.first_seed, args.first_seed + args.authorities):
            for world in args.scenarios:
                for forms in (0, *FORMS) if world == FROM_THE_SURVEY else FORMS:
                    if (world, seed, forms) not in done:
                        print(json.dumps(asdict(measure(world, seed, forms))), file=out, flush=True)
    rows = read(args.rows)
    print(json.dumps(summed_up(rows), indent=1))
    measured = [cell for cell in cells(rows) if cell.world in SCENARIOS and cell.forms]
    enough = {cell.world for cell in measured if cell.count >= AUTHORITIES} == set(SCENARIOS)
    within = enough and all(cell.holds for cell in measured)
    return 0 if within and 0.88 <= pooled(rows) <= 0.92 else 1


if __name__ == "__main__":
    sys.exit(main())
