"""Contacts from a workbook, shown before they are taken in; and heads from the published register."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.contacts import heads as published
from schoolward.apps.contacts import importing, queries
from schoolward.apps.contacts.models import ContactRole, ContactUpload
from schoolward.publishing.given import MOST_BYTES
from schoolward.terms.errors import BadFile, NotEnoughData, NotNow, StoreError
from schoolward.web.messages import say

SHOWN = 200
KINDS = {
    "added": "Added",
    "corrected": "Changed, the same person",
    "replaced": "Changed, another person",
    "ended": "Ended",
}


@requires(P.MANAGE_CONTACTS)
def upload(request: HttpRequest) -> HttpResponse:
    """Takes a workbook and shows what it would change; nothing changes yet."""
    errors = {}
    if request.method == "POST":
        given = request.FILES.get("workbook")
        if given is None:
            errors["workbook"] = "Choose the workbook."
        elif given.size > MOST_BYTES:
            errors["workbook"] = "The file is larger than 5 MB. Send only the sheet of contacts."
        else:
            try:
                return _shown(request, given.name, given.read())
            except BadFile as error:
                errors["workbook"] = str(error)
    return render(request, "contacts/import.html", {"errors": errors}, status=400 if errors else 200)


def _shown(request: HttpRequest, name: str, content: bytes) -> HttpResponse:
    kept, found = importing.upload_contacts(by=request.acting, file_name=name, content=content)
    schools = {school.urn: school.name for school in queries.open_schools()}
    page = {
        "upload": kept,
        "counts": [(words, found.counts[kind]) for kind, words in KINDS.items()],
        "unchanged": found.unchanged,
        "problems": found.problems[:SHOWN],
        "more_problems": max(0, len(found.problems) - SHOWN),
        "changes": found.changes[:SHOWN],
        "more_changes": max(0, len(found.changes) - SHOWN),
        "kinds": KINDS,
        "schools": schools,
        "role_of": {role.value: role.label for role in ContactRole},
    }
    return render(request, "contacts/differences.html", page)


@requires(P.MANAGE_CONTACTS)
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Applies exactly what was shown."""
    kept = ContactUpload.objects.filter(pk=pk, uploaded_by=request.user).first()
    if kept is None:
        raise Http404
    found = importing.apply_upload(by=request.acting, upload=kept)
    told = ", ".join(f"{count} {kind}" for kind, count in found.counts.items()) or "nothing to change"
    say(request, f"The contacts are taken in: {told}.")
    return redirect("contacts")


@requires(P.MANAGE_CONTACTS)
def heads(request: HttpRequest) -> HttpResponse:
    """The heads whom the register names where we know none; one button takes them all in."""
    refusal = ""
    try:
        published.check_can_take_heads(request.acting)
    except NotNow as error:
        refusal = str(error)
    if request.method == "POST":
        count = published.take_heads(by=request.acting)
        say(request, f"{count} heads are taken in from the register.")
        return redirect("contacts")
    proposals = []
    if not refusal:
        try:
            proposals = published.proposed_heads()
        except (StoreError, NotEnoughData) as error:
            refusal = f"{error.what} {error.do}".strip()
    return render(request, "contacts/heads.html", {"proposals": proposals, "refusal": refusal})
