"""What is published and what officers know, brought together into a proposed list; needs no Django.

`proposals` makes the list, `documents` writes it out as data, `papers` counts for the board, `chances` tells
how likely an adverse inspection is.
"""

from schoolward.apps.concern.bridge.proposals import (
    STATUSES,
    ConcernList,
    Difference,
    LocalEvidence,
    Proposal,
    differences,
    editions,
    law_on,
    proposal_documents,
    propose,
)

__all__ = [
    "STATUSES",
    "ConcernList",
    "Difference",
    "LocalEvidence",
    "Proposal",
    "differences",
    "editions",
    "law_on",
    "proposal_documents",
    "propose",
]
