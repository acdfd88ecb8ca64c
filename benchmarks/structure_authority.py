"""An invented authority with known truth, and draws of demand about it, from a seed.

Thirty services in six categories at five prices, fifteen posts, a hundred schools, about 1,035 core days a
year. The draws are not a fit: they are the truth with errors whose spread is like that of a fit with
twenty order forms back (the level of all demand, services, pairs of school and service, price slopes), and
as uncertain in total (6% of income).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schoolward.analysis.structure.core_days import CoreDays
from schoolward.analysis.structure.program import THOUSAND, Program, Scenarios, scenarios_of
from schoolward.analysis.structure.purchases import Draws, throw
from schoolward.analysis.structure.reach import reach_of
from schoolward.analysis.structure.recourse import CoreCosts, TradedCosts

SCHOOLS, SERVICES, CATEGORIES, POSTS = 100, 30, 6, 15
MENU = np.array([0.7, 0.85, 1.0, 1.15, 1.4])
PRODUCTIVE_DAYS = 150.0
WORTH = 0.2  # days of cover for a thousand pounds: five thousand pounds at most for a day, as by default


@dataclass(frozen=True)
class Authority:
    """The program but for its scenarios, and the draws that those are made from."""

    program: Program
    draws: Draws


def authority(seed: int = 1, *, step_fte: float = 0.1, draws: int = 500) -> Authority:
    """An authority; the same for the same seed."""
    rng = np.random.default_rng([seed, 1])
    category = np.repeat(np.arange(CATEGORIES), SERVICES // CATEGORIES)
    list_price = (np.round(rng.lognormal(np.log(1400), 0.8, SERVICES) / 50) * 50 + 100) * 100
    known = _draws(rng, category, list_price, draws)
    return Authority(_program(np.random.default_rng([seed, 2]), category, list_price, step_fte), known)


def _draws(rng: np.random.Generator, category: np.ndarray, list_price: np.ndarray, draws: int) -> Draws:
    secondary = rng.random(SCHOOLS) < 0.17
    level = rng.normal(-0.8, 0.9, SERVICES) + rng.normal(0, 0.7, (SCHOOLS, 1))
    level = level + 0.3 * secondary[:, None] + rng.normal(0, 0.5, (SCHOOLS, CATEGORIES))[:, category]
    level = level + rng.normal(0, 0.6, (SCHOOLS, SERVICES))
    eta = level + rng.normal(0, 0.7, (draws, SCHOOLS, SERVICES)) + rng.normal(0, 0.08, (draws, 1, 1))
    eta += rng.normal(0, 0.25, (draws, 1, SERVICES))
    slope = 1.8 * np.clip(rng.normal(2.0, 0.25, (draws, 1)) + rng.normal(0, 0.3, (draws, SCHOOLS)), 0.2, None)
    return Draws(
        urn=np.arange(900_001, 900_001 + SCHOOLS),
        service=tuple(f"service-{j}" for j in range(SERVICES)),
        list_price_pence=list_price.astype(np.int64),
        eta=eta.astype(np.float32),
        slope=slope.astype(np.float32),
        cap_pence=np.full((draws, SCHOOLS), np.inf, dtype=np.float32),
        ordered=np.full((SCHOOLS, SERVICES), -1, dtype=np.int8),
    )


def _skills(rng: np.random.Generator) -> np.ndarray:
    skills = rng.random((POSTS, CATEGORIES)) < np.linspace(0.12, 0.6, POSTS)[:, None]
    skills[np.arange(POSTS), rng.integers(0, CATEGORIES, POSTS)] = True
    skills[rng.integers(0, POSTS, CATEGORIES), np.arange(CATEGORIES)] = True
    return skills


def _program(rng: np.random.Generator, category: np.ndarray, list_price: np.ndarray, step: float) -> Program:
    unit_days = list_price / 100 / (430 * rng.uniform(0.8, 1.15, SERVICES))
    yearly = np.round(np.linspace(46, 92, POSTS) * 1000 + rng.normal(0, 2000, POSTS)) / 1000
    traded, core = _skills(rng), _skills(rng)
    rate, most_days = rng.uniform(0.42, 0.56, CATEGORIES), rng.uniform(150, 400, CATEGORIES)
    core_rate = rng.uniform(0.42, 0.56, CATEGORIES)
    days = np.zeros((SERVICES, CATEGORIES))
    days[np.arange(SERVICES), category] = unit_days
    prices = np.round(list_price[:, None] * MENU).astype(np.int64)
    most = np.full(POSTS, round(6 / step))
    return Program(
        categories=tuple(f"category-{k}" for k in range(CATEGORIES)),
        step_fte=np.full(POSTS, step),
        cost_per_step=yearly * step,
        days_per_step=np.full(POSTS, PRODUCTIVE_DAYS * step),
        current_fte=np.round(rng.uniform(1, 3.5, POSTS), 1),
        min_fte=np.zeros(POSTS),
        max_fte=np.full(POSTS, 12.0),
        core_most=most,
        traded_most=most,
        redundancy_per_fte=0.35 * yearly,
        core=reach_of(core),
        traded=reach_of(traded),
        core_costs=CoreCosts(core_rate, np.full(CATEGORIES, np.inf), 20.0, WORTH),
        traded_costs=TradedCosts(rate, 1.8 * rate, most_days),
        prices_pence=prices,
        open=np.ones(prices.shape, dtype=bool),
        margin=prices / THOUSAND,
        day_share=days,
        budget=520.0,
        surplus_share=0.5,
        worth=WORTH,
        alpha=0.95,
        list_price=list_price / THOUSAND,
    )


def core_days(scenarios: int, rng: np.random.Generator) -> CoreDays:
    """Days for the schools causing concern of a year, fourteen on average, and what is always there."""
    schools = rng.poisson(rng.gamma(16, 14 / 16, (scenarios, 1)))
    per_school = np.linspace(4, 12, CATEGORIES) * rng.gamma(25, 1 / 25, (scenarios, CATEGORIES))
    need = schools * per_school + 60
    return CoreDays(need, 0.45 * need)


def scenarios(place: Authority, count: int, seed: int, *, reserve: int = 0) -> Scenarios:
    """Scenarios of demand and core days."""
    rng = np.random.default_rng([seed, 4])
    return scenarios_of(
        place.program,
        place.draws,
        throw(place.draws, count, rng),
        core_days(count, rng),
        core_days(reserve, rng).statutory,
        others_pence=place.program.prices_pence[:, 2],
        offered=np.ones(SERVICES, dtype=bool),
    )
