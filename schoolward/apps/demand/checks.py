"""May this person, and may anyone now? Each check raises a sentence fit for the screen."""

from __future__ import annotations

from collections.abc import Iterable

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.demand.models import DemandRun
from schoolward.apps.demand.states import Stage
from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.states import ENDED
from schoolward.terms.errors import NotNow


def check_can_run(by: Acting) -> None:
    """Those who work demand out, while no other run of the authority is being worked out."""
    by.check(Permission.RUN_DEMAND)
    asked = DemandRun.objects.filter(stage=Stage.ASKED).values_list("job_id", flat=True)
    if is_worked_on(asked):
        raise NotNow("A run is being worked out already.", do="Wait for it, or cancel it.")


def is_worked_on(job_ids: Iterable[int | None]) -> bool:
    """True where any of these jobs has not ended."""
    return Job.objects.filter(pk__in=[pk for pk in job_ids if pk]).exclude(state__in=ENDED).exists()


def check_can_give_evidence(by: Acting) -> None:
    """Those who work demand out bring in purchases and orders."""
    by.check(Permission.RUN_DEMAND)


def refusal_to_run(by: Acting) -> str:
    """The sentence against a run now, or an empty string."""
    try:
        check_can_run(by)
    except NotNow as refusal:
        return str(refusal)
    return ""
