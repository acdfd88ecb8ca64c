"""What an autosave costs the server, and a form page and its submit, against a signed-in empty page.

Run: `.venv/bin/python benchmarks/survey_saving.py [--turns 60] [--engine postgres|sqlite]`.

Requests go through real middleware, sessions, permissions, CSRF and audit in this process; the processor time
of PostgreSQL's own processes is added to it. Everything is asked in turn in one run, so that a busy machine
slows all alike. Every save changes an answer, carries a key of its own and keeps its history.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.survey_site import CSRF, SERVICES, Site

TURNS, WARM, EACH = 40, 3, 5
SCHOOLS = 40
MOST_TIMES = {"autosave": 2.0}
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def main() -> int:
    """Prints the measurements as JSON; 1 when the limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--engine", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--smallest", type=Path, metavar="HOME", help="only prove that it runs, on a copy")
    args = parser.parse_args()
    if args.smallest:
        result = _measured(2, "", lambda: 0.0, args.smallest)
    else:
        result = on_postgres(args.turns) if args.engine == "postgres" else on_sqlite(args.turns)
    print(json.dumps(result, indent=1))
    return 1 if result["over"] and not args.smallest else 0


def on_postgres(turns: int) -> dict:
    """On a PostgreSQL that keeps its promises, whose work counts too."""
    from tests.machinery import postgres

    server = postgres.start(durable=True)
    try:
        return _measured(turns, server.address(), lambda: work_below(server.process.pid))
    finally:
        server.stop()


def on_sqlite(turns: int) -> dict:
    """On SQLite, which works in this process."""
    return _measured(turns, "", lambda: 0.0)


def _measured(turns: int, database: str, others: Callable[[], float], like: Path | None = None) -> dict:
    with tempfile.TemporaryDirectory(prefix="saving-") as scratch:
        home = Path(scratch) / "home"
        if like:
            shutil.copytree(like, home)
        site = Site(home, database)
        built = site.fill(SCHOOLS) if like else site.prepare(SCHOOLS)
        os.environ.update(site.environment)
        import django
        from django.conf import settings
        from django.db import connections

        settings.ROOT_URLCONF = "benchmarks.pages_urls"
        settings.ALLOWED_HOSTS = ["testserver"]
        django.setup()
        found = _timed(built["schools"], turns, others)
        connections.close_all()
    times = {name: round(ms / found["empty page"], 2) for name, ms in found.items()}
    return {
        "turns": turns,
        "engine": "PostgreSQL" if database else "SQLite",
        "ms": {name: round(ms, 2) for name, ms in found.items()},
        "times_empty": times,
        "limits": MOST_TIMES,
        "over": [name for name, most in MOST_TIMES.items() if times[name] > most],
    }


def _timed(schools: list[dict], turns: int, others: Callable[[], float]) -> dict[str, float]:
    """Median milliseconds of processor time a request, in batches asked in turn."""
    asked = _Asked(schools)
    kinds = {
        "empty page": asked.empty,
        "form page": asked.form,
        "autosave": asked.save,
        "submit of 10 answers": asked.submit,
    }
    spent: dict[str, list[float]] = {name: [] for name in kinds}
    for turn in range(-WARM, turns):
        for name, ask in kinds.items():
            start = time.process_time() + others()
            for _ in range(EACH):
                ask()
            milliseconds = 1000 * (time.process_time() + others() - start) / EACH
            if turn >= 0:
                spent[name].append(milliseconds)
    # the clock of other processes ticks a hundred times a second, so a batch is coarse and their mean is not
    return {
        name: statistics.fmean(sorted(each)[: max(len(each) * 4 // 5, 1)]) for name, each in spent.items()
    }


class _Asked:
    """Heads of many schools, one after the other, each in their own session."""

    def __init__(self, schools: list[dict]) -> None:
        from django.test import Client

        self.people = []
        for school in schools:
            client = Client(enforce_csrf_checks=True)
            client.cookies["sessionid"], client.cookies["csrftoken"] = school["sessions"][0], CSRF
            self.people.append((client, school["entry"]))
        self.count, self.versions = 0, dict.fromkeys(range(len(schools)), 0)

    def _next(self) -> tuple[int, object, int]:
        self.count += 1
        n = self.count % len(self.people)
        return n, *self.people[n]

    def empty(self) -> None:
        from django.urls import reverse

        _, client, _ = self._next()
        assert client.get(reverse("benchmark_empty")).status_code == 200

    def form(self) -> None:
        _, client, entry = self._next()
        assert b"Service 9" in client.get(f"/answer/{entry}/page/route/").content

    def save(self) -> None:
        n, client, entry = self._next()
        name = f"route.service-{self.count % SERVICES}"
        sent = {"version": self.versions[n], "key": f"save-{self.count}", "fields": name}
        sent[name] = ("council", "elsewhere", "not_needed")[self.count % 3]
        reply = self._post(client, f"/answer/{entry}/save/", sent)
        assert reply.status_code == 200, reply.content
        said = reply.json()
        assert not said["clashes"], said
        self.versions[n] = said["version"]

    def _post(self, client, address: str, sent: dict):
        """As a browser sends it: `Client` by itself would send many parts, which cost more to take apart."""
        form = "application/x-www-form-urlencoded"
        return client.post(address, urlencode(sent), content_type=form, headers={"X-CSRFToken": CSRF})

    def submit(self) -> None:
        n, client, entry = self._next()
        route = ("council", "elsewhere", "not_needed")[self.count % 3]
        sent = {f"route.service-{k}": route for k in range(SERVICES)}
        sent |= {"version": self.versions[n], "key": f"submit-{self.count}"}
        reply = self._post(client, f"/answer/{entry}/page/route/", sent)
        assert reply.status_code == 302, reply.content
        self.versions[n] += 1


def work_below(pid: int) -> float:
    """Seconds of processor time of a process and of those it started, as Linux tells them."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended meanwhile
        if int(parts[1]) == pid or stat.parent.name == str(pid):
            total += (int(parts[11]) + int(parts[12])) / TICKS
    return total


def told(result: dict) -> Iterator[str]:
    """The measurements as Markdown."""
    yield f"| {result['engine']} | CPU, ms | times the empty page | at most |\n|---|---|---|---|"
    for name, ms in result["ms"].items():
        yield f"| {name} | {ms} | {result['times_empty'][name]} | {result['limits'].get(name, '')} |"


if __name__ == "__main__":
    sys.exit(main())
