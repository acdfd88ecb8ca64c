"""The catalogue as schools see it: by category, by words, on paper; and one service with its arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.catalogue import pricing, queries
from schoolward.apps.catalogue.holding import parts_of
from schoolward.apps.catalogue.models import ServiceLine
from schoolward.apps.catalogue.queries import Offer, ServiceOnOffer
from schoolward.apps.catalogue.states import AUDIENCE_WORDS, CONTRACT_WORDS, UNIT_WORDS
from schoolward.apps.catalogue.tax import tax_on
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import own_schools, school_of, schools_of
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import format_day, parse_day
from schoolward.terms.years import financial_year_end
from schoolward.web.sheets import columns_of, sheet_reply


@dataclass(frozen=True)
class Shown:
    """One service with what it costs the school that looks, where one does."""

    service: ServiceOnOffer
    offer: Offer | None


@requires(P.VIEW_CATALOGUE)
def catalogue(request: HttpRequest) -> HttpResponse:
    """What is sold on a day, shelf by shelf, with what is free beside what is charged."""
    on, school = _day(request), _school(request)
    shown = _asked(request, on, school)
    everything = queries.service_lines(on, queries.visible_to(request.acting))
    page = {
        "shelves": [
            (name, list(rows)) for name, rows in groupby(shown, key=lambda one: one.service.category)
        ],
        "count": len(shown),
        "total": len(everything),
        "categories": [("", "Every category"), *_categories(everything)],
        "category": request.GET.get("category", ""),
        "words": request.GET.get("words", "")[:100],
        "days": _days(on),
        "on": on,
        "school": school,
        "schools": _choices_of_school(request),
        "may_build": request.acting.may(P.MANAGE_CATALOGUE),
        "query": request.GET.urlencode(),
    }
    return render(request, "catalogue/list.html", page)


@requires(P.VIEW_CATALOGUE)
def catalogue_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same list as CSV or Excel."""
    on, school = _day(request), _school(request)
    rows = [_exported(one) for one in _asked(request, on, school)]
    return sheet_reply(form, f"services-{on:%Y-%m-%d}", EXPORTED, rows)


EXPORTED = columns_of(
    "Key",
    "Service",
    "Category",
    "What it is",
    "Free",
    "Charged",
    "Provider",
    "Who comes",
    "Unit",
    ("Days per unit", "decimal"),
    ("Printed price (£)", "pounds"),
    "Firm",
    ("Price for the school (£)", "pounds"),
)


def _exported(one: Shown) -> list:
    service, offer = one.service, one.offer
    days = None if service.days_per_unit is None else float(service.days_per_unit)
    return [
        *(service.key, service.name, service.category, service.description),
        *(service.free_part, service.charged_part, service.provider),
        *("; ".join(person.name for person in service.people), service.unit, days),
        *(_pounds(service.list_price_pence), "yes" if service.is_firm else "no"),
        _pounds(offer.quote.price_pence if offer and offer.quote else None),
    ]


def _pounds(price_pence: int | None) -> float | None:
    return None if price_pence is None else price_pence / 100


@requires(P.VIEW_CATALOGUE)
def service(request: HttpRequest, key: str) -> HttpResponse:
    """One service: free beside charged, who comes, and what it costs the school, worked out."""
    line = line_of(request, key)
    on, school = _day(request), _school(request)
    audiences = [queries.audience_of(school, request.acting.authority_code)] if school else []
    may_build = request.acting.may(P.MANAGE_CATALOGUE)
    page = {
        "line": line,
        "unit": UNIT_WORDS[line.unit],
        "people": queries.people_of([line], on).get(line.pk, ()),
        "school": school,
        "schools": _choices_of_school(request),
        "on": on,
        "days": _days(on),
        "offers": [queries.offer_for(queries.price_for(line, each, on), school) for each in audiences],
        "audience_words": AUDIENCE_WORDS,
        "contract_words": CONTRACT_WORDS,
        "prices": [
            (price, parts_of(price))
            for price in _prices(line, may_build)
            if may_build or not audiences or price.audience in audiences
        ],
        "terms": queries.terms_on(on, line.category.key),
        "tax": tax_on(line, audiences[0] if audiences else None, on),
        "raised_price": pricing.raised_price,
        "may_build": may_build,
        "today": clock.today(),
    }
    return render(request, "catalogue/service.html", page)


def _prices(line: ServiceLine, may_build: bool) -> list:
    """For commissioning all there ever were; for others what holds today and what is to come."""
    rows = queries.prices_of(line)
    if may_build:
        return rows
    standing = [price for price in rows if price.set_aside_at is None]
    found, started = [], set()
    for price in standing:
        if price.starts_on > clock.today() or price.audience not in started:
            found.append(price)
        if price.starts_on <= clock.today():
            started.add(price.audience)
    return found


def line_of(request: HttpRequest, key: str) -> ServiceLine:
    """The line, if this person may see it; else it is not found."""
    line = queries.visible_to(request.acting).filter(key=key).first()
    if line is None:
        raise Http404
    return line


def _asked(request: HttpRequest, on: date, school: School | None) -> list[Shown]:
    lines = queries.visible_to(request.acting)
    if category := request.GET.get("category", "")[:40]:
        lines = lines.filter(category__key=category)
    found = queries.service_lines(on, queries.matching(lines, request.GET.get("words", "")[:100]))
    if school is None:
        return [Shown(one, None) for one in found]
    rows = {line.key: line for line in lines}
    audience = queries.audience_of(school, request.acting.authority_code)
    prices = queries.prices_for(rows.values(), audience, on)
    return [Shown(one, queries.offer_for(prices.get(rows[one.key].pk), school)) for one in found]


def _categories(services: Iterable[ServiceOnOffer]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((one.category_key, one.category) for one in services))


def _day(request: HttpRequest) -> date:
    return parse_day(request.GET.get("on", "")[:20]) or clock.today()


def _days(on: date) -> list[tuple[str, str]]:
    """Today and the start of the next contract years; and the day asked for, if it is another."""
    year = financial_year_end(clock.today())
    days = [date(year, 4, 1), date(year if date(year, 9, 1) > clock.today() else year + 1, 9, 1)]
    choices = [("", "Today"), *((day.isoformat(), f"From {format_day(day)}") for day in days)]
    other = on != clock.today() and on not in days
    return [*choices, (on.isoformat(), f"On {format_day(on)}")] if other else choices


def _school(request: HttpRequest) -> School | None:
    """The school for which prices are worked out: one's own, or the one an officer asks for."""
    own, asked = own_schools(request.acting), request.GET.get("school", "")[:9]
    if own:
        return next((school for school in own if str(school.urn) == asked), own[0])
    if asked.isascii() and asked.isdigit() and request.acting.may(P.VIEW_SCHOOLS):
        return school_of(request.acting.authority_code, int(asked))
    return None


def _choices_of_school(request: HttpRequest) -> list[tuple[str, str]]:
    """What can be chosen: several of one's own; for officers any open school of the authority."""
    own = own_schools(request.acting)
    if own:
        return [(school.urn, school.name) for school in own] if len(own) > 1 else []
    if not request.acting.may(P.VIEW_SCHOOLS):
        return []
    schools = schools_of(request.acting.authority_code, open_only=True)
    return [("", "No school"), *((school.urn, school.name) for school in schools)]
