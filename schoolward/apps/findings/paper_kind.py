"""The paper "What schools said", as the registry of papers knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.papers.kinds import PaperKind, Prose
from schoolward.publishing.papers import findings_paper
from schoolward.publishing.provenance import FigureValue

KIND = "findings.survey"
PROSE = (
    Prose("officers.summary", "Summary, if you want one", ""),
    Prose(
        "officers.next",
        "What happens next",
        "Prices and services for next year are decided in the light of these findings, and schools are told.",
    ),
)


def findings_paper_kind() -> PaperKind:
    """The kind of paper, for the registry."""
    return PaperKind(
        key=KIND,
        title="What schools said",
        template=findings_paper,
        figures=_figures,
        prose=PROSE,
        needs=Permission.VIEW_RETURNS,
    )


def _figures(by: Acting, as_at: date, compared_with: date) -> Mapping[str, FigureValue]:
    # Drawing a paper's charts takes a second to import, which no other page should wait for.
    from schoolward.apps.findings.paper import findings_figures

    return findings_figures(by, as_at)
