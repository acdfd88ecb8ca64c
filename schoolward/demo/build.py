"""Builds Estuary on first start: files through the importers, people and story through the actions."""

from __future__ import annotations

from importlib import import_module
from multiprocessing.context import SpawnProcess

from django.conf import settings
from django.db import transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.performance.actions import finish_interrupted, project_everything
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority
from schoolward.apps.tenancy.scope import scope
from schoolward.demo.catalogue import load_catalogue
from schoolward.demo.establishment import draw_establishment
from schoolward.demo.filling import fill_store, say_first_start
from schoolward.demo.findings import tell_findings
from schoolward.demo.letters import write_letters
from schoolward.demo.load_contacts import load_contacts
from schoolward.demo.load_people import load_people
from schoolward.demo.published import ESTUARY
from schoolward.demo.purchases import tell_purchases
from schoolward.demo.story import tell_story
from schoolward.demo.surveys import tell_surveys

COLOUR = "#0b5c6b"


def build_estuary(filling: SpawnProcess | None = None) -> Authority:
    """The demonstration authority, built if it is not here yet; all its dates hang on the day that happens.

    The store is filled first and repeats harmlessly; the database follows in one transaction, so a process
    killed half-way leaves nothing, and the next start begins again. Where `filling` failed, the store is
    filled here, and what is wrong is said.
    """
    if filling is not None:
        wait_for_store(filling)
    if found := Authority.objects.filter(code=ESTUARY.code).first():
        finish_interrupted()
        return found
    if filling is None:
        say_first_start()  # such as after a first start that was stopped half-way
    if filling is None or filling.exitcode:
        fill_store()
    with transaction.atomic():
        authority = _open()
        by = Acting.system(authority, "demonstration")
        project_everything(by=by)
        authority.refresh_from_db()
        with scope(authority):
            members = load_people(by=by, first_day=authority.first_started_on)
            load_contacts(members, by=by)
            load_catalogue(members, by=by)
            tell_story(members, by=by)
            draw_establishment(members, by=by)
            tell_surveys(members, by=by)
            tell_findings(members)
            tell_purchases(members, by=by)
            write_letters(members)
    return authority


def wait_for_store(filling: SpawnProcess) -> None:
    """Comes back when the store is filled, having loaded meanwhile what the story will use."""
    for name in ("altair", "polars", "scipy.optimize", "scipy.special", "vl_convert"):
        getattr(import_module(name), "__version__", None)  # asked for, since one may be waiting for its use
    import_module(settings.ROOT_URLCONF)  # letters say where to answer
    filling.join()


def _open() -> Authority:
    return Authority.objects.create(
        code=ESTUARY.code,
        name=ESTUARY.name,
        colour=COLOUR,
        is_demonstration=True,
        first_started_on=clock.today(),
    )
