"""Demand: what is gathered, what a run comes to, and that nothing is shown where there is no result."""

import csv
import re
from datetime import date

import pytest
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.demand import actions, bridge, queries
from schoolward.apps.demand.disclosure import totals_between
from schoolward.apps.demand.gathering import gather
from schoolward.apps.demand.models import DemandRun
from schoolward.apps.demand.states import Stage, Table
from schoolward.apps.jobs.actions import cancel_job
from schoolward.apps.jobs.attempts import run_job
from schoolward.apps.jobs.models import Job
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadFile, NotAllowed, NotNow
from schoolward.web.formats import when
from schoolward.web.pages.demand import SOURCE_WORDS
from tests.factories.catalogue import add_line, make_shelf
from tests.factories.demands import DRAWS, URNS, make_demand, make_market
from tests.factories.people import make_authority, make_member, sign_in
from tests.factories.schools import make_school

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


@pytest.fixture
def authority():
    authority = make_authority(901)
    with scope(authority):
        yield authority


def test_every_source_of_a_belief_can_be_found_by_its_words():
    from schoolward.analysis.demand.priors import Priors, sentences

    assert {belief.source for belief in sentences(Priors())} <= SOURCE_WORDS.keys()


@pytest.fixture
def manager(authority):
    return Acting.of(make_member(authority, "commissioning_manager", "Cora Dale"))


@pytest.fixture
def market(manager, settings, tmp_path):
    settings.SCHOOLWARD_HOME = tmp_path
    make_market(manager)


def give(by, text, table=Table.ORDERS):
    return actions.take_evidence(by=by, table=table, file_name="orders.csv", content=text.encode())


ORDERS = "urn,service,price_pence,ordered,ordered_on,drawn\n"


def test_what_is_known_is_gathered_with_its_sources(market, manager):
    make_school(900099, "Closed School", status="Closed")
    found = gather(901, ON)
    assert found.counts == {"schools": 12, "services": 2, "answers": 0, "previous": 8, "earmarks": 0} | {
        "schools answered": 0
    }
    assert any("no survey has been opened" in source for source in found.sources)
    assert any("purchases.csv" in source for source in found.sources)


def test_rows_about_what_is_not_there_are_left_out_and_said(client, market, authority, manager):
    give(manager, ORDERS + "900001,training,50000,1,2026-10-01,self\n900001,yoga,100,1,2026-10-01,self\n")
    found = gather(901, ON)
    assert found.counts["orders"] == 1
    assert "1 of 2 rows of orders.csv" in found.remarks[0]
    sign_in(client, make_member(authority, "finance_officer", "Fay Moor"))
    text = client.get(reverse("demand_evidence")).content.decode()
    assert "1 row is left out" in text
    assert "Line 3: the service &#39;yoga&#39; is not on the price list" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("urn,service\n", "no column price_pence"),
        (ORDERS, "no row below the heading"),
        (ORDERS + "900001,training,50000,2,2026-10-01,self\n", "line 2, column ordered"),
        (ORDERS + "900001,training,50000,1,yesterday,self\n", "'yesterday' is not a date"),
        (ORDERS + "900001,training,50000,1,2026-10-01,keen\n", "Give one of random, self"),
        (ORDERS + "90001,training,50000,1,2026-10-01,self\n", "six digits"),
        (
            ORDERS + "123456,training,50000,1,2026-10-01,self\n",
            "line 2, school 123456 is not in the register",
        ),
        ("\0\0", "no CSV file"),
    ],
)
def test_file_with_a_wrong_cell_is_refused_whole(market, manager, text, said):
    with pytest.raises(BadFile, match=said):
        give(manager, text)
    assert queries.evidence_files()[Table.ORDERS] is None


def test_run_comes_to_a_range_keeps_what_it_rested_on_and_is_shown(client, market, authority, manager):
    """One fit, since it is what costs time: its figures, its draws, its inputs, and the pages about it."""
    lines = "900001,training,50000,1,2026-10-01,random\n900002,training,50000,0,2026-10-02,random\n"
    give(manager, ORDERS + lines)
    run = actions.ask_for_run(by=manager, draws=DRAWS)
    add_line(manager, "new-service", "New service", 10_000)
    run_job(run.job_id)
    run.refresh_from_db()
    assert run.stage == Stage.DONE, run.refusal
    assert "new-service" not in run.summary["by_service"], "inputs stay as they were when it was asked for"
    check_figures(run)
    check_draws(run)
    sign_in(client, make_member(authority, "finance_officer", "Fay Moor"))
    check_pages(client, run)
    check_newer_without_result(client, manager)


def check_newer_without_result(client, manager):
    """A result stays on show; that the newest run has none is said above it."""
    newer = actions.ask_for_run(by=manager)
    cancel_job(job=Job.objects.get(pk=newer.job_id), by=manager)
    text = client.get(reverse("demand")).content.decode()
    assert "The newest run has no result.</strong> Cancelled by" in text
    assert "nine times in ten" in text


def check_figures(run):
    money = run.summary["revenue_pence"]
    assert 0 < money["p05"] < money["mean"] < money["p95"] < 12 * 290_000
    bounds = run.summary["bounds_pence"]
    assert bounds["silent_buy_all"] == bounds["silent_buy_nothing"] + 10 * 290_000, "two forms are back"
    assert set(run.chances) == {str(urn) for urn in URNS}
    assert [run.chances[f"{urn}"]["training"] for urn in (900001, 900002)] == [1, 0], "as ordered"
    assert run.chances["900003"]["training"] > run.chances["900004"]["training"], "last year tells"
    buyers = [row["buyers_mean"] for row in queries.services_of(run)[0].curve]
    assert buyers == sorted(buyers, reverse=True), "nobody buys at a price who would not at a lower one"
    assert queries.current_run() == run
    assert len(list(totals_between(run.as_at, run.as_at))) == 1


def check_draws(run):
    path = queries.draws_path(run)
    kept = path.read_bytes()
    assert bridge.read_draws(path, run.draws_sha256)["eta"].shape[1:] == (12, 2)
    assert not list((queries.demand_folder() / "unfinished").glob("*")), "chains are cleared away"
    path.write_bytes(b"nonsense")
    with pytest.raises(BadFile, match="not what the run wrote"):
        bridge.read_draws(path, run.draws_sha256)
    path.unlink()
    with pytest.raises(BadFile, match="gone"):
        bridge.read_draws(path, run.draws_sha256)
    path.write_bytes(kept)


def rows_of(page, urn):
    """The words of the row of a school."""
    row = page.partition(f'href="{reverse("school", args=[urn])}"')[2].partition("</tr>")[0]
    return " ".join(re.sub("<[^>]*>", " ", row).split())


def check_pages(client, run):
    text = client.get(reverse("demand")).content.decode()
    shown = (
        "nine times in ten",
        "Silent schools buy nothing",
        "say 8 in 10",
        "Nothing that could be asked is worth more",
        "Whom to ask first",
        "Then known to within",
        "Schools say more than they do",
        "Source: Murphy and others (2003)",
    )
    for said in shown:
        assert said in text
    page = client.get(reverse("demand_service", args=[run.pk, "training"])).content.decode()
    assert "Fewer schools buy Training" in page
    assert "ordered" not in rows_of(page, 900003), "a chance, where no form is back"
    assert [rows_of(page, urn).split()[-1] for urn in (900001, 900002)] == ["ordered", "ordered"]
    assert "not ordered" in rows_of(page, 900002)
    sheet = client.get(reverse("demand_export", args=[run.pk, "chances.csv"]))
    assert sheet.content.decode("utf-8-sig").count("\n") == 1 + 12 * 2
    services = client.get(reverse("demand_export", args=[run.pk, "services.csv"])).content.decode("utf-8-sig")
    heading, *rows = csv.reader(services.splitlines())
    told = dict(zip(heading, next(row for row in rows if row[1] == "training"), strict=True))
    assert (
        float(told["Income a year (£)"])
        == run.summary["by_service"]["training"]["revenue_pence"]["mean"] / 100
    )
    assert client.get(reverse("demand_export", args=[run.pk, "draws.csv"])).status_code == 404
    assert client.get(reverse("demand_service", args=[run.pk, "yoga"])).status_code == 404


def test_run_that_was_killed_goes_on_with_its_next_chain_to_the_same_end(market, manager, tmp_path):
    tables = gather(901, ON).tables

    class Killed(Exception):
        pass

    def kill(done, total):
        if done == 2:
            raise Killed

    words = {"seed": 3, "draws": DRAWS, "scratch": tmp_path / "chains"}
    with pytest.raises(Killed):
        bridge.fit_tables(tables, progress=kill, **words)
    assert len(list((tmp_path / "chains").rglob("*.npz"))) == 2
    seen = []
    again = bridge.fit_tables(tables, progress=lambda done, total: seen.append(done), **words)
    whole = bridge.fit_tables(tables, progress=lambda done, total: None, **words)
    assert again == whole
    assert seen[0] == 2, "it begins with what was kept"
    assert seen[-1] == 4


def test_too_little_to_learn_from_is_refused_in_words_and_shows_no_number(
    client, authority, manager, settings, tmp_path
):
    settings.SCHOOLWARD_HOME = tmp_path
    make_shelf(manager)
    make_school()
    run = make_demand(manager)
    assert run.stage == Stage.REFUSED
    assert run.summary is None
    sign_in(client, make_member(authority, "finance_officer", "Fay Moor"))
    text = client.get(reverse("demand")).content.decode()
    assert run.refusal.split(".")[0] in text.replace("&#39;", "'")
    assert "£" not in text


def test_second_run_waits_for_the_first_unless_that_was_cancelled(client, market, authority, manager):
    run = actions.ask_for_run(by=manager)
    with pytest.raises(NotNow, match="already"):
        actions.ask_for_run(by=manager)
    cancel_job(job=Job.objects.get(pk=run.job_id), by=manager)
    sign_in(client, make_member(authority, "finance_officer", "Fay Moor"))
    for at in (reverse("demand"), reverse("demand_run", args=[run.pk])):
        text = client.get(at).content.decode()
        assert "There is no result.</strong> Cancelled by" in text
        assert f"{when(run.asked_at)}</a>: cancelled" in text
        assert "waiting to begin" not in text
    assert actions.ask_for_run(by=manager)


def test_those_who_do_not_work_demand_out_may_not_ask(market, authority):
    hr = Acting.of(make_member(authority, "hr_lead", "Hal Ford"))
    with pytest.raises(NotAllowed):
        actions.ask_for_run(by=hr)


def test_evidence_is_given_on_the_page(client, market, authority):
    from django.core.files.uploadedfile import SimpleUploadedFile

    sign_in(client, make_member(authority, "analyst", "Ann Ash"))
    at = reverse("demand_evidence")
    good = ORDERS + "900001,training,50000,1,2026-10-01,random\n"
    assert (
        client.post(at, {"table": "orders", "file": SimpleUploadedFile("o.csv", good.encode())}).status_code
        == 302
    )
    assert "o.csv: 1 row" in client.get(at).content.decode()
    wrong = client.post(at, {"table": "orders", "file": SimpleUploadedFile("o.csv", b"urn\n")})
    assert wrong.status_code == 400
    assert "no column service" in wrong.content.decode()


def test_run_is_asked_for_on_the_page_and_followed(client, market, authority):
    sign_in(client, make_member(authority, "commissioning_manager", "Cora Dale"))
    assert client.post(reverse("demand_start")).status_code == 302
    run = DemandRun.objects.get()
    text = client.get(reverse("demand_run", args=[run.pk])).content.decode()
    assert "A run is waiting to begin." in text
    assert "Watch or cancel it" in text, "who may ask for it may stop it"
    assert clock.today() == run.as_at
