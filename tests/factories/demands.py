"""Schools, services and purchases enough for demand to be worked out from."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.demand import actions
from schoolward.apps.demand.models import DemandRun
from schoolward.apps.demand.states import Table
from schoolward.apps.jobs.attempts import run_job
from tests.factories.catalogue import add_line, make_shelf
from tests.factories.schools import make_school

URNS = range(900001, 900013)
DRAWS = 100


def make_market(by: Acting) -> None:
    """Twelve schools, two services, and what half of the schools bought last year."""
    builder = Acting.system(by.authority, "tests")
    make_shelf(builder)
    add_line(builder, "training", "Training", 50_000, category="improvement")
    for n, urn in enumerate(URNS):
        make_school(urn, phase="Secondary" if n % 4 == 0 else "Primary", roll=100 + 30 * n)
    rows = [f"{urn},training,50000,2026" for urn in URNS if urn % 2]
    rows += [f"{urn},leadership-review,240000,2026" for urn in URNS if urn % 5 == 0]
    content = "\n".join(["urn,service,price_pence,year", *rows]).encode()
    actions.take_evidence(by=by, table=Table.PREVIOUS, file_name="purchases.csv", content=content)


def make_demand(by: Acting) -> DemandRun:
    """A run of few draws, worked out as the worker would."""
    run = actions.ask_for_run(by=by, draws=DRAWS)
    run_job(run.job_id)
    run.refresh_from_db()
    return run
