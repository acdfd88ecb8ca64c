"""A catalogue with little in it, invented for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.catalogue import actions
from schoolward.apps.catalogue.details import (
    CategoryDetails,
    LineDetails,
    PersonDetails,
    PriceDetails,
    ProviderDetails,
    SkillDetails,
    TermsDetails,
)
from schoolward.apps.catalogue.models import ServiceLine
from schoolward.apps.catalogue.pricing import Part, PartKind

REVIEW = LineDetails(
    key="leadership-review",
    name="Leadership review",
    category="improvement",
    provider="advisers",
    description="Two advisers look at leadership with the head.",
    free_part="For a school causing concern, a review each term.",
    charged_part="The review, its report and a meeting with governors.",
    unit="package",
    days_per_unit=Decimal("4.00"),
    sold_from=date(2025, 4, 1),
    people=("ann-reed",),
    position=1,
)
PRICE = PriceDetails(
    line="leadership-review",
    audience="maintained",
    contract_year="april",
    starts_on=date(2026, 4, 1),
    is_firm=True,
    parts=(Part(PartKind.FLAT, 240_000),),
)


def make_shelf(by: Acting) -> ServiceLine:
    """One line with its category, provider, person, price and terms."""
    actions.set_category(by=by, details=CategoryDetails("improvement", "School improvement", "", 1))
    actions.set_skill(by=by, details=SkillDetails("leadership", "Leadership"))
    actions.set_provider(by=by, details=ProviderDetails("advisers", "School Improvement Team", "team"))
    person = PersonDetails("ann-reed", "Ann Reed", "Adviser", "advisers", ("leadership",))
    actions.set_person(by=by, details=person)
    line = actions.set_line(by=by, details=REVIEW)
    actions.set_price(by=by, details=PRICE)
    words = "The order is the contract."
    actions.set_terms(by=by, details=TermsDetails("", words, 12, 90, date(2026, 4, 1)))
    return line


def add_line(by: Acting, key: str, name: str, price_pence: int | None = None, **changes) -> ServiceLine:
    """Another line beside it, priced where a price is given."""
    line = actions.set_line(by=by, details=replace(REVIEW, key=key, name=name, **changes))
    if price_pence is not None:
        parts = (Part(PartKind.FLAT, price_pence),)
        actions.set_price(by=by, details=replace(PRICE, line=key, parts=parts))
    return line
