"""A paper is drafted together, frozen with its figures, signed by another, published by decision."""

from datetime import date

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.papers import actions, checks, kinds, queries
from schoolward.apps.papers.kinds import PaperKind, Prose
from schoolward.apps.papers.models import FrozenPaper, PaperDocument
from schoolward.apps.papers.states import MOVES, WORDS, PaperState
from schoolward.apps.tenancy.scope import scope
from schoolward.publishing.figures import TemplateError
from schoolward.publishing.provenance import FigureValue, thaw
from schoolward.terms.errors import BadInput, Conflict, NotAllowed, NotNow
from tests.factories.people import make_authority, make_member

pytestmark = pytest.mark.django_db

TEMPLATE = """# Purpose

{{ figure:test.count }} schools.

{{ prose:test.actions }}

::: exempt {reason="paragraph 2"}
Secret of {{ figure:test.count }}.
:::
"""


@pytest.fixture
def count():
    return {"now": 3}


@pytest.fixture
def kind(count, monkeypatch):
    def figures(by, as_at, compared_with):
        n = count["now"]
        return {"test.count": FigureValue(n, str(n), "test_count", {}, as_at, "d" * 12, "r" * 12)}

    made = PaperKind(
        "test.kind",
        "Test paper",
        lambda: TEMPLATE,
        figures,
        (Prose("test.actions", "What is done", "Visits."),),
        Permission.VIEW_CONCERN,
    )
    monkeypatch.setitem(kinds._kinds, made.key, made)
    return made


@pytest.fixture
def authority():
    authority = make_authority(901)
    with scope(authority):
        yield authority


@pytest.fixture
def adviser(authority):
    return Acting.of(make_member(authority, "adviser"))


@pytest.fixture
def director(authority):
    return Acting.of(make_member(authority, "director", "Di Rowe"))


@pytest.fixture
def paper(kind, adviser):
    return actions.start_paper(
        by=adviser, kind=kind.key, as_at=date(2026, 10, 31), compared_with=date(2026, 7, 31)
    )


@pytest.fixture
def frozen(paper, adviser):
    return actions.freeze_paper(by=adviser, paper=paper, base_version=queries.draft_of(paper).version)


def document(frozen, part, form="fragment"):
    return bytes(PaperDocument.objects.get(frozen=frozen, part=part, form=form).content).decode()


def test_every_state_has_its_moves_and_words():
    assert set(MOVES) == set(WORDS) == set(PaperState)


def test_frozen_paper_keeps_its_figures_when_the_data_moves_on(frozen, adviser, count):
    count["now"] = 5
    assert thaw(frozen.figures)["test.count"].value == 3
    assert "3 schools" in document(frozen, "public")
    (change,) = queries.changes_since(frozen, adviser)
    assert (change.before, change.after) == ("3", "5")


def test_frozen_paper_over_unmoved_data_warns_of_nothing(frozen, adviser):
    assert queries.changes_since(frozen, adviser) == []


def test_exempt_part_is_in_the_annex_alone(frozen):
    assert "Secret" not in document(frozen, "public")
    assert "Secret of 3" in document(frozen, "exempt")


def test_pdf_of_a_frozen_paper_is_one(frozen):
    content = bytes(PaperDocument.objects.get(frozen=frozen, part="public", form="pdf").content)
    assert content.startswith(b"%PDF-")


def test_sign_paper_by_who_froze_it_is_refused(paper, director):
    frozen = actions.freeze_paper(by=director, paper=paper, base_version=queries.draft_of(paper).version)
    with pytest.raises(NotAllowed, match="somebody else"):
        actions.sign_paper(by=director, frozen=frozen)


def test_publish_paper_before_it_is_signed_is_refused(frozen, director):
    with pytest.raises(NotNow, match="frozen, then signed off"):
        actions.publish_paper(by=director, frozen=frozen, because="The board asked.")


def test_publish_paper_without_a_reason_is_refused(frozen, director):
    signed = actions.sign_paper(by=director, frozen=frozen)
    with pytest.raises(BadInput, match="exempt unless"):
        actions.publish_paper(by=director, frozen=signed, because="")


def test_readers_see_a_paper_only_once_published_and_never_the_exempt_part(frozen, director, authority):
    head = Acting.of(make_member(authority, "headteacher", "Hal Head"))
    board = Acting.of(make_member(authority, "board_member", "Bo Ward"))
    assert not checks.may_read(frozen, "public", head)
    signed = actions.sign_paper(by=director, frozen=frozen)
    published = actions.publish_paper(by=director, frozen=signed, because="The board asked.")
    assert checks.may_read(published, "public", head)
    assert not checks.may_read(published, "exempt", head)
    assert checks.may_read(published, "exempt", board)
    assert queries.readable(head) == [published]


def test_withdrawn_paper_is_kept_and_not_readable(frozen, director):
    actions.withdraw_paper(by=director, frozen=frozen, because="Wrong day.")
    assert FrozenPaper.objects.get().withdrawn_because == "Wrong day."
    assert queries.readable(director) == []


def test_save_paper_in_two_places_merges_what_does_not_overlap(paper, adviser, director):
    actions.save_paper(
        by=adviser, paper=paper, base_version=0, idempotency_key="a", changes={"test.actions": "One."}
    )
    result = actions.save_paper(
        by=director,
        paper=paper,
        base_version=0,
        idempotency_key="b",
        changes={"body": TEMPLATE + "\nMore.\n"},
    )
    content = queries.draft_of(paper).content
    assert result.conflicts == ()
    assert (content["test.actions"], "More." in content["body"]) == ("One.", True)


def test_save_paper_over_a_colleagues_change_is_told_and_not_done(paper, adviser, director):
    for by, key, text in ((adviser, "a", "Mine."), (director, "b", "Theirs.")):
        result = actions.save_paper(
            by=by, paper=paper, base_version=0, idempotency_key=key, changes={"test.actions": text}
        )
    assert [c.field for c in result.conflicts] == ["test.actions"]
    assert queries.draft_of(paper).content["test.actions"] == "Mine."


def test_save_paper_with_a_broken_binding_is_refused(paper, adviser):
    with pytest.raises(TemplateError):
        actions.save_paper(
            by=adviser, paper=paper, base_version=0, idempotency_key="a", changes={"body": "{{ figure:x"}
        )


def test_freeze_paper_after_somebody_saved_is_refused(paper, adviser):
    actions.save_paper(
        by=adviser, paper=paper, base_version=0, idempotency_key="a", changes={"test.actions": "New."}
    )
    with pytest.raises(Conflict):
        actions.freeze_paper(by=adviser, paper=paper, base_version=0)
    assert not FrozenPaper.objects.exists()


def test_start_paper_on_a_day_to_come_is_refused(kind, adviser):
    with pytest.raises(BadInput, match="future"):
        actions.start_paper(
            by=adviser, kind=kind.key, as_at=date(2126, 1, 1), compared_with=date(2026, 7, 31)
        )
