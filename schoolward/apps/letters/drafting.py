"""How a letter's draft and its attachments are guarded."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.drafts.models import Draft
from schoolward.apps.letters.checks import check_can_write
from schoolward.apps.letters.models import Letter
from schoolward.publishing.merge import fields
from schoolward.terms.errors import BadInput, NotAllowed


def check_letter_draft(draft: Draft, by: Acting) -> None:
    """Those who may write the letter."""
    check_can_write(Letter.objects.get(pk=int(draft.subject_id)), by)


def clean_letter(changes: dict[str, object]) -> dict[str, object]:
    """The texts with one kind of line end; a field not well formed is refused before it is saved."""
    for name, text in changes.items():
        if not isinstance(text, str):
            raise BadInput(f"{name} is not a text.", do="Reload the page and save again.")
        fields(text)
    return {name: str(text).replace("\r\n", "\n") for name, text in changes.items()}


def check_can_read_files(owner_id: str, by: Acting) -> None:
    """Those who see letters."""
    by.check(Permission.VIEW_LETTERS)


def check_can_change_files(owner_id: str, by: Acting) -> None:
    """Those who may write the letter: nothing is exchanged under a signature."""
    letter = Letter.objects.filter(pk=int(owner_id)).first()
    if letter is None:
        raise NotAllowed("There is no such letter.")
    check_can_write(letter, by)
