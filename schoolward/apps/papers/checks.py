"""May this person, and may anyone now? Each check raises a sentence fit for the screen."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.papers.kinds import paper_kind
from schoolward.apps.papers.models import FrozenPaper, Paper
from schoolward.apps.papers.states import MOVES, WORDS, PaperState
from schoolward.terms.errors import NotAllowed, NotNow


def check_can_write(paper: Paper, by: Acting) -> None:
    """Those who write papers and may see this kind's figures."""
    by.check(Permission.WRITE_PAPERS)
    by.check(paper_kind(paper.kind).needs)


def check_can_sign(frozen: FrozenPaper, by: Acting) -> None:
    """A signatory, while the paper is frozen, but not the one who froze it: two people look."""
    by.check(Permission.SIGN_PAPERS)
    _check_move(frozen, PaperState.SIGNED)
    if frozen.frozen_by_id == by.membership_id:
        raise NotAllowed(
            "You froze this paper, so somebody else signs it off.", do="Ask a colleague who signs."
        )


def check_can_publish(frozen: FrozenPaper, by: Acting) -> None:
    """A publisher, once the paper is signed."""
    by.check(Permission.PUBLISH_PAPERS)
    _check_move(frozen, PaperState.PUBLISHED)


def check_can_withdraw(frozen: FrozenPaper, by: Acting) -> None:
    """A signatory before publication; after it, a publisher."""
    published = frozen.state == PaperState.PUBLISHED
    by.check(Permission.PUBLISH_PAPERS if published else Permission.SIGN_PAPERS)
    _check_move(frozen, PaperState.WITHDRAWN)


def may_read(frozen: FrozenPaper, part: str, by: Acting) -> bool:
    """The public part once published; before that, and the exempt part always, those entitled."""
    if part == "exempt" and not by.may(Permission.READ_EXEMPT):
        return False
    if frozen.state == PaperState.PUBLISHED:
        return by.may(Permission.VIEW_PAPERS)
    return by.may(paper_kind(frozen.paper.kind).needs)


def _check_move(frozen: FrozenPaper, to: PaperState) -> None:
    state = PaperState(frozen.state)
    if to not in MOVES[state]:
        raise NotNow(
            f"This paper is {WORDS[state].lower()}, so it cannot become {WORDS[to].lower()}.",
            do="A paper is frozen, then signed off, then published.",
        )


def sentence_against(check, *args) -> str:
    """The sentence with which `check` refuses, or an empty string where it does not."""
    try:
        check(*args)
    except (NotAllowed, NotNow) as refusal:
        return str(refusal)
    return ""
