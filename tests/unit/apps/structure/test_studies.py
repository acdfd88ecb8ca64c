"""Structures worked out: what a study comes to, why it is refused, what follows it, and its paper."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.demand.states import Stage
from schoolward.apps.jobs.attempts import run_job
from schoolward.apps.jobs.kinds import kinds
from schoolward.apps.jobs.models import Job
from schoolward.apps.jobs.running import Cancelled
from schoolward.apps.papers import actions as papers
from schoolward.apps.papers import queries as paper_queries
from schoolward.apps.structure import actions, bridge, case_runs, queries, running, runs
from schoolward.apps.structure.bridge.case import run_case
from schoolward.apps.structure.models import CaseRun, Structure, StructureRun
from schoolward.apps.structure.states import Kind, RunKind
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import NotAllowed, NotEnoughData, NotNow
from schoolward.web.formats import when
from tests.factories.demands import make_demand, make_market
from tests.factories.people import make_authority, make_member, sign_in
from tests.factories.structures import make_today

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(settings, tmp_path):
    settings.SCHOOLWARD_HOME = tmp_path
    settings.SCHOOLWARD_STORE = tmp_path / "store"
    authority = make_authority(901)
    with scope(authority):
        yield authority


@pytest.fixture
def director(authority):
    return Acting.of(make_member(authority, "director", "Di Reed"))


@pytest.fixture
def today(director):
    return make_today(director)


def test_study_needs_a_structure_of_today_and_demand(client, authority, director):
    sign_in(client, make_member(authority, "finance_officer", "Fay Moor"))
    with pytest.raises(NotNow, match="no structure of today"):
        running.ask_for_study(by=director)
    make_today(director)
    with pytest.raises(NotNow, match="What schools will buy has not been worked out"):
        running.ask_for_study(by=director)
    text = client.get(reverse("structure_frontier")).content.decode()
    assert "What schools will buy has not been worked out. Work it out first" in text, (
        "told before it is asked"
    )


def test_those_who_do_not_model_may_not_ask(authority):
    with pytest.raises(NotAllowed):
        running.ask_for_study(by=Acting.of(make_member(authority, "analyst", "Ann Ash")))


def settle_settings(by):
    values = runs.settings_now() | {"scenarios": 60, "price_menu": [1.0]}
    running.set_plan_settings(by=by, values=values, because="Few, for a test")


def with_base(today, by, pence: int):
    """Today's structure with that much base budget, and no activities that would claim more."""
    found = bridge.from_document(today.content)
    line = replace(found.by_line["Base"], amount_pence=pence)
    content = bridge.with_record(replace(found, activities=()), "funding", line, replacing="Base")
    return actions.keep_version(
        by=by, structure=today.structure, base_number=today.number, content=content, because="Another budget"
    )


def worked_out(run: StructureRun) -> StructureRun:
    """The run, worked out as the worker would."""
    run_job(run.job_id)
    run.refresh_from_db()
    return run


def check_refused(client, run):
    """A budget that cannot cover the duties is refused by name, and nothing is shown in place of a result."""
    assert run.stage == Stage.REFUSED
    assert "Concern" in run.refusal
    assert "Grant (grant) ended on 31 March 2027" in run.refusal
    text = client.get(reverse("structure_run", args=[run.pk])).content.decode()
    assert "there is no result" in text
    assert "short of the cheapest structure" in text


def test_study_is_followed_shown_adopted_supposed_and_put_in_a_paper(client, authority, director, today):
    """One study, since it is what costs time; everything that rests on it is looked at here."""
    settle_settings(director)
    make_market(director)
    make_demand(director)
    sign_in(client, make_member(authority, "finance_officer", "Fay Moor"))
    check_refused(client, worked_out(StructureRun.objects.get(kind=RunKind.STUDY)))
    base = with_base(today, director, 60_000_000)
    fewer = bridge.from_document(base.content)
    option = bridge.with_record(
        fewer, "posts", replace(fewer.by_post["clerk"], traded_fte=Decimal("0.5")), replacing="clerk"
    )
    actions.draw_structure(by=director, name="Half a clerk", kind=Kind.OPTION, content=option, because="Try")
    study = worked_out(running.ask_for_study(by=director))
    assert study.stage == Stage.DONE, study.refusal
    check_study(study)
    check_verified(study)
    check_pages(client, study)
    check_emergency_years(client, study)
    check_adopted(director, study)
    check_supposed(client, study)
    check_matters(client, study)
    check_paper(director, study)
    check_moved_on(client, director, study)
    check_cancelled(client, director)


def check_study(study):
    proposal = study.result["proposal"]
    assert proposal["statutory_cover"] == 1
    assert proposal["emergency_years_share"] == 0
    assert proposal["budget"]["unspent_pence"] >= 0
    lines = {line["line"]: line["in_year_pence"] for line in proposal["budget"]["lines"]}
    assert lines == {"Base": 60_000_000, "Grant": 0}, "the grant ends before the year planned"
    assert [row["name"] for row in study.result["options"]] == ["Today", "Half a clerk"]
    half = {row["post"]: row for row in study.result["options"][1]["posts"]}["clerk"]
    assert (half["core_fte"], half["traded_fte"], half["change_fte"]) == (0, 0.5, -0.5)
    assert StructureRun.objects.get(kind=RunKind.TORNADO).about == study, (
        "what matters most follows by itself"
    )


def check_verified(study):
    assert study.result["verification"]["holds"], study.result["verification"]["broken"]
    assert study.result["verification"]["constraints_checked"] > 50


def check_pages(client, study):
    text = client.get(reverse("structure_frontier")).content.decode()
    for said in (
        "Structures that keep every duty cover",
        "Half a clerk",
        "chance of a deficit",
        "no traded part",
        "Who is served",
        "services on offer",
        "is accepted, at £1,500 a day from the council",
    ):
        assert said in text
    option = next(row for row in study.result["options"] if row["name"] == "Half a clerk")
    whole = client.get(reverse("structure_frontier"), {"point": f"s{option['structure']}"}).content.decode()
    assert '<h2 class="govuk-heading-m" id="whole">Half a clerk</h2>' in whole
    listed = whole.partition("All of them, side by side</caption>")[2].partition("</table>")[0]
    assert '?point=proposed#whole">Proposed</a>' in listed
    assert f'data-label="Chance of a deficit">{option["probability_of_deficit"]:.0%}<' in listed


def check_emergency_years(client, study):
    """Years that the settings accept are told without alarm, more of them with it, and none not at all."""
    told = {}
    for share in (0.0, 0.0005, 0.02):
        result = study.result | {"proposal": study.result["proposal"] | {"emergency_years_share": share}}
        StructureRun.objects.filter(pk=study.pk).update(result=result)
        told[share] = client.get(reverse("structure_frontier")).content.decode().partition('id="whole"')[2]
    StructureRun.objects.filter(pk=study.pk).update(result=study.result)
    assert "of years statutory days would have to be" not in told[0.0]
    assert "In 0.05% of years statutory days would have to be" in told[0.0005]
    assert [share for share, text in told.items() if "duties not covered" in text] == [0.02]


def check_adopted(by, study):
    version = running.adopt(by=by, study=study, result=study.result["proposal"], label="Proposed")
    drawn = bridge.from_document(version.content)
    for row in study.result["proposal"]["posts"]:
        assert float(drawn.by_post[row["post"]].core_fte) == pytest.approx(row["core_fte"])
    assert drawn.prices == {
        row["service"]: row["price_pence"] for row in study.result["proposal"]["prices"] if row["price_pence"]
    }
    assert queries.newest(version.structure).because == f"From run {study.pk}"


def check_supposed(client, study):
    at = reverse("structure_suppose", args=[study.pk])
    assert "Suppose at least one thing" in client.post(at, {}).content.decode()
    for sent, said in (
        ({"buyers_lost": "many"}, "Give a number from 0 to 500"),
        ({"grant_cut": "150"}, "Give a number from 0 to 100"),
        ({"rival": "40"}, "Choose which services the rival sells"),
        ({"rival_category": "training"}, "Say how much of the odds the rival takes"),
    ):
        text = client.post(at, sent).content.decode()
        assert said in text
        assert "Suppose at least one thing" not in text, "one thing that is wrong is told, and no other"
    assert client.post(at, {"buyers_lost": "6", "academies": "3"}).status_code == 302
    run = StructureRun.objects.get(kind=RunKind.SCENARIO)
    assert run.title == "The 6 largest buyers lost; 3 schools become academies"
    assert not kinds[Job.objects.get(pk=run.job_id).kind].is_long, "a person waits for it"
    assert "is waiting to begin" in client.get(reverse("structure_run", args=[run.pk])).content.decode()
    run_job(run.job_id)
    run.refresh_from_db()
    assert run.stage == Stage.DONE, run.refusal
    today = run.result["options"][0]
    assert today["after"]["expected_income_pence"] < today["before"]["expected_income_pence"]
    text = client.get(reverse("structure_run", args=[run.pk])).content.decode()
    assert "The best structure, before and under the supposition" in text


def check_matters(client, study):
    run = StructureRun.objects.get(kind=RunKind.TORNADO)
    run_job(run.job_id)
    run.refresh_from_db()
    assert run.stage == Stage.DONE, run.refusal
    base = run.result["base"]["expected_surplus_pence"]
    demand = next(row for row in run.result["swings"] if row["label"] == "Demand of all schools")
    ends = (demand["low"]["expected_surplus_pence"], demand["high"]["expected_surplus_pence"])
    assert ends[0] < base < ends[1]
    person = run.result["people"][0]
    assert person["name"] == "Ann Reed"
    assert 0 < person["low_pence"] <= person["mean_pence"] <= person["high_pence"]
    assert run.result["worth"]["mean_pence"] >= 0
    text = client.get(reverse("structure_frontier")).content.decode()
    for said in (
        "Income that hangs on a named person",
        "What it costs to serve more",
        "every service kept",
        "What it would be worth to ask again",
        "most hangs on",
    ):
        assert said in text


def check_paper(by, study):
    paper = papers.start_paper(
        by=by, kind="structure.proposal", as_at=clock.today(), compared_with=date(2026, 1, 1)
    )
    draft = paper_queries.draft_of(paper)
    bound = paper_queries.bound_draft(paper, draft, by)
    public, exempt = bound.public.markdown, bound.exempt.markdown
    for heading in HEADINGS:
        assert f"# {heading}" in public
    assert public.index("# Introduction") < public.index("# Recommendations")
    assert "Posts of the traded arm" in str(bound.exempt.tables) + exempt
    assert "Posts of the traded arm" not in public
    assert "The board is asked to note this paper." in public


HEADINGS = (
    "Introduction",
    "Background",
    "Advice and analysis",
    "Consultation",
    "Implications for looked-after children",
    "Financial and legal implications",
    "Recommendations",
)


def check_moved_on(client, by, study):
    """What a study rests on is otherwise later: the page says so, and what it was."""
    assert runs.changed_since(study) == [], "adopted from it, which is no news"
    running.set_plan_settings(by=by, values=runs.settings_now() | {"days_concern": 31}, because="Agreed")
    half = Structure.objects.get(name="Half a clerk")
    actions.set_aside(by=by, structure=half, because="Nobody wants it")
    text = client.get(reverse("structure_frontier")).content.decode()
    for said in (
        "Since this was worked out",
        "days for a school causing concern",
        "“Half a clerk” was set aside",
    ):
        assert said in text


def check_cancelled(client, by):
    """A study cancelled before it began does not stand in the way of another."""
    run = running.ask_for_study(by=by)
    with pytest.raises(NotNow, match="worked out already"):
        running.ask_for_study(by=by)
    Job.objects.filter(pk=run.job_id).update(state="cancelled", ended_at=clock.now())
    text = client.get(reverse("structure_run", args=[run.pk])).content.decode()
    assert "there is no result" in text
    assert f"{run.title}</a>, {when(run.asked_at)}: cancelled" in text
    assert "waiting to begin" not in text
    shown = client.get(reverse("structure_frontier")).content.decode()
    assert "A newer study has no result" in shown, "the study shown is not the newest asked for"
    assert running.ask_for_study(by=by) != run


def test_settings_are_changed_on_the_page_with_a_reason(client, authority, today):
    sign_in(client, make_member(authority, "finance_officer", "Fay Moor"))
    at = reverse("structure_settings")
    text = client.get(at).content.decode()
    assert 'value="90; 100; 115"' in text
    sent = {s.key: s.say(runs.settings_now()[s.key]) for s in running_settings()}
    assert client.post(at, sent).status_code == 400, "a reason is missing"
    assert client.post(at, sent | {"because": "Agreed", "days_concern": "30"}).status_code == 302
    assert runs.settings_now()["days_concern"] == 30
    wrong = client.post(at, sent | {"because": "x", "alpha": "120"}).content.decode()
    assert "Give a percentage from 50 to 99" in wrong


def test_worked_case_is_asked_for_kept_and_shown_in_two_units(client, authority, director):
    """What the command writes is put on the page as it stands; here written by hand, as it takes a minute."""
    sign_in(client, make_member(authority, "finance_officer", "Fay Moor"))
    at = reverse("structure_case")
    assert "£4,930,000" in client.get(at).content.decode()
    assert client.post(reverse("structure_case_start")).status_code == 302
    run = CaseRun.objects.get()
    assert "Worked case of 2011</strong> is waiting to begin" in client.get(at).content.decode()
    with pytest.raises(NotNow, match="worked out already"):
        case_runs.ask_for_case(by=director)
    case_runs.end_case(by=director, run=run, documents=CASE)
    text = client.get(at).content.decode()
    for said in ("Challenge and improvement", "Traded services", "Provisional: 3 more purchases", "0.5",
                 "The budget is short", "every service kept", "At £1,200 about 20 schools",
                 "£35,000 is left over"):  # fmt: skip
        assert said in text
    assert text.index("Virtual headteacher") < text.index("Literacy consultant")
    case_runs.end_case(by=director, run=run, refusal="Cancelled.")
    run.refresh_from_db()
    assert run.stage == Stage.DONE, "what has ended is never changed"


def test_worked_case_that_the_command_refuses_says_why():
    with pytest.raises(NotEnoughData, match="1999"):
        run_case("1999", lambda: None)


def test_worked_case_ends_with_its_process_when_it_is_cancelled():
    def cancel():
        raise Cancelled

    with pytest.raises(Cancelled):
        run_case("2011", cancel)


def case_post(post, unit, title, now, core, traded):
    return {"post": post, "unit": unit, "title": title, "current_fte": now, "core_fte": core,
            "traded_fte": traded, "change_fte": core + traded - now}  # fmt: skip


CASE = {
    "structure.json": {
        "posts": [
            case_post("virtual-head", "Challenge and improvement", "Virtual headteacher", 0.2, 0.5, 0.0),
            case_post("literacy", "Traded services", "Literacy consultant", 6.0, 5.5, 0.5),
        ],
        "core_cover": 0.996,
        "statutory_cover": 1.0,
        "expected_surplus_pence": 134_000,
        "surplus_range_pence": [-5_000_000, 6_000_000],
        "optimality_gap_days": 1.1,
        "required_core_days": 1252,
        "budget": {"unspent_told": "In an average year £35,000 is left over."},
        "seed": 2011,
        "take_up": {
            "services_open": 9,
            "services": 10,
            "schools_served": 92.3,
            "schools": 97,
            "sentence": "A pound counts.",
            "withdrawn": [{"service": "technology-days", "sentence": "At £1,200 about 20 schools would."}],
        },
    },
    "posts.csv": [
        {"post": "virtual-head", "state": "firm", "sentence": "Firm."},
        {"post": "literacy", "state": "provisional", "sentence": "Provisional: 3 more purchases."},
    ],
    "cuts.csv": [
        {"base_cut_share": "0.1", "budget_pence": "185200000", "possible": "true", "core_fte": "16.5",
         "traded_fte": "3.5", "redundancy_pence": "60182500", "core_cover": "0.9966",
         "expected_unspent_pence": "3500000",
         "expected_surplus_pence": "133957", "why_not": ""},
        {"base_cut_share": "0.6", "budget_pence": "121200000", "possible": "false",
         "why_not": "The budget is short."},
    ],
    "frontier.csv": [],
    "take_up.csv": [{"take_up_share": "0.1", "services_open_share": "1.0", "services_open": "10",
                     "schools_served": "92.7", "expected_surplus_pence": "-186213", "cvar_pence": "9655791"}],
    "verification.json": {"holds": True, "constraints_checked": 700, "broken": []},
    "manifest.json": {"inputs": {"posts": "abcdef0123"}},
}  # fmt: skip


def running_settings():
    from schoolward.apps.structure.plan_settings import SETTINGS

    return SETTINGS
