"""The program as arrays: what a plan costs, earns and can cover, with demand and core days as scenarios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schoolward.analysis.structure.core_days import CoreDays
from schoolward.analysis.structure.corridor import allowed_prices
from schoolward.analysis.structure.inputs import Question
from schoolward.analysis.structure.purchases import Dice, Draws, bought_at_each
from schoolward.analysis.structure.reach import Reach, reach_of
from schoolward.analysis.structure.recourse import CoreCosts, TradedCosts
from schoolward.terms.errors import BadInput

THOUSAND = 100_000.0  # pence in a thousand pounds
SLACK = 1e-6  # in steps, for shares of a post that are no binary fractions


@dataclass(frozen=True)
class Program:
    """Everything but the scenarios, with FTE counted in steps and money in thousands of pounds.

    `day_share` (J, K) is the days that one unit of a service needs by category. Prices are (J, L) pence,
    `open` (J, L) those on the menu; `margin` (J, L) is the price less what a unit costs besides staff. A
    purchase counts for `take_up_share` of its list price beyond what it brings in; `least_open` services
    are kept on offer. A thousand pounds, whoever spends or earns it, is worth `worth` days of cover.
    """

    categories: tuple[str, ...]
    step_fte: np.ndarray
    cost_per_step: np.ndarray
    days_per_step: np.ndarray
    current_fte: np.ndarray
    min_fte: np.ndarray
    max_fte: np.ndarray
    core_most: np.ndarray
    traded_most: np.ndarray
    redundancy_per_fte: np.ndarray
    core: Reach
    traded: Reach
    core_costs: CoreCosts
    traded_costs: TradedCosts
    prices_pence: np.ndarray
    open: np.ndarray
    margin: np.ndarray
    day_share: np.ndarray
    budget: float
    surplus_share: float
    worth: float
    alpha: float
    list_price: np.ndarray
    emergency_years_share: float = 0.001
    take_up_share: float = 0.0
    least_open: int = 0

    @property
    def posts(self) -> int:
        """How many posts."""
        return len(self.step_fte)

    @property
    def services(self) -> int:
        """How many services."""
        return len(self.prices_pence)

    @property
    def levels(self) -> int:
        """How many prices the menu has."""
        return self.prices_pence.shape[1]


def program_of(question: Question) -> Program:
    """The arrays of a question; refused where nothing could be worked out from it."""
    settings, categories = question.settings, question.categories
    if not question.posts:
        raise BadInput("There are no posts.", where="posts", do="List the establishment, one line a post.")
    if not question.duties:
        raise BadInput(
            "There are no duties.", where="duties", do="List what the core must do, in days a year."
        )
    posts, services = question.posts, question.services
    skill = np.array([[c in p.skills for c in categories] for p in posts])
    does = {arm: np.array([p.arm in ("both", arm) for p in posts]) for arm in ("core", "traded")}
    terms = [settings.associate_for(category) for category in categories]
    rate = np.array([t.day_rate_pence for t in terms]) / THOUSAND
    prices, is_open = allowed_prices(question)
    costs = np.array([p.annual_cost_pence for p in posts]) / THOUSAND
    step = np.array([p.step_fte for p in posts])
    most_steps = np.array([int(p.max_fte / p.step_fte + SLACK) for p in posts])
    days = np.zeros((len(services), len(categories)))
    for j, service in enumerate(services):
        if service.days_per_unit is not None:
            days[j, categories.index(service.category)] = service.days_per_unit
    direct = np.array([s.direct_cost_pence for s in services])
    worth = THOUSAND / settings.most_paid_per_day_pence
    return Program(
        categories=categories,
        step_fte=step,
        cost_per_step=costs * step,
        days_per_step=settings.productive_days_per_fte * step,
        current_fte=np.array([p.current_fte for p in posts]),
        min_fte=np.array([p.min_fte for p in posts]),
        max_fte=np.array([p.max_fte for p in posts]),
        core_most=most_steps * does["core"],
        traded_most=most_steps * does["traded"],
        redundancy_per_fte=np.array([settings.redundancy_pence(p) for p in posts]) / THOUSAND,
        core=reach_of(skill & does["core"][:, None]),
        traded=reach_of(skill & does["traded"][:, None]),
        core_costs=CoreCosts(
            rate, np.array([t.most_core_days for t in terms]), settings.emergency_weight, worth
        ),
        traded_costs=TradedCosts(
            rate, settings.refund_share * rate, np.array([t.most_traded_days for t in terms])
        ),
        prices_pence=prices,
        open=is_open,
        margin=(prices - direct[:, None]) / THOUSAND,
        day_share=days,
        budget=question.budget_pence() / THOUSAND,
        surplus_share=settings.surplus_share_to_core,
        worth=worth,
        alpha=settings.alpha,
        list_price=np.array([s.list_price_pence for s in services]) / THOUSAND,
        emergency_years_share=settings.emergency_years_share,
        take_up_share=settings.take_up_share,
        least_open=question.least_open,
    )


@dataclass(frozen=True)
class Scenarios:
    """Purchases at every price of the menu (S, J, L), core days, and hard core days that only must be
    covered.

    `reserve` holds more years of statutory days than the rest: cover must be certain, so it is asked of
    more worlds than costs are averaged over.
    """

    units: np.ndarray
    core_days: CoreDays
    reserve: np.ndarray

    def __len__(self) -> int:
        return len(self.units)

    def sold(self, level: np.ndarray) -> np.ndarray:
        """Purchases (S, J) at one price a service (J,), -1 where it is withdrawn."""
        at = np.take_along_axis(self.units, np.maximum(level, 0)[None, :, None], axis=2)[:, :, 0]
        return at * (level >= 0)


def scenarios_of(
    program: Program,
    draws: Draws,
    dice: Dice,
    core_days: CoreDays,
    reserve: np.ndarray,
    *,
    others_pence: np.ndarray,
    offered: np.ndarray,
) -> Scenarios:
    """Scenarios on these dice, spending limits kept beside the others' prices."""
    units = bought_at_each(draws, dice, program.prices_pence, others_pence, offered)
    return Scenarios(units, core_days, reserve)
