"""Questionnaires as data: reading, the way through, what an answer may be, and how long they take."""

from pathlib import Path

import pytest
import yaml

import schoolward.demo
from schoolward.apps.survey.answers import check_answers, read_answer, typed, written
from schoolward.apps.survey.effort import effort_of, likely_answers
from schoolward.apps.survey.flow import Progress, missing, pages_of, progress, relevant
from schoolward.apps.survey.questionnaire import CANNOT_SAY, Kind, Meaning, OfferedService, Question
from schoolward.apps.survey.reading import as_document, read_questionnaire
from schoolward.apps.survey.standard import KEYS, standard_questionnaires
from schoolward.terms.errors import BadInput

CATALOGUE = Path(schoolward.demo.__file__).with_name("catalogue.yaml")
ANNUAL = standard_questionnaires()["annual-survey"]


def service(key: str, words: int = 4) -> OfferedService:
    """A service whose card has so many words in each part."""
    text = " ".join(["word"] * words)
    return OfferedService(key, text, "c", "Category", text * 3, text, text, (text,), "day", 50_000, 62_500)


SERVICES = (service("one"), service("two"))


@pytest.mark.parametrize("key", KEYS)
def test_standard_questionnaire_reads_back_from_what_is_stored(key):
    questionnaire = standard_questionnaires()[key]
    assert read_questionnaire(as_document(questionnaire)) == questionnaire


def test_annual_survey_asks_for_everything_that_demand_and_findings_need():
    meant = {question.means for question in ANNUAL.questions()}
    assert set(Meaning) <= meant


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"colour": "red"}, "no 'colour'"),
        ({"kind": "guess"}, "no kind 'guess'"),
        ({"kind": "single", "options": {}}, "needs options"),
        ({"kind": "scale"}, "needs `low` and `high`"),
        ({"kind": "scale", "low": 3, "high": 3}, "not below"),
        ({"key": "Two Words"}, "not a key"),
        ({"show_if": [{"question": "later", "any_of": ["x"]}]}, "not asked before"),
        ({"means": "luck"}, "no meaning"),
        ({"kind": "matrix", "options": {"a": "A"}, "rest": "b"}, "the rest of a matrix"),
    ],
)
def test_wrong_questionnaire_is_refused_with_its_place(wrong, says):
    question = {"key": "q", "kind": "text", "text": "What?"} | wrong
    document = {
        "key": "k",
        "title": "T",
        "purpose": "P",
        "sections": [{"key": "s", "title": "S", "questions": [question]}],
    }
    with pytest.raises(BadInput, match=says) as refusal:
        read_questionnaire(document)
    assert "section 1" in str(refusal.value) or "question q" in str(refusal.value)


def test_condition_on_an_answer_that_does_not_exist_is_refused():
    document = as_document(ANNUAL)
    document["sections"][2]["where"]["any_of"] = ["the_moon"]
    with pytest.raises(BadInput, match="the_moon"):
        read_questionnaire(document)


def test_detail_is_asked_only_for_what_the_school_might_buy():
    answers = {"route.one": "arranged", "route.two": "ourselves"}
    pages = [page.key for page in pages_of(ANNUAL, SERVICES, answers)]
    assert "detail--one" in pages
    assert "detail--two" not in pages


def test_sampled_school_is_asked_in_detail_about_its_sample_only():
    answers = {"route.one": "council", "route.two": "council"}
    pages = pages_of(ANNUAL, SERVICES, answers, ["two"])
    assert [page.service.key for page in pages if page.service] == ["two"]
    assert len(next(page for page in pages if page.key == "route").asked) == 2


def test_branch_is_shown_for_the_answer_that_leads_to_it():
    def keys(answers):
        return {page.key for page in pages_of(ANNUAL, SERVICES, answers)}

    assert "budget" in keys({"budget_known": "guess"})
    assert "budget" not in keys({"budget_known": "not_yet"})


def test_answers_to_what_is_asked_no_more_are_not_sent():
    answers = {"budget_known": "not_yet", "budget": 100, "strategy_clear": None}
    assert relevant(pages_of(ANNUAL, SERVICES, answers), answers) == {"budget_known": "not_yet"}


def test_cannot_say_is_an_answer_where_the_question_lets_it_be():
    answers = {"strategy_clear": CANNOT_SAY, "route.one": CANNOT_SAY}
    assert "strategy_clear" not in missing(pages_of(ANNUAL, SERVICES, answers), answers)
    assert list(check_answers(ANNUAL, SERVICES, answers)) == ["route.one"]


def test_every_line_of_the_tick_list_counts_towards_progress():
    answers = {"route.one": "council"}
    lines = progress(pages_of(ANNUAL, SERVICES, answers), ANNUAL, answers)
    services = next(each for each in lines if each.section.key == "services")
    assert (services.answered, services.count, services.state) == (1, 2, Progress.STARTED)


def test_what_nobody_has_to_answer_counts_once_it_is_answered():
    def counted(answers):
        lines = progress(pages_of(ANNUAL, SERVICES, answers), ANNUAL, answers)
        return next((p.answered, p.count, p.state) for p in lines if p.section.key == "strategy")

    assert counted({}) == (0, 5, Progress.NOT_STARTED)
    assert counted({"strategy_words": "Visit more"}) == (1, 6, Progress.STARTED)


def test_progress_of_a_section_runs_from_not_started_to_done():
    def state(answers):
        return {
            p.section.key: p.state for p in progress(pages_of(ANNUAL, SERVICES, answers), ANNUAL, answers)
        }

    assert state({})["who"] == Progress.NOT_STARTED
    assert state({})["detail"] == Progress.NOT_YET
    assert state({"answered_by": ["head"]})["who"] == Progress.STARTED
    assert state({"answered_by": ["head"], "board_seen": "agreed"})["who"] == Progress.DONE


KINDS = {
    Kind.MONEY: (["£1,234.50"], 123_450, "1,234.50", "£1,234.50", ["lots"], 1.5),
    Kind.SHARE: (["2.5%"], 0.025, "2.5", "2.5%", ["120"], 2),
    Kind.NUMBER: (["1,500"], 1500, "1500", "1,500", ["many"], True),
    Kind.DATE: (["31/3/2027"], "2027-03-31", "31/3/2027", "31 March 2027", ["31/2/2027"], 20270331),
    Kind.TEXT: (["One word"], "One word", "One word", "One word", ["w " * 500], 3),
    Kind.FILE: ([], None, "", "", None, {"file": "1", "name": "a.pdf"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_typed_answer_is_read_shown_and_refused_by_its_kind(kind):
    sent, value, box, words, wrong, wrong_value = KINDS[kind]
    question = Question("q", kind, "How much?", low=0 if kind == Kind.MONEY else None)
    assert read_answer(question, sent) == value
    assert (typed(question, value), written(question, value)) == (box, words)
    if wrong:
        with pytest.raises(BadInput, match="How much"):
            read_answer(question, wrong)
    assert check_answers_of(question, wrong_value)


def check_answers_of(question: Question, value: object) -> dict[str, str]:
    section = {
        "key": "s",
        "title": "S",
        "questions": [{"key": "q", "kind": str(question.kind), "text": "How much?"}],
    }
    asked = read_questionnaire({"key": "k", "title": "T", "purpose": "P", "sections": [section]})
    return check_answers(asked, (), {"q": value})


@pytest.mark.parametrize("value", [-1, 11, 3.5, True, "7", [7], {"x": 1}])
def test_chance_outside_its_scale_is_refused(value):
    assert check_answers(ANNUAL, SERVICES, {"chance_list.one": value})


def test_answer_about_a_service_that_is_not_offered_is_refused():
    assert check_answers(ANNUAL, SERVICES, {"route.three": "council", "strategy_clear.one": 3, "odd": 1}) == {
        "route.three": "This is not asked.",
        "strategy_clear.one": "This is not asked.",
        "odd": "This is not asked.",
    }


def test_choice_twice_or_too_many_is_refused():
    for value in (["reading", "reading"], ["reading", "attendance", "send", "workforce"], []):
        assert check_answers(ANNUAL, SERVICES, {"priorities": value})


def test_head_finishes_the_standard_survey_in_twenty_minutes():
    """Estuary's catalogue with its full cards; the school might buy two services in five."""
    services = estuarys_services()
    answers = likely_answers(ANNUAL, services, {"budget_known": "guess", "partnership": "join"})
    pages = pages_of(ANNUAL, services, answers)
    cards = [page for page in pages if page.service]
    assert len(cards) == round(len(services) * 0.4) >= 12
    effort = effort_of(pages)
    assert effort.taps > len(services) + len(cards) * 3, "every card's taps count"
    assert 8 <= effort.minutes <= 20
    assert sum(seconds for _, _, seconds in effort.working()) == pytest.approx(effort.seconds)


def test_every_card_costs_its_own_reading_and_taps():
    one, two = ({"route.one": "council", "route.two": route} for route in ("elsewhere", "council"))
    first, both = (effort_of(pages_of(ANNUAL, SERVICES, answers)) for answers in (one, two))
    card = next(page for page in pages_of(ANNUAL, SERVICES, two) if page.key == "detail--two")
    asked_words = sum(len(each.question.text.split()) for each in card.asked)
    assert both.pages == first.pages + 1
    assert both.taps >= first.taps + 3, "two chances and going on"
    assert both.words_read >= first.words_read + asked_words + len(card.service.what.split())


def estuarys_services() -> tuple[OfferedService, ...]:
    """What Estuary sells, as a survey shows it."""
    given = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return tuple(
        OfferedService(
            line["key"], line["name"], line["in"], line["in"], line["what"], line["free"], line["charged"],
            tuple(f"Ann Ashby, {given['people'][who]['title']}" for who in line["who"]), line["unit"], 1, 2,
        )
        for line in given["lines"]
    )  # fmt: skip


def test_school_that_ticked_nothing_yet_is_told_the_time_of_one_that_might_buy_two_in_five():
    services = tuple(service(f"s{n}", words=8) for n in range(30))
    likely = likely_answers(ANNUAL, services, {"route.s0": "elsewhere"})
    assert likely["route.s0"] == "elsewhere"
    assert sum(value == "council" for value in likely.values()) == 12
    ticked = {f"route.{s.key}": "not_needed" for s in services}
    assert likely_answers(ANNUAL, services, ticked) == ticked


def test_minutes_left_shrink_with_every_page_answered_and_end_at_none():
    one_more = {"route.one": "elsewhere", "route.two": "elsewhere"}
    full = {
        **one_more, "answered_by": ["head"], "board_seen": "agreed", "budget_known": "not_yet",
        "priorities": ["reading"], "strategy_clear": 3, "strategy_support": 3, "partnership": "join",
        "consent": "not_published", "strategy_words": "Visit more",
    }  # fmt: skip
    left = [effort_of(pages_of(ANNUAL, SERVICES, a), a).seconds for a in ({}, one_more, full)]
    assert left[0] > left[1] > left[2] == 0
