"""Spreadsheets of an establishment: what is read, what is refused, and that an export reads back the same."""

from datetime import date
from decimal import Decimal

import pytest

from schoolward.apps.structure import bridge, writing
from schoolward.apps.structure.reading import read_files
from schoolward.terms.errors import BadFile
from tests.factories.structures import ACTIVITIES, DUTIES, FILES, FUNDING, POSTS

NOTHING = bridge.Establishment()


@pytest.fixture(scope="module")
def whole() -> bridge.Establishment:
    return read_files(FILES, NOTHING).establishment


def test_files_are_known_by_their_headings(whole):
    assert [post.title for post in whole.posts] == ["Head of improvement", "Adviser", "Clerk"]
    assert whole.by_line["Grant"].amount_pence == 11_000_001
    assert whole.by_line["Grant"].ends_on == date(2027, 3, 31)
    assert whole.duties[0].statutory
    assert not whole.duties[1].statutory
    assert whole.activities[0].urns == (900001, 900002, 900003)


def test_fte_goes_to_the_arm_where_the_post_may_work(whole):
    assert (whole.by_post["clerk"].core_fte, whole.by_post["clerk"].traded_fte) == (0, 1)
    assert (whole.by_post["adviser"].core_fte, whole.by_post["adviser"].traded_fte) == (2, 0)


def test_split_stays_as_it_was_when_a_file_does_not_speak_of_it(whole):
    split = read_files([("posts.csv", POSTS.replace(b"0.1,improvement", b"0.1,improvement"))], whole)
    assert split.establishment.by_post["adviser"] == whole.by_post["adviser"]


def test_csv_export_reads_back_the_same(whole):
    files = [(f"{part}.csv", writing.part_csv(part, whole)) for part in writing.COLUMNS]
    again = read_files(files, NOTHING).establishment
    assert not bridge.differences(whole, again)


def test_workbook_reads_back_the_same(whole):
    book = writing.workbook(whole, date(2026, 11, 23))
    again = read_files([("structure.xlsx", book)], NOTHING)
    assert set(again.parts) == set(writing.COLUMNS)
    assert not bridge.differences(whole, again.establishment)


def test_export_begins_with_the_columns_of_the_command_line(whole):
    heading = writing.part_csv("posts", whole).decode("utf-8-sig").splitlines()[0].split(",")
    contract = "post,unit,title,grade,annual_cost_pence,current_fte,min_fte,max_fte,step_fte,skills"
    assert heading[:10] == contract.split(",")


@pytest.mark.parametrize(
    ("file", "before", "after", "where", "said"),
    [
        (POSTS, b"10000000", b"ten", "line 2, annual_cost", "'ten' is not a whole number of pence"),
        (POSTS, b"8000000,2", b"8000000,two", "line 3, current_fte", "'two' is not a number"),
        (POSTS, b"traded,head,Arm", b"traded,nobody,Arm", "post clerk", "reports to 'nobody'"),
        (POSTS, b"4000000,1,0,2", b"4000000,1,3,2", "post clerk", "least FTE is above the most"),
        (POSTS, b"clerk,", b"adviser,", "posts", "'adviser' is there twice"),
        (POSTS, b"core,,Core", b"nowhere,,Core", "post head", "no arm"),
        (FUNDING, b"grant,", b"gift,", "line 3, kind", "'gift' is no kind of funding"),
        (FUNDING, b"31 March 2027", b"31 Mrch", "line 3, to", "is not a day"),
        (FUNDING, b"110000.01", b"100000", "funding line Grant", "£0.01 more than the line has"),
        (DUTIES, b"20,0", b"20,maybe", "line 3, statutory", "neither 1 nor 0"),
        (ACTIVITIES, b"900002", b"90002", "line 2, urns", "'90002' is not a URN"),
        (ACTIVITIES, b"Leading,Base,head", b"Leading,Base,tail", "activity Leading", "'tail' is no post"),
    ],
)
def test_wrong_cell_is_named_and_nothing_is_taken(file, before, after, where, said):
    assert before in file
    files = [
        (name, content.replace(before, after, 1) if content is file else content) for name, content in FILES
    ]
    reading = read_files(files, NOTHING)
    problem = reading.problems[0]
    assert where in problem.where
    assert said in problem.sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"post,unit\nhead,Core\n", "nearest is posts, without title"),
        (POSTS.replace(b"tranche", b"colour", 1), "'colour' is not known in a list of posts"),
        (b"", "empty"),
        (b"\x00\x01\x02", "neither CSV nor an Excel workbook"),
        (b"PK\x03\x04 cut short", "damaged or cut short"),
    ],
)
def test_file_that_is_no_list_is_refused_with_its_name(content, said):
    with pytest.raises(BadFile, match=said) as refused:
        read_files([("sent.csv", content)], NOTHING)
    assert "sent.csv" in str(refused.value)


def test_same_list_twice_is_refused():
    with pytest.raises(BadFile, match="second list of duties"):
        read_files([("a.csv", DUTIES), ("b.csv", DUTIES)], NOTHING)


def test_differences_name_new_gone_and_changed(whole):
    fewer = POSTS.replace(b"8000000,2,", b"8000000,1.5,").replace(b"clerk,", b"scribe,")
    after = read_files([("posts.csv", fewer)], whole)
    found = {(d.key, d.kind) for d in bridge.differences(whole, after.establishment)}
    assert found == {("adviser", "changed"), ("clerk", "gone"), ("scribe", "new")}
    changed = next(d for d in bridge.differences(whole, after.establishment) if d.kind == "changed")
    assert ("current_fte", Decimal(2), Decimal("1.5")) in changed.altered
