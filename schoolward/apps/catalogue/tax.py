"""What VAT does to a price: by how finance set the service, by the dated rules, and by who is charged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schoolward.apps.catalogue.models import ServiceLine
from schoolward.apps.catalogue.states import Audience, Vat
from schoolward.apps.rulebook.queries import rule_of, rule_on
from schoolward.terms.rulebook import Dated
from schoolward.terms.trading import TaxRate

MAINTAINED_RULE = "vat-maintained-schools"
NOTHING_ON_TOP = {
    Vat.NOT_SET: "Finance has not set yet whether VAT comes on top.",
    Vat.ZERO: "It bears VAT at the zero rate, so nothing comes on top.",
    Vat.EXEMPT: "It is exempt from VAT, so nothing comes on top.",
    Vat.OUTSIDE: "It is outside the scope of VAT, so nothing comes on top.",
}


@dataclass(frozen=True)
class Tax:
    """The sentence that stands beside a price, the rate where tax comes on top, and the rule it rests on."""

    sentence: str
    rate: TaxRate | None = None
    rule: Dated | None = None


def tax_on(line: ServiceLine, audience: Audience | None, on: date) -> Tax:
    """For the kind of school that is charged; None where none is chosen."""
    if line.vat != Vat.STANDARD:
        return Tax(NOTHING_ON_TOP[Vat(line.vat)])
    rule = rule_of(MAINTAINED_RULE)
    if audience == Audience.MAINTAINED and rule and rule.in_force_on(on):
        return Tax(rule.says, rule=rule)
    rate = rule_on(TaxRate, on)
    if rate is None:
        return Tax("VAT at the standard rate comes on top; the rate of that day is not known.")
    whom = (
        "" if audience else " for academies and schools elsewhere; maintained schools are charged without it"
    )
    return Tax(f"VAT at the standard rate, {rate.percent}, comes on top{whom}.", rate, rate)
