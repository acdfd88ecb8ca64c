"""Tables that leave as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpResponse

from schoolward.apps.tenancy import clock
from schoolward.publishing.spreadsheets import Sheet, SheetColumn, write_csv, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def sheet_reply(
    form: str, name: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence]
) -> HttpResponse:
    """The rows as `csv` or `xlsx`, as the address asks; any other form is not found."""
    if form == "csv":
        return file_reply(write_csv(columns, rows), f"{name}.csv", CSV)
    if form == "xlsx":
        book = write_xlsx([Sheet(name[:31], columns, list(rows))], made_on=clock.today())
        return file_reply(book, f"{name}.xlsx", XLSX)
    raise Http404


def file_reply(content: bytes, filename: str, media_type: str) -> HttpResponse:
    """A download that no browser will take for a page."""
    reply = HttpResponse(content, content_type=media_type)
    reply["Content-Disposition"] = f'attachment; filename="{filename}"'
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cache-Control"] = "no-store"
    return reply


def columns_of(*headings: str | tuple[str, str]) -> list[SheetColumn]:
    """Columns from headings: a bare heading is text, a pair names the kind of its cells."""
    return [SheetColumn(h) if isinstance(h, str) else SheetColumn(*h) for h in headings]
