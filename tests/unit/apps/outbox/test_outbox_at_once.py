"""Nobody gets two of the same letter: many senders at once, and a sender that is killed."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection

from schoolward.apps.outbox import sending
from schoolward.apps.outbox.actions import queue_message
from schoolward.apps.outbox.models import Message
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from tests.factories.foundations import ANN, make_authority
from tests.unit.apps.jobs import process
from tests.unit.apps.outbox.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[4]


def _queue(key: str):
    words = {"recipient": "chair@example.org", "subject": key, "text": "Dear Chair"}
    return queue_message(by=ANN, channel="smtp", idempotency_key=key, **words)


def _in_threads(authority, count, work):
    def enter(n):
        try:
            with scope(authority):
                return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(enter, range(count)))


def test_many_ask_for_and_many_send_the_same_messages_and_each_goes_once():
    authority = make_authority()
    keys = [f"letter {n}" for n in range(8)]
    asked = _in_threads(authority, 4, lambda n: [_queue(key).pk for key in keys])
    assert all(pks == asked[0] for pks in asked)
    _in_threads(authority, 4, lambda n: [sending.send(pk) for pk in sending.waiting_messages()])
    assert sorted(m.subject for m in mail.outbox) == keys


def test_sender_killed_in_the_middle_never_sends_twice():
    has_the_words = threading.Event()
    with scope(make_authority()), mail_server(silent_after_data=has_the_words) as server:
        message = _queue("letter")
        environment = {
            **os.environ,
            "TEST_DATABASE": str(connection.settings_dict["NAME"]),
            "PYTHONPATH": str(ROOT),
            "SCHOOLWARD_SMTP": f"smtp://127.0.0.1:{server.port}",
        }
        command = [sys.executable, "-W", "ignore", process.__file__]
        worker = subprocess.Popen([*command, "worker"], env=environment, cwd=ROOT)
        assert has_the_words.wait(150), "the worker sends"
        worker.kill()
        worker.wait()
        assert Message.objects.get().state == State.SENDING
        Message.objects.update(lease_until=clock.real_now() - timedelta(seconds=1))
        others = [
            subprocess.Popen([*command, name], env=environment, cwd=ROOT) for name in ("worker", "scheduler")
        ]
        try:
            until = time.monotonic() + 150
            while Message.objects.get().state == State.SENDING:
                assert time.monotonic() < until, "the scheduler finds what broke off"
                time.sleep(0.1)
            time.sleep(1)
        finally:
            for other in others:
                other.kill()
                other.wait()
        assert Message.objects.get().state == State.UNSURE
        assert len(server.taken) == 1
        assert message.attempts.get().ended_at is None
