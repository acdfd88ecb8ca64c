"""Invented authorities whose truth is known: what their schools say, and what they then do.

Frozen: figures in docs/reference/demand.md are comparable only while this file stays as it is. The plain
form follows the prototype's generator draw for draw. A `Nature` says how the world may differ from the model
assumes: a gap far outside the prior, silence that depends on keenness, keen schools ordering first,
another link, tastes that go together, budgets that run out, schools that copy each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit, ndtr

from schoolward.analysis.demand.assemble import arrival_of
from schoolward.analysis.demand.evidence import Evidence, Revealed, Statements, Ticks

DEARER = np.log(1.25)


@dataclass(frozen=True)
class Nature:
    """How the world is; what is None is drawn anew for each authority."""

    optimism: float | None = None
    scale: float | None = None
    price: float | None = None
    silence: float | None = None
    keen_first: bool = False
    self_selected: bool = False
    probit: bool = False
    correlated: float = 0.0
    budget: float = 0.0
    herding: float = 0.0
    tick_list: bool = False
    history: bool = False


@dataclass(frozen=True)
class Authority:
    """What is known (arrays as in Evidence), and the truth beside it."""

    facts: np.ndarray
    category: np.ndarray
    price: np.ndarray
    answered: np.ndarray
    statements: Statements
    ticks: Ticks
    bought: np.ndarray
    chance: np.ndarray
    before: np.ndarray | None
    queue: np.ndarray
    nature: Nature
    truth: dict[str, float] = field(default_factory=dict)

    @property
    def revenue(self) -> float:
        """What the schools will spend."""
        return float((self.bought * self.price).sum())

    def evidence(self, forms: int) -> Evidence:
        """What is known when so many order forms are back."""
        schools, services = self.bought.shape
        back = self.queue[:forms]
        rows = [
            (np.repeat(back, services), np.tile(np.arange(services), forms), np.zeros(forms * services, int))
        ]
        bought = [self.bought[back].ravel()]
        if self.before is not None:
            place = np.indices(self.before.shape).reshape(2, -1)
            rows.append((*place, np.ones(self.before.size, int)))
            bought.append(self.before.ravel())
        school, service, occasion = (np.concatenate(each) for each in zip(*rows, strict=True))
        alone = self.nature.keen_first or self.nature.self_selected
        dates = np.full(schools, np.nan)
        dates[back] = np.arange(forms)
        return Evidence(
            self.facts,
            self.category,
            (self.price * 100).astype(np.int64),
            self.answered,
            self.statements,
            self.ticks,
            Revealed(school, service, np.zeros(len(school)), np.concatenate(bought), occasion),
            arrival_of(dates, np.zeros(schools, bool)) if alone and forms else None,
            np.full(schools, np.nan),
            0 if self.before is None else 1,
        )


def draw_authority(
    seed: int | list[int],
    nature: Nature | None = None,
    *,
    schools: int = 100,
    services: int = 30,
    categories: int = 6,
    asked: int = 12,
) -> Authority:
    """One authority; the same seed and nature give the same one for ever."""
    nature = nature or Nature()
    rng = np.random.default_rng(seed)
    facts = _facts(rng, schools)
    category = np.repeat(np.arange(categories), services // categories)
    price = np.round(rng.lognormal(np.log(1400), 0.8, services) / 50) * 50 + 100
    truth = _truth(rng, nature)
    appeal = rng.normal(-0.8, 0.9, services)
    pull = rng.normal(0, 0.3, (categories, facts.shape[1]))
    keen = rng.normal(0, 0.7, schools)
    leaning = rng.normal(0, 0.5, (schools, categories))
    taste = rng.normal(0, 0.6, (schools, services))
    price_own = rng.normal(0, 0.3, schools)
    talk = rng.normal(0, 0.5, schools)
    taste = _correlated(rng, nature, taste)
    base = appeal + (facts @ pull.T)[:, category] + keen[:, None] + leaning[:, category] + taste
    base = base + _herding(rng, nature, base)

    def liking(log_price: float) -> np.ndarray:
        return base - (truth["price"] + price_own)[:, None] * log_price

    chance = _link(nature, base)
    want = rng.random(base.shape)
    bought = _within_budget(rng, nature, (want < chance).astype(int), base, price)
    answers = rng.random(schools) < expit(
        0.7 + 0.3 * facts[:, 3] - 0.3 * facts[:, 0] + truth["silence"] * keen
    )
    was_asked = np.zeros(base.shape, bool)
    for school in range(schools):
        was_asked[school, rng.choice(services, asked, replace=False)] = True
    was_asked &= answers[:, None]
    heaps = rng.random(schools) < 0.35
    talk_pair = rng.normal(0, 0.6, base.shape)

    def said(log_price: float) -> tuple[np.ndarray, np.ndarray]:
        noise = 0.35 * rng.normal(size=base.shape)
        latent = truth["optimism"] + talk[:, None] + truth["scale"] * liking(log_price) + talk_pair + noise
        tenths = np.clip(np.round(expit(latent) * 10), 0, 10)
        return np.where(heaps[:, None], np.round(tenths / 5) * 5, tenths).astype(int), latent

    at_list, latent = said(0.0)
    dearer = np.minimum(said(DEARER)[0], at_list)
    order = np.argsort(-(keen + 0.5 * rng.normal(size=schools)))
    if not nature.keen_first:
        order = rng.permutation(schools)
    before = None
    if nature.history:
        before = (rng.random(base.shape) < expit(base + 0.3 + rng.normal(0, 0.2, services))).astype(int)
    if nature.tick_list:
        was_asked = answers[:, None] & (latent > -0.3)
    ticks = _ticks(nature, answers, latent)
    return Authority(
        facts, category, price, answers, _statements(was_asked, at_list, dearer), ticks, bought, chance,
        before, order, nature, truth,
    )  # fmt: skip


def _facts(rng: np.random.Generator, schools: int) -> np.ndarray:
    secondary = rng.random(schools) < 0.17
    special = ~secondary & (rng.random(schools) < 0.07)
    roll = np.where(
        secondary,
        rng.lognormal(np.log(950), 0.3, schools),
        np.where(special, rng.lognormal(np.log(90), 0.3, schools), rng.lognormal(np.log(260), 0.45, schools)),
    )
    poor = np.clip(rng.beta(2, 8, schools), 0.01, 0.8)
    grade = rng.normal(0, 1, schools) - 0.3 * (poor - 0.2) / 0.12 + rng.normal(0, 0.6, schools)
    return np.column_stack(
        [secondary, special, (np.log(roll) - 5.7) / 0.7, grade, (poor - 0.2) / 0.12]
    ).astype(float)


def _truth(rng: np.random.Generator, nature: Nature) -> dict[str, float]:
    drawn = {
        "optimism": rng.normal(0.5, 0.5),
        "scale": float(np.clip(rng.normal(0.9, 0.15), 0.5, 1.4)),
        "price": float(np.clip(rng.normal(2, 0.4), 0.8, 3.2)),
        "silence": rng.normal(0.6, 0.3),
    }
    fixed = {name: getattr(nature, name) for name in drawn}
    return {name: drawn[name] if value is None else value for name, value in fixed.items()}


def _correlated(rng: np.random.Generator, nature: Nature, taste: np.ndarray) -> np.ndarray:
    """Two hidden kinds of liking that run across categories, in place of part of each pair's own taste."""
    if not nature.correlated:
        return taste
    schools, services = taste.shape
    hidden = rng.normal(size=(schools, 2)) @ rng.normal(size=(2, services)) / np.sqrt(2)
    return np.sqrt(1 - nature.correlated) * taste + np.sqrt(nature.correlated) * 0.6 * hidden


def _herding(rng: np.random.Generator, nature: Nature, base: np.ndarray) -> np.ndarray:
    """Schools in clusters of ten copy one leader's want of each service."""
    if not nature.herding:
        return np.zeros(base.shape)
    clusters = rng.integers(0, max(len(base) // 10, 1), len(base))
    wants = rng.normal(size=(clusters.max() + 1, base.shape[1]))
    return nature.herding * wants[clusters]


def _link(nature: Nature, base: np.ndarray) -> np.ndarray:
    return ndtr(base / 1.7) if nature.probit else expit(base)


def _within_budget(
    rng: np.random.Generator, nature: Nature, bought: np.ndarray, base: np.ndarray, price: np.ndarray
) -> np.ndarray:
    """Purchases kept, most liked first, while a school's budget lasts."""
    if not nature.budget:
        return bought
    budget = nature.budget * (bought * price).sum(axis=1).mean() * rng.lognormal(0, 0.4, len(base))
    kept = np.zeros_like(bought)
    for school, order in enumerate(np.argsort(-base, axis=1)):
        wanted = order[bought[school, order] == 1]
        kept[school, wanted[np.cumsum(price[wanted]) <= budget[school]]] = 1
    return kept


def _statements(asked: np.ndarray, at_list: np.ndarray, dearer: np.ndarray) -> Statements:
    school, service = np.nonzero(asked)
    first, second = at_list[school, service], dearer[school, service]
    zeros = np.zeros(len(school))
    return Statements(
        np.tile(school, 2),
        np.tile(service, 2),
        np.concatenate([zeros, zeros + DEARER]),
        np.concatenate([first, second]),
        np.concatenate([zeros > 0, first == second]),
    )


def _ticks(nature: Nature, answers: np.ndarray, latent: np.ndarray) -> Ticks:
    if not nature.tick_list:
        empty = np.zeros(0, dtype=int)
        return Ticks(empty, empty, empty)
    school, service = np.nonzero(np.broadcast_to(answers[:, None], latent.shape))
    liking = latent[school, service]
    return Ticks(school, service, np.where(liking > 0.6, 0, np.where(liking > -0.3, 5, 2)))
