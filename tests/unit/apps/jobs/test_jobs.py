from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.tasks import TaskResultStatus

from schoolward.apps.audit.models import Event
from schoolward.apps.jobs import attempts, bell, running
from schoolward.apps.jobs.actions import cancel_job, enqueue, forget_old_jobs, try_job_again
from schoolward.apps.jobs.checks import can_cancel, can_try_again
from schoolward.apps.jobs.kinds import Scheduled, job_kind, kinds, schedules
from schoolward.apps.jobs.models import Job, Schedule, Step
from schoolward.apps.jobs.queries import find_job, jobs_seen_by, unfinished_jobs
from schoolward.apps.jobs.running import LeaseLost, RunningJob, TryAgain
from schoolward.apps.jobs.slots import Daily
from schoolward.apps.jobs.states import MOVES, State
from schoolward.apps.jobs.sweeping import sweep_all, sweeps
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import ScopeMissing, current, current_authority
from schoolward.cli import site
from schoolward.terms.errors import BadFile, NotAllowed, NotNow
from tests.factories.foundations import ANN, Somebody, make_authority

pytestmark = pytest.mark.django_db

did = []  # what the handlers below were asked to do


@job_kind("tests.note", label="Taking a note", attempts=3)
def take_a_note(job, *, what="a note"):
    did.append((what, job.by.audit_name, job.attempt))
    if what == "bad file":
        raise BadFile("This is no spreadsheet.", where="a.csv", do="Send another.")
    if what == "defect":
        raise ZeroDivisionError("by nought")
    if what == "busy":
        raise TryAgain("The server is busy.", after_seconds=120)
    return {"sentence": "Noted.", "notes": 1}


@job_kind("tests.long", label="Thinking for minutes", is_long=True)
def think_for_minutes(job):
    return "Thought."


@job_kind("tests.scope", label="Looking where it is")
def look_where_it_is(job):
    did.append(current_authority().code)


@job_kind("tests.anything", label="Whatever the test wants")
def whatever(job):
    return act(job)


def act(job):
    raise AssertionError


@pytest.fixture(autouse=True)
def _forgotten():
    did.clear()


@pytest.fixture
def acting(monkeypatch):
    """Gives the handler of `tests.anything` its body."""
    return lambda body: monkeypatch.setitem(globals(), "act", body)


def _enqueue(kind="tests.note", authority=None, **payload):
    return enqueue(kind, by=ANN, authority=authority, payload=payload)


def _run(job):
    attempts.run_job(job.pk)
    return Job.objects.get(pk=job.pk)


def _let_time_pass(job):
    """As if pauses and leases were over."""
    ago = clock.real_now() - timedelta(hours=2)
    Job.objects.filter(pk=job.pk, state=State.RUNNING).update(lease_until=ago)
    Job.objects.filter(pk=job.pk).update(not_before=ago)


def _expire(job):
    """The job as its worker left it when it was killed."""
    attempts._claim(job.pk)
    _let_time_pass(job)


def test_enqueue_writes_job_bell_and_audit_in_one_transaction():
    with transaction.atomic():
        job = _enqueue()
        assert bell.answer.get_result(Job.objects.get(pk=job.pk).task_id).status == TaskResultStatus.READY
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not Event.objects.exists()
    _enqueue()
    assert Event.objects.get().action == "jobs.enqueue_job"


def test_what_thinks_for_minutes_waits_in_a_queue_of_its_own():
    queues = {kind: _queue_of(_enqueue(kind)) for kind in ("tests.note", "tests.long")}
    assert queues == {"tests.note": "default", "tests.long": "long"}


def _queue_of(job):
    return bell.answer.get_result(Job.objects.get(pk=job.pk).task_id).task.queue_name


def test_every_queue_has_a_worker_where_the_site_runs_its_own():
    workers = [child.command for child in site.processes(8000) if "worker" in child.command]
    assert {command[command.index("--queue") + 1] for command in workers} == {bell.SHORT, bell.LONG}


def test_job_runs_once_and_says_what_came_of_it():
    job = _enqueue(what="this")
    done = _run(job)
    assert (done.state, done.sentence, done.result["notes"], done.attempts) == (State.DONE, "Noted.", 1, 1)
    _run(job)
    assert did == [("this", "Ann", 1)]


def test_job_of_an_authority_runs_in_its_scope_and_national_in_none(acting):
    _run(_enqueue("tests.scope", make_authority()))
    assert did == [901]
    acting(lambda job: current())
    with pytest.raises(ScopeMissing):
        current()
    assert _run(_enqueue("tests.anything")).state == State.WAITING  # the mistake is a defect: it raised


def test_wrong_world_fails_at_once_with_its_sentence():
    job = _run(_enqueue(what="bad file"))
    assert (job.state, job.sentence) == (State.FAILED, "a.csv: This is no spreadsheet. Send another.")
    assert len(did) == 1


def test_defect_is_tried_three_times_and_then_shown_by_reference(caplog):
    job = _enqueue(what="defect")
    for attempt, pause in ((1, 10), (2, 20)):
        waiting = _run(job)
        assert (waiting.state, waiting.attempts) == (State.WAITING, attempt)
        assert 0 < (waiting.not_before - clock.real_now()).total_seconds() <= pause
        assert _run(job).attempts == attempt, "not before its time"
        _let_time_pass(job)
    failed = _run(job)
    assert (failed.state, failed.attempts) == (State.FAILED, 3)
    assert failed.reference in failed.sentence
    assert "by nought" not in failed.sentence
    assert failed.reference in caplog.text
    assert "by nought" in caplog.text


def test_try_again_waits_as_long_as_asked():
    waiting = _run(_enqueue(what="busy"))
    assert (waiting.state, waiting.sentence) == (State.WAITING, "The server is busy.")
    assert 100 < (waiting.not_before - clock.real_now()).total_seconds() <= 120


def test_lost_job_is_taken_back_exactly_once_and_runs_again():
    job = _enqueue()
    _expire(job)
    assert sweep_all()["take_back_lost_jobs"] == 1
    assert sweep_all()["take_back_lost_jobs"] == 0
    assert Job.objects.get(pk=job.pk).state == State.WAITING
    _let_time_pass(job)
    done = _run(job)
    assert (done.state, done.attempts) == (State.DONE, 2)


def test_lost_job_with_no_attempt_left_fails():
    job = _enqueue()
    for _ in range(3):
        _expire(job)
        sweep_all()
        _let_time_pass(job)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 3)
    assert "stopped unexpectedly" in job.sentence


def test_living_job_is_left_alone():
    job = _enqueue()
    attempts._claim(job.pk)
    assert sweep_all()["take_back_lost_jobs"] == 0


def test_job_that_lives_on_after_it_was_given_away_changes_nothing():
    job = _enqueue()
    old = RunningJob(attempts._claim(job.pk), None)
    _let_time_pass(job)
    sweep_all()
    _let_time_pass(job)
    new = attempts._claim(job.pk)
    with pytest.raises(LeaseLost):
        old.progress(1, 2)
    with pytest.raises(LeaseLost), old.step("letter"):
        pytest.fail("the step must not begin")
    old_row = Job(pk=job.pk, lease_token=old.token, attempts=1, kind=job.kind)
    attempts._end(old_row, State.DONE, result={"sentence": "Too late."})
    assert Job.objects.get(pk=job.pk).lease_token == new.lease_token


def test_step_is_done_once_however_often_the_job_is_repeated(acting):
    job = _enqueue("tests.anything")

    def work(job):
        for name in ("first", "second"):
            with job.step(name) as new:
                if new:
                    did.append((name, job.attempt))
            if job.attempt == 1:
                raise ZeroDivisionError

    acting(work)
    _run(job)
    _let_time_pass(job)
    assert _run(job).state == State.DONE
    assert did == [("first", 1), ("second", 2)]


def test_step_that_fails_is_not_counted_as_done(acting):
    job = _enqueue("tests.anything")

    def work(job):
        with job.step("only") as new:
            did.append(new)
            if job.attempt == 1:
                raise ZeroDivisionError

    acting(work)
    _run(job)
    _let_time_pass(job)
    _run(job)
    assert did == [True, True]


def test_progress_is_shown_and_not_written_at_every_call(acting, django_assert_max_num_queries):
    job = _enqueue("tests.anything")

    def work(running):
        with django_assert_max_num_queries(8):
            for n in range(1, 1001):
                running.progress(n, 1000, f"{n} of 1,000 schools")
        shown = Job.objects.get(pk=job.pk)
        did.append((shown.done_share, shown.sentence))

    acting(work)
    _run(job)
    assert did == [(1.0, "1000 of 1,000 schools")]


def test_cancelled_before_it_starts_never_runs():
    job = _enqueue()
    cancelled = cancel_job(job=job, by=ANN)
    assert (cancelled.state, cancelled.sentence) == (State.CANCELLED, "Cancelled by Ann before it started.")
    assert _run(job).state == State.CANCELLED
    assert not did
    with pytest.raises(NotNow, match="has ended already"):
        cancel_job(job=job, by=ANN)


def test_cancelled_while_running_stops_at_the_next_check(acting, monkeypatch):
    monkeypatch.setattr(running, "LOOK_SECONDS", 0)
    job = _enqueue("tests.anything")

    def work(running):
        did.append("before")
        cancel_job(job=job, by=ANN)
        running.check_cancelled()
        did.append("after")

    acting(work)
    assert _run(job).state == State.CANCELLED
    assert did == ["before"]
    with pytest.raises(NotNow):
        cancel_job(job=job, by=ANN)


def test_cancelled_and_then_lost_is_cancelled():
    job = _enqueue()
    _expire(job)
    assert cancel_job(job=job, by=ANN).state == State.RUNNING
    sweep_all()
    assert Job.objects.get(pk=job.pk).state == State.CANCELLED


def test_worker_that_is_stopped_gives_the_job_back_with_no_attempt_lost(acting):
    job = _enqueue("tests.anything")

    def work(job):
        running.stopping.set()
        job.progress(1, 5)

    acting(work)
    try:
        given_back = _run(job)
    finally:
        running.stopping.clear()
    assert (given_back.state, given_back.attempts) == (State.WAITING, 0)
    acting(lambda job: "Finished.")
    assert _run(job).sentence == "Finished."


def test_failed_job_is_tried_again_by_a_person():
    job = _run(_enqueue(what="bad file"))
    assert can_try_again(job, ANN)
    again = try_job_again(job=job, by=ANN)
    assert (again.state, again.attempts, again.sentence) == (State.QUEUED, 0, "")
    assert not can_try_again(again, ANN)
    assert can_cancel(again, ANN)
    _run(again)
    assert len(did) == 2


def test_join_finds_the_job_that_has_not_started():
    first = enqueue("tests.note", by=ANN, authority=None, join=True)
    assert enqueue("tests.note", by=ANN, authority=None, join=True) == first
    assert enqueue("tests.note", by=ANN, authority=None, payload={"what": "x"}, join=True) != first
    attempts._claim(first.pk)
    assert enqueue("tests.note", by=ANN, authority=None, join=True) != first


def test_job_of_another_authority_is_not_found_nor_cancelled():
    here, there = make_authority(), make_authority(902, "Elsewhere")
    mine, theirs, national = _enqueue(authority=here), _enqueue(authority=there), _enqueue()
    assert set(jobs_seen_by(901)) == {mine, national}
    assert find_job(theirs.pk, 901) is None
    assert list(unfinished_jobs("tests.note", 902)) == [national, theirs]
    with pytest.raises(NotAllowed):
        cancel_job(job=theirs, by=ANN)
    cancel_job(job=national, by=Somebody("Cat", authority_code=902))


def test_forgotten_bell_is_rung_again_and_a_waiting_one_is_not():
    job = _enqueue()
    _let_time_pass(job)
    assert sweep_all()["ring_forgotten_bells"] == 0
    bell.answer.get_result(Job.objects.get(pk=job.pk).task_id).db_result.delete()
    assert sweep_all()["ring_forgotten_bells"] == 1
    assert sweep_all()["ring_forgotten_bells"] == 0


def test_sweep_that_fails_does_not_stop_the_others(caplog):
    def broken():
        raise ZeroDivisionError

    sweeps.insert(0, broken)
    try:
        assert "take_back_lost_jobs" in sweep_all()
    finally:
        sweeps.remove(broken)
    assert "broken" in caplog.text


@pytest.fixture
def _daily():
    made = [Scheduled("tests.note", Daily(time(6)), False), Scheduled("tests.scope", Daily(time(6)), True)]
    kept = schedules[:]
    schedules[:] = made
    yield
    schedules[:] = kept


def _sweep_at(moment):
    """The scheduler's look at a moment of the one clock."""
    with clock.frozen_at(moment):
        return sweep_all()["ask_for_due_jobs"]


@pytest.mark.usefixtures("_daily")
def test_schedule_asks_once_a_slot_and_makes_up_for_the_last_missed_one():
    make_authority(), make_authority(902, "Elsewhere")
    monday = clock.real_now().replace(hour=5, minute=0)
    assert _sweep_at(monday) == 0, "nothing from before it was first seen"
    assert _sweep_at(monday + timedelta(hours=2)) == 3  # the site's, and one for each authority
    assert _sweep_at(monday + timedelta(hours=3)) == 0
    assert _sweep_at(monday + timedelta(days=4, hours=3)) == 3
    jobs = Job.objects.exclude(slot="")
    assert sorted(set(jobs.values_list("kind", "authority_code")), key=str) == [
        ("tests.note", None),
        ("tests.scope", 901),
        ("tests.scope", 902),
    ]
    assert set(jobs.values_list("by_role", flat=True)) == {"Schedule"}


@pytest.mark.usefixtures("_daily")
def test_slot_is_not_asked_for_twice_even_when_the_mark_was_lost():
    monday = clock.real_now().replace(hour=7, minute=0)
    _sweep_at(monday - timedelta(days=1))
    assert _sweep_at(monday) == 1
    Schedule.objects.update(last_slot_at=monday - timedelta(days=3))
    assert _sweep_at(monday) == 0


def test_running_without_a_lease_is_refused_by_the_database():
    job = _enqueue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=State.RUNNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=State.DONE)


def test_old_jobs_are_forgotten_and_young_ones_kept(acting):
    acting(lambda job: job.step("only").__enter__() and None)
    old, young = _run(_enqueue("tests.anything")), _run(_enqueue())
    Job.objects.filter(pk=old.pk).update(ended_at=clock.now() - timedelta(days=200))
    forget_old_jobs(keep_days=180)
    assert list(Job.objects.all()) == [young]
    assert not Step.objects.exists()


def test_jobs_own_housekeeping_runs():
    job = _run(_enqueue("jobs.forget_old_jobs"))
    assert (job.state, job.sentence) == (State.DONE, "Removed 0 entries.")


def test_every_state_has_its_moves_and_every_kind_a_label():
    assert set(MOVES) == set(State)
    assert all(kind.label for kind in kinds.values())
