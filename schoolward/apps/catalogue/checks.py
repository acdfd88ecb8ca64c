"""Who may build the catalogue and set earmarks, and what may stand in a catalogue."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from unicodedata import category

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.catalogue import pricing, states
from schoolward.apps.catalogue.details import (
    CategoryDetails,
    LineDetails,
    PersonDetails,
    PriceDetails,
    ProviderDetails,
    SkillDetails,
    TermsDetails,
)
from schoolward.apps.catalogue.models import (
    OfferedPerson,
    Provider,
    ServiceCategory,
    ServiceLine,
    Skill,
    Terms,
)
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import own_schools
from schoolward.apps.rulebook.queries import rule_on
from schoolward.terms.errors import BadInput, NotAllowed
from schoolward.terms.trading import AgreementTerms

type Details = (
    CategoryDetails
    | SkillDetails
    | ProviderDetails
    | PersonDetails
    | LineDetails
    | PriceDetails
    | TermsDetails
)
MODELS = {
    CategoryDetails: ServiceCategory,
    SkillDetails: Skill,
    ProviderDetails: Provider,
    PersonDetails: OfferedPerson,
    LineDetails: ServiceLine,
    TermsDetails: Terms,
}
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
UNPRINTABLE = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
MOST_DAYS, MOST_MONTHS, MOST_PRICE_PENCE = 400, 240, 100_000_000
CATERING = "catering"  # in the key of a category: such services may be agreed for longer
NEEDED = {"key": "Give a key.", "name": "Give a name.", "words": "Write the terms."}
NEEDED_OF_LINE = {"description": "Say what it is.", "charged_part": "Say what the price buys."}


def check_can_build(by: Acting) -> None:
    """Commissioning."""
    by.check(Permission.MANAGE_CATALOGUE)


def check_can_earmark(school: School, by: Acting) -> None:
    """Head, chair, business manager or trust for their own; officers who enter returns for any of ours."""
    if by.may(Permission.ENTER_RETURNS):
        if school.authority_code != by.authority_code:
            raise NotAllowed(f"{school} is a school of another authority.")
        return
    by.check(Permission.SET_EARMARK)
    if school.pk not in {own.pk for own in own_schools(by)}:
        raise NotAllowed(f"You do not act for {school}.")


def check_details(details: Details) -> None:
    """BadInput names the field in `where` if a value will not do by itself."""
    _check_words(details)
    match details:
        case ProviderDetails():
            _check_choice("kind", details.kind, states.PROVIDER_WORDS)
        case LineDetails():
            _check_line(details)
        case PriceDetails():
            _check_price(details)
        case TermsDetails():
            _check_term(details)
            _check_between("notice_days", details.notice_days, 0, 366)


def _check_term(terms: TermsDetails) -> None:
    """No longer than an agreement may bind on renewal, by the rule of the day from which the terms hold."""
    rule = rule_on(AgreementTerms, terms.starts_on)
    most = rule.longest(catering=CATERING in terms.category).renewed_months if rule else MOST_MONTHS
    if not 1 <= terms.term_months <= most:
        says = rule.says if rule else ""
        raise BadInput(f"It must be from 1 to {most}. {says}".strip(), where="term_months")


def _check_words(details: Details) -> None:
    """Keys are slugs, needed words are there, and nothing is longer than its column."""
    model = MODELS.get(type(details))
    needed = NEEDED | (NEEDED_OF_LINE if isinstance(details, LineDetails) else {})
    for field in fields(details):
        value = getattr(details, field.name)
        if not isinstance(value, str):
            continue
        if value != value.strip() or any(category(c) in UNPRINTABLE for c in value if c != "\n"):
            raise BadInput("It has characters that are not seen.", where=field.name, do="Type it again.")
        if field.name in needed and not value:
            raise BadInput(needed[field.name], where=field.name)
        if field.name == "key" and not KEY.fullmatch(value):
            do = "Use small letters and digits with hyphens between, such as leadership-review."
            raise BadInput(f"'{value}' is not a key.", where="key", do=do)
        most = model._meta.get_field(field.name).max_length if model and value else None
        if most and len(value) > most:
            raise BadInput(f"It is longer than {most} characters.", where=field.name, do="Shorten it.")


def _check_line(line: LineDetails) -> None:
    _check_choice("unit", line.unit, states.UNIT_WORDS)
    _check_choice("vat", line.vat, states.VAT_WORDS)
    if line.days_per_unit is not None and not 0 < line.days_per_unit <= MOST_DAYS:
        raise BadInput(
            f"The days must be above 0 and at most {MOST_DAYS}.",
            where="days_per_unit",
            do="Or leave it empty.",
        )
    if line.sold_until and line.sold_until < line.sold_from:
        raise BadInput("The last day is before the first.", where="sold_until", do="Give a later day.")
    if line.sold_until and not line.withdrawn_because:
        raise BadInput("Say why it is no longer sold.", where="withdrawn_because")
    if line.withdrawn_because and not line.sold_until:
        raise BadInput("There is a reason for its end and no last day.", where="sold_until")


def _check_price(price: PriceDetails) -> None:
    _check_choice("audience", price.audience, states.AUDIENCE_WORDS)
    _check_choice("contract_year", price.contract_year, states.CONTRACT_WORDS)
    parts = pricing.check_parts(price.parts)
    sums = [part.price_pence for part in parts] + [price.list_price_pence or 0]
    if max(sums) > MOST_PRICE_PENCE:
        raise BadInput("A price is above £1,000,000.", where="parts", do="Give it in pounds.")
    for part in parts:
        if len(part.level) > 60 or len(part.includes) > 200:
            raise BadInput("The words of a level are too long.", where="parts", do="Shorten them.")
        if part.most_pupils is not None:
            _check_between("parts", part.most_pupils, 1, 1_000_000)


def _check_choice(where: str, value: str, words: dict) -> None:
    if value not in words:
        raise BadInput(f"'{value}' is not one of the choices.", where=where, do=f"Use {', '.join(words)}.")


def _check_between(where: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise BadInput(f"It must be from {least:,} to {most:,}.", where=where)


def check_starts(line: LineDetails | ServiceLine, starts_on: date) -> None:
    """A price may not start after its line has ended."""
    if line.sold_until and starts_on > line.sold_until:
        raise BadInput(
            "The line is not sold any more on that day.", where="starts_on", do="Give another day."
        )


def check_earmark(
    year: int,
    amount_pence: int,
    certainty: str,
    said_by: str,
    budget_share_pence: int | None,
    pupils: int | None,
) -> None:
    """BadInput names the field in `where` if a value will not do."""
    _check_between("year", year, 2000, 2100)
    _check_choice("certainty", certainty, states.CERTAINTY_WORDS)
    if amount_pence < 0:
        raise BadInput("The sum is below zero.", where="amount_pence", do="Give 0 where nothing is expected.")
    if budget_share_pence is not None and budget_share_pence <= 0:
        raise BadInput(
            "The budget share must be above zero.", where="budget_share_pence", do="Or leave it out."
        )
    if budget_share_pence is not None and amount_pence > budget_share_pence:
        raise BadInput("The sum is more than the whole budget share.", where="amount_pence", do="Check both.")
    if pupils is not None and pupils <= 0:
        raise BadInput("The number of pupils must be above zero.", where="pupils", do="Or leave it out.")
    if not said_by.strip() or len(said_by) > 200:
        raise BadInput("Say who said so, by name and role.", where="said_by")
