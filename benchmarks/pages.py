"""Pages against a signed-in empty page: server CPU per request, as multiples in one run.

Run: `.venv/bin/python benchmarks/pages.py [--home DIR] [--requests N] [--authorities 1,10,50,150]`. Without a
home it builds Estuary in a folder that is thrown away; with one it works on a copy.

Every request goes through real middleware, session, permissions and templates in this process, on SQLite
(whose work is counted too), with no cache of answers. The empty page is signed in, has the navigation and
says nothing, and each page is held against that of the same role. Pages are asked in turn, so that drift hits
all alike; each figure is a median of CPU time.

To show growth, Estuary is copied into more authorities, with every school, figure, inspection and decision.
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
from collections.abc import Iterator
from pathlib import Path

NOW = "what needs me now"
MOST_TIMES = {
    "schools list of 100": 3.0,
    "school page": 8.0,
    NOW: 5.0,
    f"{NOW}: adviser": 5.0,
    f"{NOW}: headteacher": 5.0,
    f"{NOW}: trust_lead": 5.0,
}
AUTHORITIES = (1, 10, 50, 150)
REQUESTS, WARM = 60, 4
ROLE, OTHERS = "director", ("adviser", "headteacher", "trust_lead")
EMPTY = "empty page"
SCHOOLS_ASKED = 5


def main() -> int:
    """Prints the measurements as JSON; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a prepared home of the demonstration; it is copied")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each page at each size")
    parser.add_argument("--authorities", default=",".join(map(str, AUTHORITIES)))
    parser.add_argument("--smallest", action="store_true", help="only prove that it runs")
    args = parser.parse_args()
    sizes = [1, 2] if args.smallest else sorted(map(int, args.authorities.split(",")))
    with tempfile.TemporaryDirectory(prefix="pages-") as scratch:
        set_up(Path(scratch) / "home", args.home)
        result = measure(sizes, 3 if args.smallest else args.requests)
    print(json.dumps(result, indent=1))
    return 0 if args.smallest or not result["over"] else 1


def set_up(home: Path, prepared: Path | None) -> None:
    """Django on a home of its own, with Estuary in it and the benchmark's empty page among the addresses."""
    if prepared:
        shutil.copytree(prepared, home)
    home.mkdir(exist_ok=True)
    os.environ.pop("SCHOOLWARD_DATABASE", None)
    os.environ |= {
        "SCHOOLWARD_HOME": str(home),
        "SCHOOLWARD_DEMONSTRATION": "1",
        "DJANGO_SETTINGS_MODULE": "schoolward.web.settings",
    }
    import django
    from django.conf import settings

    settings.ROOT_URLCONF = "benchmarks.pages_urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    from django.core.management import call_command

    from schoolward.demo.build import build_estuary

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    build_estuary()


def measure(sizes: list[int], requests: int) -> dict[str, object]:
    """Median CPU of each page at each number of authorities, and multiples of the empty page at the first."""
    from benchmarks.pages_growth import grow_to

    growth = {}
    for size in sizes:
        grow_to(size)
        growth[size] = timed(requests)
    first = growth[sizes[0]]
    ratios = {name: round(ms / first[_empty_of(name)], 2) for name, ms in first.items()}
    return {
        "requests_of_each": requests,
        "ms": {name: round(ms, 2) for name, ms in first.items()},
        "times_empty": ratios,
        "limits": MOST_TIMES,
        "over": [name for name, most in MOST_TIMES.items() if ratios[name] > most],
        "growth_ms": {
            size: {name: round(ms, 2) for name, ms in found.items()} for size, found in growth.items()
        },
    }


def timed(requests: int) -> dict[str, float]:
    """Median milliseconds of CPU of each page, asked in turn by somebody signed in."""
    clients, pages = {role: signed_in(role) for role in (ROLE, *OTHERS)}, addresses()
    spent: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(-WARM, requests):
        for name, choices in pages.items():
            client, address = clients[_role_of(name)], choices[turn % len(choices)]
            start = time.process_time()
            answer = client.get(address)
            milliseconds = 1000 * (time.process_time() - start)
            assert answer.status_code == 200, f"{address} answered {answer.status_code}"
            if turn >= 0:
                spent[name].append(milliseconds)
    return {name: statistics.median(times) for name, times in spent.items()}


def _role_of(name: str) -> str:
    return name.partition(": ")[2] or ROLE


def _empty_of(name: str) -> str:
    """The empty page that is held against a page: that of the same role."""
    role = name.partition(": ")[2]
    return f"{EMPTY}: {role}" if role else EMPTY


def signed_in(role: str):
    """A client that acts as the first person in Estuary with the role."""
    from django.test import Client

    from schoolward.apps.accounts.models import Membership
    from schoolward.apps.tenancy.scope import scope

    with scope(_estuary()):
        member = Membership.objects.select_related("person").filter(role=role).earliest("pk")
    client = Client()
    client.force_login(member.person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["membership"] = member.pk
    session.save()
    return client


def addresses() -> dict[str, list[str]]:
    """What is asked for under each name; a school page is one of several schools' in turn."""
    from django.urls import reverse

    from schoolward.apps.register.queries import schools_of

    assert schools_of(_estuary().code).count() >= 100, "the list would not be full"
    urns = [school.urn for school in schools_of(_estuary().code, open_only=True)]
    chosen = urns[:: len(urns) // SCHOOLS_ASKED][:SCHOOLS_ASKED]
    others = {
        f"{name}: {role}": [address]
        for role in OTHERS
        for name, address in ((EMPTY, reverse("benchmark_empty")), (NOW, reverse("home")))
    }
    return {
        EMPTY: [reverse("benchmark_empty")],
        "schools list of 100": [reverse("schools") + "?status=any"],
        "school page": [reverse("school", args=[urn]) for urn in chosen],
        "concern list": [reverse("concern_list")],
        NOW: [reverse("home")],
        **others,
    }


def _estuary():
    from schoolward.apps.tenancy.models import Authority

    return Authority.objects.earliest("pk")


def tables(result: dict) -> Iterator[str]:
    """The measurements as Markdown."""
    yield "| page | CPU, ms | times the empty page | at most |\n|---|---|---|---|"
    for name, ms in result["ms"].items():
        most = result["limits"].get(name, "")
        yield f"| {name} | {ms} | {result['times_empty'][name]} | {most} |"
    growth = result["growth_ms"]
    sizes = list(growth)
    yield ""
    yield f"| CPU, ms (times the empty page) at … authorities | {' | '.join(map(str, sizes))} |"
    yield f"|---|{'---|' * len(sizes)}"
    for name in result["ms"]:
        cells = (f"{growth[n][name]} ({growth[n][name] / growth[n][_empty_of(name)]:.1f})" for n in sizes)
        yield f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main())
