"""What Estuary's schools bought in the years before, as the file that finance keeps, and a run on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.catalogue.queries import ServiceOnOffer, service_lines
from schoolward.apps.demand import actions
from schoolward.apps.demand.states import Table
from schoolward.apps.register.queries import schools_of
from schoolward.apps.tenancy import clock
from schoolward.demo.dice import dice
from schoolward.demo.published import SEED
from schoolward.terms.years import financial_year_end

HEADING = "urn,service,price_pence,year"
YEARS_BACK = (2, 1)
# how popular a service is, and how keen a school, on the scale of the logit
POPULAR_SD, KEEN_SD, LEVEL = 1.1, 0.8, -0.9


def tell_purchases(members: Sequence[Membership], *, by: Acting) -> None:
    """The purchases taken in, and a run asked for: it is worked out while people look around."""
    finance = Acting.of(next(m for m in members if m.role == "finance_officer"))
    rows = "\n".join([HEADING, *_rows(by.authority_code)])
    actions.take_evidence(by=finance, table=Table.PREVIOUS, file_name="purchases.csv", content=rows.encode())
    actions.ask_for_run(by=finance)


def _rows(authority_code: int) -> Iterator[str]:
    this_year = financial_year_end(clock.today())
    lines = [line for line in service_lines(clock.today()) if line.list_price_pence]
    popular = {line.key: dice(SEED, "popular", line.key).normal(0, POPULAR_SD) for line in lines}
    for school in schools_of(authority_code, open_only=True):
        throw = dice(SEED, "purchases", school.urn)
        keen = throw.normal(0, KEEN_SD)
        for line in lines:
            liking = LEVEL + keen + popular[line.key] + throw.normal(0, 0.6)
            for back in YEARS_BACK:
                if throw.logistic() < liking:
                    yield f"{school.urn},{line.key},{_price_then(line, back)},{this_year - back}"


def _price_then(line: ServiceOnOffer, years_back: int) -> int:
    return round(line.list_price_pence * 0.97**years_back)
