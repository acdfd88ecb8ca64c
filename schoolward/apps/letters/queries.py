"""Reading letters: the draft and its preview, what is missing, what became of each copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.accounts.queries import in_force
from schoolward.apps.drafts.models import Draft
from schoolward.apps.files.models import File, FileVersion
from schoolward.apps.files.queries import files_of
from schoolward.apps.letters.addressing import Addressee, field_names
from schoolward.apps.letters.models import Copy, FrozenLetter, Letter
from schoolward.apps.letters.states import BEGUN, COPY_WORDS, HELD, CopyState
from schoolward.apps.outbox.models import Message, PrintBatch
from schoolward.apps.outbox.printing import by_hand, message_pdf
from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy import clock
from schoolward.publishing.correspondence import SetLetter, Words, letter_page, set_letter
from schoolward.publishing.merge import fields, missing
from schoolward.terms.errors import BadInput

SUBJECT, BODY = "subject", "body"
DRAFT_KIND = FILE_OWNER = "letters.letter"


def draft_of(letter: Letter) -> Draft:
    """The open draft with the letter's subject and text."""
    return Draft.objects.get(kind=DRAFT_KIND, subject_id=str(letter.pk), state="open")


def attachments_of(letter: Letter) -> QuerySet[File]:
    """The files that go with the letter, by name."""
    return files_of(FILE_OWNER, str(letter.pk))


def attached(frozen: FrozenLetter) -> list[FileVersion]:
    """The very versions that went, or will go, with a frozen letter."""
    keys = [int(key) for key in frozen.attachments]
    found = FileVersion.objects.select_related("file", "content").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def signatories() -> list[Membership]:
    """Those of the authority's people whose role signs letters, by name."""
    signing = [role.key for role in roles.ROLES if Permission.SIGN_LETTERS in role.permissions]
    rows = in_force(Membership.objects.filter(role__in=signing)).select_related("person", "organisation")
    return list(rows.order_by("person__name"))


def words_of(draft: Draft) -> SetLetter:
    """The draft, set; BadInput where a letter cannot hold what it holds."""
    return set_letter(draft.content[SUBJECT], draft.content[BODY])


def problems_of(letter: Letter, draft: Draft) -> list[str]:
    """Fields in the text that this letter's audience does not have."""
    known = set(field_names(letter))
    asked = (*fields(draft.content[SUBJECT]), *fields(draft.content[BODY]))
    return [name for name in dict.fromkeys(asked) if name not in known]


def missing_for(draft: Draft, found: Sequence[Addressee]) -> dict[str, tuple[str, ...]]:
    """Those whom the letter would reach and who lack a field, by addressee's key, with all they lack."""
    template = draft.content[SUBJECT] + "\n" + draft.content[BODY]
    return missing(template, {each.key: each.values for each in found if each.channel})


def preview(draft: Draft, addressee: Addressee | None) -> Words:
    """The letter as this person would get it; a field without a value shows as its name in brackets."""
    letter = words_of(draft)
    values = addressee.values if addressee else {}
    return letter.fill({name: (values.get(name) or "").strip() or f"[{name}]" for name in letter.marks})


def preview_pdf(letter: Letter, draft: Draft, addressee: Addressee) -> bytes:
    """The same on paper, with the address in the window."""
    words = preview(draft, addressee)
    message = Message(
        authority=letter.authority,
        channel="print",
        recipient=addressee.address or addressee.email or addressee.school.name,
        recipient_name=addressee.name,
        subject=words.subject,
        text=words.text,
        html=letter_page(words),
        attachments=[str(file.latest.pk) for file in attachments_of(letter)],
        asked_at=clock.now(),
    )
    return message_pdf(message)


@dataclass(frozen=True)
class Standing:
    """A letter in a list: the frozen one that counts, if any, and what became of its copies."""

    letter: Letter
    frozen: FrozenLetter | None
    tallies: Mapping[str, int]

    @property
    def is_held(self) -> bool:
        return bool(self.frozen and self.frozen.state in (*HELD, *BEGUN))


def standings() -> list[Standing]:
    """Every letter, newest first, with its latest frozen one and how its copies stand: four queries."""
    letters = list(Letter.objects.select_related("writer__person", "signatory__person", "authority"))
    newest: dict[int, FrozenLetter] = {}
    frozen = FrozenLetter.objects.exclude(state="withdrawn").select_related("signatory__person")
    for row in frozen.order_by("number"):
        newest[row.letter_id] = row
    counts: dict[int, Counter] = {}
    rows = Copy.objects.filter(frozen__in=newest.values()).order_by()
    for pk, state, sent, count in rows.values_list("frozen_id", "state", "message__state").annotate(
        n=Count("pk")
    ):
        counts.setdefault(pk, Counter())[standing_word(state, sent, "")] += count
    return [
        Standing(each, found := newest.get(each.pk), counts.get(found.pk, {}) if found else {})
        for each in letters
    ]


# How copies stand, in the order in which a page tells of them; each with the tag's colour.
WAITING, TO_PRINT, SENDING, SENT, ARRIVED = "not sent yet", "to be printed", "being sent", "sent", "arrived"
CAME_BACK, NOT_SENT, PERHAPS = "came back", "not sent", "perhaps sent"
NOT_NEEDED, LEFT_OUT = "not needed any more", "left out"
TONES = {
    CAME_BACK: "red",
    NOT_SENT: "red",
    PERHAPS: "yellow",
    TO_PRINT: "blue",
    WAITING: "grey",
    SENDING: "blue",
    SENT: "green",
    ARRIVED: "green",
    NOT_NEEDED: "grey",
    LEFT_OUT: "yellow",
}
TROUBLE = (CAME_BACK, NOT_SENT, PERHAPS)
_OF_MESSAGE = {
    State.QUEUED: SENDING,
    State.SENDING: SENDING,
    State.SENT: SENT,
    State.DELIVERED: ARRIVED,
    State.FAILED: NOT_SENT,
    State.BOUNCED: CAME_BACK,
    State.UNSURE: PERHAPS,
    State.WITHDRAWN: NOT_NEEDED,
}


def standing_word(state: str, message_state: str | None, channel: str) -> str:
    """One word for a copy, from its own state and that of its message."""
    if state == CopyState.HANDED_OVER and message_state:
        waits = message_state in (State.QUEUED, State.SENDING) and channel == "print"
        return TO_PRINT if waits else _OF_MESSAGE[State(message_state)]
    return COPY_WORDS[CopyState(state)].lower()


@dataclass(frozen=True)
class Delivery:
    """What became of one copy, with what the other side said."""

    copy: Copy
    word: str
    detail: str


def deliveries(frozen: FrozenLetter) -> list[Delivery]:
    """Every copy by school, with its message and the last attempt."""
    rows = frozen.copies.select_related("school", "message").prefetch_related("message__attempts")
    return [_delivery(copy) for copy in rows.defer("html", "text", "message__html", "message__text")]


def _delivery(copy: Copy) -> Delivery:
    message = copy.message
    word = standing_word(copy.state, message.state if message else None, copy.channel)
    detail = copy.why
    if message:
        last = list(message.attempts.all())[-1:]
        detail = message.withdrawn_because or (last[0].detail if last else "")
    return Delivery(copy, word, detail)


def tallies(found: Sequence[Delivery]) -> dict[str, int]:
    """How many copies stand where, troubles first; only what there is."""
    counts = Counter(each.word for each in found)
    return {word: counts[word] for word in TONES if counts[word]}


def to_print(frozen: FrozenLetter) -> list[int]:
    """The messages of the letter that wait to be printed."""
    waiting = Q(message__channel="print", message__state=State.QUEUED)
    return list(frozen.copies.filter(waiting).values_list("message_id", flat=True))


def batches_of(frozen: FrozenLetter) -> list[int]:
    """Batches for the printer that hold copies of the letter, newest first."""
    keys = (
        frozen.copies.filter(message__batch__isnull=False)
        .order_by()
        .values_list("message__batch_id", flat=True)
    )
    return sorted(set(keys), reverse=True)


def enclosed_by_hand(frozen: FrozenLetter) -> list[str]:
    """Attachments that are not in the PDF for the printer, where there is one."""
    batch = PrintBatch.objects.filter(pk__in=batches_of(frozen)).first()
    return by_hand(batch) if batch else []


def find_copy(frozen: FrozenLetter, pk: int) -> Copy | None:
    """One copy of the letter."""
    return frozen.copies.select_related("school", "message").filter(pk=pk).first()


def checked_named(about: str, ours: Mapping[int, str]) -> str:
    """The numbers of schools, tidied; BadInput names what is none of ours."""
    words = about.replace(",", " ").split()
    if wrong := [word for word in words if not word.isdigit() or int(word) not in ours]:
        raise BadInput(
            f"{', '.join(wrong[:5])}: no open school of this authority.", where="about", do="Give URNs."
        )
    if not words:
        raise BadInput("No school is named.", where="about", do="Give the URNs of the schools.")
    return " ".join(dict.fromkeys(words))
