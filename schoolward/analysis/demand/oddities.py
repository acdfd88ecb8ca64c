"""What is odd in answers and prices, though nothing forbids it: said beside the figures, and modelled."""

from collections import defaultdict
from collections.abc import Iterator

from schoolward.analysis.demand.records import AnswerRow, Records
from schoolward.terms.money import format_pounds

AWAY = frozenset({"elsewhere", "ourselves", "not_needed"})
LIKELY = 6  # of ten: likelier than not


def of_answers(answers: list[AnswerRow]) -> Iterator[str]:
    """Schools that tick a service away and yet call it likely that they will order it."""
    away = {(row.urn, row.service) for row in answers if row.route in AWAY}
    likely = {(row.urn, row.service) for row in answers if row.chance is not None and row.chance >= LIKELY}
    if both := len(away & likely):
        yield (
            f"{both} answers call an order" if both > 1 else "1 answer calls an order"
        ) + f" likely ({LIKELY} in 10 or more) of a service that the same school ticked away: both count."


def of_prices(records: Records) -> Iterator[str]:
    """Services that were asked about, but not at the list price, or not at all where others were."""
    asked: dict[str, set[int]] = defaultdict(set)
    for row in records.answers:
        prices = asked[row.service]  # a tick alone asks at the list price
        if row.chance is not None and row.price_pence is not None:
            prices.add(row.price_pence)
    unasked: list[str] = []
    dealt = {row.service for row in (*records.previous, *records.orders)}
    for service in records.services:
        prices = asked.get(service.service)
        if prices and service.list_price_pence not in prices:
            told = " and ".join(format_pounds(pence) for pence in sorted(prices)[:3])
            yield (
                f"Nobody was asked about '{service.service}' at its list price of "
                f"{format_pounds(service.list_price_pence)}, only at {told}: what it would sell at that "
                "price is read from how sales fall as prices rise."
            )
        elif prices is None and asked and service.service in dealt:
            unasked.append(f"'{service.service}'")
    if unasked:
        rest = "its figures rest" if len(unasked) == 1 else "their figures rest"
        yield (
            f"Nobody was asked about {', '.join(unasked)}: {rest} on what schools bought or ordered, and "
            "on the other services."
        )
