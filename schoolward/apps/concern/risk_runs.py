"""Working out the bands of risk for a day, once per state of data and rules; never overwritten."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from schoolward import __version__
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import record
from schoolward.apps.concern import bridge
from schoolward.apps.concern.models import RiskBand, RiskRun
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput

if TYPE_CHECKING:
    from schoolward.apps.concern.bridge import risk_bands


def risk_keys(as_at: date) -> dict:
    """What makes two runs differ, as things are now."""
    data_edition, rules_edition = bridge.editions(settings.SCHOOLWARD_STORE)
    return {
        "as_at": as_at,
        "data_edition": data_edition,
        "rules_edition": rules_edition,
        "version": __version__,
    }


def is_level(run: RiskRun) -> bool:
    """True while neither data nor rules have changed since the run."""
    now = risk_keys(run.as_at)
    return all(getattr(run, name) == value for name, value in now.items())


def work_out_risk(*, by: Acting, as_at: date) -> RiskRun:
    """The run for the day with today's editions: the stored one where nothing has changed since."""
    by.check(Permission.VIEW_RISK)
    if as_at > clock.today():
        raise BadInput("Nothing is known yet of a day in the future.", do="Give today or an earlier day.")
    keys = risk_keys(as_at)
    if found := RiskRun.objects.filter(**keys).first():
        return found
    from schoolward.apps.concern.bridge import risk_bands  # a numerics library takes a while, few need it

    result = risk_bands.bands_at(settings.SCHOOLWARD_STORE, by.authority.code, as_at)
    with transaction.atomic():
        run, new = RiskRun.objects.get_or_create(
            **keys,
            defaults={"authority": by.authority, "computed_at": clock.now(), "without": result.without},
        )
        if new:
            RiskBand.objects.bulk_create(_row(run, band) for band in result.bands)
            told = {"as_at": as_at, "bands": len(result.bands)}
            record("concern.work_out_risk", by=by, target=run, after=told)
    return run


def _row(run: RiskRun, band: risk_bands.Band) -> RiskBand:
    return RiskBand(
        authority=run.authority,
        run=run,
        urn=band.urn,
        stage=band.stage,
        probability=band.probability,
        low=band.low,
        high=band.high,
        group=band.group,
        pulls=[{"raises": pull.raises, "sentence": pull.sentence} for pull in band.pulls],
    )
