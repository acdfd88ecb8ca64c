"""Nobody gets two of the same letter and nobody is forgotten: many workers at once, and one killed."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.sweeping import sweep_all
from schoolward.apps.letters import sending
from schoolward.apps.letters.models import Copy, FrozenLetter
from schoolward.apps.letters.states import CopyState, LetterState
from schoolward.apps.outbox.models import Message
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from tests.factories.letters import make_letter, make_office, make_schools, send
from tests.machinery.notify import KEY, TEMPLATE, notify_server
from tests.unit.apps.jobs import process

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[4]
SCHOOLS = 12
SECONDS = 150


@pytest.fixture
def office():
    office = make_office()
    make_schools(office, SCHOOLS)
    with scope(office.authority):
        yield office


def test_many_workers_hand_over_the_same_letter_and_each_copy_goes_once(office):
    frozen = send(office, make_letter(office))

    def work(_):
        try:
            with scope(office.authority):
                return sending.hand_over_all(frozen.pk, by=office.writer)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [0, 0, 0, 0]
    assert Message.objects.count() == SCHOOLS
    assert FrozenLetter.objects.get().state == LetterState.SENT


def test_handing_over_that_dies_between_any_two_copies_goes_on(office):
    frozen = send(office, make_letter(office))

    class Killed(BaseException):
        pass

    def die_at(n):
        def tick(done, of):
            if done == n:
                raise Killed

        return tick

    for n in (1, 3, 2):
        with pytest.raises(Killed):
            sending.hand_over_all(frozen.pk, by=office.writer, tick=die_at(n))
    assert Message.objects.count() == 6
    assert sending.hand_over_all(frozen.pk, by=office.writer) == 0
    recipients = sorted(Message.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients)) == SCHOOLS


def test_worker_killed_in_mid_sending_doubles_nothing_and_loses_nothing(office, settings):
    has_some = threading.Event()
    with notify_server(silent_after_taking=has_some, silent_at=5) as server:
        settings.SCHOOLWARD_NOTIFY_KEY, settings.SCHOOLWARD_NOTIFY_TEMPLATE = KEY, TEMPLATE
        settings.SCHOOLWARD_NOTIFY_URL = server.url
        frozen = send(office, make_letter(office))
        first = start_worker(server)
        assert has_some.wait(SECONDS), "the worker sends"
        first.kill()
        first.wait()
        assert len(server.taken) == 5
        assert Message.objects.filter(state=State.SENDING).count() == 1
        let_leases_run_out()
        sweep_all()
        second = start_worker(server)
        try:
            until = time.monotonic() + SECONDS
            while Message.objects.filter(state=State.SENT).count() < SCHOOLS:
                assert time.monotonic() < until, list(Message.objects.values_list("state", flat=True))
                sweep_all()
                time.sleep(0.2)
        finally:
            second.kill()
            second.wait()
        addresses = [each["given"]["email_address"] for each in server.taken]
    assert sorted(addresses) == sorted(f"head@{900001 + n}.example" for n in range(SCHOOLS))
    assert set(Copy.objects.values_list("state", flat=True)) == {CopyState.HANDED_OVER}
    assert FrozenLetter.objects.get(pk=frozen.pk).state == LetterState.SENT


def start_worker(server) -> subprocess.Popen:
    """A real worker on the tests' database, sending through the stand-in."""
    environment = {
        **os.environ,
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "PYTHONPATH": str(ROOT),
        "SCHOOLWARD_NOTIFY_KEY": KEY,
        "SCHOOLWARD_NOTIFY_TEMPLATE": TEMPLATE,
        "SCHOOLWARD_NOTIFY_URL": server.url,
    }
    command = [sys.executable, "-W", "ignore", process.__file__, "worker"]
    return subprocess.Popen(command, env=environment, cwd=ROOT)


def let_leases_run_out() -> None:
    """What minutes of waiting would do."""
    past = clock.real_now() - timedelta(seconds=1)
    Message.objects.exclude(lease_until=None).update(lease_until=past)
    Job.objects.exclude(lease_until=None).update(lease_until=past)
