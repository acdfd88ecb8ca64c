"""The worked case: asking for it, and what it came to."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from schoolward import __version__
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.record import Actor, record
from schoolward.apps.demand.checks import is_worked_on
from schoolward.apps.demand.states import Stage
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.structure import checks
from schoolward.apps.structure.models import CaseRun
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import NotNow

JOB = "structure.case"
CASE_2011 = "2011"


def case_runs() -> QuerySet[CaseRun]:
    """Every run of a worked case, newest first, without what it wrote."""
    return CaseRun.objects.defer("documents")


def worked_case() -> CaseRun | None:
    """The newest run that has a result, whole."""
    return CaseRun.objects.filter(case=CASE_2011, stage=Stage.DONE).first()


def check_no_case_waits() -> None:
    """Raise NotNow while the case is being worked out."""
    asked = CaseRun.objects.filter(stage=Stage.ASKED).values_list("job_id", flat=True)
    if is_worked_on(asked):
        raise NotNow("It is being worked out already.", do="Wait for it, or cancel it.")


@transaction.atomic
def ask_for_case(*, by: Acting) -> CaseRun:
    """The worked case of 2011, queued."""
    checks.check_can_model(by)
    check_no_case_waits()
    run = CaseRun.objects.create(
        case=CASE_2011,
        stage=Stage.ASKED,
        version=__version__,
        asked_at=clock.now(),
        asked_by_id=by.membership_id,
    )
    run.job_id = enqueue(JOB, by=by, authority=by.authority, payload={"run": run.pk}).pk
    run.save(update_fields=["job_id"])
    record("structure.ask_for_case", by=by, target=run, label=str(run))
    return run


@transaction.atomic
def end_case(
    *, by: Actor, run: CaseRun, documents: dict[str, Any] | None = None, refusal: str = ""
) -> CaseRun:
    """The run with what the command wrote or, failing that, the sentence that says why there is nothing."""
    run = CaseRun.objects.select_for_update().get(pk=run.pk)
    if run.stage == Stage.ASKED:
        run.stage = Stage.REFUSED if documents is None else Stage.DONE
        run.ended_at, run.documents, run.refusal = clock.now(), documents, refusal
        run.save(update_fields=["stage", "ended_at", "documents", "refusal"])
        record("structure.end_case", by=by, target=run, label=str(run), reason=refusal)
    return run
