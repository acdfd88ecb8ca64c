"""Whatever the funding, money is neither lost nor made on its way from grant to school."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from schoolward.analysis.establishment.cliff import cliff_map, ending_by, loss_of, per_pupil_pence, shared
from schoolward.analysis.establishment.comparing import differences
from schoolward.analysis.establishment.posts import (
    Activity,
    Establishment,
    FundingLine,
    Post,
    checked,
    from_document,
    to_document,
    with_record,
    without_record,
)

NAMES = ("a", "b", "c", "d")
COSTS = st.tuples(*[st.integers(0, 12_000_000)] * len(NAMES))
URNS = st.lists(st.integers(900_001, 900_040), max_size=12, unique=True).map(tuple)


FEW = settings(deadline=None, max_examples=40)


def _post(name: str, annual_cost_pence: int) -> Post:
    return Post(
        post=name,
        unit="Core",
        title=name.upper(),
        grade="",
        annual_cost_pence=annual_cost_pence,
        current_fte=Decimal(1),
        core_fte=Decimal("0.7"),
        traded_fte=Decimal("0.3"),
        min_fte=Decimal(0),
        max_fte=Decimal(20),
        step_fte=Decimal("0.1"),
    )


@st.composite
def establishments(draw) -> Establishment:
    """Some posts, some lines, and activities that never spend more than their line has."""
    posts = tuple(_post(name, cost) for name, cost in zip(NAMES, draw(COSTS), strict=True))
    funding, activities = [], []
    for line in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        amount = draw(st.integers(0, 500_000_000))
        ends = draw(st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)))
        funding.append(FundingLine(line=line, kind="grant", amount_pence=amount, ends_on=ends))
        left = amount
        for post in draw(st.lists(st.sampled_from(NAMES), unique=True)):
            part = draw(st.integers(0, left))
            activities.append(
                Activity(activity="work", line=line, post=post, amount_pence=part, urns=draw(URNS))
            )
            left -= part
    return checked(Establishment(posts, tuple(funding), (), tuple(activities)))


@FEW
@given(establishments())
def test_every_line_sums_to_the_penny_at_every_level(found):
    for each in cliff_map(found).lines:
        for level in (each.by_activity, each.by_post, each.by_school):
            assert sum(level.values()) + each.unassigned_pence == each.line.amount_pence
        assert each.unassigned_pence >= 0


@FEW
@given(establishments(), st.sets(st.sampled_from(NAMES)))
def test_removing_lines_lists_the_posts_and_schools_that_they_paid(found, lines):
    loss = loss_of(found, lines)
    paid = [a for a in found.activities if a.line in lines]
    assert {hit.post.post for hit in loss.posts} == {a.post for a in paid}
    assert {urn for urn in loss.by_school if urn} == {urn for a in paid for urn in a.urns}
    assert sum(loss.by_school.values()) == sum(hit.lost_pence for hit in loss.posts)
    assert loss.pence == sum(hit.lost_pence for hit in loss.posts) + loss.unassigned_pence
    for hit in loss.posts:
        assert hit.lost_pence + hit.kept_pence == sum(
            a.amount_pence for a in found.activities if a.post == hit.post.post
        )


@FEW
@given(st.integers(0, 10**9), URNS)
def test_shares_of_schools_differ_by_a_penny_at_most(pence, urns):
    parts = [share.pence for share in shared(pence, urns)]
    assert sum(parts) == pence
    assert max(parts) - min(parts) <= 1


@FEW
@given(establishments())
def test_document_gives_the_same_establishment_back(found):
    again = from_document(to_document(found))
    assert not differences(found, again)
    assert to_document(again) == to_document(found)


@FEW
@given(establishments(), st.sampled_from(NAMES))
def test_post_taken_out_takes_its_activities_along(found, post):
    left = checked(without_record(found, "posts", post))
    assert post not in left.by_post
    assert not [a for a in left.activities if a.post == post]
    put_back = with_record(left, "posts", found.by_post[post])
    assert sum(p.fte for p in put_back.posts) == found.fte


@FEW
@given(st.integers(1, 10**10), st.integers(1, 60_000))
def test_alternative_per_pupil_is_enough_and_barely(pence, pupils):
    each = per_pupil_pence(pence, pupils)
    assert each * pupils >= pence > (each - 1) * pupils


def test_no_pupils_give_no_alternative():
    assert per_pupil_pence(100, 0) is None


def test_line_ends_after_its_last_day():
    line = FundingLine(line="g", kind="grant", amount_pence=1, ends_on=date(2027, 3, 31))
    found = Establishment(funding=(line,))
    assert ending_by(found, date(2027, 3, 31)) == ()
    assert ending_by(found, date(2027, 4, 1)) == ("g",)
