"""The catalogue out as a workbook and in again, with every difference shown before anything is taken."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.catalogue import importing, workbook
from schoolward.apps.catalogue.differences import Change
from schoolward.apps.catalogue.holding import held_catalogue
from schoolward.apps.catalogue.models import CatalogueUpload
from schoolward.apps.catalogue.pricing import Part
from schoolward.apps.tenancy import clock
from schoolward.publishing.given import MOST_BYTES
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import BadFile
from schoolward.terms.money import format_pounds
from schoolward.web.messages import say
from schoolward.web.sheets import CSV, XLSX, file_reply

SHOWN = 200
HEADINGS = {
    form.name: {column.field: column.heading for column in form.columns} | {"parts": "Price"}
    for form in workbook.FORMS
}


@requires(P.MANAGE_CATALOGUE)
def workbook_out(request: HttpRequest) -> HttpResponse:
    """The whole catalogue as the workbook that can be changed and given back."""
    name = f"catalogue-{clock.today():%Y-%m-%d}.xlsx"
    return file_reply(workbook.as_xlsx(held_catalogue(), clock.today()), name, XLSX)


@requires(P.MANAGE_CATALOGUE)
def sheet_out(request: HttpRequest, sheet: str) -> HttpResponse:
    """One sheet of it as CSV."""
    form = {name.lower(): form for name, form in workbook.BY_NAME.items()}.get(sheet)
    if form is None:
        raise Http404
    return file_reply(workbook.as_csv(form, held_catalogue()), f"catalogue-{sheet}.csv", CSV)


@requires(P.MANAGE_CATALOGUE)
def upload(request: HttpRequest) -> HttpResponse:
    """Takes a file and shows what it would change; nothing changes yet."""
    errors = {}
    if request.method == "POST":
        given = request.FILES.get("file")
        if given is None:
            errors["file"] = "Choose the file."
        elif given.size > MOST_BYTES:
            errors["file"] = "The file is larger than 5 MB. Send only the catalogue."
        else:
            try:
                return _shown(request, given.name, given.read())
            except BadFile as error:
                errors["file"] = str(error)
    page = {"errors": errors, "forms": list(workbook.BY_NAME)}
    return render(request, "catalogue/import.html", page, status=400 if errors else 200)


def _shown(request: HttpRequest, name: str, content: bytes) -> HttpResponse:
    kept, found = importing.upload_catalogue(by=request.acting, file_name=name, content=content)
    page = {
        "upload": kept,
        "counts": found.counts,
        "unchanged": found.unchanged,
        "problems": found.problems[:SHOWN],
        "more_problems": max(0, len(found.problems) - SHOWN),
        "changes": [(change, _called(change), _fields(change)) for change in found.changes[:SHOWN]],
        "more_changes": max(0, len(found.changes) - SHOWN),
    }
    return render(request, "catalogue/differences.html", page)


def _called(change: Change) -> str:
    key = change.key
    return ", ".join(map(_words, key)) if isinstance(key, tuple) else str(key)


def _fields(change: Change) -> list[tuple[str, str, str]]:
    """Heading, before, after; of what is added only what says something."""
    headings = HEADINGS[change.sheet]
    return [
        (headings.get(name, name), _words(before), _words(after, name))
        for name, before, after in change.fields
        if name in headings and (change.kind == "changed" or after not in ("", None, ()))
    ]


def _words(value: object, field: str = "") -> str:
    match value:
        case None | "" | ():
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return "; ".join(map(_words, value))
        case Part():
            on = value.phase or value.level or (f"up to {value.most_pupils}" if value.most_pupils else "")
            return f"{value.kind.value} {on} {format_pounds(value.price_pence)}".replace("  ", " ")
        case int() if field == "list_price_pence":
            return format_pounds(value)
    return format_day(value) if hasattr(value, "strftime") else str(value)


@requires(P.MANAGE_CATALOGUE)
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Applies exactly what was shown."""
    kept = CatalogueUpload.objects.filter(pk=pk, uploaded_by=request.user).first()
    if kept is None:
        raise Http404
    found = importing.apply_upload(by=request.acting, upload=kept)
    told = ", ".join(f"{count} {kind}" for kind, count in found.counts.items()) or "nothing to change"
    say(request, f"The catalogue is taken in: {told}.")
    return redirect("catalogue")
