"""What Estuary's schools bought last year and the first orders of a few, as files; and a run on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.catalogue.queries import ServiceOnOffer, service_lines
from schoolward.apps.demand import actions
from schoolward.apps.demand.states import Table
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import schools_of
from schoolward.apps.tenancy import clock
from schoolward.demo.dice import dice
from schoolward.demo.published import SEED
from schoolward.demo.survey_answers import BY_CATEGORY, OWN_MIND_SPREAD, mind_of
from schoolward.terms.years import financial_year_end

PURCHASES = "urn,service,price_pence,year"
ORDERS = "urn,service,price_pence,ordered,ordered_on,drawn"
LEVEL, YEAR_SPREAD = -1.2, 0.5
DRAWN_SCHOOLS = 14  # drawn by lot to order early


def tell_purchases(members: Sequence[Membership], *, by: Acting) -> None:
    """Both files taken in, and a run asked for: it is worked out while people look around."""
    finance = Acting.of(next(m for m in members if m.role == "finance_officer"))
    schools = list(schools_of(by.authority_code, open_only=True))
    lines = [line for line in service_lines(clock.today()) if line.list_price_pence]
    for table, name, heading, rows in (
        (Table.PREVIOUS, "purchases.csv", PURCHASES, _purchases(schools, lines)),
        (Table.ORDERS, "early-orders.csv", ORDERS, _orders(schools, lines)),
    ):
        content = "\n".join([heading, *rows]).encode()
        actions.take_evidence(by=finance, table=table, file_name=name, content=content)
    actions.ask_for_run(by=finance)


def liking_of(school: School, line: ServiceOnOffer) -> float:
    """The logit of buying at list price: the same mind that speaks in the survey, where it hopes for more."""
    lasting = dice(SEED, "survey service", school.urn, line.key)
    own = BY_CATEGORY.get(line.category_key, 0.0) + mind_of(school).leaning
    return LEVEL + own + float(lasting.normal(0, OWN_MIND_SPREAD))


def _purchases(schools: Sequence[School], lines: Sequence[ServiceOnOffer]) -> Iterator[str]:
    last_year = financial_year_end(clock.today()) - 1
    for school in schools:
        throw = dice(SEED, "purchases", school.urn)
        for line in lines:
            if throw.logistic() < liking_of(school, line) + throw.normal(0, YEAR_SPREAD):
                yield f"{school.urn},{line.key},{round(line.list_price_pence * 0.97)},{last_year}"


def _orders(schools: Sequence[School], lines: Sequence[ServiceOnOffer]) -> Iterator[str]:
    lot = dice(SEED, "drawn to order early").permutation(len(schools))[:DRAWN_SCHOOLS]
    for n, at in enumerate(sorted(lot)):
        school, throw = schools[at], dice(SEED, "early orders", schools[at].urn)
        day = clock.today() - timedelta(days=3 + n % 11)
        for line in lines:
            ordered = int(throw.logistic() < liking_of(school, line))
            yield f"{school.urn},{line.key},{line.list_price_pence},{ordered},{day},random"
