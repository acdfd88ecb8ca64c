"""Runs that are worked out in the background, followed by pages: how far each is, in one set of words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schoolward.apps.demand.models import DemandRun
from schoolward.apps.demand.states import Stage
from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.queries import jobs_seen_by
from schoolward.apps.jobs.states import ENDED, State
from schoolward.apps.structure.models import CaseRun, StructureRun

type Run = DemandRun | StructureRun | CaseRun

GOING_ON = {
    State.QUEUED: "waiting to begin",
    State.RUNNING: "being worked out",
    State.WAITING: "waiting to go on",
}


@dataclass(frozen=True)
class Followed:
    """A run and the work behind it; a job cancelled before it began, or broken, could not tell its run."""

    run: Run
    job: Job | None = None

    @property
    def goes_on(self) -> bool:
        """True until the run has an end, or its job has one."""
        return self.run.stage == Stage.ASKED and (self.job is None or self.job.state not in ENDED)

    @property
    def words(self) -> str:
        """How far it is; nothing for a run that has its result."""
        if self.run.stage == Stage.DONE:
            return ""
        state = State(self.job.state) if self.job else State.RUNNING
        if self.goes_on:
            return GOING_ON[state]
        return "cancelled" if state == State.CANCELLED else "no result"

    @property
    def why(self) -> str:
        """Why there is no result."""
        return self.run.refusal or (self.job.sentence if self.job else "")


def follow(runs: Iterable[Run], authority_code: int) -> list[Followed]:
    """Each run with its job; those that have a result need none."""
    found = list(runs)
    wanted = [run.job_id for run in found if run.job_id and run.stage != Stage.DONE]
    jobs = jobs_seen_by(authority_code).in_bulk(wanted)
    return [Followed(run, jobs.get(run.job_id)) for run in found]
