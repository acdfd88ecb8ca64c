"""Fetching a file that belongs to something."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest

from schoolward.apps.accounts.access import signed_in
from schoolward.apps.files.queries import find_version


@signed_in
def download_file(request: HttpRequest, pk: int) -> FileResponse:
    """One version, to be saved and never shown inside a page; not found unless its owner lets one read it."""
    if (version := find_version(pk, request.acting)) is None:
        raise Http404
    try:
        stream = version.content.path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    reply = FileResponse(
        stream, as_attachment=True, filename=version.file.name, content_type=version.media_type
    )
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Content-Security-Policy"] = "default-src 'none'; sandbox"
    reply["Cache-Control"] = "private, no-store"
    return reply
