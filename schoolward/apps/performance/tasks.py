"""Bringing published files in, in the background."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from django.conf import settings

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.kinds import job_kind
from schoolward.apps.jobs.queries import unfinished_anywhere
from schoolward.apps.jobs.running import RunningJob
from schoolward.apps.jobs.sweeping import sweep
from schoolward.apps.register.queries import projected_edition

IMPORT, LEVEL = "data.import", "data.level"


@job_kind(IMPORT, label="Importing published data", attempts=2, lease_seconds=120)
def import_data(
    job: RunningJob, folder: str, uploaded: bool = False, published_on: str | None = None
) -> dict:
    """Reads every file below the folder; one that was uploaded for this is taken away afterwards.

    Safe to repeat: files that are in the store already change nothing.
    """
    from schoolward.apps.performance.actions import bring_in  # polars takes a while, and few jobs need it

    report = bring_in(
        by=job.by,
        folder=Path(folder),
        published_on=date.fromisoformat(published_on) if published_on else None,
        progress=lambda done, total, name: job.progress(done, total, name or "Bringing the pages level"),
    )
    if uploaded:
        shutil.rmtree(folder, ignore_errors=True)
    return {"sentence": sentence_of(report), "report": report}


def sentence_of(report: dict) -> str:
    """'12 files taken, 1 refused, 3 not known.'"""
    counts: dict[str, int] = {}
    for file in report["files"]:
        counts[file["outcome"]] = counts.get(file["outcome"], 0) + 1
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    return f"{len(report['files'])} {'file' if len(report['files']) == 1 else 'files'}: {told}."


@job_kind(LEVEL, label="Bringing pages level with the published data", lease_seconds=120)
def level_pages(job: RunningJob) -> str:
    """The database follows the store; safe to repeat."""
    from schoolward.apps.performance.actions import finish_interrupted

    moved = finish_interrupted()
    return "Pages show the newest data." if moved else "Pages showed the newest data already."


@sweep
def notice_a_newer_store() -> int:
    """1 where files were imported past this site, by the command line, and pages are now asked to follow."""
    from schoolward.apps.register import bridge  # polars takes a while

    edition = bridge.edition_of(settings.SCHOOLWARD_STORE)
    busy = unfinished_anywhere(IMPORT, LEVEL).exists()
    if busy or edition in (bridge.NOTHING, projected_edition()):
        return 0
    enqueue(LEVEL, by=Acting.system(None, "scheduler"), authority=None)
    return 1
