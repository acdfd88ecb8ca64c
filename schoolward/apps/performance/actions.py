"""Keeping every school's history at the store's current edition, and bringing files in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import models, transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import Actor, record
from schoolward.apps.performance.bridge import histories
from schoolward.apps.performance.bridge.histories import History
from schoolward.apps.performance.headlines import headline_rows
from schoolward.apps.performance.models import (
    Comparison,
    Headline,
    HistoryProjection,
    Predecessor,
    SchoolInspection,
    SchoolJudgement,
    SchoolResult,
    SchoolYear,
    SimilarSchools,
)
from schoolward.apps.register import bridge
from schoolward.apps.register.actions import keep_register
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import projected_edition
from schoolward.apps.register.writing import delete_rows, insert_rows
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority


def project_everything(*, by: Acting, store_path: Path | None = None) -> None:
    """Register and histories at the store's edition, in one transaction with the pointers to it.

    All is read before anything is written, so that others can write meanwhile.
    """
    by.check(Permission.IMPORT_DATA)
    store_path = store_path or settings.SCHOOLWARD_STORE
    register = bridge.read_register(store_path)
    codes = set(_kept_authorities())
    urns = {row["urn"]: row["authority_code"] for row in register.schools if row["authority_code"] in codes}
    history = histories.read_history(store_path, urns, codes)
    with transaction.atomic():
        keep_register(by=by, register=register)
        _keep(history, urns, sorted(codes))


def project_histories(
    *, by: Acting, store_path: Path | None = None, codes: Iterable[int] | None = None
) -> list[int]:
    """The authorities kept here (or of `codes`) whose schools' histories were behind, now level."""
    by.check(Permission.IMPORT_DATA)
    store_path = store_path or settings.SCHOOLWARD_STORE
    edition, rules_edition = histories.editions(store_path)
    kept = set(codes if codes is not None else _kept_authorities())
    behind = sorted(kept - _level(edition, rules_edition))
    if edition == bridge.NOTHING or not behind:
        return []
    urns = dict(School.objects.filter(authority_code__in=behind).values_list("urn", "authority_code"))
    history = histories.read_history(store_path, urns, behind)
    with transaction.atomic():
        _keep(history, urns, behind)
    return behind


def finish_interrupted(*, by: Acting | None = None, store_path: Path | None = None) -> bool:
    """True when the store, the rules or an authority were ahead of the database, which is level now.

    A process that ended between writing the store and the database leaves that; so do new rules, and an
    authority that was opened after the data was imported.
    """
    store_path = store_path or settings.SCHOOLWARD_STORE
    by = by or Acting.system(None, "start-up")
    edition = histories.editions(store_path)[0]
    if edition == bridge.NOTHING:
        return False
    if projected_edition() == edition:
        return bool(project_histories(by=by, store_path=store_path))
    project_everything(by=by, store_path=store_path)
    return True


def import_published(*, by: Acting, folder: Path, **how) -> dict:
    """The report of importing a folder, as the command gives it; the database then shows the new edition."""
    by.check(Permission.IMPORT_DATA)
    return bring_in(by=by, folder=folder, **how)


def bring_in(
    *,
    by: Actor,
    folder: Path,
    store_path: Path | None = None,
    published_on: date | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> dict:
    """The same in the background, where whoever asked was checked when asking.

    The store is written first and by itself: if this process ends before the database follows, start-up
    brings it level.
    """
    store_path = store_path or settings.SCHOOLWARD_STORE
    report = histories.import_files(
        folder, store_path, today=clock.today(), published_on=published_on, progress=progress
    )
    with transaction.atomic():
        record(
            "performance.import_published",
            by=by,
            target=("store", report["edition"]),
            before={"edition": report["edition_before"]},
            after={"edition": report["edition"], "files": len(report["files"])},
        )
    finish_interrupted(by=Acting.system(None, "import"), store_path=store_path)
    return report


def _kept_authorities() -> Iterable[int]:
    return Authority.objects.values_list("code", flat=True)


def _level(edition: str, rules_edition: str) -> set[int]:
    rows = HistoryProjection.objects.filter(edition=edition, rules_edition=rules_edition)
    return set(rows.values_list("authority_code", flat=True))


def _keep(history: History, urns: dict[int, int], codes: list[int]) -> None:
    """These rows in place of all that was kept of these schools and of those they came from."""
    schools = list(urns)
    every = [*schools, *{row["earlier_urn"] for row in history.predecessors}]
    _swap(SchoolResult, history.results, urn=every)
    _swap(SchoolJudgement, history.judgements, urn=every)
    _swap(SchoolInspection, history.inspections, urn=every)
    _swap(SchoolYear, history.years, urn=every)
    _swap(Predecessor, history.predecessors, urn=schools)
    _swap(SimilarSchools, history.similar, urn=schools)
    _swap(Comparison, history.comparisons, authority_code=[0, *codes])
    found = (history.results, history.judgements, history.inspections, history.predecessors)
    said = [{**row, "authority_code": urns[row["urn"]]} for row in headline_rows(schools, *found)]
    _swap(Headline, said, urn=schools)
    HistoryProjection.objects.filter(authority_code__in=codes).delete()
    HistoryProjection.objects.bulk_create(
        HistoryProjection(
            authority_code=code,
            edition=history.edition,
            rules_edition=history.rules_edition,
            schools=list(urns.values()).count(code),
            projected_at=clock.now(),
        )
        for code in codes
    )


def _swap(model: type[models.Model], rows: list[dict], **where: list[int]) -> None:
    ((name, values),) = where.items()
    delete_rows(model, name, values)
    insert_rows(model, rows)
