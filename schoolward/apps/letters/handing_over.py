"""Letters that have not left, when who writes or signs them does: a colleague takes them over."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.ownership import OwnedWork, register_owned_work
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import record
from schoolward.apps.letters.models import FrozenLetter, Letter
from schoolward.apps.letters.states import BEGUN, HELD, LetterState
from schoolward.terms.errors import NotAllowed


def register() -> None:
    """Called once from `ready()`."""
    register_owned_work(
        OwnedWork(
            kind="letters in the making",
            count=lambda member: unfinished().filter(writer=member).count(),
            hand_over=hand_over_letters,
            owners=lambda: set(unfinished().order_by().values_list("writer_id", flat=True)),
        )
    )
    register_owned_work(
        OwnedWork(
            kind="letters to sign",
            count=lambda member: unfinished().filter(signatory=member).count(),
            hand_over=hand_over_signing,
            owners=lambda: set(_to_sign().values_list("signatory_id", flat=True)),
        )
    )


def unfinished() -> QuerySet[Letter]:
    """Letters of which nothing has left."""
    begun = FrozenLetter.objects.filter(letter=OuterRef("pk"), state__in=BEGUN)
    return Letter.objects.filter(~Exists(begun))


def _to_sign() -> QuerySet[Letter]:
    return unfinished().order_by().filter(signatory__isnull=False)


def hand_over_letters(*, by: Acting, from_member: Membership, to_member: Membership) -> int:
    """How many letters in the making went from one writer to another; in the caller's transaction."""
    _check_role(to_member, Permission.WRITE_LETTERS, "write letters")
    return _move("writer", unfinished().filter(writer=from_member), by, to_member)


def hand_over_signing(*, by: Acting, from_member: Membership, to_member: Membership) -> int:
    """How many letters another signs now; one that was frozen in the leaver's name is to be frozen anew."""
    _check_role(to_member, Permission.SIGN_LETTERS, "sign letters")
    letters = unfinished().filter(signatory=from_member)
    because = f"{from_member.person} does not sign it any more."
    held = FrozenLetter.objects.filter(letter__in=letters.values("pk"), state__in=HELD)
    for frozen in held.select_related("letter"):
        frozen.state, frozen.ended_because = LetterState.WITHDRAWN, because
        frozen.save(update_fields=["state", "ended_because"])
        record(
            "letters.withdraw_letter",
            by=by,
            target=frozen.letter,
            after={"number": frozen.number},
            reason=because,
        )
    return _move("signatory", letters, by, to_member)


def _check_role(member: Membership, needed: Permission, words: str) -> None:
    role = roles.BY_KEY.get(member.role)
    if role is None or needed not in role.permissions:
        raise NotAllowed(f"{member.person} may not {words}.", do="Choose a colleague whose role may.")


def _move(field: str, letters: QuerySet[Letter], by: Acting, to_member: Membership) -> int:
    found = list(letters)
    for letter in found:
        before = {field: str(getattr(letter, field))}
        setattr(letter, field, to_member)
        letter.save(update_fields=[field])
        record("letters.hand_over", by=by, target=letter, before=before, after={field: str(to_member)})
    return len(found)
