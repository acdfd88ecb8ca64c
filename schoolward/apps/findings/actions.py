"""Preparing, publishing and withdrawing findings; and saying what is done about what schools said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max

from schoolward import __version__
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import record
from schoolward.apps.findings import bridge, checks, queries
from schoolward.apps.findings.material import asked_of, schools_in
from schoolward.apps.findings.models import Findings, Reply, ReplyLink, Theme
from schoolward.apps.findings.states import ByPhase, FindingsState, Readers, ReplyState
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.queries import form_of
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput


def prepare_findings(
    *,
    by: Acting,
    survey: Survey,
    by_phase: ByPhase = ByPhase.EVERY,
    summary: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Findings:
    """Findings as the answers stand, safe to print; worked out before the transaction begins."""
    checks.check_can_prepare(survey, by)
    asked = asked_of(form_of(survey), by_phase)
    content = bridge.find(schools_in(survey), asked, progress=progress)
    assert all(table.get("holds", True) for table in content["tables"]), "a withheld figure can be worked out"
    content["said"] = queries.said_about(survey)
    with transaction.atomic():
        Survey.objects.select_for_update().get(pk=survey.pk)
        last = Findings.objects.filter(survey=survey).aggregate(n=Max("number"))["n"] or 0
        row = Findings.objects.create(
            survey=survey,
            number=last + 1,
            state=FindingsState.PREPARED,
            summary=summary.strip(),
            content=content,
            by_group=by_phase == ByPhase.EVERY,
            version=__version__,
            prepared_at=clock.now(),
            prepared_by_id=by.membership_id,
        )
        after = {"number": row.number, "tables": len(asked), "answered": content["answered"]}
        after |= {"by_phase": str(by_phase)}
        record("findings.prepare_findings", by=by, target=survey, after=after)
    return row


@transaction.atomic
def publish_findings(*, by: Acting, findings: Findings, readers: Readers = Readers.SCHOOLS) -> Findings:
    """The findings, open to readers; those published before for the survey give way to them."""
    findings = Findings.objects.select_for_update().get(pk=findings.pk)
    checks.check_can_publish(findings, by)
    older = Findings.objects.filter(survey=findings.survey_id, state=FindingsState.PUBLISHED).first()
    if older:
        _withdraw(older, by, f"Replaced by number {findings.number}.")
    findings.state, findings.readers = FindingsState.PUBLISHED, readers
    findings.published_at, findings.published_by_id = clock.now(), by.membership_id
    findings.save(update_fields=["state", "readers", "published_at", "published_by"])
    after = {"number": findings.number, "readers": readers}
    record("findings.publish_findings", by=by, target=findings, after=after)
    return findings


@transaction.atomic
def withdraw_findings(*, by: Acting, findings: Findings, because: str) -> Findings:
    """The findings, out of readers' sight; they stay in the record with the reason."""
    findings = Findings.objects.select_for_update().get(pk=findings.pk)
    checks.check_can_move(findings, by, FindingsState.WITHDRAWN)
    if not because.strip():
        raise BadInput("Say why they are withdrawn.", do="A sentence is enough; it is kept.")
    return _withdraw(findings, by, because.strip())


def _withdraw(findings: Findings, by: Acting, because: str) -> Findings:
    findings.state = FindingsState.WITHDRAWN
    findings.withdrawn_at, findings.withdrawn_because = clock.now(), because
    findings.save(update_fields=["state", "withdrawn_at", "withdrawn_because"])
    after = {"number": findings.number}
    record("findings.withdraw_findings", by=by, target=findings, after=after, reason=because)
    return findings


@transaction.atomic
def write_reply(
    *,
    by: Acting,
    survey: Survey,
    said: str,
    did: str,
    state: ReplyState,
    theme: Theme | None = None,
    due_on: date | None = None,
    links: Sequence[str] = (),
    instead_of: Reply | None = None,
) -> Reply:
    """What schools said, and what is done about it or why not. An older reply that it replaces is kept.

    `links` are 'kind:target', as `queries.link_choices` gives them; each must open something now.
    """
    by.check(Permission.CODE_ANSWERS)
    checks.check_can_code(by)
    if not said.strip():
        raise BadInput("Say what schools said.", do="A sentence in their words.")
    if not did.strip():
        raise BadInput("Say what is done, or why not.", do="A sentence or two.")
    if state == ReplyState.PLANNED and due_on is None:
        raise BadInput("Say by when it will be done.", do="Give a day.")
    wanted = [link.partition(":")[::2] for link in dict.fromkeys(links)]
    for kind, target in wanted:
        if queries.target_of(kind, target) is None:
            raise BadInput(f"There is nothing to see at {kind} {target}.", do="Choose one from the list.")
    if instead_of:
        instead_of.replaced_at = clock.now()
        instead_of.save(update_fields=["replaced_at"])
    reply = Reply.objects.create(
        survey=survey,
        theme=theme,
        said=said.strip(),
        did=did.strip(),
        state=state,
        due_on=due_on if state == ReplyState.PLANNED else None,
        written_at=clock.now(),
        written_by_id=by.membership_id,
    )
    ReplyLink.objects.bulk_create(
        ReplyLink(authority=survey.authority, reply=reply, kind=kind, target=target)
        for kind, target in wanted
    )
    after = {"said": reply.said, "state": reply.get_state_display(), "links": [":".join(w) for w in wanted]}
    before = {"did": instead_of.did} if instead_of else None
    record("findings.write_reply", by=by, target=reply, before=before, after=after)
    return reply
