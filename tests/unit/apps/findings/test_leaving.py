"""A survey's answers as tables that leave, read again by the command that takes them."""

import json

import pytest

from schoolward.apps.findings import leaving
from schoolward.apps.survey.models import Entry
from schoolward.apps.survey.queries import form_of
from tests.factories.surveys import WHOLE


@pytest.fixture
def answered(surveyed):
    """Two schools' answers, of three that were asked."""
    surveyed.send(900001, WHOLE)
    surveyed.send(
        900002,
        {
            "route.leadership-review": "undecided",
            "chance_list.leadership-review": {"cannot_say": True},
            "route.governor-training": "council",
            "chance_list.governor-training": 10,
            "chance_raised.governor-training": {"cannot_say": True},
            "strategy_words": "=2+5; “less”",
        },
    )
    return surveyed.survey


def rows_of(rows, urn):
    return [row[1:] for row in rows if row[0] == urn]


def test_answers_have_a_row_a_price_and_only_a_route_where_a_service_was_ticked_away(answered):
    rows = leaving.contract_of(answered).answers
    day = "2026-11-23"
    assert rows_of(rows, 900001) == [
        ("leadership-review", 50_000, 7, day, "council"),
        ("leadership-review", 62_500, 4, day, "council"),
        ("governor-training", "", "", day, "elsewhere"),
    ]
    assert rows_of(rows, 900002) == [
        ("leadership-review", "", "", day, "undecided"),
        ("governor-training", 50_000, 10, day, "council"),
    ]


def test_silent_school_is_in_the_register_and_absent_from_the_answers(answered):
    found = leaving.contract_of(answered)
    assert 900003 in {row[0] for row in found.schools}
    assert 900003 not in {row[0] for row in found.answers}
    assert {row[0]: row[-1] for row in found.schools} == {900001: 1_200_000, 900002: "", 900003: ""}


def test_tables_come_back_the_same_through_the_reader_of_the_demand_command(answered, tmp_path):
    from schoolward.cli import demand_files

    found = leaving.contract_of(answered)
    for name, content in found.files().items():
        (tmp_path / name).write_bytes(content)
    paths = [tmp_path / name for name in ("schools.csv", "services.csv", "answers.csv")]
    records = demand_files.read(*paths)
    assert {row.urn for row in records.schools} == {900001, 900002, 900003}
    assert [row.service for row in records.services] == ["leadership-review", "governor-training"]
    assert len(records.answers) == len(found.answers)
    first = records.answers[0]
    assert (first.urn, first.service, first.price_pence) == (900001, "leadership-review", 50_000)


def test_whole_table_has_a_column_for_every_field_and_the_codebook_a_row(answered):
    variables = leaving.variables_of(form_of(answered))
    rows = leaving.answer_rows(answered, variables)
    book = leaving.codebook_rows(answered, variables)
    assert [row[0] for row in rows] == [900001, 900002]
    assert all(len(row) == len(leaving.SCHOOL_FACTS) + len(variables) for row in rows)
    assert [row[0] for row in book] == [each.name for each in variables]
    cells = dict(zip([each.name for each in variables], rows[0][len(leaving.SCHOOL_FACTS) :], strict=True))
    assert cells["answered_by"] == "head;chair"
    assert cells["budget"] == 1_200_000
    assert cells["strategy_words"] is None
    answered_by = next(row for row in book if row[0] == "answered_by")
    assert "chair = The chair of governors" in answered_by[7]
    assert answered_by[-1] == 1


def test_codebook_in_ddi_names_every_variable_with_its_categories(answered):
    document = json.loads(json.dumps(leaving.codebook_document(answered)))["codeBook"]
    found = {each["name"]: each for each in document["dataDscr"]["var"]}
    assert found["route.governor-training"]["concept"] == "route"
    assert {"catValu": "ourselves", "labl": "Ourselves"} in found["route.governor-training"]["catgry"]
    assert document["stdyDscr"]["method"]["dataColl"]["respRate"] == "2 of 3"


def test_version_sent_later_counts_from_the_day_the_return_first_came(answered, surveyed):
    with surveyed.days_later(3):
        surveyed.send(900001, WHOLE | {"chance_list.leadership-review": 9})
    rows = rows_of(leaving.contract_of(answered).answers, 900001)
    assert rows[0] == ("leadership-review", 50_000, 9, "2026-11-23", "council")


def test_what_is_still_being_written_never_leaves(surveyed):
    surveyed.write(900003, {"strategy_words": "not sent"})
    assert Entry.objects.get(survey=surveyed.survey, school__urn=900003).started_at
    found = leaving.contract_of(surveyed.survey)
    assert found.answers == ()
    assert "not sent" not in json.dumps(
        leaving.answer_rows(surveyed.survey, leaving.variables_of(form_of(surveyed.survey)))
    )
