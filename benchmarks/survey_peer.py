"""A form page of ten questions and its submit, against django-survey-and-report on the same PostgreSQL.

Run: `.venv/bin/python benchmarks/survey_peer.py [--rounds 5] [--seconds 5]`.

The peer is installed by pip into an environment of its own below `.venv/cache`; it is no dependency. Both
sites run at once under the same gunicorn (two workers of four threads) on one database server that keeps its
promises, and are asked in turn by the same eight connections in one run, so that a busy machine slows both.
Everybody is signed in. Schoolward's permissions, audit, history and keys against doubling are on; the peer
has none. A submit changes ten answers of somebody's and is answered by a redirection in both.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.survey_saving import work_below
from benchmarks.survey_site import CSRF, HERE, PROGRAMS, SERVICES, Site, free_port, headers_of, wait_for

PEER = HERE.parent / ".venv" / "cache" / "peer"
PACKAGES = (
    "django-survey-and-report==1.5.0",
    "django==6.1.3",
    "gunicorn==27.0.1",
    "psycopg[binary]==3.3.9",
    "setuptools<80",  # it needs Python's old distutils
)
PEOPLE, CONNECTIONS, ROUNDS, SECONDS, WARM_SECONDS = 200, 8, 5, 5.0, 1.0
AT_LEAST = 2.0
KINDS = FORM, SUBMIT = ("form page", "submit of 10 answers")
ROUTES = {"ours": ("council", "elsewhere", "not_needed"), "peer": ("the-council", "elsewhere", "not-needed")}


@dataclass
class Asked:
    """One site as its people ask it: where to, and the next person's session and answers."""

    port: int
    pid: int
    form: Callable[[int], tuple[str, str]]  # address and session
    submit: Callable[[int, str], tuple[str, str, str]]  # address, session and body, for a route
    routes: tuple[str, ...]
    turns: dict[str, Iterator[int]] = field(default_factory=lambda: {kind: count() for kind in KINDS})

    def ask(self, line: http.client.HTTPConnection, kind: str) -> None:
        """One request, answered as it should be."""
        n = next(self.turns[kind])
        if kind == FORM:
            path, session = self.form(n % PEOPLE)
            line.request("GET", path, headers=headers_of(session))
            wanted = 200
        else:
            # another route each time round, so that every submit changes all ten
            path, session, body = self.submit(n % PEOPLE, self.routes[n // PEOPLE % 3])
            line.request("POST", path, body, headers_of(session))
            wanted = 302
        answer = line.getresponse()
        content = answer.read()
        assert answer.status == wanted, (answer.status, path, content[:500])


def main() -> int:
    """Prints the measurements as JSON; 1 when the limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    args = parser.parse_args()
    result = measure(args.rounds, args.seconds)
    print(json.dumps(result, indent=1))
    return 1 if result["over"] else 0


def measure(rounds: int, seconds: float) -> dict:
    """Requests a second of both, round by round."""
    from tests.machinery import postgres

    install_peer()
    server = postgres.start(durable=True)
    peer = None
    try:
        with tempfile.TemporaryDirectory(prefix="peer-") as home:
            site = Site(Path(home), server.address())
            schools = site.prepare(PEOPLE)["schools"]
            try:
                site.start()
                peer, theirs = start_peer(server)
                both = {"ours": ours(site, schools), "peer": theirs}
                return _told(_rounds(both, rounds, seconds), both)
            finally:
                site.stop()
                if peer:
                    os.killpg(peer.pid, signal.SIGKILL)
                    peer.wait(20)
    finally:
        server.stop()


def install_peer() -> None:
    """The peer's environment, made where it is not there yet."""
    if (PEER / "bin" / "gunicorn").exists():
        return
    uv = str(PROGRAMS / "uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(PEER)], check=True)
    python = str(PEER / "bin" / "python")
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *PACKAGES], check=True)


def start_peer(server) -> tuple[subprocess.Popen, Asked]:
    """The peer's site on a database of its own of the same server."""
    import psycopg

    with psycopg.connect(server.address(), autocommit=True) as line:
        line.execute("CREATE DATABASE peer")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    environment = plain | {"PEER_DATABASE": "peer", "PEER_HOST": str(server.folder)}
    script = HERE / "survey_peer_site.py"
    built = subprocess.run(
        [PEER / "bin" / "python", script, str(PEOPLE)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr[-3000:]
    made = json.loads(built.stdout)
    port = free_port()
    options = f"-k gthread -w 2 --threads 4 -b 127.0.0.1:{port} --no-control-socket --log-level critical"
    process = subprocess.Popen(
        [PEER / "bin" / "gunicorn", *options.split(), "--chdir", str(HERE), script.stem],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(port)
    path = f"/survey/{made['survey']}/"

    def submit(n: int, route: str) -> tuple[str, str, str]:
        said = {f"question_{pk}": route for pk in made["questions"]}
        return path, made["sessions"][n], urlencode(said)

    return process, Asked(port, process.pid, lambda n: (path, made["sessions"][n]), submit, ROUTES["peer"])


def ours(site: Site, schools: list[dict]) -> Asked:
    """Schoolward: ten services to tick on one page."""
    versions = dict.fromkeys(range(PEOPLE), 0)

    def where(n: int) -> tuple[str, str]:
        return f"/answer/{schools[n]['entry']}/page/route/", schools[n]["sessions"][0]

    def submit(n: int, route: str) -> tuple[str, str, str]:
        said = {f"route.service-{k}": route for k in range(SERVICES)}
        said |= {"version": versions[n], "key": f"submit-{n}-{versions[n]}", "csrfmiddlewaretoken": CSRF}
        versions[n] += 1
        return *where(n), urlencode(said)

    return Asked(site.port, site.running["server"].pid, where, submit, ROUTES["ours"])


def _rounds(both: dict[str, Asked], rounds: int, seconds: float) -> list[dict]:
    """Requests a second and processor milliseconds a request, by round, kind and site; the order turns."""
    found = []
    for turn in range(-1, rounds):
        for kind in KINDS:
            for name in sorted(both, reverse=turn % 2 == 1):
                rate, cpu = _load(both[name], kind, seconds if turn >= 0 else WARM_SECONDS)
                if turn >= 0:
                    found.append({"kind": kind, "site": name, "round": turn, "rate": rate, "cpu_ms": cpu})
    return found


def _load(asked: Asked, kind: str, seconds: float) -> tuple[float, float]:
    """Requests a second when eight people ask again at once, and the site's own milliseconds for each."""
    done: list[int] = []
    until = time.monotonic() + seconds
    began, spent = time.monotonic(), work_below(asked.pid)

    def person() -> None:
        line, mine = http.client.HTTPConnection("127.0.0.1", asked.port, timeout=30), 0
        while time.monotonic() < until:
            asked.ask(line, kind)
            mine += 1
        line.close()
        done.append(mine)

    people = [threading.Thread(target=person) for _ in range(CONNECTIONS)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert len(done) == CONNECTIONS, "somebody was not answered as they should be"
    took = time.monotonic() - began
    return sum(done) / took, 1000 * (work_below(asked.pid) - spent) / sum(done)


def _told(found: list[dict], both: dict[str, Asked]) -> dict:
    def all_of(kind: str, site: str, what: str) -> list[float]:
        return [each[what] for each in found if each["kind"] == kind and each["site"] == site]

    rates = {
        kind: {site: round(statistics.median(all_of(kind, site, "rate"))) for site in both} for kind in KINDS
    }
    cpu = {
        kind: {site: round(statistics.median(all_of(kind, site, "cpu_ms")), 1) for site in both}
        for kind in KINDS
    }
    pairs = {
        kind: [o / p for o, p in zip(all_of(kind, "ours", "rate"), all_of(kind, "peer", "rate"), strict=True)]
        for kind in KINDS
    }
    times = {kind: round(statistics.median(each), 2) for kind, each in pairs.items()}
    return {
        "rounds": len(found) // len(KINDS) // len(both),
        "requests_a_second": rates,
        "server_cpu_ms": cpu,
        "times_the_peer": times,
        "by_round": {kind: [round(each, 2) for each in of] for kind, of in pairs.items()},
        "at_least": AT_LEAST,
        "over": [kind for kind in KINDS if times[kind] < AT_LEAST],
    }


def told(result: dict) -> Iterator[str]:
    """The measurements as Markdown."""
    yield "| | requests a second | the peer's | times the peer | by round | server CPU, ms | the peer's |"
    yield "|---|---|---|---|---|---|---|"
    for kind, rates in result["requests_a_second"].items():
        cpu = result["server_cpu_ms"][kind]
        by_round = ", ".join(map(str, result["by_round"][kind]))
        yield (
            f"| {kind} | {rates['ours']} | {rates['peer']} | {result['times_the_peer'][kind]} (at least "
            f"{result['at_least']}) | {by_round} | {cpu['ours']} | {cpu['peer']} |"
        )


if __name__ == "__main__":
    sys.exit(main())
