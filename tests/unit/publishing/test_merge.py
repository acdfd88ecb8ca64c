"""No letter is made while a field is missing for anybody."""

from __future__ import annotations

import pytest

from schoolward.publishing.merge import MissingFields, fields, merge
from schoolward.terms.errors import BadInput

LETTER = "Dear {{ head.title }} {{head.name}},\n\nabout {{ school.name }}{{ school.trust? }}"


def test_fields_of_a_letter_are_listed_once_in_order():
    assert fields(LETTER + "{{ head.name }}") == ("head.title", "head.name", "school.name", "school.trust")


def test_merge_with_fields_missing_makes_nothing_and_names_all_by_recipient():
    people = {
        "900001": {"head.title": "Ms", "head.name": "Invented", "school.name": "Saltings"},
        "900002": {"head.title": " ", "school.name": "Ferry Road"},
        "900003": {"head.title": "Mr", "head.name": "Made", "school.name": None},
    }
    with pytest.raises(MissingFields) as told:
        merge(LETTER, people)
    assert told.value.by_recipient == {"900002": ("head.title", "head.name"), "900003": ("school.name",)}


def test_merge_values_stand_for_themselves_and_optional_ones_may_be_blank():
    letters = merge(LETTER, {"1": {"head.title": "Dr", "head.name": "O*Neil", "school.name": "St <b> #1"}})
    assert letters == {"1": "Dear Dr O\\*Neil,\n\nabout St \\<b\\> \\#1"}


@pytest.mark.parametrize("template", ["{{ figure:x.y }}", "{{ Name }}", "Dear {{ head.name", "{{ }}"])
def test_letter_not_well_formed_is_refused(template):
    with pytest.raises(BadInput):
        fields(template)
