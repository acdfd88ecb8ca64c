"""Real workers, killed with no chance to say goodbye."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from schoolward.apps.jobs import bell
from schoolward.apps.jobs.actions import cancel_job, enqueue
from schoolward.apps.jobs.models import Job, Step
from schoolward.apps.jobs.states import State
from tests.factories.foundations import ANN
from tests.unit.apps.jobs import process

pytestmark = pytest.mark.django_db(transaction=True)
process.register()
ROOT = Path(__file__).parents[4]


@contextmanager
def _running(*names: str):
    """Real processes, killed at the end."""
    environment = {
        **os.environ,
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "PYTHONPATH": str(ROOT),
    }
    started = [
        subprocess.Popen([sys.executable, "-W", "ignore", process.__file__, name], env=environment, cwd=ROOT)
        for name in names
    ]
    try:
        yield started
    finally:
        for child in started:
            child.kill()
            child.wait()


def _wait_for(condition, what: str, seconds: float = 150):
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.05)
    return found


def _traces(job):
    names = (
        Step.objects.filter(job=job, name__startswith="trace: ").order_by("id").values_list("name", flat=True)
    )
    return [name.removeprefix("trace: ") for name in names]


def _in_state(job, state):
    return lambda: Job.objects.filter(pk=job.pk, state=state).first()


def test_killed_worker_means_two_attempts_and_one_effect():
    job = enqueue("tests.slow", by=ANN, authority=None, payload={"seconds": 60})
    with _running("worker") as (worker,):
        _wait_for(lambda: "effect in attempt 1" in _traces(job), "the first effect")
        worker.kill()
        worker.wait()
    assert Job.objects.get(pk=job.pk).state == State.RUNNING, "nobody could say that it had died"
    with _running("worker", "worker", "scheduler", "scheduler"):
        done = _wait_for(_in_state(job, State.DONE), "the second attempt")
    assert done.sentence == "Done in attempt 2."
    assert _traces(job) == ["attempt 1", "effect in attempt 1", "attempt 2", "second effect in attempt 2"]


def test_slow_job_outlives_its_lease_because_the_worker_shows_itself():
    job = enqueue("tests.slow", by=ANN, authority=None, payload={"seconds": 12})
    with _running("worker", "worker", "scheduler"):
        done = _wait_for(_in_state(job, State.DONE), "the slow job")
    assert done.attempts == 1
    assert _traces(job) == ["attempt 1", "effect in attempt 1", "second effect in attempt 1"]


def test_two_workers_never_run_one_job_twice_though_each_bell_is_rung_twice():
    jobs = [enqueue("tests.quick", by=ANN, authority=None) for _ in range(40)]
    for job in jobs:
        bell.ring(job, job.not_before)
    with _running("worker", "worker", "scheduler"):
        _wait_for(lambda: not Job.objects.exclude(state=State.DONE).exists(), "the jobs")
    assert [_traces(job) for job in jobs] == [["ran"]] * 40
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_worker_asked_to_end_gives_its_job_back_and_ends():
    job = enqueue("tests.slow", by=ANN, authority=None, payload={"seconds": 60})
    with _running("worker") as (worker,):
        _wait_for(lambda: "effect in attempt 1" in _traces(job), "the first effect")
        worker.terminate()
        assert worker.wait(60) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.WAITING, 0)


def test_waiting_job_is_cancelled_for_good():
    job = enqueue("tests.quick", by=ANN, authority=None)
    cancel_job(job=job, by=ANN)
    with _running("worker"):
        other = enqueue("tests.quick", by=ANN, authority=None)
        _wait_for(_in_state(other, State.DONE), "the job behind it")
    assert _traces(job) == []
