"""The record of changes of one's own authority: who, when, what, before and after."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.audit.models import Event
from schoolward.apps.audit.queries import Asked, actions_met, changes_of, find_events, page_of
from schoolward.apps.tenancy import clock
from schoolward.publishing.spreadsheets import guarded
from schoolward.web.forms import Answers
from schoolward.web.sheets import CSV

PAGE_SIZE = 50
HEADINGS = ("When", "Who", "Role", "What", "Kind", "Number", "About", "Before", "After", "Why")


@requires(P.VIEW_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """Events newest first, fifty to a page, narrowed by person, kind, what they are about and days."""
    answers = Answers(request.GET)
    asked, code = _asked(answers), request.acting.authority.code
    events, mark = page_of(find_events(code, asked), PAGE_SIZE, request.GET.get("after", ""))
    narrowed = [(key, value) for key, value in request.GET.items() if key != "after" and value]
    page = {
        "events": [(event, changes_of(event)) for event in events],
        "errors": answers.errors,
        "sent": request.GET,
        "kinds": [(action, words_of(action)) for action in actions_met(code)],
        "people": _people(),
        "words_of": words_of,
        "query": urlencode(narrowed),
        "next": "?" + urlencode([*narrowed, ("after", mark)]) if mark else "",
        "is_first": not request.GET.get("after"),
    }
    return render(request, "audit/list.html", page, status=400 if answers.errors else 200)


@requires(P.VIEW_AUDIT)
def audit_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same events, all of them, as CSV, sent as they are read."""
    if form != "csv":
        raise Http404
    rows = find_events(request.acting.authority.code, _asked(Answers(request.GET)))
    reply = StreamingHttpResponse(_lines(rows.iterator(chunk_size=2000)), content_type=CSV)
    reply["Content-Disposition"] = f'attachment; filename="changes-{clock.today():%Y-%m-%d}.csv"'
    reply["X-Content-Type-Options"], reply["Cache-Control"] = "nosniff", "no-store"
    return reply


def words_of(action: str) -> str:
    """'accounts: give role' from accounts.give_role."""
    return action.replace("_", " ").replace(".", ": ", 1)


class _Echo:
    """Gives back what a CSV writer writes."""

    def write(self, line: str) -> str:
        return line


def _lines(events: Iterator[Event]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield "\ufeff" + writer.writerow(HEADINGS)
    for event in events:
        row = (
            event.at.isoformat(timespec="seconds"),
            event.by_name,
            event.by_role,
            event.action,
            event.target_kind,
            event.target_id,
            event.target_label,
            _flat(event.before),
            _flat(event.after),
            event.reason,
        )
        yield writer.writerow([guarded(cell) for cell in row])


def _flat(values: dict | None) -> str:
    return "; ".join(f"{name}: {value}" for name, value in (values or {}).items())


def _asked(answers: Answers) -> Asked:
    person = answers.text("person")
    return Asked(
        person=int(person) if person.isascii() and person.isdigit() and len(person) < 18 else None,
        action=answers.text("action")[:80],
        about=answers.text("about")[:130],
        words=answers.text("words")[:100],
        since=answers.day("since"),
        until=answers.day("until"),
    )


def _people() -> list[tuple[int, str]]:
    """Staff of the authority, who make most changes; anybody else is reached from their own page."""
    rows = Membership.objects.filter(organisation__kind="authority").order_by("person__name")
    return list(rows.values_list("person_id", "person__name").distinct())
