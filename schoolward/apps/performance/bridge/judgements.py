"""An authority's judgements worked out from the store at once; importable without Django set up."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from schoolward.analysis.policy.standard import Closed
from schoolward.apps.performance.bridge import documents, standards
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.store import Store
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import Rulebook


def floor_document(
    store_path: Path,
    phase: KeyStage,
    exam_year: int,
    *,
    authority: int | None = None,
    closed: Closed = "include",
    as_at: date | None = None,
) -> dict[str, Any]:
    """The schools of an exam year under its floor standard."""
    store, rulebook = Store(store_path), _rulebook()
    result = standards.floor(
        store, rulebook, phase, exam_year, authority=authority, closed=closed, as_at=as_at
    )
    return documents.standard_document(result, rulebook) | {"data_edition": store.edition}


def coasting_document(
    store_path: Path,
    phase: KeyStage,
    exam_year: int,
    *,
    authority: int | None = None,
    closed: Closed = "include",
    as_at: date | None = None,
) -> dict[str, Any]:
    """The schools under the coasting definition decided on the results of an exam year."""
    store, rulebook = Store(store_path), _rulebook()
    result = standards.coasting(
        store, rulebook, phase, exam_year, authority=authority, closed=closed, as_at=as_at
    )
    return documents.coasting_document(result, rulebook) | {"data_edition": store.edition}


@lru_cache(maxsize=1)
def _rulebook() -> Rulebook:
    """The rules do not change while the process runs."""
    return load_rulebook()
