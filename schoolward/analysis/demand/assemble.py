"""From rows about schools, services, answers and orders to the arrays that the model reads.

What contradicts itself is refused, with both places named; what is merely odd is noted and modelled.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from schoolward.analysis.demand import facts, oddities
from schoolward.analysis.demand.evidence import ROUTES, Arrival, Evidence, Revealed, Statements, Ticks
from schoolward.analysis.demand.records import AnswerRow, OrderRow, Records
from schoolward.terms.errors import BadInput, NotEnoughData
from schoolward.terms.money import format_pounds

FAR = 60.0  # stands for no bound
LEAST_SCHOOLS = 5
MOST_TIMES = 20  # a price further than this from the list price is taken for pounds given as pence
YEARS_USED = 2


@dataclass(frozen=True)
class Problem:
    """Evidence, and what its rows and columns stand for; notes are sentences for the reader."""

    evidence: Evidence
    urns: tuple[int, ...]
    services: tuple[str, ...]
    categories: tuple[str, ...]
    units: tuple[str, ...]
    days_per_unit: np.ndarray
    fact_names: tuple[str, ...]
    notes: tuple[str, ...]


def assemble(records: Records) -> Problem:
    """The problem as arrays; refuses what is contradictory, and what is too little to learn from."""
    schools = _places(records.schools, lambda row: row.urn, "school")
    services = _places(records.services, lambda row: row.service, "service")
    if not schools or not services:
        raise NotEnoughData(
            f"There is no {'school' if not schools else 'service'}.",
            do="Give at least one line besides the heading.",
        )
    for row in (*records.answers, *records.previous, *records.orders):
        _known(row, schools, services)
    _enough(records)
    price = np.array([row.list_price_pence for row in records.services], dtype=np.int64)
    _check_prices(records, services, price)
    columns, names, notes = facts.columns(records.schools)
    categories = tuple(dict.fromkeys(row.category for row in records.services))
    statements, more = _statements(records.answers, schools, services, price)
    revealed, years, also = _revealed(records, schools, services, price)
    answered = np.zeros(len(schools), dtype=bool)
    answered[[schools[row.urn] for row in records.answers]] = True
    evidence = Evidence(
        columns,
        np.array([categories.index(row.category) for row in records.services]),
        price,
        answered,
        statements,
        _ticks(records.answers, schools, services),
        revealed,
        _arrival(records.orders, schools),
        np.array(
            [np.nan if row.earmark_pence is None else row.earmark_pence for row in records.schools],
            dtype=float,
        ),
        years,
    )
    return Problem(
        evidence,
        tuple(schools),
        tuple(services),
        categories,
        tuple(row.unit for row in records.services),
        np.array([np.nan if row.days_per_unit is None else row.days_per_unit for row in records.services]),
        tuple(names),
        (
            *notes,
            *more,
            *also,
            *oddities.of_answers(records.answers),
            *oddities.of_prices(records),
            *_gaps(evidence, tuple(services)),
        ),
    )


def arrival_of(dates: np.ndarray, drawn: np.ndarray) -> Arrival:
    """Places in the queue from dates (S,) as numbers, NaN where no form is back, and who was drawn (S,)."""
    counted = ~drawn
    total = int(counted.sum())
    low, high = np.full(len(dates), -FAR), np.full(len(dates), FAR)
    back = counted & ~np.isnan(dates)
    before = np.array([(dates[back] < day).sum() for day in dates[back]])
    upto = np.array([(dates[back] <= day).sum() for day in dates[back]])
    low[back] = np.maximum(ndtri(1 - upto / total), -FAR)
    high[back] = np.minimum(ndtri(1 - before / total), FAR)
    high[counted & ~back] = ndtri(1 - back.sum() / total)
    return Arrival(low, high, counted)


def _places(rows: Iterable, key: Callable, noun: str) -> dict:
    """Where each stands, in the order given."""
    found: dict[Hashable, tuple[int, str]] = {}
    for row in rows:
        name = key(row)
        if name in found:
            raise BadInput(
                f"{noun} {name} is there twice (also {found[name][1] or 'above'}).",
                where=row.where,
                do="Keep one of the two lines.",
            )
        found[name] = (len(found), row.where)
    return {name: place for name, (place, _) in found.items()}


def _known(row, schools: dict[int, int], services: dict[str, int]) -> None:
    if row.urn not in schools:
        raise BadInput(
            f"School {row.urn} is not in the register.",
            where=row.where,
            do="Add it to the schools, or take the line out.",
        )
    if row.service not in services:
        raise BadInput(
            f"Service '{row.service}' is not on the price list.",
            where=row.where,
            do="Add it to the services, or correct its name.",
        )


def _enough(records: Records) -> None:
    heard = {row.urn for row in (*records.answers, *records.orders)}
    if len(heard) < LEAST_SCHOOLS and not records.previous:
        count = f"Only {len(heard)}" if heard else "None"
        raise NotEnoughData(
            f"{count} of {len(records.schools)} schools answered or ordered, and nothing is "
            "known of earlier purchases: any figure would be guesswork.",
            do=f"Give last year's purchases, or the answers or orders of at least {LEAST_SCHOOLS} schools.",
        )


def _check_prices(records: Records, services: dict[str, int], price: np.ndarray) -> None:
    for row in (*records.answers, *records.previous, *records.orders):
        if row.price_pence is None:
            continue
        listed = int(price[services[row.service]])
        if not listed / MOST_TIMES <= row.price_pence <= listed * MOST_TIMES:
            raise BadInput(
                f"{format_pounds(row.price_pence)} for '{row.service}' is more than {MOST_TIMES} times "
                f"away from its list price of {format_pounds(listed)}.",
                where=row.where,
                do="Prices are in pence: 125000 is £1,250.",
            )


def _once(rows: list, key: Callable, value: Callable, noun: str) -> dict:
    """Rows by key; one said twice alike counts once, one said twice differently is refused."""
    found: dict = {}
    for row in rows:
        first = found.setdefault(key(row), row)
        if value(first) != value(row):
            raise BadInput(
                f"School {row.urn} has two different {noun} for '{row.service}' "
                f"(also {first.where or 'above'}).",
                where=row.where,
                do="Keep the one that holds.",
            )
    return found


def _statements(
    answers: list[AnswerRow], schools: dict[int, int], services: dict[str, int], price: np.ndarray
) -> tuple[Statements, list[str]]:
    rows = _once(
        [row for row in answers if row.chance is not None],
        lambda row: (row.urn, row.service, row.price_pence),
        lambda row: row.chance,
        "chances at one price",
    )
    by_pair: dict[tuple[int, str], list[AnswerRow]] = defaultdict(list)
    for row in rows.values():
        by_pair[row.urn, row.service].append(row)
    found, rising = [], 0
    for (urn, service), group in by_pair.items():
        group.sort(key=lambda row: row.price_pence)
        for place, row in enumerate(group):
            step = 0 if place == 0 else row.chance - group[place - 1].chance
            rising += step > 0
            ratio = row.price_pence / price[services[service]]
            found.append(
                (schools[urn], services[service], np.log(ratio), row.chance, place > 0 and step == 0)
            )
    school, service, log_price, chance, tied = zip(*found, strict=True) if found else ((),) * 5
    notes = []
    if rising:
        notes.append(
            f"{rising} answers give a higher chance at a higher price: taken as part of the noise in answers."
            if rising > 1
            else "1 answer gives a higher chance at a higher price: taken as part of the noise in answers."
        )
    if found and not np.any(log_price):
        notes.append(
            "No school was asked at another price than the list price: how sales fall as prices rise rests "
            "on belief alone."
        )
    return (
        Statements(
            np.array(school, dtype=int),
            np.array(service, dtype=int),
            np.array(log_price, dtype=float),
            np.array(chance, dtype=int),
            np.array(tied, dtype=bool),
        ),
        notes,
    )


def _ticks(answers: list[AnswerRow], schools: dict[int, int], services: dict[str, int]) -> Ticks:
    rows = _once(
        [row for row in answers if row.route is not None],
        lambda row: (row.urn, row.service),
        lambda row: row.route,
        "routes",
    )
    return Ticks(
        np.array([schools[urn] for urn, _ in rows], dtype=int),
        np.array([services[service] for _, service in rows], dtype=int),
        np.array([ROUTES.index(row.route) for row in rows.values()], dtype=int),
    )


def _revealed(
    records: Records, schools: dict[int, int], services: dict[str, int], price: np.ndarray
) -> tuple[Revealed, int, list[str]]:
    """This year's forms, and the last years' purchases: who is not among them did not buy."""
    orders = _once(records.orders, lambda row: (row.urn, row.service), lambda row: row.ordered, "orders")
    parts = [
        (
            schools[row.urn],
            services[row.service],
            np.log(row.price_pence / price[services[row.service]]),
            row.ordered,
            0,
        )
        for row in orders.values()
    ]
    years = sorted({row.year for row in records.previous})[-YEARS_USED:]
    notes = []
    for occasion, year in enumerate(reversed(years), start=1):
        bought = {(row.urn, row.service): row.price_pence for row in records.previous if row.year == year}
        for service, place in services.items():
            paid = [paid_pence for (_, name), paid_pence in bought.items() if name == service]
            if not paid:
                notes.append(f"Nobody bought '{service}' in {year}: taken as not on offer then.")
                continue
            usual = float(np.median(paid))
            for urn, school in schools.items():
                ratio = bought.get((urn, service), usual) / price[place]
                parts.append((school, place, np.log(ratio), (urn, service) in bought, occasion))
    school, service, log_price, took, occasion = zip(*parts, strict=True) if parts else ((),) * 5
    found = Revealed(
        np.array(school, dtype=int),
        np.array(service, dtype=int),
        np.array(log_price, dtype=float),
        np.array(took, dtype=int),
        np.array(occasion, dtype=int),
    )
    return found, len(years), notes


def _arrival(orders: list[OrderRow], schools: dict[int, int]) -> Arrival | None:
    """The queue, if any school ordered by itself."""
    dates, drawn = np.full(len(schools), np.nan), np.zeros(len(schools), dtype=bool)
    how: dict[int, OrderRow] = {}
    for row in orders:
        first = how.setdefault(row.urn, row)
        if first.drawn != row.drawn:
            raise BadInput(
                f"School {row.urn} is both drawn at random and by itself (also {first.where or 'above'}).",
                where=row.where,
                do="A school's order form came in one of the two ways.",
            )
        place, day = schools[row.urn], float(row.ordered_on.toordinal())
        dates[place] = day if np.isnan(dates[place]) else min(day, dates[place])
        drawn[place] = row.drawn
    return arrival_of(dates, drawn) if np.any(~np.isnan(dates) & ~drawn) else None


def _gaps(evidence: Evidence, services: tuple[str, ...]) -> list[str]:
    """What nobody told, and so rests on likeness to the rest."""
    told = np.zeros(len(services), dtype=bool)
    for rows in (evidence.statements, evidence.ticks, evidence.revealed):
        told[rows.service] = True
    notes = [
        f"Nobody was asked about '{name}' and nobody bought it: its figures rest on the other services alone."
        for name, known in zip(services, told, strict=True)
        if not known
    ]
    count = int(evidence.answered.sum())
    if not count:
        notes.append("No school answered the survey: the figures rest on purchases alone.")
    elif count < LEAST_SCHOOLS:
        answered = "1 school" if count == 1 else f"{count} schools"
        notes.append(
            f"Only {answered} of {evidence.schools} answered the survey: the figures rest nearly wholly on "
            "purchases and orders."
        )
    if not (evidence.revealed.occasion == 0).any():
        notes.append("No order form is back: how far schools do as they say rests on belief alone.")
    return notes
