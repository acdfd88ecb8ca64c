"""`schoolward demand` from tables to files, and what it refuses: by file, line and column, with status 2."""

import csv
import json

import numpy as np
import pytest

from schoolward.cli.main import main

SCHOOLS, SERVICES = 24, ("leadership-review", "phonics-visit", "governor-briefing", "data-pack")
PRICES = dict(zip(SERVICES, (120000, 60000, 15000, 30000), strict=True))
HEADS = {
    "schools": "urn,phase,roll,fsm_share,last_grade",
    "services": "service,category,list_price_pence,unit,days_per_unit",
    "answers": "urn,service,price_pence,chance_0_10,returned_on,route",
    "previous": "urn,service,price_pence,year",
    "orders": "urn,service,price_pence,ordered,ordered_on,drawn",
}


def tables() -> dict[str, list[str]]:
    """Two dozen schools, half of which answered, six of which ordered; lines by table."""
    dice = np.random.default_rng(7)
    urns = range(900001, 900001 + SCHOOLS)
    likes = dice.normal(-0.5, 1, (SCHOOLS, len(SERVICES)))
    lines: dict[str, list[str]] = {name: [] for name in HEADS}
    for n, urn in enumerate(urns):
        phase = "secondary" if n % 6 == 0 else "primary"
        lines["schools"].append(f"{urn},{phase},{150 + 17 * n},0.{10 + n},{'' if n == 3 else 1 + n % 4}")
        for j, service in enumerate(SERVICES):
            if dice.random() < 1 / (1 + np.exp(-likes[n, j])):
                lines["previous"].append(f"{urn},{service},{PRICES[service]},2025-26")
            if n < 12 and j < 3:
                said = int(np.clip(np.round(5 + 2 * likes[n, j] + dice.normal()), 0, 10))
                dearer = int(np.clip(np.round(said - 1 + 0.8 * dice.normal()), 0, said))
                route = "council" if said > 5 else "ourselves"
                lines["answers"].append(f"{urn},{service},{PRICES[service]},{said},2027-03-01,{route}")
                lines["answers"].append(f"{urn},{service},{PRICES[service] * 5 // 4},{dearer},2027-03-01,")
            if 8 <= n < 14:
                took = int(dice.random() < 1 / (1 + np.exp(-likes[n, j])))
                lines["orders"].append(f"{urn},{service},{PRICES[service]},{took},2027-04-{n + 1:02d},self")
    lines["services"] = [
        "leadership-review,leadership,120000,day,2",
        "phonics-visit,teaching,60000,day,1",
        "governor-briefing,governance,15000,place,",
        "data-pack,teaching,30000,subscription,",
    ]
    return lines


def write(folder, lines: dict[str, list[str]], *leave_out: str, draws: int = 200) -> list[str]:
    """The tables as files, and the options that name them."""
    options = []
    for name, rows in lines.items():
        if name not in leave_out:
            (folder / f"{name}.csv").write_text("\n".join([HEADS[name], *rows]) + "\n")
            options += [f"--{name}", str(folder / f"{name}.csv")]
    return ["demand", *options, "--out", str(folder / "out"), "--seed", "3", "--draws", str(draws)]


@pytest.fixture(scope="module")
def results(demand_results):
    """The folder of results of the whole tables."""
    return demand_results / "out"


def test_summary_has_ranges_bounds_and_what_the_gates_saw(results):
    summary = json.loads((results / "summary.json").read_text())
    money = summary["revenue_pence"]
    assert all(isinstance(value, int) for value in money.values())
    assert 0 < money["p05"] < money["p50"] < money["p95"] < SCHOOLS * sum(PRICES.values())
    bounds = summary["bounds_pence"]
    assert bounds["silent_buy_nothing"] < bounds["silent_like_others"] < bounds["silent_buy_all"]
    assert set(summary["by_service"]) == set(SERVICES)
    assert summary["diagnostics"]["chains"] == 4
    assert summary["forms"]["sentence"] == "6 of 24 order forms are back."
    assert "school" in summary["discount"][2]["sentence"]
    total = sum(each["revenue_pence"]["mean"] for each in summary["by_service"].values())
    assert total == pytest.approx(money["mean"], abs=len(SERVICES))


def test_draws_follow_the_form_that_structure_reads(results):
    with np.load(results / "draws.npz") as draws:
        count = len(draws["eta"])
        assert draws["eta"].shape == (count, SCHOOLS, 4)
        assert draws["eta"].dtype == draws["slope"].dtype == draws["cap_pence"].dtype == np.float32
        assert (draws["slope"] >= 0).all()
        assert draws["ordered"].dtype == np.int8
        assert (draws["ordered"] >= 0).any(axis=1).sum() == 6
        assert draws["list_price_pence"].tolist() == list(PRICES.values())
        assert np.isnan(draws["days_per_unit"]).tolist() == [False, False, True, True]
        assert draws["urn"].tolist() == list(range(900001, 900001 + SCHOOLS))


def test_probabilities_are_those_of_orders_where_forms_are_back(results):
    orders = {tuple(line.split(",")[:2]): int(line.split(",")[3]) for line in tables()["orders"]}
    with (results / "purchases.csv").open() as file:
        found = {(row["urn"], row["service"]): float(row["probability"]) for row in csv.DictReader(file)}
    assert len(found) == SCHOOLS * 4
    assert all(found[key] == took for key, took in orders.items())
    assert all(0 < chance < 1 for key, chance in found.items() if key not in orders)


def test_curves_fall_as_prices_rise(results):
    with (results / "curves.csv").open() as file:
        rows = list(csv.DictReader(file))
    for service in SERVICES:
        mine = sorted(
            (int(row["price_pence"]), float(row["buyers_mean"])) for row in rows if row["service"] == service
        )
        buyers = [count for _, count in mine]
        assert buyers == sorted(buyers, reverse=True)


@pytest.mark.parametrize(
    ("table", "line", "said"),
    [
        ("orders", "900001,phonics-visit,60000,2,2027-04-01,self", "orders.csv, line 2, column ordered: '2'"),
        (
            "orders",
            "900999,phonics-visit,60000,1,2027-04-01,self",
            "orders.csv, line 2: School 900999 is not in",
        ),
        ("orders", "900001,phonics-visit,60000,1,,self", "column ordered_on: is empty"),
        ("orders", "900001,phonics-visit,60000,1,1 April,self", "column ordered_on: '1 April' is not a date"),
        ("orders", "900001,phonics-visit,60000,1,2027-04-01,lottery", "column drawn: 'lottery' is not known"),
        ("answers", "900001,phonics-visit,60000,11,2027-03-01,", "column chance_0_10: '11'"),
        ("answers", "900001,phonics-visit,-5,4,2027-03-01,", "column price_pence: '-5'"),
        ("answers", "900001,phonics-visit,60000,,2027-03-01,", "no route is given"),
        (
            "answers",
            "900001,phonic-visit,60000,4,2027-03-01,",
            "Service 'phonic-visit' is not on the price list",
        ),
        ("answers", "900001,phonics-visit,600,4,2027-03-01,", "Prices are in pence"),
        ("answers", "900001,phonics-visit,60000,4", "4 cells where the heading has 6"),
        ("schools", "90001,primary,200,0.2,2", "schools.csv, line 2, column urn: '90001'"),
        ("schools", "900002,primary,200,0.2,2", "school 900002 is there twice"),
        ("services", "phonics-visit,teaching,60000,hour,1", "column unit: 'hour' is not known"),
    ],
)
def test_line_that_cannot_be_used_is_refused_by_its_place(table, line, said, tmp_path, capsys):
    lines = tables()
    lines[table] = [line, *lines[table]]
    assert main(write(tmp_path, lines)) == 2
    assert said in capsys.readouterr().err


def test_two_chances_at_one_price_are_refused_naming_both_lines(tmp_path, capsys):
    lines = tables()
    first = lines["answers"][0].split(",")
    lines["answers"].append(",".join([*first[:3], str((int(first[3]) + 1) % 11), *first[4:]]))
    assert main(write(tmp_path, lines)) == 2
    error = capsys.readouterr().err
    assert "two different chances at one price" in error
    assert "answers.csv, line 2" in error


def test_form_drawn_and_sent_by_itself_is_refused(tmp_path, capsys):
    lines = tables()
    lines["orders"][1] = lines["orders"][1].replace("self", "random")
    assert main(write(tmp_path, lines)) == 2
    assert "both drawn at random and by itself" in capsys.readouterr().err


def test_three_answers_alone_are_too_few(tmp_path, capsys):
    lines = tables() | {"previous": [], "orders": []}
    lines["answers"] = lines["answers"][:3]
    assert main(write(tmp_path, lines, "previous", "orders")) == 2
    assert "any figure would be guesswork" in capsys.readouterr().err


def test_everybody_silent_and_a_service_nobody_was_asked_about_are_said_beside_the_figures(tmp_path, capsys):
    lines = tables() | {"answers": [], "orders": []}
    lines["services"].append("new-line,teaching,45000,day,1")
    assert main(write(tmp_path, lines, "orders", draws=100)) == 0
    told = capsys.readouterr().out
    assert "No school answered the survey: the figures rest on purchases alone." in told
    assert "Nobody was asked about 'new-line' and nobody bought it" in told
    assert "0 of 24 order forms are back." in told
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["bounds_pence"]["silent_buy_nothing"] == 0
    assert summary["bounds_pence"]["silent_like_others"] == pytest.approx(summary["revenue_pence"]["mean"])
    unknown, known = (summary["by_service"][name]["buyers"] for name in ("new-line", "data-pack"))
    assert unknown["p95"] - unknown["p05"] > known["p95"] - known["p05"], "ignorance shows"


def test_file_without_a_column_or_that_is_not_there_is_refused(tmp_path, capsys):
    options = write(tmp_path, tables())
    (tmp_path / "services.csv").write_text("service,category\n")
    assert main(options) == 2
    assert "services.csv, line 1: there is no column list_price_pence" in capsys.readouterr().err
    (tmp_path / "services.csv").unlink()
    assert main(options) == 2
    assert "No such file" in capsys.readouterr().err
