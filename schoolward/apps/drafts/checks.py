"""Who may write in a draft, and when."""

from __future__ import annotations

import json
from typing import Any

from schoolward.apps.audit.record import Actor
from schoolward.apps.drafts.kinds import draft_kind
from schoolward.apps.drafts.models import Draft
from schoolward.apps.drafts.states import MOVES, State
from schoolward.terms.errors import BadInput, NotAllowed, NotNow

MAX_SAVE_BYTES = 500_000
MAX_FIELDS = 5_000
_JSON_KEYS = {"sort_keys": True, "separators": (",", ":"), "allow_nan": False}


def check_can_save(draft: Draft, by: Actor) -> None:
    """Raise NotAllowed or NotNow unless `by` may write in this draft now."""
    draft_kind(draft.kind).check(draft, by)
    if draft.state != State.OPEN:
        raise NotNow(f"This draft was {State(draft.state).label.lower()} and can no longer be changed.")


def check_can_close(draft: Draft, by: Actor, state: State) -> None:
    """Raise NotAllowed or NotNow unless `by` may bring this draft to `state` now."""
    check_can_save(draft, by)
    assert state in MOVES[State(draft.state)], f"{draft.state} → {state}"


def can_save(draft: Draft, by: Actor) -> bool:
    """True where `check_can_save` has nothing to say."""
    try:
        check_can_save(draft, by)
    except (NotAllowed, NotNow):
        return False
    return True


def canonical(changes: dict[str, Any]) -> str:
    """The changes as text, the same for the same changes; BadInput for what no database can keep."""
    if len(changes) > MAX_FIELDS or not all(
        isinstance(name, str) and 0 < len(name) <= 120 for name in changes
    ):
        raise BadInput(
            "A save has too many fields, or a field without a proper name.", do="Save fewer at a time."
        )
    try:
        text = json.dumps(changes, **_JSON_KEYS)
    except (TypeError, ValueError) as error:
        raise BadInput(
            "A field holds something that cannot be saved.", do="Use text, numbers and lists."
        ) from error
    if len(text) > MAX_SAVE_BYTES:
        raise BadInput(
            f"A save is limited to {MAX_SAVE_BYTES // 1000} kB.", do="Attach long material as a file."
        )
    if "\\u0000" in text:  # PostgreSQL refuses it inside JSON
        raise BadInput(
            "A field holds a character that cannot be saved.", do="Type the text instead of pasting it."
        )
    return text
