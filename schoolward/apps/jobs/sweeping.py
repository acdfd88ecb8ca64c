"""What the scheduler does over and over: take back lost jobs, ring forgotten bells, ask for what is due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, timedelta

from django.db import IntegrityError, transaction

from schoolward.apps.jobs import attempts, bell
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.kinds import Scheduled, kinds, schedules
from schoolward.apps.jobs.models import Job, Schedule
from schoolward.apps.jobs.running import AskedBy
from schoolward.apps.jobs.states import State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority

log = logging.getLogger(__name__)
AT_A_TIME = 50
OVERDUE = timedelta(seconds=30)

Sweep = Callable[[], int]
sweeps: list[Sweep] = []


def sweep(function: Sweep) -> Sweep:
    """Registers a function that the scheduler calls every few seconds; it counts what it put right."""
    sweeps.append(function)
    return function


def sweep_all() -> dict[str, int]:
    """How much each sweep put right; one that fails does not keep the others from running."""
    done = {}
    for function in sweeps:
        try:
            done[function.__name__] = function()
        except Exception:
            log.exception("The sweep %s failed; it is tried again.", function.__name__)
    return done


@sweep
def take_back_lost_jobs() -> int:
    """How many jobs were taken back from workers that show no sign of life."""
    lost = Job.objects.filter(state=State.RUNNING, lease_until__lt=clock.real_now()).order_by("lease_until")
    return sum(attempts.take_back(job, kinds.get(job.kind)) for job in lost[:AT_A_TIME])


@sweep
def ring_forgotten_bells() -> int:
    """How many jobs needed another bell: the worker that answered the last one died before it began."""
    now = clock.real_now()
    overdue = (
        Job.objects.not_started().filter(not_before__lt=now - OVERDUE).order_by("not_before")[:AT_A_TIME]
    )
    silent = [job for job in overdue if not bell.still_rings(job.task_id, now)]
    for job in silent:
        with transaction.atomic():
            bell.ring(job, now)
    return len(silent)


@sweep
def ask_for_due_jobs() -> int:
    """How many scheduled jobs were asked for: each slot once, and only the last of those missed."""
    asked = 0
    for scheduled in schedules:
        owners = Authority.objects.all() if scheduled.each_authority else [None]
        asked += sum(_ask(scheduled, authority) for authority in owners)
    return asked


def _ask(scheduled: Scheduled, authority: Authority | None) -> bool:
    name = f"{scheduled.kind}:{authority.code}" if authority else scheduled.kind
    slot = scheduled.slots.latest(clock.now())
    # What was due before the schedule was first seen is not made up for.
    known, new = Schedule.objects.get_or_create(name=name, defaults={"last_slot_at": slot})
    if new or known.last_slot_at >= slot:
        return False
    try:
        with transaction.atomic():
            mine = Schedule.objects.filter(name=name, last_slot_at__lt=slot).update(last_slot_at=slot)
            if mine:
                by = AskedBy("system", "Schoolward", "Schedule", authority.code if authority else None)
                enqueue(scheduled.kind, by=by, authority=authority, slot=slot.astimezone(UTC).isoformat())
            return bool(mine)
    except IntegrityError:  # asked for already, though the mark was lost
        return False
