"""A post's cost and a person's severance by the dated rules; needs no Django."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from schoolward.analysis.establishment.cost import PostCost, Severance, post_cost, severance
from schoolward.analysis.establishment.posts import Establishment, Post
from schoolward.datasets.rulebook import load_rulebook
from schoolward.terms.rulebook import Dated


def cost_of(post: Post, found: Establishment, on: date) -> PostCost:
    """The annual cost of one whole-time holder by the day's rules; NotEnoughData says what is missing."""
    own = {payee: Decimal(share) for payee, share in found.pensions.items()}
    return post_cost(
        _rules(), spine=post.spine, point=post.point or 0, pension=post.pension, own_rates=own, on=on
    )


def severance_of(annual_pay_pence: int, age_years: int, service_years: int, on: date) -> Severance:
    """What ending a person's post costs once, by the rules of the day."""
    return severance(
        _rules(),
        annual_pay_pence=annual_pay_pence,
        age_years=age_years,
        service_years=service_years,
        on=on,
    )


def _rules() -> tuple[Dated, ...]:
    return load_rulebook().of(Dated)
