"""The life of a frozen paper."""

from __future__ import annotations

from enum import StrEnum


class PaperState(StrEnum):
    """Freeze, sign off and publish are three steps, each by a person, in that order."""

    FROZEN = "frozen"
    SIGNED = "signed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


MOVES: dict[PaperState, tuple[PaperState, ...]] = {
    PaperState.FROZEN: (PaperState.SIGNED, PaperState.WITHDRAWN),
    PaperState.SIGNED: (PaperState.PUBLISHED, PaperState.WITHDRAWN),
    PaperState.PUBLISHED: (PaperState.WITHDRAWN,),
    PaperState.WITHDRAWN: (),
}
WORDS = {
    PaperState.FROZEN: "Frozen",
    PaperState.SIGNED: "Signed off",
    PaperState.PUBLISHED: "Published",
    PaperState.WITHDRAWN: "Withdrawn",
}
