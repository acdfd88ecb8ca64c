"""What demand gives under the Freedom of Information Act: totals as worked out; no school's chances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schoolward.apps.audit.exports import Export, register_export
from schoolward.apps.demand.models import DemandRun
from schoolward.apps.demand.states import Stage


def register() -> None:
    """Called once from `ready()`."""
    register_export(
        Export(
            "demand-totals",
            "Expected income of all services, as worked out between the two days.",
            ("As at", "Schools answered", "Expected £", "Low £ (5%)", "High £ (95%)"),
            totals_between,
        )
    )
    register_export(
        Export(
            "demand-schools",
            "What single schools are expected to buy, and what they bought before.",
            restricted="It would harm schools' and the authority's commercial interests.",
        )
    )


def totals_between(since: date, until: date) -> Iterator[tuple]:
    """One row for each run with a result."""
    rows = DemandRun.objects.filter(stage=Stage.DONE, as_at__range=(since, until)).order_by("as_at", "pk")
    for run in rows.only("as_at", "summary", "told", "authority"):
        money = run.summary["revenue_pence"]
        pounds = [round(money[key] / 100) for key in ("mean", "p05", "p95")]
        yield run.as_at, run.told["counts"].get("schools answered", 0), *pounds
