"""The board paper on the structure of the service, as the registry of papers knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.papers.kinds import PaperKind, Prose
from schoolward.publishing.papers import structure_paper
from schoolward.publishing.provenance import FigureValue

PROSE = (
    Prose("officers.introduction", "Introduction, if you want to add to it", ""),
    Prose("officers.advice", "What officers advise", ""),
    Prose(
        "officers.consultation",
        "Consultation",
        "Staff and their unions will be consulted on the posts shown here before anything is decided, and "
        "every comment will have a reply. The challenge unit and the virtual school can be settled first; "
        "posts of the traded arm wait until schools have said what they will buy.",
    ),
    Prose("officers.children", "Looked-after children, if there is more to say", ""),
    Prose(
        "implications.legal",
        "Legal implications",
        "Charges for discretionary services may not, taking one year with another, bring in more than they "
        "cost (Local Government Act 2003, section 93); under the scheme for financing schools they may not "
        "bring in less. Where 20 or more dismissals at one establishment within 90 days are proposed, "
        "consultation begins at least 30 days before the first (Trade Union and Labour Relations "
        "(Consolidation) Act 1992, section 188).",
    ),
    Prose("officers.recommendations", "Recommendations", "The board is asked to note this paper."),
)


def structure_paper_kind() -> PaperKind:
    """The kind of paper, for the registry."""
    return PaperKind(
        key="structure.proposal",
        title="School improvement service: structure and prices",
        template=structure_paper,
        figures=_figures,
        prose=PROSE,
        needs=Permission.MODEL_STRUCTURE,
    )


def _figures(by: Acting, as_at: date, compared_with: date) -> Mapping[str, FigureValue]:
    # Drawing a paper's charts takes a second to import, which no other page should wait for.
    from schoolward.apps.structure.paper import structure_figures

    return structure_figures(by, as_at)
