"""Published data: what is loaded, how editions differ, and bringing more in."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.queries import find_job, jobs_seen_by, unfinished_jobs
from schoolward.apps.jobs.states import ENDED
from schoolward.apps.performance.tasks import IMPORT
from schoolward.apps.register.bridge import comparing
from schoolward.apps.register.queries import projected_edition
from schoolward.terms import codes
from schoolward.web.forms import Answers

MOST_FILES = 60
PRODUCTS = {
    "ks2": "Key stage 2",
    "ks4": "Key stage 4",
    "lait": "Local authority tool (LAIT)",
    "register": "Register of schools",
    "register places": "Rolls and places",
    "links": "Links between schools",
    "providers": "Inspectorate's list",
}


def product_words(product: str) -> str:
    """'ks2' as 'Key stage 2'; a product without a name of its own is capitalised."""
    return PRODUCTS.get(product) or product[:1].upper() + product[1:].replace("ks4", "key stage 4")


@requires(P.VIEW_DATA)
def data(request: HttpRequest) -> HttpResponse:
    """The files behind every page, each with its period, when it was published and what it holds."""
    editions = comparing.editions(settings.SCHOOLWARD_STORE)
    shown = request.GET.get("edition") or projected_edition()
    if shown != "empty" and shown not in {each.key for each in editions}:
        raise Http404
    return render(
        request,
        "data/list.html",
        {
            "editions": editions,
            "shown": shown,
            "current": projected_edition(),
            "files": comparing.parts_of(settings.SCHOOLWARD_STORE, shown),
            "imports": jobs_seen_by(request.acting.authority_code).filter(kind=IMPORT)[:5],
            "may_import": request.acting.may(P.IMPORT_DATA),
            "codes_of": _codes,
            "product_words": product_words,
        },
    )


def _codes(found: dict[str, int]) -> list[tuple[str, int, str]]:
    """Code, how often, and its meaning; the most frequent first."""
    return [(code, count, codes.meaning(code)) for code, count in sorted(found.items(), key=lambda i: -i[1])]


@requires(P.VIEW_DATA)
def data_differences(request: HttpRequest) -> HttpResponse:
    """What the newer of two editions added, and which of the authority's schools it has otherwise."""
    keys = [each.key for each in comparing.editions(settings.SCHOOLWARD_STORE)]
    older, newer = request.GET.get("older", ""), request.GET.get("newer", "")
    if older not in keys or newer not in keys:
        raise Http404
    code = request.acting.authority.code
    compared = comparing.compare(settings.SCHOOLWARD_STORE, older, newer, code)
    page = {"older": older, "newer": newer, "compared": compared, "product_words": product_words}
    return render(request, "data/differences.html", page)


@requires(P.IMPORT_DATA)
def data_import(request: HttpRequest) -> HttpResponse:
    """The form for bringing files in: by upload, or for an administrator by a folder on the server."""
    return _form(request, {})


@requires(P.IMPORT_DATA)
@require_POST
def data_start_import(request: HttpRequest) -> HttpResponse:
    """Starts the import in the background and goes to where it can be watched."""
    answers = Answers(request.POST)
    files, folder = request.FILES.getlist("files"), answers.text("folder")
    published_on = answers.day("published_on")
    if bool(files) == bool(folder):
        answers.errors["files"] = "Choose files, or name a folder: one of the two."
    elif len(files) > MOST_FILES:
        answers.errors["files"] = f"Choose at most {MOST_FILES} files at a time."
    elif folder:
        _check_folder(request, folder, answers)
    if answers.errors:
        return _form(request, answers.errors, status=400)
    kept = _keep(files) if files else folder
    payload = {"folder": str(kept), "uploaded": bool(files)}
    if published_on:
        payload["published_on"] = published_on.isoformat()
    job = enqueue(IMPORT, by=request.acting, authority=request.acting.authority, payload=payload)
    return redirect("data_import_job", pk=job.pk)


def _form(request: HttpRequest, errors: dict[str, str], status: int = 200) -> HttpResponse:
    page = {
        "errors": errors,
        "sent": request.POST,
        "folders": request.acting.may(P.MANAGE_SITE),
        "running": unfinished_jobs(IMPORT, request.acting.authority_code).first(),
    }
    return render(request, "data/import.html", page, status=status)


def _check_folder(request: HttpRequest, folder: str, answers: Answers) -> None:
    if not request.acting.may(P.MANAGE_SITE):
        answers.errors["folder"] = "Only an administrator may name a folder on the server."
    elif not Path(folder).is_absolute() or not Path(folder).is_dir():
        answers.errors["folder"] = f"There is no folder '{folder}' on the server. Give its whole path."


def _keep(files: list[UploadedFile]) -> Path:
    """A folder of its own for these files, removed by the job when it has read them."""
    folder = settings.SCHOOLWARD_HOME / "uploads" / uuid.uuid4().hex
    folder.mkdir(parents=True)
    for number, sent in enumerate(files):
        # the name is kept for the report; what could climb out of the folder is not
        name = Path(sent.name.replace("\\", "/")).name.lstrip(".") or f"file-{number}"
        target = folder / name
        if target.exists():
            target = folder / f"{number}-{name}"
        with target.open("wb") as out:
            for chunk in sent.chunks():
                out.write(chunk)
    return folder


@requires(P.IMPORT_DATA)
def data_import_job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an import is, and its report when it has ended."""
    job = find_job(pk, request.acting.authority_code)
    if job is None or job.kind != IMPORT:
        raise Http404
    report = (job.result or {}).get("report")
    page = {"job": job, "ended": job.state in ENDED, "report": report, "codes_of": _codes}
    return render(request, "data/job.html", page)
