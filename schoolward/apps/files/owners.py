"""Who may read and change files, by what they belong to. Higher apps register their kinds in `ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.files.models import File
from schoolward.terms.errors import NotAllowed, NotNow

# Gets the owner's id; raises NotAllowed or NotNow.
Check = Callable[[str, Acting], None]


@dataclass(frozen=True)
class FileOwner:
    """A kind of thing that files belong to."""

    kind: str
    check_can_read: Check
    check_can_change: Check


_owners: dict[str, FileOwner] = {}


def register_file_owner(owner: FileOwner) -> None:
    """Make the kind known; a second one of the same name is a mistake in the program."""
    assert _owners.get(owner.kind, owner) == owner, f"two owners of files are called {owner.kind}"
    _owners[owner.kind] = owner


def file_owner(kind: str) -> FileOwner:
    """The owner registered as `kind`."""
    assert kind in _owners, f"no owner of files is called {kind}"
    return _owners[kind]


def check_can_read(file: File, by: Acting) -> None:
    """Raise NotAllowed or NotNow unless the owner lets `by` read."""
    file_owner(file.owner_kind).check_can_read(file.owner_id, by)


def check_can_change(owner_kind: str, owner_id: str, by: Acting) -> None:
    """Raise NotAllowed or NotNow unless the owner lets `by` add, replace and delete."""
    file_owner(owner_kind).check_can_change(owner_id, by)


def can_read(file: File, by: Acting) -> bool:
    """True where `check_can_read` has nothing to say."""
    try:
        check_can_read(file, by)
    except (NotAllowed, NotNow):
        return False
    return True
