"""Reading the catalogue and earmarks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.catalogue import pricing
from schoolward.apps.catalogue.holding import parts_of
from schoolward.apps.catalogue.models import (
    Earmark,
    LinePerson,
    OfferedPerson,
    Price,
    ServiceLine,
    Terms,
)
from schoolward.apps.catalogue.states import PER_UNIT, Audience, Unit
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import is_academy, is_maintained
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.money import divide_pence


@dataclass(frozen=True)
class PersonOnOffer:
    """Somebody who would come, with what they are good at."""

    key: str
    name: str
    job_title: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class ServiceOnOffer:
    """One service line as a school meets it on a day; prices are None where none is set."""

    key: str
    name: str
    category_key: str
    category: str
    description: str
    free_part: str
    charged_part: str
    unit: str
    days_per_unit: Decimal | None
    provider: str
    provider_kind: str
    people: tuple[PersonOnOffer, ...]
    list_price_pence: int | None
    is_firm: bool

    @property
    def raised_price_pence(self) -> int | None:
        """A quarter more, made round: the second price of a survey's card."""
        return None if self.list_price_pence is None else pricing.raised_price(self.list_price_pence)

    @property
    def per_unit(self) -> str:
        """'a day', 'a place': what stands behind the price."""
        return PER_UNIT[Unit(self.unit)]


def sold_on(on: date, lines: QuerySet[ServiceLine] | None = None) -> QuerySet[ServiceLine]:
    """The lines that schools can buy on the day, in the catalogue's order."""
    rows = ServiceLine.objects.all() if lines is None else lines
    lasting = Q(sold_until__isnull=True) | Q(sold_until__gte=on)
    return rows.filter(lasting, sold_from__lte=on).select_related("category", "provider")


def visible_to(by: Acting) -> QuerySet[ServiceLine]:
    """The lines this person may see: a provider's people their own, since a price is no rival's business."""
    rows = ServiceLine.objects.select_related("category", "provider")
    if by.role in roles.BY_KEY and roles.BY_KEY[by.role].organisation_kind == roles.PROVIDER:
        return rows.filter(provider__organisation=by.organisation)
    return rows


def matching(lines: QuerySet[ServiceLine], text: str) -> QuerySet[ServiceLine]:
    """Those of the lines in which every word is found: in what they are called and say, or who comes."""
    for word in text.split():
        places = ("name", "description", "free_part", "charged_part", "category__name", "provider__name")
        found = Q(pk__in=LinePerson.objects.filter(person__name__icontains=word).values("line"))
        for place in places:
            found |= Q(**{f"{place}__icontains": word})
        lines = lines.filter(found)
    return lines


def service_lines(on: date | None = None, lines: QuerySet[ServiceLine] | None = None) -> list[ServiceOnOffer]:
    """What is sold on the day (default today) with its card price, in the catalogue's order."""
    day = on or clock.today()
    rows = list(sold_on(day, lines))
    people = people_of(rows, day)
    prices = _card_prices(rows, day)
    return [_on_offer(row, people.get(row.pk, ()), prices.get(row.pk)) for row in rows]


def _on_offer(row: ServiceLine, people: tuple[PersonOnOffer, ...], price: Price | None) -> ServiceOnOffer:
    return ServiceOnOffer(
        key=row.key,
        name=row.name,
        category_key=row.category.key,
        category=row.category.name,
        description=row.description,
        free_part=row.free_part,
        charged_part=row.charged_part,
        unit=row.unit,
        days_per_unit=row.days_per_unit,
        provider=row.provider.name,
        provider_kind=row.provider.kind,
        people=people,
        list_price_pence=price.list_price_pence if price else None,
        is_firm=bool(price and price.is_firm),
    )


def people_of(lines: Iterable[ServiceLine], on: date) -> dict[int, tuple[PersonOnOffer, ...]]:
    """Line to the people who may come for it on the day, by name: three queries in all."""
    offered = Q(person__offered_until__isnull=True) | Q(person__offered_until__gte=on)
    links = LinePerson.objects.filter(offered, line__in=list(lines)).values_list("line_id", "person_id")
    by_line: dict[int, set[int]] = defaultdict(set)
    for line, person in links:
        by_line[line].add(person)
    everyone = set().union(*by_line.values()) if by_line else set()
    people = {
        person.pk: PersonOnOffer(
            person.key, person.name, person.job_title, tuple(skill.name for skill in person.skills.all())
        )
        for person in OfferedPerson.objects.filter(pk__in=everyone).prefetch_related("skills")
    }
    return {
        line: tuple(sorted((people[pk] for pk in pks), key=lambda person: person.name))
        for line, pks in by_line.items()
    }


def standing_prices() -> QuerySet[Price]:
    """Every price that no other has taken the place of, newest day first within a line and audience."""
    return Price.objects.filter(set_aside_at=None)


def _card_prices(lines: list[ServiceLine], on: date) -> dict[int, Price]:
    """Line to the price whose printed figure stands on cards: maintained schools' where there is one."""
    found: dict[int, Price] = {}
    for price in standing_prices().filter(line__in=lines, starts_on__lte=on):
        held = found.get(price.line_id)
        if held is None or _place(price) < _place(held):
            found[price.line_id] = price
    return found


def _place(price: Price) -> int:
    return list(Audience).index(Audience(price.audience))


def prices_for(lines: Iterable[ServiceLine], audience: Audience, on: date) -> dict[int, Price]:
    """Line to the price in force on the day for such schools, with its parts: two queries in all."""
    rows = standing_prices().filter(line__in=list(lines), audience=audience, starts_on__lte=on)
    found: dict[int, Price] = {}
    for price in rows.prefetch_related("parts"):
        found.setdefault(price.line_id, price)
    return found


def audience_of(school: School, authority_code: int | None) -> Audience:
    """For whom prices are, in this school's case."""
    if school.authority_code != authority_code:
        return Audience.OUT_OF_AREA
    return Audience.MAINTAINED if is_maintained(school) and not is_academy(school) else Audience.ACADEMY


def price_for(line: ServiceLine, audience: Audience, on: date) -> Price | None:
    """The price in force on the day for such a school, or None where none is set."""
    return prices_for([line], audience, on).get(line.pk)


def prices_of(line: ServiceLine) -> list[Price]:
    """Every price there was, is and is to be, newest day first within its audience, with its parts."""
    rows = Price.objects.filter(line=line).select_related("set_by__person").prefetch_related("parts")
    return sorted(rows, key=_place)


@dataclass(frozen=True)
class Offer:
    """What a line costs one school: the price, or in `unknown` the sentence why it cannot be said."""

    price: Price | None
    quote: pricing.Quote | None
    levels: tuple[tuple[pricing.Part, pricing.Quote], ...] = ()
    unknown: str = ""


def offer_for(price: Price | None, school: School) -> Offer:
    """The price worked out for the school, and at each level where it has levels."""
    if price is None:
        return Offer(None, None, unknown="No price is set.")
    parts, buyer = parts_of(price), buyer_of(school)
    try:
        levels = tuple(
            (part, pricing.quote(parts, buyer, part.level))
            for part in parts
            if part.kind == pricing.PartKind.LEVEL
        )
        return Offer(price, pricing.quote(parts, buyer), levels)
    except NotEnoughData as error:
        return Offer(price, None, unknown=str(error))


def buyer_of(school: School) -> pricing.Buyer:
    """What of the school a price may hang on."""
    return pricing.Buyer(school.roll, pricing.phase_of(school.phase, school.type_name))


def terms_on(on: date, category_key: str = "") -> Terms | None:
    """The terms in force for the category, or else those for all services."""
    rows = Terms.objects.filter(set_aside_at=None, starts_on__lte=on).select_related("category")
    own = rows.filter(category__key=category_key).first() if category_key else None
    return own or rows.filter(category=None).first()


@dataclass(frozen=True)
class EarmarkFigures:
    """An earmark three ways; a share or a rate is None where what it is a share of is not known."""

    amount_pence: int
    share_of_budget: float | None
    per_pupil_pence: int | None


def figures_of(earmark: Earmark) -> EarmarkFigures:
    """The sum, the share of budget share that it is, and what it is for each pupil."""
    budget, pupils = earmark.budget_share_pence, earmark.pupils
    return EarmarkFigures(
        earmark.amount_pence,
        earmark.amount_pence / budget if budget else None,
        divide_pence(earmark.amount_pence, pupils) if pupils else None,
    )


def earmarks_of(year: int) -> QuerySet[Earmark]:
    """What stands for the contract year that ends in `year`, one for each school that said."""
    return Earmark.objects.filter(year=year, superseded_at=None).select_related("school")


def latest_earmark(school: School, year: int) -> Earmark | None:
    """What the school expects to spend in the contract year that ends in `year`, or None if it never said."""
    return earmarks_of(year).filter(school=school).first()


def earmark_history(school: School) -> list[Earmark]:
    """Everything the school ever said it would spend, newest first."""
    rows = Earmark.objects.filter(school=school).select_related("recorded_by__person")
    return list(rows.order_by("-year", "-recorded_at", "-pk"))
