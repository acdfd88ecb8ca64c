"""Taking evidence in, asking for a run, and writing down what came of it."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction

from schoolward import __version__
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.record import Actor, record
from schoolward.apps.demand import bridge, checks, queries
from schoolward.apps.demand.gathering import gather, strange_rows
from schoolward.apps.demand.models import DemandRun, EvidenceFile
from schoolward.apps.demand.states import Stage, Table
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadFile

KIND = "demand.run"
SEED, DRAWS = 1, 1000


@transaction.atomic
def take_evidence(*, by: Acting, table: Table, file_name: str, content: bytes) -> EvidenceFile:
    """The file, which counts in the place of an earlier one; refused whole where a cell is wrong."""
    checks.check_can_give_evidence(by)
    rows = bridge.read_csv(file_name, content)
    count = bridge.check_table(table, file_name, rows)
    strange = strange_rows(rows, by.authority_code, clock.today())
    if len(strange) == count:
        line, why = strange[0]
        raise BadFile(
            f"no row can be used; on line {line}, {why}.",
            where=file_name,
            do="Use the URNs of the register and the keys of the price list.",
        )
    taken = EvidenceFile.objects.create(
        table=table,
        file_name=file_name[:200],
        rows=rows,
        row_count=count,
        sha256=hashlib.sha256(content).hexdigest(),
        taken_at=clock.now(),
        taken_by_id=by.membership_id,
    )
    record("demand.take_evidence", by=by, target=taken, after={"table": table, "rows": count})
    return taken


@transaction.atomic
def ask_for_run(*, by: Acting, seed: int = SEED, draws: int = DRAWS) -> DemandRun:
    """The run, gathered from what is known now and queued: its inputs are kept with it."""
    checks.check_can_run(by)
    found = gather(by.authority_code, clock.today())
    told = {"counts": found.counts, "remarks": found.remarks, "sources": found.sources}
    run = DemandRun.objects.create(
        stage=Stage.ASKED,
        as_at=clock.today(),
        inputs=found.tables,
        inputs_digest=hashlib.sha256(json.dumps(found.tables, sort_keys=True).encode()).hexdigest(),
        told=told,
        seed=seed,
        draws=draws,
        version=__version__,
        asked_at=clock.now(),
        asked_by_id=by.membership_id,
    )
    job = enqueue(KIND, by=by, authority=by.authority, payload={"run": run.pk})
    run.job_id = job.pk
    run.save(update_fields=["job_id"])
    record("demand.ask_for_run", by=by, target=run, after={"seed": seed, "counts": found.counts})
    return run


@transaction.atomic
def finish_run(*, by: Actor, run: DemandRun, outcome: bridge.Outcome) -> DemandRun:
    """The run with its result; the draws are on disk before the database says so."""
    _keep_draws(outcome)
    run = DemandRun.objects.select_for_update().get(pk=run.pk)
    run.stage, run.ended_at = Stage.DONE, clock.now()
    run.summary, run.curves, run.chances = outcome.summary, outcome.curves, outcome.chances
    run.draws_sha256 = outcome.draws_sha256
    run.save(update_fields=["stage", "ended_at", "summary", "curves", "chances", "draws_sha256"])
    revenue = outcome.summary["revenue_pence"]
    record("demand.finish_run", by=by, target=run, after={"revenue_pence": revenue["mean"]})
    return run


@transaction.atomic
def refuse_run(*, by: Actor, run: DemandRun, sentence: str) -> DemandRun:
    """The run, which came to nothing, with the sentence that says why."""
    run = DemandRun.objects.select_for_update().get(pk=run.pk)
    if run.stage == Stage.ASKED:
        run.stage, run.ended_at, run.refusal = Stage.REFUSED, clock.now(), sentence
        run.save(update_fields=["stage", "ended_at", "refusal"])
        record("demand.refuse_run", by=by, target=run, reason=sentence)
    return run


def _keep_draws(outcome: bridge.Outcome) -> None:
    """The draws in a file named by their content, whole or not at all."""
    folder = queries.demand_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{outcome.draws_sha256}.npz"
    part = path.with_suffix(".part")
    part.write_bytes(outcome.draws)
    part.replace(path)
