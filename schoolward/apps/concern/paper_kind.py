"""The board paper "Schools causing concern", as the registry of papers knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.papers.kinds import PaperKind, Prose
from schoolward.publishing.papers import concern_paper
from schoolward.publishing.provenance import FigureValue

PROSE = (
    Prose("officers.summary", "Summary, if you want one", ""),
    Prose(
        "officers.actions",
        "What is being done",
        "Each school proposed for concern has a lead officer, who meets its head and chair, agrees what must "
        "change and by when, and reports to this board.",
    ),
    Prose(
        "implications.financial",
        "Financial implications",
        "The core service is met from the budget for statutory duties. Nothing in this paper asks for more.",
    ),
    Prose(
        "implications.legal",
        "Legal implications",
        "The authority's powers to intervene are over maintained schools only. Over academies it raises its "
        "concern with the trust, and then with the department.",
    ),
    Prose(
        "implications.equality",
        "Equality implications",
        "Schools are listed by rules that are the same for all; officers look at who is taught there.",
    ),
    Prose("officers.recommendations", "Recommendations", "The board is asked to note this paper."),
)


def concern_paper_kind() -> PaperKind:
    """The kind of paper, for the registry."""
    return PaperKind(
        key="concern.schools",
        title="Schools causing concern",
        template=concern_paper,
        figures=_figures,
        prose=PROSE,
        needs=Permission.VIEW_CONCERN,
    )


def _figures(by: Acting, as_at: date, compared_with: date) -> Mapping[str, FigureValue]:
    # Drawing a paper's charts takes a second to import, which no other page should wait for.
    from schoolward.apps.concern.paper import concern_figures

    return concern_figures(by, as_at, compared_with)
