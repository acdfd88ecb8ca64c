"""Writing, freezing, signing and sending letters."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.audit.record import record
from schoolward.apps.contacts.models import ContactRole
from schoolward.apps.drafts.actions import open_draft, save_draft
from schoolward.apps.drafts.merging import SaveResult
from schoolward.apps.files.queries import as_attachment
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.letters import checks, queries
from schoolward.apps.letters.addressing import Addressee, addressees
from schoolward.apps.letters.audiences import audience_of
from schoolward.apps.letters.kinds import letter_kind
from schoolward.apps.letters.models import Copy, FrozenLetter, Letter
from schoolward.apps.letters.schools_of import NAMED
from schoolward.apps.letters.states import CopyState, LetterState
from schoolward.apps.outbox import notify
from schoolward.apps.outbox.actions import collect_print_batch
from schoolward.apps.outbox.channels import posts_letters
from schoolward.apps.outbox.models import PrintBatch
from schoolward.apps.register.queries import schools_of
from schoolward.apps.tenancy import clock
from schoolward.publishing.correspondence import SetLetter
from schoolward.publishing.merge import MissingFields
from schoolward.terms.errors import BadInput, Conflict

SEND_KIND = "letters.send_letter"


@transaction.atomic
def start_letter(*, by: Acting, kind: str, title: str = "", about: str = "") -> Letter:
    """A new letter with its draft, from a template; `about` is what the template's audience is about."""
    known = letter_kind(kind)
    letter = _new_letter(by, known.key, title.strip() or known.title)
    letter.audience, letter.about, letter.roles = known.audience, about, list(known.roles)
    _start(letter, by, {queries.SUBJECT: known.subject, queries.BODY: known.body()})
    return letter


@transaction.atomic
def copy_letter(*, by: Acting, letter: Letter, title: str = "") -> Letter:
    """A new letter with another's words, recipients and signatory; not its attachments, which may be old."""
    made = _new_letter(by, letter.kind, title.strip() or f"{letter.title} (again)"[:160])
    for name in ("audience", "about", "roles", "by_email", "paper", "signatory"):
        setattr(made, name, getattr(letter, name))
    _start(made, by, dict(queries.draft_of(letter).content))
    return made


def _new_letter(by: Acting, kind: str, title: str) -> Letter:
    letter = Letter(authority=by.authority, kind=kind, title=title[:160], started_at=clock.now())
    letter.started_by_id = letter.writer_id = by.membership_id
    return letter


def _start(letter: Letter, by: Acting, content: dict[str, str]) -> None:
    checks.check_can_write(letter, by)
    letter.save()
    open_draft(by=by, kind=queries.DRAFT_KIND, subject_id=str(letter.pk), content=content)
    record("letters.start_letter", by=by, target=letter, after={"audience": letter.audience})


def save_letter(
    *, by: Acting, letter: Letter, base_version: int, idempotency_key: str, changes: dict[str, str]
) -> SaveResult:
    """The save's result: what others changed meanwhile is kept, and what overlaps is told."""
    checks.check_can_write(letter, by)
    return save_draft(
        draft=queries.draft_of(letter),
        by=by,
        base_version=base_version,
        idempotency_key=idempotency_key,
        changes=changes,
    )


@transaction.atomic
def choose_recipients(
    *,
    by: Acting,
    letter: Letter,
    audience: str,
    about: str,
    roles: Sequence[str],
    by_email: bool,
    paper: str,
    signatory: Membership | None,
) -> Letter:
    """The letter, with whom it goes to, by which ways, and who signs it."""
    letter = _locked(letter)
    checks.check_can_write(letter, by)
    if not roles or not set(roles) <= set(ContactRole):
        raise BadInput("Choose at least one person at each school.", where="roles")
    if not by_email and paper == Letter.NONE:
        raise BadInput("The letter would go to nobody.", where="paper", do="Choose e-mail, paper or both.")
    if paper == Letter.POST and not posts_letters():
        raise BadInput("GOV.UK Notify does not post letters for us.", where="paper", do="Print them here.")
    if audience == NAMED:
        ours = dict(schools_of(letter.authority.code, open_only=True).values_list("urn", "name"))
        about = queries.checked_named(about, ours)
    elif about not in dict(audience_of(audience).abouts()):
        raise BadInput("Choose who gets the letter.", where="audience")
    before = _told(letter)
    letter.audience, letter.about = audience, about
    letter.roles = [role for role in ContactRole.values if role in roles]
    letter.by_email, letter.paper, letter.signatory = by_email, paper, signatory
    letter.save()
    record("letters.choose_recipients", by=by, target=letter, before=before, after=_told(letter))
    return letter


def _told(letter: Letter) -> dict:
    return {
        "audience": letter.audience,
        "about": letter.about,
        "roles": letter.roles,
        "by_email": letter.by_email,
        "paper": letter.paper,
        "signatory": letter.signatory.person.name if letter.signatory else "",
    }


def freeze_letter(*, by: Acting, letter: Letter, base_version: int) -> FrozenLetter:
    """The letter as it stands, with every recipient's words; nothing where a field is missing for anybody.

    Everything is merged before the transaction begins, so that no lock is held while it is.
    """
    checks.check_can_freeze(letter, by)
    draft = queries.draft_of(letter)
    if draft.version != base_version:
        raise Conflict("Somebody changed the text after you read it.", do="Read it again, then freeze it.")
    found = addressees(letter)
    files = [str(file.latest.pk) for file in queries.attachments_of(letter)]
    _check_ready(letter, draft, found, files)
    words = queries.words_of(draft)
    copies = [_copy(each, words) for each in found]
    with transaction.atomic():
        letter = _locked(letter)
        checks.check_can_freeze(letter, by)
        last = FrozenLetter.objects.filter(letter=letter).aggregate(n=Max("number"))["n"] or 0
        frozen = FrozenLetter.objects.create(
            letter=letter,
            number=last + 1,
            state=LetterState.FROZEN,
            subject=draft.content[queries.SUBJECT],
            body=draft.content[queries.BODY],
            attachments=files,
            audience=letter.audience,
            about=letter.about,
            signatory=letter.signatory,
            frozen_at=clock.now(),
            frozen_by_id=by.membership_id,
        )
        for copy in copies:
            copy.frozen, copy.authority = frozen, letter.authority
        Copy.objects.bulk_create(copies)
        after = {"number": frozen.number, "copies": sum(c.state == CopyState.WAITING for c in copies)}
        record("letters.freeze_letter", by=by, target=letter, after=after)
    return frozen


def _check_ready(letter: Letter, draft, found: Sequence[Addressee], files: Sequence[str]) -> None:
    """Raise BadInput, with all that is wrong, unless every letter can be written and taken."""
    if unknown := queries.problems_of(letter, draft):
        raise BadInput(
            f"The text asks for {', '.join(unknown)}, which these recipients do not have.",
            do="Correct the field's name, or choose other recipients.",
        )
    reached = {each.key: each for each in found if each.channel}
    if not reached:
        raise BadInput("The letter reaches nobody.", do="Look at Recipients: each line says why.")
    if lacking := queries.missing_for(draft, found):
        raise MissingFields({reached[key].told: names for key, names in lacking.items()})
    if any(each.channel == notify.EMAIL for each in found):
        try:
            notify.check_files([as_attachment(key) for key in files])
        except ValueError as error:
            raise BadInput(str(error), do="Make the files smaller, or send the letter on paper.") from error


def _copy(each: Addressee, letter: SetLetter) -> Copy:
    copy = Copy(
        school=each.school,
        role=each.role,
        name=each.name,
        email=each.email,
        address=each.address,
        channel=each.channel,
        state=CopyState.WAITING if each.channel else CopyState.LEFT_OUT,
        why=each.why,
    )
    if each.channel:
        words = letter.fill(each.values)
        copy.subject, copy.text, copy.html = words.subject[:300], words.text, words.html
    return copy


@transaction.atomic
def sign_letter(*, by: Acting, frozen: FrozenLetter) -> FrozenLetter:
    """The frozen letter, signed by the one in whose name it goes."""
    frozen = _locked_frozen(frozen)
    checks.check_can_sign(frozen, by)
    frozen.state, frozen.signed_at, frozen.signed_by_id = LetterState.SIGNED, clock.now(), by.membership_id
    frozen.save(update_fields=["state", "signed_at", "signed_by"])
    record("letters.sign_letter", by=by, target=frozen.letter, after={"number": frozen.number})
    return frozen


@transaction.atomic
def send_letter(*, by: Acting, frozen: FrozenLetter) -> FrozenLetter:
    """The signed letter, being sent in the background from now; it goes on where it was stopped."""
    frozen = _locked_frozen(frozen)
    checks.check_can_send(frozen, by)
    before = frozen.state
    frozen.state, frozen.ended_because = LetterState.SENDING, ""
    if frozen.begun_at is None:
        frozen.begun_at, frozen.begun_by_id = clock.now(), by.membership_id
    frozen.save(update_fields=["state", "ended_because", "begun_at", "begun_by"])
    enqueue(SEND_KIND, by=by, authority=frozen.authority, payload={"frozen": frozen.pk}, join=True)
    after = {"state": frozen.state, "number": frozen.number}
    record("letters.send_letter", by=by, target=frozen.letter, before={"state": before}, after=after)
    return frozen


@transaction.atomic
def stop_letter(*, by: Acting, frozen: FrozenLetter, because: str) -> FrozenLetter:
    """The letter, of which no further copy is handed over until somebody sends it on."""
    frozen = _locked_frozen(frozen)
    checks.check_can_stop(frozen, by)
    return _end(frozen, LetterState.STOPPED, because, by, "letters.stop_letter")


@transaction.atomic
def withdraw_letter(*, by: Acting, frozen: FrozenLetter, because: str) -> FrozenLetter:
    """The frozen letter, which will not be sent; its text can be changed and frozen again."""
    frozen = _locked_frozen(frozen)
    checks.check_can_withdraw(frozen, by)
    return _end(frozen, LetterState.WITHDRAWN, because, by, "letters.withdraw_letter")


def _end(frozen: FrozenLetter, state: LetterState, because: str, by: Acting, action: str) -> FrozenLetter:
    if not because.strip():
        raise BadInput("Say why.", where="because", do="A sentence is enough.")
    frozen.state, frozen.ended_because = state, because.strip()
    frozen.save(update_fields=["state", "ended_because"])
    record(action, by=by, target=frozen.letter, after={"number": frozen.number}, reason=because)
    return frozen


def print_letter(*, by: Acting, frozen: FrozenLetter) -> PrintBatch:
    """The copies that wait to be printed, put into one batch."""
    checks.check_can_print(frozen, by)
    return collect_print_batch(by=by, among=queries.to_print(frozen))


def _locked(letter: Letter) -> Letter:
    rows = Letter.objects.select_for_update(of=("self",)).select_related("authority", "signatory__person")
    return rows.get(pk=letter.pk)


def _locked_frozen(frozen: FrozenLetter) -> FrozenLetter:
    rows = FrozenLetter.objects.select_for_update(of=("self",))
    return rows.select_related("letter", "authority", "signatory__person").get(pk=frozen.pk)
