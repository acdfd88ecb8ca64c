"""How a paper's draft is guarded."""

from __future__ import annotations

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.drafts.models import Draft
from schoolward.apps.papers.checks import check_can_write
from schoolward.apps.papers.models import Paper
from schoolward.publishing.figures import bindings
from schoolward.terms.errors import BadInput


def check_paper_draft(draft: Draft, by: Acting) -> None:
    """Those who may write the paper."""
    check_can_write(Paper.objects.get(pk=int(draft.subject_id)), by)


def clean_paper(changes: dict[str, object]) -> dict[str, object]:
    """The texts with one kind of line end; a template not well formed is refused before it is saved."""
    for name, text in changes.items():
        if not isinstance(text, str):
            raise BadInput(f"{name} is not a text.", do="Reload the page and save again.")
        bindings(text)
    return {name: str(text).replace("\r\n", "\n") for name, text in changes.items()}
