"""One answer for each school: written together, sent, changed, co-signed, and whatever else arrives."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from schoolward.apps.audit.models import Event
from schoolward.apps.survey import actions, answering, queries, returns
from schoolward.apps.survey.models import Entry, Return, ReturnVersion
from schoolward.apps.survey.questionnaire import CANNOT_SAY
from schoolward.apps.survey.states import EntryState, ExtensionState, ReturnRoute, ReturnState
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, Conflict, NotAllowed, NotNow
from tests.factories.people import make_member
from tests.factories.surveys import WHOLE, Saltings, in_days

KEYS = iter(range(100_000))


def write(s: Saltings, by, base=None, **changes):
    """A save on top of the draft as it is, or of an older version."""
    draft = answering.open_answer(by=by, entry=fresh(s))
    return answering.save_answer(
        by=by,
        draft=draft,
        base_version=draft.version if base is None else base,
        idempotency_key=f"k{next(KEYS)}",
        changes=changes.pop("changes", changes),
    )


def send(s: Saltings, by=None, note: str = "") -> ReturnVersion:
    """The whole answer, written and sent by the head."""
    write(s, by or s.head, changes=WHOLE)
    draft = queries.draft_of(fresh(s))
    return answering.send_answer(by=by or s.head, draft=draft, base_version=draft.version, note=note)


def fresh(s: Saltings) -> Entry:
    return queries.entry_to_answer(s.entry.pk, s.head)


def arrive(s: Saltings, **changes) -> ReturnVersion:
    """The same answer on paper, but for some changes."""
    return returns.receive_return(
        by=s.officer,
        entry=s.entry,
        route=ReturnRoute.PAPER,
        answers=WHOLE | changes,
        arrived_at=clock.now(),
        on_behalf_of="Hal Head, headteacher",
    )


def test_people_of_one_school_write_one_draft_and_lose_nothing(saltings):
    write(saltings, saltings.head, base=0, strategy_clear=4)
    kept = write(saltings, saltings.business_manager, base=0, budget_known="guess")
    clash = write(saltings, saltings.chair, base=0, strategy_clear=2)
    assert not kept.conflicts
    assert [(c.field, c.mine, c.theirs, c.their_name) for c in clash.conflicts] == [
        ("strategy_clear", 2, 4, "Hal Head")
    ]
    draft = queries.draft_of(fresh(saltings))
    assert draft.content == {"strategy_clear": 4, "budget_known": "guess"}
    (difference,) = queries.differences_of(draft, queries.form_of(saltings.survey))
    assert [(word.by_name, word.value) for word in difference.words] == [("Hal Head", 4), ("Cy Chair", 2)]
    assert queries.answered_by(draft)["budget_known"].by_name == "Bea Sums"


def test_settled_difference_is_shown_no_more(saltings):
    write(saltings, saltings.head, base=0, strategy_clear=4)
    write(saltings, saltings.chair, base=0, strategy_clear=2)
    draft = queries.draft_of(fresh(saltings))
    answering.settle_difference(
        by=saltings.head,
        draft=draft,
        field="strategy_clear",
        value=3,
        base_version=draft.version,
        idempotency_key="settle",
    )
    draft = queries.draft_of(fresh(saltings))
    assert draft.content["strategy_clear"] == 3
    assert not queries.differences_of(draft, queries.form_of(saltings.survey))


def test_retried_save_never_doubles(saltings):
    draft = answering.open_answer(by=saltings.head, entry=fresh(saltings))
    sent = {
        "by": saltings.head,
        "base_version": 0,
        "idempotency_key": "same",
        "changes": {"strategy_clear": 4},
    }
    first = answering.save_answer(draft=draft, **sent)
    again = answering.save_answer(draft=queries.draft_of(fresh(saltings)), **sent)
    assert first == again
    assert draft.changes.count() == 1


def test_value_of_the_wrong_kind_is_never_saved(saltings):
    with pytest.raises(BadInput, match="0 to 10"):
        write(saltings, saltings.head, changes={"chance_list.leadership-review": 11})
    with pytest.raises(BadInput, match="not asked"):
        write(saltings, saltings.head, changes={"route.unknown": "council"})


def test_answer_is_sent_once_everything_is_answered(saltings):
    write(saltings, saltings.head, strategy_clear=CANNOT_SAY)
    draft = queries.draft_of(fresh(saltings))
    with pytest.raises(NotNow, match="still missing"):
        answering.send_answer(by=saltings.head, draft=draft, base_version=draft.version)
    version = send(saltings)
    assert version.answers == WHOLE
    assert (version.number, version.is_late, version.returned.state) == (1, False, ReturnState.NOMINATED)
    assert queries.draft_of(fresh(saltings)) is None
    assert [each.state for each in queries.standings(saltings.survey)] == [EntryState.SENT]
    assert Event.objects.filter(action="survey.send_answer").count() == 1


def test_only_the_authorised_person_sends(saltings):
    write(saltings, saltings.head, changes=WHOLE)
    draft = queries.draft_of(fresh(saltings))
    for by in (saltings.chair, saltings.business_manager):
        with pytest.raises(NotAllowed):
            answering.send_answer(by=by, draft=draft, base_version=draft.version)


def test_answer_that_changed_after_it_was_read_is_not_sent(saltings):
    write(saltings, saltings.head, changes=WHOLE)
    draft = queries.draft_of(fresh(saltings))
    write(saltings, saltings.chair, strategy_clear=1)
    with pytest.raises(Conflict):
        answering.send_answer(by=saltings.head, draft=draft, base_version=draft.version)
    assert not Return.objects.exists()


def test_change_before_the_deadline_is_another_version_of_the_same_return(saltings):
    send(saltings)
    draft = answering.open_answer(by=saltings.head, entry=fresh(saltings))
    assert draft.content == WHOLE
    write(saltings, saltings.head, strategy_clear=1)
    draft = queries.draft_of(fresh(saltings))
    second = answering.send_answer(by=saltings.head, draft=draft, base_version=draft.version)
    assert (second.number, second.answers["strategy_clear"]) == (2, 1)
    assert second.returned.versions.last().answers == WHOLE
    assert Return.objects.count() == 1


def test_chair_co_signs_later_with_a_differing_view_even_when_closed(saltings):
    version = send(saltings)
    actions.close_survey(by=saltings.officer, survey=saltings.survey)
    signed = answering.co_sign_answer(by=saltings.chair, version=version, note="I would buy more.")
    assert signed.note == "I would buy more."
    with pytest.raises(NotNow, match="already"):
        answering.co_sign_answer(by=saltings.chair, version=version)
    with pytest.raises(NotAllowed):
        answering.co_sign_answer(by=saltings.head, version=version)


def test_late_answer_is_taken_and_marked_but_not_changed_afterwards(saltings):
    with clock.frozen_at(saltings.survey.closes_at + timedelta(minutes=1)):
        assert send(saltings).is_late
        with pytest.raises(NotNow, match="deadline"):
            answering.open_answer(by=saltings.head, entry=fresh(saltings))


def test_more_time_makes_an_answer_in_time_and_reopens_a_closed_survey_for_one_school(saltings):
    with clock.frozen_at(saltings.survey.closes_at + timedelta(days=1)):
        actions.close_survey(by=saltings.officer, survey=saltings.survey)
        with pytest.raises(NotNow, match="closed"):
            write(saltings, saltings.head, strategy_clear=1)
        asked = answering.ask_for_time(
            by=saltings.head, entry=fresh(saltings), until=in_days(3), reason="The board meets on Tuesday."
        )
        actions.decide_extension(by=saltings.officer, extension=asked, grant=True)
        assert not send(saltings).is_late
    event = Event.objects.get(action="survey.give_more_time")
    assert event.reason == "The board meets on Tuesday."


def test_refused_request_says_why(saltings):
    asked = answering.ask_for_time(by=saltings.chair, entry=saltings.entry, until=in_days(30), reason="Busy.")
    with pytest.raises(NotNow, match="already"):
        answering.ask_for_time(by=saltings.head, entry=saltings.entry, until=in_days(30), reason="Busy.")
    with pytest.raises(BadInput, match="reason"):
        actions.decide_extension(by=saltings.officer, extension=asked, grant=False)
    done = actions.decide_extension(by=saltings.officer, extension=asked, grant=False, because="Too long.")
    assert done.state == ExtensionState.REFUSED
    with pytest.raises(NotNow):
        actions.decide_extension(by=saltings.officer, extension=asked, grant=True)


def test_second_return_is_kept_and_waits_while_the_first_counts(saltings):
    send(saltings)
    second = arrive(saltings, strategy_clear=1)
    assert second.returned.state == ReturnState.WAITING
    assert queries.nominated_version(saltings.entry).answers["strategy_clear"] == 4
    compared = returns.compare_returns(queries.form_of(saltings.survey), WHOLE, second.answers)
    assert [(each.field, each.ours, each.theirs) for each in compared if each.differs] == [
        ("strategy_clear", 4, 1)
    ]


def test_paper_first_then_online_hurts_nobody(saltings):
    arrive(saltings)
    version = send(saltings)
    assert (version.returned.number, version.returned.state) == (2, ReturnState.WAITING)
    returns.nominate_return(by=saltings.head, returned=version.returned, reason="It is the newer one.")
    states = list(Return.objects.order_by("number").values_list("state", flat=True))
    assert states == [ReturnState.SET_ASIDE, ReturnState.NOMINATED]


def test_merging_takes_chosen_fields_and_keeps_both_returns(saltings):
    send(saltings)
    second = arrive(saltings, strategy_clear=1, strategy_support=1)
    merged = returns.merge_return(
        by=saltings.officer, returned=second.returned, take={"strategy_clear"}, reason="The head rang."
    )
    assert (merged.answers["strategy_clear"], merged.answers["strategy_support"]) == (1, 3)
    assert Return.objects.get(pk=second.returned_id).state == ReturnState.MERGED
    assert merged.number == 2


def test_two_answers_that_count_are_refused_by_the_database(saltings):
    send(saltings)
    other = arrive(saltings).returned
    with pytest.raises(IntegrityError), transaction.atomic():
        Return.objects.filter(pk=other.pk).update(state=ReturnState.NOMINATED)


def test_another_schools_people_neither_see_nor_write(saltings):
    from schoolward.apps.accounts.acting import Acting

    other = Acting.of(make_member(saltings.authority, "headteacher", "Olga Other", urn=900002))
    assert queries.entry_to_answer(saltings.entry.pk, other) is None
    with pytest.raises(NotAllowed):
        answering.open_answer(by=other, entry=saltings.entry)
    draft = answering.open_answer(by=saltings.head, entry=fresh(saltings))
    with pytest.raises(NotAllowed):
        answering.save_answer(
            by=other, draft=draft, base_version=0, idempotency_key="x", changes={"budget": 1}
        )


def test_trust_answers_for_its_schools_and_no_others(saltings):
    from schoolward.apps.accounts.acting import Acting

    trust = Acting.of(make_member(saltings.authority, "trust_lead", "Tess Trust", urn=5001))
    assert queries.entry_to_answer(saltings.entry.pk, trust) is None
    saltings.school.trust_code = trust.organisation.trust_code
    saltings.school.save()
    assert queries.entries_of(trust) == [saltings.entry]
    assert send(saltings, by=trust).returned.state == ReturnState.NOMINATED


def test_officers_read_what_was_sent_and_never_a_draft(saltings):
    write(saltings, saltings.head, changes=WHOLE)
    assert [each.state for each in queries.standings(saltings.survey)] == [EntryState.STARTED]
    assert queries.sent_answers(saltings.survey) == {}
    with pytest.raises(NotAllowed):
        answering.open_answer(by=saltings.officer, entry=saltings.entry)


def test_open_survey_moves_its_deadline_only_later_and_with_a_reason(saltings):
    with pytest.raises(BadInput, match="only later"):
        actions.move_deadline(
            by=saltings.officer, survey=saltings.survey, closes_at=in_days(1), reason="Sooner."
        )
    with pytest.raises(BadInput, match="reason"):
        actions.move_deadline(by=saltings.officer, survey=saltings.survey, closes_at=in_days(20), reason=" ")
    moved = actions.move_deadline(
        by=saltings.officer, survey=saltings.survey, closes_at=in_days(20), reason="Snow."
    )
    assert moved.closes_at == in_days(20)


def test_reopened_survey_takes_answers_again(saltings):
    actions.close_survey(by=saltings.officer, survey=saltings.survey)
    actions.reopen_survey(by=saltings.officer, survey=saltings.survey, closes_at=in_days(5), reason="Snow.")
    assert send(saltings).number == 1
    assert Event.objects.filter(action="survey.reopen_survey", reason="Snow.").exists()


def test_questionnaire_says_the_same_keeps_its_version_and_changed_gets_the_next(saltings):
    definition = queries.definition_of(saltings.survey.version)
    same = actions.save_questionnaire(by=saltings.officer, definition=definition)
    assert same == saltings.survey.version
    changed = actions.save_questionnaire(
        by=saltings.officer, definition=replace(definition, purpose="Other.")
    )
    assert changed.number == 2
    assert queries.definition_of(saltings.survey.version).purpose != "Other."
