"""Pages about structures: drawing, changing, files, grants, comparison, and who sees holders."""

import re
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.structure import actions, bridge, queries
from schoolward.apps.structure.models import Structure
from schoolward.apps.structure.states import Kind
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.money import format_pounds
from tests.factories.catalogue import make_shelf
from tests.factories.people import make_authority, make_member, sign_in
from tests.factories.schools import make_school
from tests.factories.structures import ACTIVITIES, POSTS, make_today

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    authority = make_authority(901)
    with scope(authority):
        yield authority


@pytest.fixture
def today(authority):
    return make_today(Acting.of(make_member(authority, "hr_lead", "Hal Ford")))


@pytest.fixture
def finance(client, authority, today):
    sign_in(client, make_member(authority, "finance_officer", "Fay Moor"))
    return client


@pytest.fixture
def staff(authority, today):
    client = Client()
    sign_in(client, make_member(authority, "staff_member", "Sam Lee"))
    return client


def newest() -> bridge.Establishment:
    return queries.drawn(queries.newest(Structure.objects.get(kind=Kind.TODAY))).establishment


def page(client, name, *args, query="", status=200) -> str:
    reply = client.get(reverse(name, args=args) + query)
    assert reply.status_code == status
    return reply.content.decode()


def test_list_says_what_is_left_to_earn_to_those_who_model_alone(finance, staff, today):
    drawn = queries.drawn(today)
    text = page(finance, "structures")
    left = drawn.bill_pence - sum(line.amount_pence for line in newest().funding if not line.ends_on)
    assert f'data-label="Left to earn">{format_pounds(left, pence=False)}<' in text
    assert "is not worked out yet" in text
    assert "Left to earn" not in page(staff, "structures")


def test_categories_are_called_as_on_the_shelves_of_the_catalogue(finance, authority, today):
    make_shelf(Acting.of(make_member(authority, "commissioning_manager", "Cora Dale")))
    text = page(finance, "structure", today.structure_id)
    assert ">School improvement, Training<" in text


def test_post_is_changed_on_screen_with_a_reason(finance, today):
    at = reverse("structure_edit", args=[today.structure_id, "posts"]) + "?key=adviser"
    form = finance.get(at).content.decode()
    assert 'value="80,000.00"' in form
    assert '<option value="both" selected>Core and traded</option>' in form
    assert '<option value="head" selected>Head of improvement, Core</option>' in form
    assert '<option value="adviser"' not in form, "nobody reports to themselves"
    sent = {
        "post": "adviser", "unit": "Core", "title": "Adviser", "grade": "B", "annual_cost": "81,000",
        "current_fte": "2", "core_fte": "1.5", "traded_fte": "0.5", "arm": "both", "min_fte": "1",
        "max_fte": "4", "step_fte": "0.1", "skills": "improvement; training", "reports_to": "head",
        "tranche": "Core unit", "base_number": today.number, "because": "More is sold",
    }  # fmt: skip
    assert finance.post(at, sent).status_code == 302
    post = newest().by_post["adviser"]
    assert (str(post.core_fte), str(post.traded_fte), post.annual_cost_pence) == ("1.5", "0.5", 8_100_000)
    late = finance.post(at, sent | {"core_fte": "1"})
    assert late.status_code == 400
    assert "was changed since you opened this page" in late.content.decode()


def test_wrong_answers_are_told_at_their_fields_and_kept(finance, today):
    at = reverse("structure_edit", args=[today.structure_id, "funding"])
    sent = {"line": "New", "kind": "gift", "amount": "12", "base_number": today.number, "because": "Found"}
    reply = finance.post(at, sent)
    text = reply.content.decode()
    assert reply.status_code == 400
    assert "is no kind of funding" in text
    assert 'href="#kind"' in text
    assert 'value="New"' in text
    assert "Say why" in finance.post(at, sent | {"because": ""}).content.decode()


def test_line_taken_out_takes_its_activities_along(finance, today):
    at = reverse("structure_edit", args=[today.structure_id, "funding"]) + "?key=Grant"
    sent = {"step": "remove", "base_number": today.number, "because": "It ended"}
    assert finance.post(at, sent).status_code == 302
    assert [each.line for each in newest().activities] == ["Base", "Base"]


def test_files_are_shown_before_they_are_taken(finance, today):
    at = reverse("structure_files", args=[today.structure_id])
    fewer = POSTS.replace(b"8000000,2", b"8000000,1")
    shown = finance.post(at, {"files": SimpleUploadedFile("posts.csv", fewer)}).content.decode()
    assert "current fte: 2 → 1" in shown
    assert newest().by_post["adviser"].current_fte == 2
    number = shown.split('name="upload" value="')[1].split('"')[0]
    assert finance.post(at, {"upload": number}).status_code == 302
    assert newest().by_post["adviser"].current_fte == 1


def test_files_show_money_in_pounds_and_schools_that_nobody_knows(finance, today):
    make_school(900001)
    at = reverse("structure_files", args=[today.structure_id])
    dearer = POSTS.replace(b"8000000,2", b"8100000,2")
    other = ACTIVITIES.replace(b"900001\n", b"900001;123456\n").replace(b"900001;900002;900003", b"900001")
    sent = [SimpleUploadedFile("posts.csv", dearer), SimpleUploadedFile("activities.csv", other)]
    shown = finance.post(at, {"files": sent}).content.decode()
    assert "annual cost: £80,000.00 → £81,000.00" in shown
    assert "school 123456, in Challenge" in shown
    assert "school 900001" not in shown


def test_file_with_a_wrong_cell_is_refused_whole(finance, today):
    at = reverse("structure_files", args=[today.structure_id])
    wrong = POSTS.replace(b"8000000,2", b"8000000,two")
    text = finance.post(at, {"files": SimpleUploadedFile("posts.csv", wrong)}).content.decode()
    assert "posts.csv, line 3, current_fte" in text
    assert "Take exactly these changes" not in text


def test_grants_page_shows_what_goes_with_the_grant(finance, today):
    text = page(finance, "structure_cliff", today.structure_id, query="?without=Grant")
    assert "£110,000.01" in text
    assert "£10,000.00 of it is claimed by no activity" in text
    schools = text.partition("Schools that lose support</caption>")[2].partition("</table>")[0]
    *rows, total = [
        int(found.replace(",", "").replace(".", "")) for found in re.findall(r"£([\d,.]+)", schools)
    ]
    assert sum(rows) == total == 11_000_001, "schools, and what nobody claims, are the grant to the penny"
    assert "£33,333.34" in text
    assert "nobody is recorded as its holder" in text


def test_grants_page_begins_with_what_ends_within_a_year(finance, today):
    assert 'value="Grant" checked' in page(finance, "structure_cliff", today.structure_id)


def test_comparison_marks_what_differs(finance, authority, today):
    by = Acting.of(make_member(authority, "director", "Di Reed"))
    found = bridge.from_document(today.content)
    fewer = bridge.without_record(found, "posts", "clerk")
    actions.draw_structure(by=by, name="No clerk", kind=Kind.OPTION, content=fewer, because="Try")
    text = page(finance, "structure_compare")
    assert "no such post" in text
    assert text.count("<svg") == 4, "two charts, each wide and narrow"
    assert "not shown" in page(finance, "structure_compare", query="?only=changes")


def test_staff_see_posts_put_forward_and_no_money(staff, authority, today):
    assert "Nothing has been put forward" in page(staff, "structures")
    page(staff, "structure", today.structure_id, status=404)
    actions.put_forward(by=Acting.of(make_member(authority, "director", "Di Reed")), version=today)
    text = page(staff, "structure", today.structure_id)
    assert "Head of improvement" in text
    assert "£" not in text
    for name in ("structure_cliff", "structure_files"):
        page(staff, name, today.structure_id, status=403)
    page(staff, "structure_holders", status=403)
    page(staff, "structure_export", today.structure_id, "posts.csv", status=403)


def test_virtual_heads_load_is_set_against_the_posts_of_each_structure(finance, today, staff):
    text = page(finance, "structure_children")
    assert "196 looked-after children" in text
    assert "293 days a year" in text
    assert "Today" in text
    page(staff, "structure_children", status=403)


def test_holder_is_recorded_shown_and_ended(finance, today):
    sent = {"post": "clerk", "name": "Ann Marsh", "fte": "1", "annual_pay": "31,000", "age_years": "44"}
    assert finance.post(reverse("structure_holders"), sent).status_code == 302
    text = page(finance, "structure_holders")
    assert "Ann Marsh" in text
    assert "unknown" in text, "length of service was not given"
    assert "Marsh" not in page(finance, "structure", today.structure_id)
    wrong = finance.post(reverse("structure_holders"), sent | {"fte": "2"})
    assert "at most 1" in wrong.content.decode()


def test_decisions_are_taken_on_the_page(finance, today):
    at = reverse("structure_decide", args=[today.structure_id])
    finance.post(at, {"step": "settle", "tranche": "Core unit", "because": "Duties"})
    finance.post(at, {"step": "put_forward"})
    text = page(finance, "structure", today.structure_id)
    assert "settled" in text
    assert "put forward" in text


def test_structure_is_drawn_from_another(finance, today):
    at = reverse("structure_draw")
    sent = {"kind": "option", "name": "Smaller", "base": today.structure_id, "because": "Try"}
    assert finance.post(at, sent).status_code == 302
    text = finance.post(at, sent).content.decode()
    assert "There is a structure called Smaller" in text


def test_key_of_no_record_is_not_found(finance, today):
    query = f"?key={quote('no such post')}"
    page(finance, "structure_edit", today.structure_id, "posts", query=query, status=404)
    page(finance, "structure_edit", today.structure_id, "colours", status=404)
    page(finance, "structure_export", today.structure_id, "colours.csv", status=404)
