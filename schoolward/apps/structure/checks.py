"""May this person, and may anyone now? Each check raises a sentence fit for the screen."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.structure.models import Structure, StructureVersion
from schoolward.terms.errors import Conflict, NotNow


def check_can_model(by: Acting) -> None:
    """Those who model structures: director, finance and human resources."""
    by.check(Permission.MODEL_STRUCTURE)


def check_can_change(structure: Structure, by: Acting) -> None:
    """Those who model, while the structure is not set aside."""
    check_can_model(by)
    if structure.set_aside_at:
        raise NotNow(f"{structure.name} has been set aside.", do="Draw another from one of its versions.")


def check_is_newest(newest: StructureVersion, base_number: int) -> None:
    """Nobody changed it since it was read."""
    if newest.number != base_number:
        raise Conflict(
            f"{newest.structure.name} was changed since you opened this page.",
            do="Open it again and make your change there.",
        )


def check_can_put_forward(version: StructureVersion, by: Acting) -> None:
    """The director's side, once for each version."""
    check_can_change(version.structure, by)
    if version.put_forward_at:
        raise NotNow("This version has been put forward already.")


def may_see(structure: Structure, by: Acting) -> bool:
    """Those who model see every structure; others those with a version that was put forward."""
    if by.may(Permission.MODEL_STRUCTURE):
        return True
    return (
        by.may(Permission.VIEW_STRUCTURE) and structure.versions.filter(put_forward_at__isnull=False).exists()
    )
