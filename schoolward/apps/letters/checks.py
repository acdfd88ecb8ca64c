"""May this person, and may anyone now? Each check raises a sentence fit for the screen."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.letters.models import FrozenLetter, Letter
from schoolward.apps.letters.states import BEGUN, HELD, MOVES, WORDS, LetterState
from schoolward.terms.errors import NotAllowed, NotNow


def check_can_write(letter: Letter, by: Acting) -> None:
    """Those who write letters, while it is neither frozen nor gone."""
    by.check(Permission.WRITE_LETTERS)
    if letter.pk is None:
        return
    states = set(FrozenLetter.objects.filter(letter=letter).values_list("state", flat=True))
    if states & set(BEGUN):
        raise NotNow("This letter has left, so it is not changed any more.", do="Start another from it.")
    if states & set(HELD):
        raise NotNow("This letter is frozen.", do="Withdraw the frozen one to change it.")


def check_can_freeze(letter: Letter, by: Acting) -> None:
    """Writers, once it is settled who signs: somebody else, so that two people look."""
    check_can_write(letter, by)
    if letter.signatory is None:
        raise NotNow("Nobody was named to sign this letter.", do="Choose who signs, under Recipients.")
    if letter.signatory_id == by.membership_id:
        raise NotAllowed("You sign this letter, so somebody else freezes it.", do="Ask a colleague.")


def check_can_sign(frozen: FrozenLetter, by: Acting) -> None:
    """The one in whose name it goes, while it is frozen."""
    by.check(Permission.SIGN_LETTERS)
    _check_move(frozen, LetterState.SIGNED)
    if frozen.frozen_by_id == by.membership_id:
        raise NotAllowed("You froze this letter, so somebody else signs it.")
    if frozen.signatory_id != by.membership_id:
        raise NotAllowed(f"This letter goes out in the name of {frozen.signatory.person.name}, who signs it.")


def check_can_send(frozen: FrozenLetter, by: Acting) -> None:
    """Senders, once it is signed; or to go on after it was stopped."""
    by.check(Permission.SEND_LETTERS)
    _check_move(frozen, LetterState.SENDING)


def check_can_stop(frozen: FrozenLetter, by: Acting) -> None:
    """Senders, while it is being sent."""
    by.check(Permission.SEND_LETTERS)
    _check_move(frozen, LetterState.STOPPED)


def check_can_print(frozen: FrozenLetter, by: Acting) -> None:
    """Senders, once it began to leave."""
    by.check(Permission.SEND_LETTERS)
    if frozen.state not in BEGUN:
        raise NotNow("This letter is not being sent yet.", do="Send it first.")


def check_can_withdraw(frozen: FrozenLetter, by: Acting) -> None:
    """Writers and signatories, before the first copy leaves."""
    if not by.may(Permission.SIGN_LETTERS):
        by.check(Permission.WRITE_LETTERS)
    _check_move(frozen, LetterState.WITHDRAWN)


def _check_move(frozen: FrozenLetter, to: LetterState) -> None:
    state = LetterState(frozen.state)
    if to not in MOVES[state]:
        raise NotNow(
            f"This letter stands at “{WORDS[state].lower()}”.",
            do="A letter is frozen, then signed, then sent.",
        )


def sentence_against(check, *args) -> str:
    """The sentence with which `check` refuses, or an empty string where it does not."""
    try:
        check(*args)
    except (NotAllowed, NotNow) as refusal:
        return str(refusal)
    return ""
