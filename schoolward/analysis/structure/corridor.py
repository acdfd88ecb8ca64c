"""The two sides of the law on charges: full cost of a unit, and the prices of the menu held against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from schoolward.analysis.structure.inputs import Question, Service
from schoolward.terms.errors import BadInput

Side = Literal["within", "loss", "surplus", "unknown"]


def full_cost_pence(question: Question, service: Service) -> int | None:
    """What a unit costs in full: days of the posts that can work it, at their average cost, and direct costs.

    None where neither days nor a direct cost were given: unknown is not nil. A category that no post has the
    skill for is costed at the associates' rate.
    """
    if not service.cost_is_known:
        return None
    settings = question.settings
    able = [p for p in question.posts if service.category in p.skills and p.arm != "core"]
    weight = sum(max(p.max_fte, p.step_fte) for p in able)
    yearly = sum(p.annual_cost_pence * max(p.max_fte, p.step_fte) for p in able)
    rate = settings.associate_for(service.category).day_rate_pence
    day = yearly / weight / settings.productive_days_per_fte if able else rate
    staff = (service.days_per_unit or 0) * day
    return round((staff + service.direct_cost_pence) * (1 + settings.corridor.overhead_share))


def allowed_prices(question: Question) -> tuple[np.ndarray, np.ndarray]:
    """The menu in pence (J, L), rising, and which of its prices may be chosen (J, L)."""
    menu = sorted(question.settings.price_menu)
    if question.services and not menu:
        raise BadInput(
            "The price menu is empty.",
            where="settings, price_menu",
            do="Give at least one share, such as 1.0.",
        )
    shape = (len(question.services), len(menu))
    prices, is_open = np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=bool)
    for j, service in enumerate(question.services):
        prices[j] = [round(service.list_price_pence * share) for share in menu]
        if question.settings.corridor.enforce:
            cost = full_cost_pence(question, service)
            is_open[j] = [side_of(question, int(price), cost) in ("within", "unknown") for price in prices[j]]
    return prices, is_open


def side_of(question: Question, price_pence: int, cost_pence: int | None) -> Side:
    """On which side of the corridor a price stands."""
    if cost_pence is None:
        return "unknown"
    corridor = question.settings.corridor
    if price_pence < corridor.least_share * cost_pence:
        return "loss"
    return "surplus" if price_pence > corridor.most_share * cost_pence else "within"


@dataclass(frozen=True)
class OverYears:
    """A service's expected income and full cost with what earlier years brought forward, and the verdict."""

    service: str
    price_pence: int
    cost_pence: int | None
    income_pence: int
    full_cost_pence: int | None
    brought_forward_pence: int
    price_side: Side
    years_side: Side

    @property
    def sentence(self) -> str:
        """The verdict for the page."""
        match self.years_side:
            case "unknown":
                return "Its full cost is not known, so neither side of the law can be tested."
            case "loss":
                return "Taking one year with another it would be sold below its full cost."
            case "surplus":
                return "Taking one year with another it would bring in more than its full cost."
        return "Income and full cost agree, taking one year with another."


def over_years(question: Question, service: Service, price_pence: int, units: float) -> OverYears:
    """The corridor for a service sold at a price in so many units, earlier years' balance taken in."""
    cost = full_cost_pence(question, service)
    income = round(price_pence * units)
    total = None if cost is None else round(cost * units)
    with_past = (
        None if total is None or units <= 0 else round((income + service.brought_forward_pence) / units)
    )
    price_side = side_of(question, price_pence, cost)
    years_side = price_side if with_past is None else side_of(question, with_past, cost)
    return OverYears(
        service.key,
        price_pence,
        cost,
        income,
        total,
        service.brought_forward_pence,
        price_side,
        years_side,
    )
