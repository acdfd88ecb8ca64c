"""The life of a frozen letter, and of each recipient's copy."""

from __future__ import annotations

from enum import StrEnum


class LetterState(StrEnum):
    """Freeze, sign and send are three steps, each by a person, in that order."""

    FROZEN = "frozen"
    SIGNED = "signed"
    SENDING = "sending"
    STOPPED = "stopped"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


MOVES: dict[LetterState, tuple[LetterState, ...]] = {
    LetterState.FROZEN: (LetterState.SIGNED, LetterState.WITHDRAWN),
    LetterState.SIGNED: (LetterState.SENDING, LetterState.WITHDRAWN),
    LetterState.SENDING: (LetterState.SENT, LetterState.STOPPED),
    LetterState.STOPPED: (LetterState.SENDING,),
    LetterState.SENT: (),
    LetterState.WITHDRAWN: (),
}
WORDS = {
    LetterState.FROZEN: "Waiting for a signature",
    LetterState.SIGNED: "Signed, not sent",
    LetterState.SENDING: "Being sent",
    LetterState.STOPPED: "Stopped",
    LetterState.SENT: "Sent",
    LetterState.WITHDRAWN: "Withdrawn",
}
# a letter that began to leave is never frozen again: what left cannot be called back
BEGUN = (LetterState.SENDING.value, LetterState.STOPPED.value, LetterState.SENT.value)
HELD = (LetterState.FROZEN.value, LetterState.SIGNED.value)


class CopyState(StrEnum):
    """One recipient's letter, until the outbox has it; from there on the outbox knows."""

    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    NOT_NEEDED = "not_needed"
    LEFT_OUT = "left_out"


COPY_MOVES: dict[CopyState, tuple[CopyState, ...]] = {
    CopyState.WAITING: (CopyState.HANDED_OVER, CopyState.NOT_NEEDED),
    CopyState.HANDED_OVER: (),
    CopyState.NOT_NEEDED: (),
    CopyState.LEFT_OUT: (),
}
COPY_WORDS = {
    CopyState.WAITING: "Not sent yet",
    CopyState.HANDED_OVER: "Handed over",
    CopyState.NOT_NEEDED: "Not needed any more",
    CopyState.LEFT_OUT: "Left out",
}
