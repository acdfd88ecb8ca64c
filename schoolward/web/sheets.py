"""Tables that leave as files."""

from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_reply(content: bytes, name: str) -> HttpResponse:
    """A download of CSV."""
    return file_reply(content, f"{name}.csv", "text/csv; charset=utf-8")


def xlsx_reply(content: bytes, name: str) -> HttpResponse:
    """A download of an Excel workbook."""
    return file_reply(content, f"{name}.xlsx", XLSX)


def file_reply(content: bytes, filename: str, media_type: str) -> HttpResponse:
    """A download that no browser will take for a page."""
    reply = HttpResponse(content, content_type=media_type)
    reply["Content-Disposition"] = f'attachment; filename="{filename}"'
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cache-Control"] = "no-store"
    return reply
