"""The board paper on the structure of the service, compared with the copy that is kept.

After a change that is meant: SCHOOLWARD_REFRESH=1, then look at the differences before they are committed.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from schoolward.apps.structure import paper
from schoolward.apps.structure.paper_kind import PROSE
from schoolward.publishing.documents import render
from schoolward.publishing.figures import bind
from schoolward.publishing.papers import structure_paper
from schoolward.publishing.provenance import freeze, stale, thaw
from tests.fixtures.publishing.structure_study import META, STUDY, SWINGS, TRANCHES

GOLDEN = Path(__file__).parents[3] / "fixtures" / "publishing" / "golden"
AS_AT = date(2026, 11, 25)
HEADINGS = (
    "Introduction",
    "Background",
    "Advice and analysis",
    "Consultation",
    "Implications for looked-after children",
    "Financial and legal implications",
    "Recommendations",
)


def made_figures() -> dict:
    source = paper.Source(STUDY, "990", AS_AT)
    by = SimpleNamespace(authority=SimpleNamespace(name="Estuary Council"))
    prose = {each.name: source.bind(each.start, "written by officers", each.start) for each in PROSE}
    return paper.figures_of(source, by, SimpleNamespace(result=SWINGS), TRANCHES) | prose


@pytest.fixture(scope="module")
def figures():
    return made_figures()


@pytest.fixture(scope="module")
def bound(figures):
    return bind(structure_paper(), figures)


def compare(name: str, made: str) -> None:
    kept = GOLDEN / name
    if os.environ.get("SCHOOLWARD_REFRESH"):
        kept.write_text(made, encoding="utf-8")
    assert made == kept.read_text(encoding="utf-8")


def fragment(part) -> str:
    html = render(part.markdown, "fragment", meta=META, charts=part.charts, tables=part.tables).decode()
    # pictures are compared by their words and figures: another version of the drawing moves pixels
    return re.sub(r"data:image/svg\+xml;base64,[^\"]+", "picture", html)


def test_public_paper_is_as_kept(bound):
    compare("structure.public.html", fragment(bound.public))


def test_exempt_annex_is_as_kept(bound):
    compare("structure.exempt.html", fragment(bound.exempt))


def test_seven_headings_stand_in_their_customary_order(bound):
    found = re.findall(r"^# (.+)$", bound.public.markdown, re.M)
    assert tuple(found[:7]) == HEADINGS


def test_chance_that_a_post_loses_money_is_in_the_annex_alone(bound):
    assert "31%" in fragment(bound.exempt)
    assert "31%" not in fragment(bound.public)


def test_frozen_figures_stay_and_a_newer_study_is_told(figures):
    kept = thaw(freeze(figures))
    assert not stale(kept, made_figures())
    moved = figures | {
        "income.expected": paper.Source(STUDY, "990", AS_AT).money(9_900_000, "income_expected")
    }
    assert [change.name for change in stale(kept, moved)] == ["income.expected"]
    assert kept["income.expected"].text == "£112,000"
