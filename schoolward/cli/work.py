"""Work in the background: the worker does it; the scheduler asks for it and takes back what was lost."""

from __future__ import annotations

import logging
import secrets
import signal
import threading

from schoolward.cli.site import set_up_django

log = logging.getLogger(__name__)


def add_parsers(subparsers) -> None:
    """Adds `worker` and `scheduler`."""
    worker = subparsers.add_parser("worker", help="do work in the background, until stopped")
    worker.add_argument("--interval", type=float, default=0.5, help="seconds between looks at an empty queue")
    worker.add_argument("--until-empty", action="store_true", help="end when there is nothing left to do")
    worker.add_argument(
        "--queue",
        choices=("default", "long"),
        help="only this queue; work that thinks for minutes is in long",
    )
    worker.set_defaults(
        run=lambda args: run_worker(args.interval, queue=args.queue, until_empty=args.until_empty)
    )
    scheduler = subparsers.add_parser("scheduler", help="start work that is due, take back lost work")
    scheduler.add_argument("--interval", type=float, default=5.0, help="seconds between looks")
    scheduler.set_defaults(run=lambda args: run_scheduler(args.interval))


def run_worker(interval: float, *, queue: str | None = None, until_empty: bool = False) -> int:
    """Runs jobs one after another; a signal to end lets the present one stop where it is safe."""
    set_up_django()
    from django_tasks_db.management.commands.db_worker import Worker

    from schoolward.apps.jobs import running

    class OurWorker(Worker):
        def shutdown(self, signum, frame) -> None:
            running.stopping.set()
            super().shutdown(signum, frame)

    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # it warns of every orderly end
    worker = OurWorker(
        queue_names=[queue or "*"],
        excluded_queue_names=[],
        interval=interval,
        batch=until_empty,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=secrets.token_hex(16),
    )
    worker.configure_signals()
    worker.run()
    return 0


def run_scheduler(interval: float) -> int:
    """Sweeps every few seconds until it is told to end; any number may run beside each other."""
    set_up_django()
    from django.db import close_old_connections

    from schoolward.apps.jobs.sweeping import sweep_all

    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    while not ending.is_set():
        close_old_connections()
        sweep_all()
        ending.wait(interval)
    return 0
