"""A school's pages of a survey, and officers', without a browser."""

import json

import pytest
from django.urls import reverse

from schoolward.apps.accounts.models import Membership
from schoolward.apps.survey import answering, queries
from schoolward.apps.survey.models import Entry, Return, Survey
from schoolward.apps.survey.states import EntryState, SurveyState
from schoolward.apps.tenancy.scope import scope
from tests.factories.people import make_authority, make_member, sign_in
from tests.factories.surveys import WHOLE, make_saltings, make_survey


@pytest.fixture
def saltings(db, today):
    authority = make_authority()
    with scope(authority):
        yield make_saltings(authority)


def browse(client, acting):
    sign_in(client, Membership.objects.select_related("person").get(pk=acting.membership_id))
    return client


def page(s, key: str) -> str:
    return reverse("answering_page", args=[s.entry.pk, key])


def draft(s):
    return queries.draft_of(queries.entry_to_answer(s.entry.pk, s.head))


def autosave(client, s, version: int, key: str, **values):
    sent = {"version": version, "key": key, "fields": list(values), **values}
    return client.post(reverse("answering_save", args=[s.entry.pk]), sent)


def test_page_without_scripts_saves_and_goes_on(client, saltings):
    browse(client, saltings.head)
    reply = client.post(
        page(saltings, "answered_by"), {"version": 0, "key": "a", "answered_by": ["head", "chair"]}
    )
    assert reply.url == page(saltings, "board_seen")
    assert draft(saltings).content == {"answered_by": ["head", "chair"]}


def test_services_left_open_are_answered_together_and_no_other_is_touched(client, saltings):
    browse(client, saltings.head)
    found = client.get(page(saltings, "route"))
    assert b"The rest: not needed" in found.content
    sent = {"version": 0, "key": "a", "route.leadership-review": "council", "rest": "1"}
    assert client.post(page(saltings, "route"), sent).status_code == 302
    content = draft(saltings).content
    assert content.pop("route.leadership-review") == "council"
    assert content
    assert set(content.values()) == {"not_needed"}
    assert all(name.startswith("route.") for name in content)


def test_looking_at_a_page_starts_nothing(client, saltings):
    browse(client, saltings.head).get(page(saltings, "answered_by"))
    assert draft(saltings) is None
    assert client.get(reverse("answering", args=[saltings.entry.pk])).status_code == 200
    assert draft(saltings) is None


def test_amount_that_is_none_is_said_with_what_was_typed_and_not_saved(client, saltings):
    browse(client, saltings.head)
    autosave(client, saltings, 0, "a", budget_known="guess")
    reply = client.post(page(saltings, "budget"), {"version": 1, "key": "b", "budget": "lots"})
    assert reply.status_code == 400
    assert "not an amount of money" in reply.text
    assert 'value="lots"' in reply.text
    assert 'href="#budget"' in reply.text
    assert "budget" not in draft(saltings).content


def test_autosave_is_taken_once_however_often_it_is_sent(client, saltings):
    browse(client, saltings.head)
    first = autosave(client, saltings, 0, "same", strategy_clear="4").json()
    again = autosave(client, saltings, 0, "same", strategy_clear="4").json()
    assert first["version"] == again["version"] == 1
    assert draft(saltings).changes.count() == 1


def test_second_tab_never_overwrites_and_is_told_both_values(client, saltings):
    browse(client, saltings.chair)
    autosave(client, saltings, 0, "a", strategy_clear="4")
    browse(client, saltings.head)
    reply = autosave(client, saltings, 0, "b", strategy_clear="2").json()
    (clash,) = reply["clashes"]
    assert (clash["mine"], clash["theirs"], clash["name"]) == ("2 out of 5", "4 out of 5", "Cy Chair")
    assert draft(saltings).content["strategy_clear"] == 4
    shown = client.get(page(saltings, "strategy_clear")).text
    assert "Take this" in shown
    client.post(reverse("answering_differences", args=[saltings.entry.pk]), {"choice": "strategy_clear:1"})
    assert draft(saltings).content["strategy_clear"] == 2
    assert (
        "You agree on everything"
        in client.get(reverse("answering_differences", args=[saltings.entry.pk])).text
    )


def test_old_page_that_changed_nothing_undoes_nothing(client, saltings):
    browse(client, saltings.head)
    autosave(client, saltings, 0, "a", strategy_clear="4")
    autosave(client, saltings, 1, "b", strategy_clear="5")
    reply = client.post(page(saltings, "strategy_clear"), {"version": 1, "key": "c", "strategy_clear": "4"})
    assert reply.status_code == 302
    assert draft(saltings).content["strategy_clear"] == 5


def test_card_offers_a_way_out_and_takes_itself_away(client, saltings):
    browse(client, saltings.head)
    autosave(client, saltings, 0, "a", **{"route.leadership-review": "council"})
    card = page(saltings, "detail--leadership-review")
    shown = client.get(card).text
    assert "£500 a day" in shown
    assert "£625 a day" in shown
    client.post(card, {"version": 1, "key": "b", "route.leadership-review": "ourselves"})
    assert client.get(card).url == reverse("answering", args=[saltings.entry.pk])


@pytest.mark.parametrize("fields", [{"odd": "1"}, {"route.unknown": "council"}, {"chance_list": "3"}])
def test_field_that_is_not_asked_is_refused(client, saltings, fields):
    reply = autosave(browse(client, saltings.head), saltings, 0, "a", **fields)
    assert reply.status_code == 409
    assert "not asked" in reply.json()["refused"]


def test_whole_way_from_missing_answers_to_sent_co_signed_and_read(client, saltings):
    check = reverse("answering_check", args=[saltings.entry.pk])
    sent = reverse("answering_sent", args=[saltings.entry.pk])
    browse(client, saltings.head)
    autosave(client, saltings, 0, "a", strategy_clear="4")
    refused = client.post(check, {"version": 1})
    assert refused.status_code == 400
    assert "It cannot be sent yet" in refused.text
    answering.save_answer(
        by=saltings.head, draft=draft(saltings), base_version=1, idempotency_key="w", changes=WHOLE
    )
    assert "may not send the school" in browse(client, saltings.chair).get(check).text
    reply = browse(client, saltings.head).post(check, {"version": 2, "note": "The chair differs."})
    assert reply.url == sent
    assert "Thank you" in client.get(sent).text
    late = autosave(client, saltings, 2, "z", strategy_clear="1")
    assert "is sent" in late.json()["refused"]
    browse(client, saltings.chair).post(sent, {"step": "co_sign", "co_note": "I agree."})
    officer = browse(client, saltings.officer)
    shown = officer.get(reverse("survey_school", args=[saltings.survey.pk, saltings.school.urn])).text
    assert "The chair differs." in shown
    assert "I agree." in shown
    assert "7 out of 10" in shown


def test_officer_never_sees_what_is_being_written(client, saltings):
    autosave(browse(client, saltings.head), saltings, 0, "a", strategy_words="Private so far")
    browse(client, saltings.officer)
    for name, args in (
        ("survey_school", [saltings.survey.pk, saltings.school.urn]),
        ("survey", [saltings.survey.pk]),
    ):
        shown = client.get(reverse(name, args=args)).text
        assert "Started" in shown
        assert "Private so far" not in shown
    led = client.get(reverse("answering", args=[saltings.entry.pk]))
    assert led.url == reverse("survey_school", args=[saltings.survey.pk, saltings.school.urn])
    assert client.get(reverse("answering_check", args=[saltings.entry.pk])).status_code == 403


def test_another_schools_head_finds_nothing(client, saltings):
    sign_in(client, make_member(saltings.authority, "headteacher", "Olga Other", urn=900002))
    for name in ("answering", "answering_check", "answering_sent", "answering_differences"):
        assert client.get(reverse(name, args=[saltings.entry.pk])).status_code == 404
    assert autosave(client, saltings, 0, "a", strategy_clear="1").status_code == 404


def test_more_time_is_asked_for_shown_to_officers_and_given(client, saltings):
    sent = reverse("answering_sent", args=[saltings.entry.pk])
    browse(client, saltings.head)
    assert client.post(sent, {"step": "time", "until": "", "reason": ""}).status_code == 400
    client.post(sent, {"step": "time", "until": "31/12/2026", "reason": "Board meets late."})
    officer = browse(client, saltings.officer)
    assert "asks for more time" in officer.get(reverse("home")).text
    officer.post(reverse("survey_school", args=[saltings.survey.pk, saltings.school.urn]), {"step": "grant"})
    assert (
        "31 December 2026, 5pm"
        in browse(client, saltings.head).get(reverse("answering", args=[saltings.entry.pk])).text
    )


def test_officer_prepares_opens_closes_and_reopens_a_survey(client, saltings):
    from tests.factories.surveys import SERVICES

    officer = browse(client, saltings.officer)
    form = {
        "questionnaire": "strategy-vision",
        "title": "Vision",
        "closes_on": "31/12/2026",
        "who": "all",
    }
    assert officer.post(reverse("start_survey"), {**form, "closes_on": "soon"}).status_code == 400
    address = officer.post(reverse("start_survey"), form).url
    survey = Survey.objects.get(title="Vision")
    assert (survey.state, survey.entries.count(), len(SERVICES)) == (SurveyState.PREPARING, 1, 2)
    for step, state in (("open", SurveyState.OPEN), ("close", SurveyState.CLOSED)):
        officer.post(address, {"step": step})
        survey.refresh_from_db()
        assert survey.state == state
    assert officer.post(address, {"step": "reopen", "reopen_on": "1/1/2027"}).status_code == 400
    officer.post(address, {"step": "reopen", "reopen_on": "1/1/2027", "reopen_reason": "Snow."})
    survey.refresh_from_db()
    assert survey.state == SurveyState.OPEN


def test_pilot_wave_names_its_schools_and_with_whom_they_were_agreed(client, saltings):
    officer = browse(client, saltings.officer)
    form = {"questionnaire": "pilot-survey", "title": "Pilot", "closes_on": "31/12/2026", "who": "all"}
    assert "tick those that were agreed" in officer.post(reverse("start_survey"), form).text
    form |= {"who": "some", "school": saltings.school.urn}
    assert "Name the local association" in officer.post(reverse("start_survey"), form).text
    agreed = "the executive of the Association of Headteachers, 12 November"
    survey = make_survey(saltings.officer, [saltings.school], key="pilot-survey", agreed_with=agreed)
    shown = officer.get(reverse("survey", args=[survey.pk])).text
    assert f"with 1 school, agreed with {agreed}" in shown
    task_list = reverse("answering", args=[survey.entries.get().pk])
    assert f"agreed with {agreed}" in browse(client, saltings.head).get(task_list).text


def test_head_sees_the_survey_on_the_first_page_until_it_is_sent(client, saltings):
    browse(client, saltings.head)
    assert "Answer the survey of schools 2027 for Saltings Primary School" in client.get(reverse("home")).text
    autosave(client, saltings, 0, "a", strategy_clear="4")
    assert "Go on with the survey" in client.get(reverse("home")).text
    assert queries.state_of(Entry.objects.get()) == EntryState.STARTED


def test_list_of_schools_leaves_as_csv(client, saltings):
    reply = browse(client, saltings.officer).get(reverse("survey_export", args=[saltings.survey.pk, "csv"]))
    assert "Saltings Primary School" in b"".join(reply).decode()


def test_autosave_answers_in_json_that_scripts_can_read(client, saltings):
    reply = autosave(browse(client, saltings.head), saltings, 0, "a", strategy_words="x " * 300)
    said = json.loads(reply.content)
    assert "keep it to 200 or fewer" in said["problems"]["strategy_words"]
    assert not Return.objects.exists()
