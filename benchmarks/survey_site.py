"""A site with a survey, for the benchmarks of saving and of the last minutes before a deadline.

Run as a script inside the site's environment it builds the authority (`build SCHOOLS`) or looks at what was
kept (`check`); both speak JSON. Everything is invented.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
PROGRAMS = Path(sys.executable).parent
ROLES = ("headteacher", "chair", "business_manager")
SERVICES = 10
NOBODY_KNOWS = "!"  # no password has this form
CSRF = "abcdefghijklmnopqrstuvwxyz012345"


@dataclass
class Site:
    """Gunicorn and a worker on one home and database, each in a process group that can be killed."""

    home: Path
    database: str = ""
    port: int = 0
    workers: int = 2
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process belong to this site."""
        names = ("SCHOOLWARD_", "DJANGO_")
        plain = {name: value for name, value in os.environ.items() if not name.startswith(names)}
        plain |= {"SCHOOLWARD_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "schoolward.web.settings"}
        plain |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
        return plain | ({"SCHOOLWARD_DATABASE": self.database} if self.database else {})

    def prepare(self, schools: int) -> dict:
        """The database made and filled as `fill` does it."""
        self.home.mkdir(parents=True, exist_ok=True)
        for words in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"]):
            subprocess.run([PROGRAMS / "schoolward", "manage", *words], env=self.environment, check=True)
        return self.fill(schools)

    def fill(self, schools: int) -> dict:
        """So many schools, three people each, an open survey; their sessions and the addresses to use."""
        return self.stage("build", str(schools))

    def stage(self, *words: str) -> dict:
        """What this module as a script says inside the site's environment."""
        command = [sys.executable, __file__, *words]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    def start(self, name: str = "server") -> None:
        """Starts the server or the worker; waits for a server to answer."""
        self.port = self.port or free_port()
        options = f"-k gthread -w {self.workers} --threads 4 -b 127.0.0.1:{self.port}"
        options += " --no-control-socket --log-level critical"
        commands = {
            "server": [PROGRAMS / "gunicorn", *options.split(), "schoolward.web.wsgi"],
            "worker": [PROGRAMS / "schoolward", "worker"],
        }
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.running[name] = subprocess.Popen(
            commands[name], env=self.environment, start_new_session=True, cwd=HERE.parent, **quiet
        )
        if name == "server":
            wait_for(self.port)

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends the process with all its children at once."""
        process = self.running.pop(name)
        os.killpg(process.pid, how)
        process.wait(20)

    def stop(self) -> None:
        """Nothing of the site is left running."""
        for name in list(self.running):
            self.kill(name)


def free_port() -> int:
    """A port of the loopback address that nobody uses."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def wait_for(port: int, seconds: float = 90) -> None:
    """Returns once a site answers on the port: it listens well before, and a killed one a moment longer."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
        try:
            line.request("GET", "/")
            line.getresponse().read()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            line.close()
    raise TimeoutError(f"nothing answers on port {port}")


def headers_of(session: str) -> dict[str, str]:
    """What a browser with this session sends along."""
    return {
        "Cookie": f"sessionid={session}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
        "Content-Type": "application/x-www-form-urlencoded",
    }


def questionnaire() -> dict:
    """Ten services to tick and a text: what a page of ten answers is made of."""
    options = {"council": "The council", "elsewhere": "Elsewhere", "not_needed": "Not needed"}
    route = {"key": "route", "kind": "matrix", "text": "Where from?", "options": options, "required": False}
    words = {"key": "words", "kind": "text", "text": "Anything else?", "required": False}
    sections = [{"key": "services", "title": "Services", "questions": [route, words]}]
    return {"key": "crowd", "title": "Crowd", "purpose": "A crowd.", "sections": sections}


def build(schools: int) -> dict:
    """An authority with an open survey; session keys by school, and the addresses of its entry."""
    import django

    django.setup()
    from django.db import transaction

    from schoolward.apps.accounts.acting import Acting
    from schoolward.apps.survey import actions
    from schoolward.apps.survey.models import Entry
    from schoolward.apps.survey.questionnaire import OfferedService
    from schoolward.apps.survey.reading import read_questionnaire
    from schoolward.apps.tenancy import clock
    from schoolward.apps.tenancy.models import Authority
    from schoolward.apps.tenancy.scope import scope

    started = date(2025, 9, 1)
    authority = Authority.objects.create(code=990, name="Crowdshire", first_started_on=started)
    offered = [
        OfferedService(
            f"service-{n}", f"Service {n}", "c", "Category", "What", "", "", (), "day", 50_000, 62_500
        )
        for n in range(SERVICES)
    ]
    with transaction.atomic(), scope(authority):
        by = Acting.system(authority, "benchmark")
        rows = _schools(schools)
        people = _people(authority, rows, started)
        version = actions.save_questionnaire(by=by, definition=read_questionnaire(questionnaire()))
        closes = clock.now() + timedelta(hours=1)
        survey = actions.prepare_survey(
            by=by, title="Crowd", version=version, services=offered, closes_at=closes
        )
        actions.ask_schools(by=by, survey=survey, schools=rows)
        actions.open_survey(by=by, survey=survey)
        sessions = _sessions(people)
        entries = dict(Entry.objects.values_list("school__urn", "pk"))
    return {
        "survey": survey.pk,
        "schools": [{"entry": entries[urn], "sessions": sessions[urn]} for urn in sorted(entries)],
    }


def _schools(count: int) -> list:
    from schoolward.apps.accounts import roles
    from schoolward.apps.accounts.models import Organisation
    from schoolward.apps.register.models import School

    made = Organisation.objects.bulk_create(
        Organisation(kind=roles.SCHOOL, urn=900_001 + n, name=f"School {n}") for n in range(count)
    )
    return School.objects.bulk_create(
        School(
            organisation=each,
            urn=each.urn,
            name=each.name,
            authority_code=990,
            status="Open",
            phase="Primary",
        )
        for each in made
    )


def _people(authority, schools: list, started: date) -> list:
    from schoolward.apps.accounts.models import Membership, Person
    from schoolward.apps.tenancy import clock

    places = [(school, role) for school in schools for role in ROLES]
    people = Person.objects.bulk_create(
        Person(
            email=f"{role}.{s.urn}@example.org",
            name=f"{role} {s.urn}",
            password=NOBODY_KNOWS,
            created_at=clock.now(),
        )
        for s, role in places
    )
    return Membership.objects.bulk_create(
        Membership(
            authority=authority, person=person, organisation=school.organisation, role=role, starts_on=started
        )
        for person, (school, role) in zip(people, places, strict=True)
    )


def _sessions(members: list) -> dict[int, list[str]]:
    """Three session keys for each school, the head's first: signed in and acting in the role."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from schoolward.apps.tenancy import clock

    store, found, rows = SessionStore(), {}, []
    for n, member in enumerate(members):
        key = f"crowd{n:027d}"
        said = {
            "_auth_user_id": str(member.person_id),
            "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
            "_auth_user_hash": member.person.get_session_auth_hash(),
            "membership": member.pk,
        }
        ends = clock.now() + timedelta(hours=6)
        rows.append(Session(session_key=key, session_data=store.encode(said), expire_date=ends))
        found.setdefault(member.organisation.urn, []).append(key)
    Session.objects.bulk_create(rows, batch_size=500)
    return found


def check() -> dict:
    """What the database kept: saves by key, schools with more than one return, drafts that disagree."""
    import django

    django.setup()
    from collections import Counter

    from schoolward.apps.drafts.models import Draft, DraftChange
    from schoolward.apps.survey.models import Return
    from schoolward.apps.tenancy.scope import every_authority

    with every_authority("the benchmark looks at all that was kept"):
        keys = Counter(DraftChange.objects.values_list("idempotency_key", flat=True))
        returns = Counter(Return.objects.values_list("entry_id", flat=True))
        drafts = {draft.pk: draft for draft in Draft.objects.all()}
        built: dict[int, dict] = {pk: {} for pk in drafts}
        versions: dict[int, list[int]] = {pk: [] for pk in drafts}
        for change in DraftChange.objects.order_by("draft_id", "version"):
            versions[change.draft_id].append(change.version)
            built[change.draft_id] |= {name: value["after"] for name, value in change.fields.items()}
    open_each = Counter((d.subject_id, d.state) for d in drafts.values())
    return {
        "keys": list(keys),
        "doubled": [key for key, count in keys.items() if count > 1],
        "schools_with_two_returns": sum(count > 1 for count in returns.values()),
        "schools_with_two_open_drafts": sum(n > 1 for (_, state), n in open_each.items() if state == "open"),
        "returns": sum(returns.values()),
        "drafts_that_disagree": sum(built[pk] != draft.content for pk, draft in drafts.items()),
        "versions_with_gaps": sum(v != list(range(1, len(v) + 1)) for v in versions.values()),
    }


if __name__ == "__main__":
    print(json.dumps(build(int(sys.argv[2])) if sys.argv[1] == "build" else check()))
