"""Commands of the site: serve it, prepare it, make its first administrator, manage it."""

from __future__ import annotations

import argparse
import os
from datetime import date
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from schoolward.cli.supervise import Child, open_when_ready, port_is_free, supervise
from schoolward.terms.errors import BadInput
from schoolward.terms.home import schoolward_home

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess


def add_parsers(subparsers) -> None:
    """Adds `serve`, `make-administrator` and `manage`."""
    serve = subparsers.add_parser("serve", help="prepare and run the site with its workers")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--no-browser", action="store_true", help="do not open a browser")
    serve.add_argument("--prepare", action="store_true", help="make everything ready, then stop")
    serve.add_argument("--empty", action="store_true", help="no demonstration authority")
    serve.add_argument("--today", type=date.fromisoformat, help="the day the demonstration believes it is")
    serve.set_defaults(run=run_serve)
    admin = subparsers.add_parser("make-administrator", help="give a person the first way into an empty site")
    admin.add_argument("--name", required=True)
    admin.add_argument("--email", required=True)
    admin.add_argument("--authority", type=int, required=True, help="three-digit code, such as 887")
    admin.add_argument("--password", help="asked for when not given; SCHOOLWARD_PASSWORD is read too")
    admin.set_defaults(run=run_make_administrator)
    manage = subparsers.add_parser("manage", help="Django's management commands")
    manage.add_argument("rest", nargs=argparse.REMAINDER)
    manage.set_defaults(run=run_manage)


def set_up_django() -> None:
    """Makes models and settings usable in this process."""
    import django

    _name_settings()
    django.setup()


def _name_settings() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "schoolward.web.settings")


def run_serve(args: argparse.Namespace) -> int:
    """Migrates, builds Estuary on first start, then runs the site's processes."""
    if args.empty and args.today:
        raise BadInput("--today works only on the demonstration.", do="Leave it out, or leave out --empty.")
    if not args.prepare and not port_is_free(args.port):
        raise BadInput(f"Port {args.port} is in use.", do=f"Try ./start --port {args.port + 1}.")
    _choose_site(args)
    if args.prepare:
        prepare(demonstration=not args.empty)
        print("Ready. ./start opens the site.")
        return 0
    server, *workers = processes(args.port)
    try:
        prepare(demonstration=not args.empty, server=server)
    except BaseException:
        server.stop()
        raise
    server.release()
    address = f"http://127.0.0.1:{args.port}"
    return supervise([server, *workers], ready=lambda: open_when_ready(address, browser=not args.no_browser))


def prepare(*, demonstration: bool, server: Child | None = None) -> None:
    """The database at the newest version, and Estuary where it is wanted; a server loads beside, at once
    or, where a first start has both processors busy, when one is free.
    """
    is_first_start = not (schoolward_home() / "static").exists()
    if server and not is_first_start:
        server.start()
    filling = _start_filling() if demonstration else None
    set_up_django()
    from django.core.management import call_command

    if not server:
        call_command("collectstatic", interactive=False, verbosity=0)
    if not (demonstration and _made_tables()):
        call_command("migrate", verbosity=0)
    if filling:
        from schoolward.demo.build import wait_for_store

        wait_for_store(filling)
    if server and is_first_start:
        server.start()
    if demonstration:
        from schoolward.demo.build import build_estuary

        build_estuary(filling)
        return
    from schoolward.apps.performance.actions import finish_interrupted

    finish_interrupted()  # files imported by the command line since, or a process that was stopped half-way


def _start_filling() -> SpawnProcess | None:
    _name_settings()
    from schoolward.demo.filling import start_filling_store

    return start_filling_store()


def _made_tables() -> bool:
    from schoolward.demo.tables import make_tables

    return make_tables()


def _choose_site(args: argparse.Namespace) -> None:
    home = schoolward_home()
    os.environ["SCHOOLWARD_HOME"] = str(home / "empty" if args.empty and not _chosen_home() else home)
    os.environ["SCHOOLWARD_DEMONSTRATION"] = "0" if args.empty else "1"
    if not os.environ.get("SCHOOLWARD_HOSTS"):  # links in letters lead to where this site is
        os.environ.setdefault("SCHOOLWARD_ADDRESS", f"http://127.0.0.1:{args.port}")
    if args.today:
        os.environ["SCHOOLWARD_TODAY"] = args.today.isoformat()
    Path(os.environ["SCHOOLWARD_HOME"]).mkdir(parents=True, exist_ok=True)


def _chosen_home() -> bool:
    return bool(os.environ.get("SCHOOLWARD_HOME"))


def processes(port: int) -> list[Child]:
    """The site's processes, the server first: loading while the site is prepared, and then held."""
    settings = ["-c", "python:schoolward.web.server", "-b", f"127.0.0.1:{port}"]
    return [
        Child("server", ["gunicorn", *settings, "schoolward.web.wsgi"], essential=True, held=True),
        Child("worker", ["schoolward", "worker", "--queue", "default"]),
        Child("worker of long work", ["schoolward", "worker", "--queue", "long"], niceness=10),
        Child("scheduler", ["schoolward", "scheduler"]),
    ]


def run_make_administrator(args: argparse.Namespace) -> int:
    """The person, with the administrator's role in the authority, on a migrated database."""
    set_up_django()
    from schoolward.web.first_steps import make_administrator

    password = args.password or os.environ.get("SCHOOLWARD_PASSWORD") or getpass("Password: ")
    member = make_administrator(
        name=args.name, email=args.email, authority_code=args.authority, password=password
    )
    print(f"{member.person.name} <{member.person.email}> is an administrator of {member.authority}.")
    return 0


def run_manage(args: argparse.Namespace) -> int:
    """Passes everything on to Django."""
    set_up_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["schoolward manage", *args.rest])
    return 0
