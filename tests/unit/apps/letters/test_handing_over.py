"""A writer or a signatory leaves before a letter has."""

from dataclasses import replace

import pytest

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.ownership import owned_by
from schoolward.apps.letters import handing_over
from schoolward.apps.letters.states import LetterState
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import NotAllowed
from tests.factories.letters import freeze, make_letter, make_office, make_schools, send
from tests.factories.people import make_member


@pytest.mark.django_db
def test_writer_who_leaves_hands_letters_over_and_the_signatory_their_signing():
    office = make_office()
    with scope(office.authority):
        make_schools(office, 1)
        _both_leave(office, make_letter(office))


def _both_leave(office, letter):
    frozen = freeze(office, letter)
    colleague = make_member(office.authority, "analyst", "Col Ash")
    other = make_member(office.authority, "director", "Dep Utey")
    writer, signatory = Membership.objects.get(pk=office.writer.membership_id), office.signatory
    assert {work.kind: n for work, n in owned_by(writer)} == {"letters in the making": 1}
    assert {work.kind: n for work, n in owned_by(signatory)} == {"letters to sign": 1}

    assert handing_over.hand_over_letters(by=office.director, from_member=writer, to_member=colleague) == 1
    with pytest.raises(NotAllowed, match="may not sign"):
        handing_over.hand_over_signing(by=office.writer, from_member=signatory, to_member=colleague)
    assert handing_over.hand_over_signing(by=office.writer, from_member=signatory, to_member=other) == 1
    letter.refresh_from_db()
    frozen.refresh_from_db()
    assert (letter.writer, letter.started_by, letter.signatory) == (colleague, writer, other)
    assert frozen.state == LetterState.WITHDRAWN, "the deputy signs their own words"
    assert not owned_by(writer) + owned_by(signatory)

    send(office_with(office, other), letter)
    assert not owned_by(other), "what has left is nobody's work any more"


def office_with(office, signatory):
    """The office, where somebody else signs."""
    return replace(office, director=Acting.of(signatory), signatory=signatory)
