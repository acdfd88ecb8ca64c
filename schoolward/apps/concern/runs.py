"""Working the list out for a day, once per state of data, rules and local knowledge."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction

from schoolward import __version__
from schoolward.apps.concern import bridge
from schoolward.apps.concern.models import LocalKnowledge, ProposalRun, ProposedStatus
from schoolward.apps.concern.queries import knowledge_as_at
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority
from schoolward.terms.calendar import LONDON


def work_out(authority: Authority, as_at: date) -> ProposalRun:
    """The run for the day with today's editions: the stored one where nothing has changed since."""
    known = knowledge_as_at(as_at)
    data_edition, rules_edition = bridge.editions(settings.SCHOOLWARD_STORE)
    keys = {
        "as_at": as_at,
        "data_edition": data_edition,
        "rules_edition": rules_edition,
        "local_digest": _digest(known),
        "version": __version__,
    }
    found = ProposalRun.objects.filter(**keys).first()
    return found or _make(authority, keys, known)


def _make(authority: Authority, keys: dict, known: list[LocalKnowledge]) -> ProposalRun:
    documents = bridge.proposal_documents(
        settings.SCHOOLWARD_STORE, authority.code, keys["as_at"], [_evidence(row) for row in known]
    )
    try:
        with transaction.atomic():
            run = ProposalRun.objects.create(authority=authority, computed_at=clock.now(), **keys)
            ProposedStatus.objects.bulk_create(
                ProposedStatus(
                    authority=authority, run=run, urn=p["urn"], name=p["name"], status=p["status"], working=p
                )
                for p in documents
            )
    except IntegrityError:  # somebody else worked out the same list in the same moment
        return ProposalRun.objects.get(**keys)
    return run


def _evidence(row: LocalKnowledge) -> bridge.LocalEvidence:
    """The kind and the day: the officer's own sentence stays where it is restricted."""
    sentence = f"{row.get_kind_display()}: recorded by officers."
    day = row.recorded_at.astimezone(LONDON).date()
    return bridge.LocalEvidence(row.school.urn, row.kind, sentence, day)


def _digest(known: list[LocalKnowledge]) -> str:
    facts = [(row.school.urn, row.kind, row.recorded_at) for row in known]
    return hashlib.sha256(json.dumps(facts, cls=DjangoJSONEncoder).encode()).hexdigest()
