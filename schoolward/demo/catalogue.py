"""What Estuary sells, who comes, what it costs in three years, and what schools said they would spend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import yaml

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership, Organisation
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
from schoolward.apps.catalogue.pricing import Part, PartKind, printed_price
from schoolward.apps.catalogue.states import USUAL_CONTRACT, Audience, Certainty, ContractYear, Vat
from schoolward.apps.register.queries import own_schools
from schoolward.apps.tenancy import clock
from schoolward.demo.dice import dice
from schoolward.demo.names import name_for
from schoolward.demo.people import PROVIDER
from schoolward.demo.published import SEED
from schoolward.demo.published.register import slug
from schoolward.terms.money import round_to_pence
from schoolward.terms.years import financial_year_end

# What a price is beside this year's, by how many years from it.
BY_YEAR = {-1: Decimal("0.97"), 0: Decimal(1), 1: Decimal("1.03")}
# Academies get the same service without what the core gives maintained schools beside it.
BY_AUDIENCE = {
    Audience.MAINTAINED: Decimal(1),
    Audience.ACADEMY: Decimal("1.06"),
    Audience.OUT_OF_AREA: Decimal("1.15"),
}
# As Estuary's finance office set it: training is exempt, the rest is not.
VAT_OF_UNIT = {"place": Vat.EXEMPT}
SOLD_BEYOND = {"day", "place"}
STARTS = {ContractYear.APRIL: 4, ContractYear.SEPTEMBER: 9}


def load_catalogue(members: Sequence[Membership], *, by: Acting) -> None:
    """The catalogue, as commissioning built it in the winter before last."""
    given = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    this_year = financial_year_end(clock.today()) - 1
    manager = Acting.of(next(m for m in members if m.role == "commissioning_manager"))
    with clock.frozen_at(date(this_year - 2, 12, 10)):
        _set_shelves(given, manager)
        people = _set_people(given["people"], members, manager)
        for details in _lines(given["lines"], people, date(this_year - 1, 4, 1)):
            actions.set_line(by=manager, details=details)
        for category, (months, days, words) in given["terms"].items():
            details = TermsDetails(category, words, months, days, date(this_year - 1, 4, 1))
            actions.set_terms(by=manager, details=details)
    for year, factor in BY_YEAR.items():
        told_on = min(date(this_year + year - 1, 12, 15), clock.today() - timedelta(days=2))
        with clock.frozen_at(told_on):
            for details in _prices(given["lines"], this_year + year, factor, is_firm=year < 1):
                actions.set_price(by=manager, details=details)
    _record_earmarks(members, this_year + 1)


def _set_shelves(given: dict, by: Acting) -> None:
    for n, (key, (name, description)) in enumerate(given["categories"].items(), start=1):
        actions.set_category(by=by, details=CategoryDetails(key, name, description, n))
    for key, name in given["skills"].items():
        actions.set_skill(by=by, details=SkillDetails(key, name))
    for key, (name, kind, description) in given["providers"].items():
        organisation = Organisation.objects.filter(name=name).first() if name == PROVIDER else None
        details = ProviderDetails(key, name, kind, description)
        actions.set_provider(by=by, details=details, organisation=organisation)


def _set_people(given: dict, members: Sequence[Membership], by: Acting) -> dict[str, str]:
    """Handle to key of everybody offered."""
    advisers = [m.person.name for m in members if m.role == "adviser"]
    keys = {}
    for handle, one in given.items():
        name = (
            advisers[one["adviser"]]
            if "adviser" in one
            else name_for(SEED, "offered", one["title"], handle).full
        )
        keys[handle] = slug(name)
        skills = tuple(sorted(one["skills"]))
        details = PersonDetails(keys[handle], name, one["title"], one["provider"], skills)
        actions.set_person(by=by, details=details)
    return keys


def _lines(given: list[dict], people: dict[str, str], sold_from: date) -> Iterator[LineDetails]:
    for n, one in enumerate(given, start=1):
        yield LineDetails(
            key=one["key"],
            name=one["name"],
            category=one["in"],
            provider=one["by"],
            description=one["what"],
            free_part=one["free"],
            charged_part=one["charged"],
            unit=one["unit"],
            vat=VAT_OF_UNIT.get(one["unit"], Vat.STANDARD),
            days_per_unit=Decimal(str(one["days"])) if "days" in one else None,
            sold_from=sold_from,
            people=tuple(sorted(people[handle] for handle in one["who"])),
            position=n,
        )


def _prices(given: list[dict], year: int, factor: Decimal, *, is_firm: bool) -> Iterator[PriceDetails]:
    """The year's price of each line for maintained schools and academies, and of some for schools beyond."""
    for one in given:
        for audience, more in BY_AUDIENCE.items():
            if audience == Audience.OUT_OF_AREA and one["unit"] not in SOLD_BEYOND:
                continue
            contract = USUAL_CONTRACT[audience]
            starts_on = date(year, STARTS[contract], 1)
            parts = tuple(_parts(one["price"], factor * more))
            yield PriceDetails(one["key"], audience, contract, starts_on, is_firm, parts)


def _parts(price: dict, factor: Decimal) -> Iterator[Part]:
    if "flat" in price:
        yield Part(PartKind.FLAT, _printed(price["flat"], factor))
    for phase, pounds in price.get("per_pupil", {}).items():
        yield Part(PartKind.PER_PUPIL, round_to_pence(Decimal(str(pounds)) * factor), phase=phase)
    for most, pounds in price.get("bands", []):
        yield Part(PartKind.BAND, _printed(pounds, factor), most_pupils=most)
    for level, pounds, includes in price.get("levels", []):
        yield Part(PartKind.LEVEL, _printed(pounds, factor), level=level, includes=includes)


def _printed(pounds: int, factor: Decimal) -> int:
    return printed_price(Decimal(pounds) * 100 * factor)


def _record_earmarks(members: Sequence[Membership], year: int) -> None:
    """Two heads in five said last winter what their school would spend this year, and some said it again."""
    throw = dice(SEED, "earmarks")
    heads = [m for m in members if m.role == "headteacher"]
    for head in heads:
        if throw.random() > 0.4:
            continue
        by = Acting.of(head)
        school = next((s for s in own_schools(by) if s.roll), None)
        if school is None:
            continue
        pounds_per_pupil = float(throw.gamma(9.0, 3.5))
        with clock.frozen_at(date(year - 1, 3, int(throw.integers(3, 28)))):
            for certainty in (Certainty.GUESS, Certainty.AGREED)[: 1 + (throw.random() < 0.3)]:
                amount_pence = int(round(school.roll * pounds_per_pupil * throw.normal(1, 0.05), -2)) * 100
                actions.record_earmark(
                    by=by,
                    school=school,
                    year=year,
                    amount_pence=amount_pence,
                    certainty=certainty,
                    said_by=f"{head.person.name}, headteacher",
                )
