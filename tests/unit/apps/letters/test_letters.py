"""A letter is written, frozen with every recipient's words, signed by another, and sent once to each."""

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from schoolward.apps.accounts.needs import needs_of
from schoolward.apps.audit.models import Event
from schoolward.apps.contacts.models import Contact, ContactRole
from schoolward.apps.files.actions import store_file
from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.models import Job
from schoolward.apps.letters import actions, audiences, queries, sending
from schoolward.apps.letters.addressing import addressees
from schoolward.apps.letters.audiences import Audience
from schoolward.apps.letters.disclosure import letters_sent
from schoolward.apps.letters.models import Copy, FrozenLetter
from schoolward.apps.letters.states import COPY_MOVES, COPY_WORDS, MOVES, WORDS, CopyState, LetterState
from schoolward.apps.outbox.models import Message
from schoolward.apps.outbox.printing import batch_pdf
from schoolward.apps.outbox.states import State
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.publishing.letters import Letter, render_letters
from schoolward.publishing.merge import MissingFields
from schoolward.terms.errors import BadInput, Conflict, NotAllowed, NotNow
from tests.factories.letters import freeze, make_contact, make_letter, make_office, make_schools, send
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    office = make_office()
    with scope(office.authority):
        yield office


@pytest.fixture
def schools(office):
    return make_schools(office)


@pytest.fixture
def letter(office, schools):
    return make_letter(office)


def run_jobs():
    """What a worker would do now."""
    for _ in range(3):
        for job in Job.objects.not_started().order_by("pk"):
            attempts.run_job(job.pk)


def words(frozen):
    return {d.copy.school.urn: d.word for d in queries.deliveries(frozen)}


def test_every_state_has_its_moves_and_words():
    assert set(MOVES) == set(WORDS) == set(LetterState)
    assert set(COPY_MOVES) == set(COPY_WORDS) == set(CopyState)


def test_each_school_gets_its_own_words_once(office, letter, schools):
    frozen = send(office, letter)
    run_jobs()
    assert [m.to for m in mail.outbox] == [
        [f"Headteacher of {s.urn} <head@{s.urn}.example>"] for s in schools
    ]
    first = mail.outbox[0]
    assert first.subject == f"About {schools[0].name}"
    assert first.body == f"Dear Headteacher of 900001,\n\nabout {schools[0].name}.\n\nDi Rowe\n"
    assert f"<strong>{schools[0].name}</strong>" in first.alternatives[0].content
    frozen = FrozenLetter.objects.get(pk=frozen.pk)
    assert frozen.state == LetterState.SENT
    assert set(words(frozen).values()) == {queries.SENT}
    assert sending.hand_over_all(frozen.pk, by=office.writer) == 0
    run_jobs()
    assert len(mail.outbox) == 3
    assert Event.objects.filter(action="letters.letter_sent").count() == 1


class TestBeforeAnythingIsSent:
    """A letter that is not right is refused whole, with all that is wrong."""

    def test_missing_field_names_every_school_and_field(self, office, letter, schools):
        School.objects.filter(urn=900002).update(town="", trust_name="")
        letter = make_letter(office, body="{{ school.town }} {{ school.trust }} {{ school.phase? }}")
        with pytest.raises(MissingFields) as told:
            freeze(office, letter)
        assert told.value.by_recipient == {
            f"{schools[0].name} (headteacher)": ("school.trust",),
            f"{schools[1].name} (headteacher)": ("school.town", "school.trust"),
            f"{schools[2].name} (headteacher)": ("school.trust",),
        }
        assert not FrozenLetter.objects.exists()
        assert not Message.objects.exists()

    def test_field_that_this_audience_has_not(self, office, schools):
        letter = make_letter(office, body="By {{ survey.deadline }}")
        with pytest.raises(BadInput, match=r"survey\.deadline"):
            freeze(office, letter)

    def test_letter_that_reaches_nobody(self, office, schools):
        Contact.objects.all().delete()
        with pytest.raises(BadInput, match="reaches nobody"):
            freeze(office, make_letter(office, paper="none"))

    def test_nobody_to_sign(self, office, schools):
        with pytest.raises(NotNow, match="named to sign"):
            freeze(office, make_letter(office, signatory=None))

    def test_text_changed_since_it_was_read(self, office, letter):
        with pytest.raises(Conflict):
            actions.freeze_letter(by=office.writer, letter=letter, base_version=0)

    @pytest.mark.parametrize("text", ["| a | b |\n|---|---|\n| 1 | 2 |", "- a\n    - b", "```\ncode\n```"])
    def test_what_a_letter_cannot_hold(self, office, schools, text):
        with pytest.raises(BadInput):
            freeze(office, make_letter(office, body=f"Dear all,\n\n{text}\n"))

    def test_field_not_well_formed_is_not_even_saved(self, office, schools):
        with pytest.raises(BadInput):
            make_letter(office, body="Dear {{ recipient.name")

    @pytest.mark.parametrize(
        "choice",
        [
            {"roles": []},
            {"roles": ["caretaker"]},
            {"by_email": False, "paper": "none"},
            {"paper": "post"},
            {"audience": "schools.named", "about": "100000"},
            {"audience": "schools.named", "about": " "},
            {"audience": "schools.phase", "about": "Nursery"},
        ],
    )
    def test_choice_of_recipients_that_makes_no_sense(self, office, schools, choice):
        with pytest.raises(BadInput):
            make_letter(office, **choice)


class TestTwoPeople:
    """Who writes does not sign, and only the one in whose name it goes signs."""

    def test_writer_does_not_sign(self, office, letter):
        with pytest.raises(NotAllowed):
            actions.sign_letter(by=office.writer, frozen=freeze(office, letter))

    def test_signatory_does_not_freeze(self, office, letter):
        version = queries.draft_of(letter).version
        with pytest.raises(NotAllowed, match="somebody else freezes"):
            actions.freeze_letter(by=office.director, letter=letter, base_version=version)

    def test_another_who_signs_is_not_the_one(self, office, letter):
        from tests.factories.people import make_acting

        deputy = make_acting(office.authority, "assistant_director", "As Bell")
        with pytest.raises(NotAllowed, match="in the name of Di Rowe"):
            actions.sign_letter(by=deputy, frozen=freeze(office, letter))

    def test_nothing_is_sent_unsigned(self, office, letter):
        with pytest.raises(NotNow, match="frozen, then signed"):
            actions.send_letter(by=office.writer, frozen=freeze(office, letter))

    def test_frozen_text_and_files_are_not_changed(self, office, letter):
        frozen = freeze(office, letter)
        with pytest.raises(NotNow, match="frozen"):
            actions.save_letter(
                by=office.writer, letter=letter, base_version=1, idempotency_key="x", changes={"body": "New"}
            )
        with pytest.raises(NotNow, match="frozen"):
            attach(office, letter)
        actions.withdraw_letter(by=office.writer, frozen=frozen, because="A mistake in line 3")
        attach(office, letter)
        assert freeze(office, letter).number == 2

    def test_each_is_told_what_waits(self, office, letter):
        frozen = freeze(office, letter)
        assert [n.sentence for n in needs_of(office.director)] == ["Sign the letter “Autumn letter”"]
        actions.sign_letter(by=office.director, frozen=frozen)
        assert "Send the letter “Autumn letter”" in [n.sentence for n in needs_of(office.writer)]


def attach(office, letter, content=b"%PDF-1.7 the strategy", name="strategy.pdf"):
    return store_file(
        by=office.writer,
        upload=ContentFile(content, name=name),
        owner_kind=queries.FILE_OWNER,
        owner_id=str(letter.pk),
    )


def test_very_version_that_was_frozen_is_attached(office, letter):
    attach(office, letter, b"%PDF-1.7 first")
    second = attach(office, letter, b"%PDF-1.7 second")
    frozen = send(office, letter)
    assert frozen.attachments == [str(second.pk)]
    run_jobs()
    (attached,) = mail.outbox[0].attachments
    assert (attached.filename, attached.content) == ("strategy.pdf", b"%PDF-1.7 second")


class TestWhoIsReached:
    """Each line of the recipients says by which way, or why not."""

    def test_gaps_go_on_paper_or_are_left_out(self, office, schools):
        Contact.objects.filter(school=schools[0]).update(email="")
        Contact.objects.filter(school=schools[1]).update(bounced_on=clock.today())
        Contact.objects.filter(school=schools[2]).delete()
        letter = make_letter(office)
        assert [(a.channel, a.name) for a in addressees(letter)] == [
            ("print", "Headteacher of 900001"),
            ("print", "Headteacher of 900002"),
            ("print", "Headteacher"),
        ]
        letter = make_letter(office, paper="none")
        assert [a.why for a in addressees(letter)] == [
            "no e-mail address is held",
            "messages to the address came back",
            "nobody is known as headteacher",
        ]

    def test_one_person_in_two_parts_gets_one(self, office, schools):
        make_contact(schools[0], ContactRole.CHAIR, email="HEAD@900001.example")
        letter = make_letter(office, roles=["chair", "head"], paper="none")
        first = [a for a in addressees(letter) if a.school == schools[0]]
        assert [(a.role, a.why) for a in first] == [("head", ""), ("chair", "has it already as headteacher")]
        send(office, letter)
        run_jobs()
        assert len(mail.outbox) == 3

    def test_trust_is_written_to_where_there_is_one(self, office, schools):
        School.objects.filter(urn=900001).update(trust_code="T1", trust_name="Wend Trust")
        found = addressees(make_letter(office, roles=["trust"]))
        assert [(a.school.urn, a.why) for a in found] == [
            (900001, "nobody is known as trust, and no postal address of the trust is held")
        ]

    def test_audience_of_the_register(self, office, schools):
        make_school(900009, phase="Secondary", authority_code=office.authority.code)
        for audience, about, expected in (
            ("schools.phase", "Secondary", {900009}),
            ("schools.route", "maintained", {900001, 900002, 900003, 900009}),
            ("schools.named", "900002 900001", {900001, 900002}),
        ):
            letter = make_letter(office, audience=audience, about=about)
            assert {a.school.urn for a in addressees(letter)} == expected

    def test_school_of_another_authority_is_never_among_them(self, office, schools):
        make_school(900050, authority_code=902)
        assert 900050 not in {a.school.urn for a in addressees(make_letter(office))}


@pytest.fixture
def answered(monkeypatch):
    """URNs of schools that have answered, and an audience of those that have not."""
    done = set()
    monkeypatch.setitem(
        audiences._audiences,
        "tests.silent",
        Audience(
            "tests.silent",
            "Schools that have not answered",
            lambda about: [s for s in School.objects.order_by("urn") if s.urn not in done],
            why_not=lambda about, school: "it has answered" if school.urn in done else "",
        ),
    )
    return done


class TestReminder:
    """Whether a school still needs it is asked when each copy leaves."""

    def test_school_that_answered_before_sending_gets_none(self, office, schools, answered):
        letter = make_letter(office, audience="tests.silent")
        frozen = actions.sign_letter(by=office.director, frozen=freeze(office, letter))
        answered.add(900002)
        actions.send_letter(by=office.writer, frozen=frozen)
        run_jobs()
        assert len(mail.outbox) == 2
        assert words(frozen)[900002] == queries.NOT_NEEDED
        assert [d.detail for d in queries.deliveries(frozen) if d.copy.school.urn == 900002] == [
            "it has answered"
        ]

    def test_school_that_answered_while_it_waited_in_the_outbox_gets_none(self, office, schools, answered):
        letter = make_letter(office, audience="tests.silent")
        frozen = send(office, letter)
        sending.hand_over_all(frozen.pk, by=office.writer)
        answered.add(900003)
        run_jobs()
        assert len(mail.outbox) == 2
        assert Message.objects.get(recipient="head@900003.example").state == State.WITHDRAWN
        assert words(frozen)[900003] == queries.NOT_NEEDED

    def test_printed_letter_to_a_school_that_answered_is_not_printed(self, office, schools, answered):
        letter = make_letter(office, audience="tests.silent", by_email=False)
        frozen = send(office, letter)
        run_jobs()
        answered.add(900001)
        batch = actions.print_letter(by=office.writer, frozen=frozen)
        assert batch.messages.count() == 2
        assert words(frozen)[900001] == queries.NOT_NEEDED


def test_head_who_left_meanwhile_gets_none_and_it_is_told(office, letter, schools):
    frozen = send(office, letter)
    Contact.objects.filter(school=schools[0]).update(name="Another Person")
    School.objects.filter(urn=900003).update(status="Closed")
    run_jobs()
    assert len(mail.outbox) == 1
    told = {d.copy.school.urn: d.detail for d in queries.deliveries(frozen) if d.word == queries.NOT_NEEDED}
    assert told == {
        900001: "Headteacher of 900001 is not headteacher any more",
        900003: "the school is closed",
    }


def test_stopped_letter_goes_no_further_until_it_is_sent_on(office, letter):
    frozen = send(office, letter)
    first = Copy.objects.order_by("pk").first()
    assert sending.hand_over(first.pk, by=office.writer)
    actions.stop_letter(by=office.writer, frozen=frozen, because="The date is wrong")
    run_jobs()
    assert len(mail.outbox) == 1
    with pytest.raises(NotNow, match="has left"):
        freeze(office, letter)
    actions.send_letter(by=office.writer, frozen=frozen)
    run_jobs()
    assert len(mail.outbox) == 3
    assert FrozenLetter.objects.get(pk=frozen.pk).state == LetterState.SENT


def test_bounce_reaches_the_contact_and_the_letters_page(office, letter, schools):
    from schoolward.apps.outbox.actions import record_bounce

    frozen = send(office, letter)
    run_jobs()
    message = Message.objects.get(recipient="head@900001.example")
    record_bounce(message=message, by=office.writer, reason="Mailbox full")
    assert Contact.objects.get(school=schools[0]).bounced_on == clock.today()
    assert queries.tallies(queries.deliveries(frozen)) == {queries.CAME_BACK: 1, queries.SENT: 2}
    assert "1 copy of “Autumn letter” did not arrive" in [n.sentence for n in needs_of(office.writer)]
    (standing,) = queries.standings()
    assert dict(standing.tallies) == {queries.CAME_BACK: 1, queries.SENT: 2}


def test_paper_copies_are_one_pdf_with_bold_words_and_enclosures(office, schools):
    from io import BytesIO

    from pypdf import PdfReader

    letter = make_letter(office, by_email=False)
    attach(office, letter, content=two_pages())
    attach(office, letter, name="damaged.pdf")
    attach(office, letter, name="map.txt", content=b"a map")
    frozen = send(office, letter)
    run_jobs()
    assert not mail.outbox
    assert set(words(frozen).values()) == {queries.TO_PRINT}
    batch = actions.print_letter(by=office.writer, frozen=frozen)
    content = batch_pdf(batch)
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert len(pages) == 3 * 3, "each letter, and the two pages of the strategy behind it"
    assert "1 Quay Street" in pages[0]
    assert "Enclosed: damaged.pdf, map.txt, strategy.pdf" in pages[0]
    assert ["Second part" in page for page in pages] == [False, False, True] * 3
    assert content == batch_pdf(batch), "fetched again it is the same"
    assert queries.batches_of(frozen) == [batch.pk]
    assert queries.enclosed_by_hand(frozen) == ["damaged.pdf", "map.txt"]
    with pytest.raises(NotNow):
        actions.print_letter(by=office.writer, frozen=frozen)


def two_pages() -> bytes:
    """A draft strategy as a PDF."""
    first, second = (Letter("The council", f"{part} part", "Words.") for part in ("First", "Second"))
    return render_letters([first, second], authority="Estuary", on=clock.today())


def test_preview_shows_what_is_missing_in_its_place(office, schools):
    letter = make_letter(office, body="Dear {{ recipient.name }} of {{ school.trust }}")
    found = addressees(letter)[0]
    draft = queries.draft_of(letter)
    assert queries.preview(draft, found).text == "Dear Headteacher of 900001 of [school.trust]\n"
    assert queries.preview_pdf(letter, draft, found).startswith(b"%PDF")


def test_copy_of_a_letter_begins_with_its_words_and_recipients(office, letter):
    send(office, letter)
    made = actions.copy_letter(by=office.writer, letter=letter, title="Winter letter")
    assert (made.roles, made.signatory) == (letter.roles, letter.signatory)
    assert queries.draft_of(made).content == queries.draft_of(letter).content
    run_jobs()
    send(office, made)
    run_jobs()
    assert len(mail.outbox) == 6, "another letter is not the same letter"


def test_freedom_of_information_tells_of_letters_sent(office, letter):
    send(office, letter)
    run_jobs()
    (row,) = letters_sent(clock.today(), clock.today())
    assert row[0] == "Autumn letter"
    assert row[2:] == ("All open schools", clock.today(), "Di Rowe", 3)


def test_facts_are_kept_by_the_database(office, letter):
    frozen = send(office, letter)
    copy = Copy.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Copy.objects.create(
            frozen=frozen, school=copy.school, role=copy.role, name="Twice", state=CopyState.WAITING
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Copy.objects.create(
            frozen=frozen, school=copy.school, role="chair", email=copy.email, state=CopyState.WAITING
        )
    for wrong in ({"state": CopyState.HANDED_OVER}, {"state": CopyState.LEFT_OUT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Copy.objects.filter(pk=copy.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        FrozenLetter.objects.filter(pk=frozen.pk).update(signed_at=None, signed_by=None)
