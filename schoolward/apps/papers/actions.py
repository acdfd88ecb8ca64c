"""Writing, freezing, signing and publishing papers."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.record import record
from schoolward.apps.drafts.actions import open_draft, save_draft
from schoolward.apps.drafts.merging import SaveResult
from schoolward.apps.papers import checks, queries
from schoolward.apps.papers.kinds import paper_kind
from schoolward.apps.papers.models import FrozenPaper, Paper, PaperDocument
from schoolward.apps.papers.states import PaperState
from schoolward.apps.tenancy import clock
from schoolward.publishing.provenance import freeze
from schoolward.terms.errors import BadInput, Conflict


@transaction.atomic
def start_paper(*, by: Acting, kind: str, as_at: date, compared_with: date, title: str = "") -> Paper:
    """A new paper with its draft, from the kind's template."""
    known = paper_kind(kind)
    if compared_with >= as_at:
        raise BadInput("The day to compare with must be earlier.", do="Give a day before the paper's own.")
    if as_at > clock.today():
        raise BadInput("Nothing is known yet of a day in the future.", do="Give today or an earlier day.")
    paper = Paper(
        authority=by.authority,
        kind=kind,
        title=title.strip() or known.title,
        as_at=as_at,
        compared_with=compared_with,
        started_at=clock.now(),
        started_by_id=by.membership_id,
    )
    checks.check_can_write(paper, by)
    paper.save()
    open_draft(
        by=by,
        kind=queries.DRAFT_KIND,
        subject_id=str(paper.pk),
        content=queries.starting_content(known),
    )
    record("papers.start_paper", by=by, target=paper, after={"as_at": as_at})
    return paper


def save_paper(
    *, by: Acting, paper: Paper, base_version: int, idempotency_key: str, changes: dict[str, str]
) -> SaveResult:
    """The save's result: what others changed meanwhile is kept, and what overlaps is told."""
    checks.check_can_write(paper, by)
    return save_draft(
        draft=queries.draft_of(paper),
        by=by,
        base_version=base_version,
        idempotency_key=idempotency_key,
        changes=changes,
    )


def freeze_paper(*, by: Acting, paper: Paper, base_version: int) -> FrozenPaper:
    """The paper as it stands, with its figures and documents; the draft stays open for another time.

    The documents are made before the transaction begins, so that no lock is held while they are set.
    """
    checks.check_can_write(paper, by)
    draft = queries.draft_of(paper)
    if draft.version != base_version:
        raise Conflict("Somebody changed the text after you read it.", do="Read it again, then freeze it.")
    bound = queries.bound_draft(paper, draft, by)
    documents = [
        (part, form, content)
        for part, text in (("public", bound.public), ("exempt", bound.exempt))
        if text is not None
        for form, content in queries.documents(text, queries.meta_of(paper, part, draft=False)).items()
    ]
    with transaction.atomic():
        Paper.objects.select_for_update().get(pk=paper.pk)
        last = FrozenPaper.objects.filter(paper=paper).aggregate(n=Max("number"))["n"] or 0
        frozen = FrozenPaper.objects.create(
            paper=paper,
            number=last + 1,
            state=PaperState.FROZEN,
            body=draft.content[queries.BODY],
            figures=freeze(bound.figures),
            has_exempt_part=bound.exempt is not None,
            frozen_at=clock.now(),
            frozen_by_id=by.membership_id,
        )
        PaperDocument.objects.bulk_create(
            PaperDocument(
                authority=by.authority,
                frozen=frozen,
                part=part,
                form=form,
                content=content,
                sha256=queries.digest(content),
            )
            for part, form, content in documents
        )
        record("papers.freeze_paper", by=by, target=paper, after={"number": frozen.number})
    return frozen


@transaction.atomic
def sign_paper(*, by: Acting, frozen: FrozenPaper) -> FrozenPaper:
    """The frozen paper, signed off by somebody other than who froze it."""
    frozen = FrozenPaper.objects.select_for_update().get(pk=frozen.pk)
    checks.check_can_sign(frozen, by)
    frozen.state, frozen.signed_at, frozen.signed_by_id = PaperState.SIGNED, clock.now(), by.membership_id
    frozen.save(update_fields=["state", "signed_at", "signed_by"])
    record("papers.sign_paper", by=by, target=frozen.paper, after={"number": frozen.number})
    return frozen


@transaction.atomic
def publish_paper(*, by: Acting, frozen: FrozenPaper, because: str) -> FrozenPaper:
    """The public part, open to every reader of papers; the exempt part stays with those entitled.

    A paper on schools causing concern is exempt unless a person decides otherwise, so a reason is needed.
    """
    frozen = FrozenPaper.objects.select_for_update().get(pk=frozen.pk)
    checks.check_can_publish(frozen, by)
    if not because.strip():
        raise BadInput(
            "Say why this paper may be published.",
            do="It names schools, and is exempt unless you decide otherwise.",
        )
    frozen.state, frozen.published_at = PaperState.PUBLISHED, clock.now()
    frozen.published_by_id, frozen.published_because = by.membership_id, because.strip()
    frozen.save(update_fields=["state", "published_at", "published_by", "published_because"])
    after = {"number": frozen.number}
    record("papers.publish_paper", by=by, target=frozen.paper, after=after, reason=because)
    return frozen


@transaction.atomic
def withdraw_paper(*, by: Acting, frozen: FrozenPaper, because: str) -> FrozenPaper:
    """The paper, out of readers' sight; it stays in the record with the reason."""
    frozen = FrozenPaper.objects.select_for_update().get(pk=frozen.pk)
    checks.check_can_withdraw(frozen, by)
    if not because.strip():
        raise BadInput("Say why it is withdrawn.", do="A sentence is enough.")
    frozen.state, frozen.withdrawn_at = PaperState.WITHDRAWN, clock.now()
    frozen.withdrawn_because = because.strip()
    frozen.save(update_fields=["state", "withdrawn_at", "withdrawn_because"])
    after = {"number": frozen.number}
    record("papers.withdraw_paper", by=by, target=frozen.paper, after=after, reason=because)
    return frozen
