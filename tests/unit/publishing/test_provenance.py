"""A frozen paper can be thawed as it was, and says what has moved since."""

from __future__ import annotations

import dataclasses
import json

import pytest

from schoolward.publishing.provenance import freeze, provenance_table, stale, thaw
from schoolward.publishing.tables import table
from schoolward.terms.errors import BadInput
from tests.fixtures.publishing.estuary import bound, figures, plain_chart


def test_thaw_of_frozen_figures_gives_the_same_figures():
    before = figures() | {"a.chart": bound(plain_chart())}
    after = thaw(freeze(before))
    assert after == before
    assert after["a.chart"].value.svg == before["a.chart"].value.svg


def test_thaw_of_an_altered_figure_is_refused():
    kept = json.loads(freeze({"a.count": bound(3)}))
    kept["a.count"]["text"] = "2"
    with pytest.raises(BadInput, match=r"a\.count is not what was frozen"):
        thaw(json.dumps(kept))


def test_thaw_of_an_altered_picture_is_refused():
    kept = json.loads(freeze({"a.chart": bound(plain_chart())}))
    kept["a.chart"]["pictures"][0] = kept["a.chart"]["pictures"][0].replace("20", "21")
    with pytest.raises(BadInput, match=r"a\.chart is not what was frozen"):
        thaw(json.dumps(kept))


def test_stale_with_a_newer_edition_that_says_the_same_is_no_change():
    newer = dataclasses.replace(bound(3), data_edition="another")
    assert stale({"a.count": bound(3)}, {"a.count": newer}) == []


def test_stale_tells_changed_new_and_gone_figures():
    frozen = {"a.count": bound(3), "b.name": bound("Old")}
    current = {"a.count": bound(4), "c.name": bound("New")}
    assert [str(change) for change in stale(frozen, current)] == [
        "a.count: was 3, is now 4",
        "b.name: is gone, was Old",
        "c.name: is new, New",
    ]


def test_stale_table_with_the_same_caption_tells_how_many_rows_differ():
    before, after = (bound(table("List", ["School"], [[name] for name in names])) for names in ("ab", "acd"))
    (change,) = stale({"a.table": before}, {"a.table": after})
    assert (change.before, change.after) == (
        "2 rows (1 of them gone or altered)",
        "3 rows (2 of them new or altered)",
    )


def test_provenance_table_names_query_arguments_day_editions_and_digest():
    figure = bound(1, query="floor_count", exam_year="2018", la_code="990")
    made = provenance_table({"floor.below": figure})
    assert made.rows == (
        (
            "floor.below",
            "1",
            "floor_count: exam_year 2018, la_code 990",
            "31\u00a0Dec\u00a02018",
            "d41c5b7e 7be2f01c",
            figure.digest[:8],
        ),
    )
