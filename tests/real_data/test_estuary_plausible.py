"""Estuary beside the real files: near enough in its distributions, and nobody in it is real."""

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from schoolward.demo.people import people_of_estuary
from schoolward.demo.published import SEED, build_world, write_estuary
from schoolward.demo.published.compare import COMPARED_ON, compare, page, read_text
from schoolward.demo.published.heads import head_of
from tests.real_data.published import AT_HAND, FOLDER, WHY_NOT

PROJECT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not AT_HAND, reason=WHY_NOT)
REAL = FOLDER


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("estuary")
    write_estuary(folder, first_day=COMPARED_ON)
    return compare(REAL, build_world(COMPARED_ON, SEED), folder)


def test_every_measure_of_estuary_is_near_the_real_one(found):
    assert len(found) > 40
    assert [(each.group, each.what, each.real, each.estuary) for each in found if not each.holds] == []


def test_the_manuals_page_is_current(found):
    assert (PROJECT / "docs" / "reference" / "estuary.md").read_text(encoding="utf-8") == page(found)


@pytest.fixture(scope="module")
def real_heads():
    """First and last names of heads in the real registers, lower case."""
    full = read_text(REAL / "register" / "gias_2022-04-20_hampshire_surrey_full_columns.csv.gz")
    names = set(full.select(_joined("HeadFirstName", "HeadLastName")).to_series())
    for file in ("gias_2022-07_dim_school.csv.gz", "gias_2022-04-25_dim_school.csv.gz"):
        frame = read_text(REAL / "register" / file)
        names |= set(frame.select(_joined("head_first_name", "head_last_name")).to_series())
    old = pl.read_csv(
        REAL / "register" / "edubase_2015_schools.tsv.gz",
        separator="\t",
        infer_schema_length=0,
        quote_char=None,
    )
    titles = re.compile(r"^(mr|mrs|ms|miss|dr|sir|dame|rev|professor)\.? ")
    names |= {titles.sub("", (name or "").lower()) for name in old["headTeacher"]}
    return names


def _joined(first: str, last: str) -> pl.Expr:
    return (pl.col(first).fill_null("") + " " + pl.col(last).fill_null("")).str.to_lowercase()


def test_no_invented_person_has_the_name_of_a_real_head(real_heads):
    assert len(real_heads) > 20_000
    invented = {person.name.full.lower() for person in people_of_estuary(COMPARED_ON)}
    world = build_world(COMPARED_ON, SEED)
    for year in range(2005, 2027):
        for one in world.open_on(date(year, 10, 1)):
            invented.add(head_of(world, one, date(year, 10, 1)).name.full.lower())
    assert len(invented) > 500
    assert invented & real_heads == set()


def test_no_invented_school_has_the_name_of_a_real_one():
    names = set()
    for file, column in (
        ("spine_2017-18.csv.gz", "SCHNAME"),
        ("gias_2022-07_dim_school.csv.gz", "establishment_name"),
        ("gias_2022-04-20_hampshire_surrey_full_columns.csv.gz", "EstablishmentName"),
    ):
        frame = read_text(REAL / "register" / file)
        names |= {name.lower() for name in frame[column].drop_nulls()}
    world = build_world(COMPARED_ON, SEED)
    ours = {one.name.lower() for one in world.establishments} | {
        one.old_name.lower() for one in world.establishments
    }
    assert (ours - {""}) & names == set()
