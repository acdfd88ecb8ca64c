"""One archive of tables for a request under the Freedom of Information Act."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.audit.exports import exports
from schoolward.apps.audit.record import record
from schoolward.apps.tenancy import clock
from schoolward.publishing.spreadsheets import SheetColumn, write_csv
from schoolward.terms.calendar import format_day
from schoolward.web.forms import Answers
from schoolward.web.sheets import file_reply


@requires(P.VIEW_AUDIT)
def freedom(request: HttpRequest) -> HttpResponse:
    """Asks for two days, says what is given and what is left out, and makes the archive."""
    given, left_out = exports()
    answers = Answers(request.POST)
    if request.method == "POST":
        since = answers.day("since", "Give the first day.")
        until = answers.day("until", "Give the last day.")
        if since and until and since > until:
            answers.errors["until"] = "The last day is before the first."
        if since and until and not answers.errors:
            record(
                "audit.make_disclosure",
                by=request.acting,
                target=request.acting.authority,
                after={"since": since, "until": until, "tables": [export.name for export in given]},
            )
            name = f"disclosure-{since:%Y-%m-%d}-to-{until:%Y-%m-%d}.zip"
            return file_reply(archive(request.acting.authority.name, since, until), name, "application/zip")
    page = {"given": given, "left_out": left_out, "errors": answers.errors, "sent": request.POST}
    return render(request, "audit/freedom.html", page, status=400 if answers.errors else 200)


def archive(authority: str, since: date, until: date) -> bytes:
    """A ZIP of one CSV for each table, with a list of what is in it and what was left out, and why."""
    given, left_out = exports()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("contents.txt", _contents(authority, since, until))
        for export in given:
            assert export.rows
            columns = [SheetColumn(heading) for heading in export.headings]
            packed.writestr(f"{export.name}.csv", write_csv(columns, export.rows(since, until)))
        rows = [(export.name, export.description, export.restricted) for export in left_out]
        packed.writestr("left-out.csv", write_csv([SheetColumn(h) for h in ("Table", "What", "Why")], rows))
    return out.getvalue()


def _contents(authority: str, since: date, until: date) -> str:
    given, left_out = exports()
    lines = [
        f"{authority}: records from {format_day(since)} to {format_day(until)}.",
        f"Made on {format_day(clock.today())}. A person must read this before it is given to anybody.",
        "",
        "In this archive:",
        *(f"  {export.name}.csv: {export.description}" for export in given),
        "",
        "Left out:",
        *(f"  {export.name}: {export.description} {export.restricted}" for export in left_out),
    ]
    return "\n".join(lines) + "\n"
