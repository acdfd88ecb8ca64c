"""Changing a questionnaire and comparing versions: pure, and every step gives a whole one."""

import json
from dataclasses import replace

import pytest

from schoolward.apps.survey import editing
from schoolward.apps.survey.comparing import compare_versions
from schoolward.apps.survey.questionnaire import Condition, Kind, Option, Question, Questionnaire, Section
from schoolward.apps.survey.reading import as_document, read_questionnaire
from schoolward.terms.errors import BadInput

YES_NO = (Option("yes", "Yes"), Option("no", "No"))
FIRST = Question("first", Kind.SINGLE, "First?", options=YES_NO)
SECOND = Question("second", Kind.TEXT, "Second?", show_if=(Condition("first", ("yes",)),))
THIRD = Question("third", Kind.MONEY, "Third?")
WHOLE = Questionnaire(
    "q", "Q", "Why", (Section("one", "One", (FIRST, SECOND)), Section("two", "Two", (THIRD,)))
)


def keys(questionnaire):
    return [[q.key for q in section.questions] for section in questionnaire.sections]


def test_question_moves_within_and_between_sections():
    assert keys(editing.move(WHOLE, "second", 1)) == [["first"], ["second", "third"]]
    back = editing.move(editing.move(WHOLE, "second", 1), "second", -1)
    assert back == WHOLE
    with pytest.raises(BadInput, match="not asked before"):
        editing.move(WHOLE, "second", -1)
    with pytest.raises(BadInput, match="cannot go further"):
        editing.move(WHOLE, "first", -1)
    with pytest.raises(BadInput, match="cannot go further"):
        editing.move(WHOLE, "third", -1)


def test_question_that_others_hang_on_is_not_taken_out():
    with pytest.raises(BadInput, match="which is not asked before"):
        editing.take_out(WHOLE, "first")
    assert keys(editing.take_out(WHOLE, "third")) == [["first", "second"]]
    only = editing.take_out(editing.take_out(WHOLE, "third"), "second")
    with pytest.raises(BadInput, match="last question"):
        editing.take_out(only, "first")


def test_keys_are_made_from_words_and_never_twice():
    assert editing.new_key(WHOLE, "First?") == "first_2"
    assert editing.new_key(WHOLE, "2027: how many?") == "q_2027_how_many"
    assert editing.new_key(WHOLE, "¿?") == "question"


def test_answers_and_conditions_are_lines_that_read_back_the_same():
    options = editing.options_of("yes: Yes | by far\nNot at all\n\n3 times: often")
    assert [(o.key, o.words, o.hint) for o in options] == [
        ("yes", "Yes", "by far"),
        ("not_at_all", "Not at all", ""),
        ("a_3_times_often", "3 times: often", ""),
    ]
    assert editing.options_of(editing.lines_of(options)) == options
    conditions = editing.condition_of("first = yes, no", WHOLE)
    assert conditions == (Condition("first", ("yes", "no")),)
    assert editing.condition_of(editing.condition_lines(conditions), WHOLE) == conditions


@pytest.mark.parametrize("kind", list(Kind))
def test_question_of_any_kind_is_made_whole(kind):
    new = editing.suited(Question("new", kind, "New?"))
    assert editing.add_question(WHOLE, "two", new).question("new").kind == kind


def test_versions_are_compared_question_by_question():
    later = editing.with_question(WHOLE, "third", replace(THIRD, text="How much?", required=False))
    later = editing.add_question(later, "two", Question("fourth", Kind.DATE, "When?"))
    later = editing.take_out(later, "second")
    found = [(c.what, c.how, c.field, c.before, c.after) for c in compare_versions(WHOLE, later)]
    assert found == [
        ("‘How much’", "changed", "wording", "Third?", "How much?"),
        ("‘How much’", "changed", "must be answered", "yes", "no"),
        ("‘When’", "added", "", "", ""),
        ("‘Second’", "taken out", "", "", ""),
    ]
    assert compare_versions(WHOLE, WHOLE) == []
    moved = compare_versions(WHOLE, editing.move(WHOLE, "second", 1))
    assert [(c.how, c.before, c.after) for c in moved] == [("moved", "One", "Two")]
    order = replace(WHOLE, sections=(*reversed(WHOLE.sections),))
    assert [c.what for c in compare_versions(WHOLE, order)] == ["The order of questions"]


def test_answers_keep_their_order_in_a_store_that_sorts_keys():
    stored = json.loads(json.dumps(as_document(WHOLE), sort_keys=True))
    assert read_questionnaire(stored) == WHOLE
    swapped = editing.with_question(WHOLE, "first", replace(FIRST, options=YES_NO[::-1]))
    assert json.dumps(as_document(swapped), sort_keys=True) != json.dumps(as_document(WHOLE), sort_keys=True)
