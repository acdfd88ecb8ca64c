"""Pages about schools, rules and data: what is shown to whom, and what is not."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.concern.actions import decide_status, name_lead_officer
from schoolward.apps.concern.states import Capacity, Status
from schoolward.apps.contacts.actions import add_contact
from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.models import Job
from schoolward.apps.register.models import School
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from tests.factories.people import make_authority, make_member, sign_in
from tests.factories.published import a_small_world, bring, gias, ks2, project, result, school
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(today):
    return make_authority(901)


@pytest.fixture
def world(authority, tmp_path, settings):
    settings.SCHOOLWARD_STORE = tmp_path / "store"
    a_small_world(settings.SCHOOLWARD_STORE)
    project(settings.SCHOOLWARD_STORE)


@pytest.fixture
def as_role(client, authority):
    def sign_in_as(role, **where):
        sign_in(client, make_member(authority, role, f"The {role}", **where))
        return client

    return sign_in_as


def _text(reply):
    assert reply.status_code == 200, reply.status_code
    return " ".join(reply.content.decode().split())


def test_the_list_has_every_school_of_the_authority_and_none_of_another(world, as_role):
    page = _text(as_role("adviser").get(reverse("schools")))
    for name in ("Saltings Primary School", "Marsh End Infant School", "Sandbank Special School"):
        assert name in page
    assert "Far Away School" not in page
    assert "no results in the published tables" in page
    assert "3 schools" in page


def test_the_list_before_any_data_says_what_will_be_there(authority, as_role):
    page = _text(as_role("administrator").get(reverse("schools")))
    assert "Nothing has been loaded yet" in page
    assert reverse("data") in page


def test_a_search_is_kept_in_the_address_of_the_sorted_list(world, as_role):
    page = _text(as_role("adviser").get(reverse("schools"), {"q": "marsh", "sort": "-roll"}))
    assert "Marsh End" in page
    assert "Saltings Primary" not in page
    assert "?q=marsh&amp;sort=roll" in page
    assert 'aria-sort="descending"' in page


def test_sorting_puts_schools_that_lack_the_figure_last_either_way(authority, as_role):
    for urn, roll in ((900001, 50), (900002, None), (900003, 300)):
        make_school(urn, f"School {urn}", roll=roll)
    client = as_role("adviser")
    from schoolward.web.pages.schools_list import Asked, find

    for sort, order in (("roll", [900001, 900003, 900002]), ("-roll", [900003, 900001, 900002])):
        assert [row.urn for row in find(901, Asked(sort=sort)).rows] == order
    assert client.get(reverse("schools"), {"sort": "nonsense", "page": "-1"}).status_code == 200


def test_a_hundred_schools_stand_on_a_page(authority, as_role):
    for n in range(101):
        make_school(900001 + n, f"School {n:03}")
    from schoolward.web.pages.schools_list import Asked, find

    first, second = find(901, Asked()), find(901, Asked(page=2))
    assert (len(first.rows), len(second.rows), first.pages) == (100, 1, 2)
    assert find(901, Asked(page=99)).rows == second.rows


def test_a_percentage_of_fewer_than_ten_pupils_is_not_shown(world, as_role):
    client = as_role("adviser")
    page = _text(client.get(reverse("school", args=[900002])))
    assert "33.3%" not in page
    assert "not shown: fewer than ten pupils" in page
    rows = csv.DictReader(
        io.StringIO(client.get(reverse("schools_export", args=["csv"])).content.decode("utf-8-sig"))
    )
    shares = {row["School"]: row["Free school meals, % of pupils"] for row in rows}
    assert shares["Marsh End Infant School"] == ""
    assert shares["Saltings Primary School"] == "21.5"


def test_unknown_is_the_word_with_its_reason(world, as_role):
    page = _text(as_role("adviser").get(reverse("school", args=[900002])))
    assert "unknown: suppressed, because so few pupils are counted" in page


def test_a_school_page_shows_the_working_of_the_floor_and_links_its_rule(world, as_role):
    page = _text(as_role("adviser").get(reverse("school", args=[900001])))
    assert "48% reached the expected standard in reading, writing and maths. That is below 65%." in page
    assert reverse("rule", args=["ks2-2016"]) in page
    assert "<svg" in page
    assert "style=" not in page.split("<main", 1)[1]  # the content security policy would drop it


@pytest.mark.parametrize("urn", [900009, 999999])
def test_another_authoritys_school_is_not_found(world, as_role, urn):
    assert as_role("adviser").get(reverse("school", args=[urn])).status_code == 404


def test_a_head_sees_the_own_school_and_no_other_and_nothing_of_concern(world, as_role):
    client = as_role("headteacher", urn=900001)
    assert client.get(reverse("my_school")).headers["Location"] == reverse("school", args=[900001])
    page = _text(client.get(reverse("school", args=[900001])))
    assert "Concern" not in page
    assert client.get(reverse("school", args=[900003])).status_code == 404
    assert client.get(reverse("schools")).status_code == 403


def test_concern_is_marked_only_for_those_who_may_see_it(world, authority, as_role):
    by = Acting.of(make_member(authority, "director", "Dora Marsh"))
    with scope(authority):
        decide_status(
            by=by,
            school=School.objects.get(urn=900001),
            status=Status.CONCERN,
            reason="Below the floor.",
            capacity=Capacity.NOT_JUDGED,
            capacity_evidence="",
            review_on=clock.days_from_today(90),
            proposal=None,
        )
    addresses = [reverse("schools"), reverse("school", args=[900001]), reverse("schools_map")]
    tag = 'govuk-tag--red">Concern'
    client = as_role("adviser")
    assert [tag in _text(client.get(each)) for each in addresses] == [True, True, True]
    client = as_role("finance_officer")
    pages = [_text(client.get(each)) for each in addresses]
    assert [tag in page for page in pages] == [False, False, False]
    assert "causing concern" not in pages[2]


def test_the_map_has_a_list_of_the_same_schools_beneath(world, as_role):
    page = _text(as_role("adviser").get(reverse("schools_map")))
    below = page.split("The same schools as a list")[1]
    assert below.count("Primary School") == 1
    assert f'href="{reverse("school", args=[900001])}"' in below


def test_the_rulebook_on_a_day_has_what_was_in_force_then(as_role):
    client = as_role("headteacher")
    assert "Floor standard for key stage 2, 2016 to 2018" in _text(
        client.get(reverse("rules"), {"on": "1 May 2017"})
    )
    earlier = _text(client.get(reverse("rules"), {"on": "1 May 2011"}))
    assert "Floor standard for key stage 2, 2016 to 2018" not in earlier
    assert "is not a date" in _text(client.get(reverse("rules"), {"on": "soon"}))


def test_every_rule_has_a_page_that_says_how_sure_it_is(as_role):
    from schoolward.apps.rulebook import queries

    client = as_role("adviser")
    found = [value for each in queries.topics() for value in each.values]
    assert len(found) > 30
    for rule in found:
        page = _text(client.get(reverse("rule", args=[rule.id])))
        if queries.confidence_of(rule) != "official":
            assert queries.confidence_of(rule).sentence in page
    assert client.get(reverse("rule", args=["no-such-rule"])).status_code == 404


def test_the_data_page_lists_files_with_period_publication_and_codes(world, as_role):
    page = _text(as_role("adviser").get(reverse("data")))
    assert "13 December 2018" in page
    assert "SUPP × 4: suppressed, because so few pupils" in page
    assert "Load published files" not in page


def test_uploaded_files_are_imported_with_the_commands_report(authority, as_role, settings, tmp_path):
    settings.SCHOOLWARD_STORE = tmp_path / "store"
    settings.SCHOOLWARD_HOME = tmp_path / "home"
    client = as_role("administrator")
    files = [
        SimpleUploadedFile("../../register.csv", gias(school(900001, OpenDate="31-31-2010"), school(900002))),
        SimpleUploadedFile("letter.csv", b"<html><body>not a table</body></html>"),
    ]
    reply = client.post(reverse("data_start_import"), {"files": files})
    job = Job.objects.get(kind="data.import")
    assert reply.headers["Location"] == reverse("data_import_job", args=[job.pk])
    assert "Waiting to start" in _text(client.get(reply.headers["Location"]))
    attempts.run_job(job.pk)
    page = _text(client.get(reply.headers["Location"]))
    assert "register.csv" in page
    assert "31-31-2010" in page
    assert "letter.csv" in page
    assert School.objects.filter(urn=900002).exists()
    assert not any((tmp_path / "home" / "uploads").iterdir())


@pytest.mark.parametrize(
    ("role", "sent", "sentence"),
    [
        ("administrator", {}, "Choose files, or name a folder"),
        ("administrator", {"folder": "/no/such/folder"}, "There is no folder"),
        ("analyst", {"folder": "/"}, "Only an administrator may name a folder"),
        ("administrator", {"folder": "/", "published_on": "soon"}, "is not a date"),
    ],
)
def test_an_import_that_cannot_start_says_why(authority, as_role, role, sent, sentence):
    reply = as_role(role).post(reverse("data_start_import"), sent)
    assert reply.status_code == 400
    assert sentence in reply.content.decode()
    assert not Job.objects.exists()


def test_the_school_page_says_which_schools_are_similar_and_by_what(authority, as_role, tmp_path, settings):
    settings.SCHOOLWARD_STORE = tmp_path / "store"
    urns = range(900001, 900009)
    bring(
        settings.SCHOOLWARD_STORE,
        gias__csv=gias(
            *(school(urn, PercentageFSM=f"{urn - 900000}.0") for urn in urns),
            school(900010, NumberOfPupils="9", PercentageFSM="77.0"),
        ),
        england_ks2final__csv=ks2(
            *(result(urn, TELIG=str(20 + urn % 4), PTRWM_EXP="58%") for urn in urns),
            result(900010, TELIG="9", PTRWM_EXP="58%"),
        ),
    )
    project(settings.SCHOOLWARD_STORE)
    page = _text(as_role("adviser").get(reverse("school", args=[900001])))
    assert "Similar schools are the 8 open state mainstream schools in England" in page
    assert "free school meals (register) and pupils in the year group (2018)" in page
    told = page.split("The schools called similar at key stage 2")[1].split("</table>")[0]
    assert told.count('<th scope="row">') == 9
    assert "School 900010" in told
    assert "77%" not in told
    assert "not shown: fewer than ten pupils" in told
    small = _text(as_role("adviser").get(reverse("school", args=[900010])))
    assert "77" not in small.split("The schools called similar at key stage 2")[1].split("</table>")[0]


def test_the_school_page_shows_people_to_those_who_may_see_them(world, authority, as_role):
    lead = make_member(authority, "adviser", "Lena Lead")
    director = Acting.of(make_member(authority, "director", "Dora Director"))
    with scope(authority):
        saltings = School.objects.get(urn=900001)
        name_lead_officer(by=director, school=saltings, member=lead)
        details = {"name": "Clem Clerk", "email": "clem@school.example", "telephone": ""}
        officer = Acting.of(make_member(authority, "administrator", "Ad Min"))
        add_contact(by=officer, school=saltings, role="clerk", **details)
    for role, sees_contacts, sees_lead in (
        ("adviser", True, True),
        ("panel_member", False, True),
        ("administrator", True, False),
        ("finance_officer", False, False),
    ):
        page = _text(as_role(role).get(reverse("school", args=[900001])))
        assert ("Clem Clerk" in page) is sees_contacts, role
        assert ("Lena Lead" in page) is sees_lead, role
        assert ("nobody known" in page) is sees_contacts, role


def test_a_head_sees_the_contacts_of_the_school_but_not_who_leads_on_it(world, authority, as_role):
    head = as_role("headteacher", urn=900001)
    page = _text(head.get(reverse("school", args=[900001])))
    assert reverse("school_contacts", args=[900001]) in page
    assert "Lead officer" not in page
