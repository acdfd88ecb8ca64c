"""`schoolward structure`: from files to documents, and a clear refusal for each kind of trouble."""

import csv
import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from schoolward.cli.main import main
from tests.factories import structure_questions as structures

FILES = {
    "posts": [
        "post,unit,title,grade,annual_cost_pence,current_fte,min_fte,max_fte,step_fte,skills",
        "adviser,School improvement,Adviser,Soulbury,6000000,2,0,4,0.5,review",
        "inclusion,School improvement,Inclusion,Soulbury,5200000,2,0,4,0.5,inclusion;review",
    ],
    "funding": [
        "line,kind,amount_pence,from,to",
        "Base,base,22000000,2026-04-01,",
        "Old grant,grant,9000000,,2026-03-31",
    ],
    "services": [
        "service,category,list_price_pence,unit,days_per_unit",
        "review-day,review,46000,day,1",
        "inclusion-case,inclusion,90000,case,2",
        "membership,network,12000,subscription,",
    ],
    "duties": ["duty,category,days,statutory", "challenge,review,110,1", "support,inclusion,90,0"],
    "settings": [
        "cvar_limit_pence = 2000000",
        "seed = 5",
        "price_menu = [0.9, 1.0, 1.2]",
        "associate_day_rate_pence = 52000",
        "associate_core_cap_days = 40",
    ],
}  # fmt: skip


def written(folder: Path, **changed) -> list[str]:
    """The command's words for a folder of small files, some of their lines changed."""
    words = [
        "structure",
        "--out",
        str(folder / "out"),
        "--scenarios",
        "60",
        "--points",
        "2",
        "--demand",
        str(folder),
    ]
    for name, lines in {**FILES, **changed}.items():
        path = folder / f"{name}.{'toml' if name == 'settings' else 'csv'}"
        path.write_text("\n".join(lines) + "\n")
        words += [f"--{name}", str(path)]
    asked = structures.question(
        services=(
            structures.service(),
            structures.service("inclusion-case", "inclusion"),
            structures.service("membership", "network"),
        )
    )
    drawn = structures.draws(asked)
    np.savez(
        folder / "draws.npz",
        urn=drawn.urn,
        service=np.array(drawn.service),
        list_price_pence=np.array([46_000, 90_000, 12_000]),
        eta=drawn.eta,
        slope=drawn.slope,
        cap_pence=drawn.cap_pence,
        ordered=drawn.ordered,
    )
    return words


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    """The documents of one run."""
    folder = tmp_path_factory.mktemp("structure")
    assert main(written(folder)) == 0
    return folder / "out"


def rows(path: Path) -> list[dict]:
    """A CSV file's lines."""
    return list(csv.DictReader(path.read_text().splitlines()))


def test_structure_document_has_the_contracts_figures_and_closes_to_the_penny(out):
    told = json.loads((out / "structure.json").read_text())
    assert {"posts", "prices", "budget", "binding_duties", "optimality_gap_days"} <= set(told)
    for figure in ("expected_surplus_pence", "cvar_in_sample_pence", "cvar_out_of_sample_pence"):
        assert isinstance(told[figure], int)
    assert 0 <= told["probability_of_deficit"] <= 1
    assert told["statutory_cover"] == 1
    assert 0 <= told["discretionary_cover"] <= 1
    money = told["budget"]
    spent = sum(
        money[name] for name in ("core_posts_pence", "redundancy_pence", "core_associates_at_most_pence")
    )
    assert money["total_pence"] + money["from_traded_pence"] - spent == money["unspent_pence"] >= 0
    assert money["total_pence"] == sum(line["in_year_pence"] for line in money["lines"])
    for post in told["posts"]:
        both = post["core_fte"] + post["traded_fte"]
        assert post["change_fte"] == pytest.approx(both - post["current_fte"])


def test_a_line_that_has_ended_brings_nothing_and_unknown_cost_is_unknown(out):
    told = json.loads((out / "structure.json").read_text())
    by_line = {line["line"]: line["in_year_pence"] for line in told["budget"]["lines"]}
    assert by_line == {"Base": 22_000_000, "Old grant": 0}
    membership = next(each for each in told["prices"] if each["service"] == "membership")
    assert membership["withdrawn"] or membership["price_side"] == "unknown"
    assert any("membership" in note for note in told["notes"])


def test_posts_frontier_and_verification_have_the_contracts_columns(out):
    for post in rows(out / "posts.csv"):
        assert post["state"] in ("firm", "provisional")
        if float(post["traded_fte"]):
            assert 0 <= float(post["probability_loses_money"]) <= 1
        else:
            assert post["probability_loses_money"] == ""
    points = rows(out / "frontier.csv")
    assert len(points) >= 2
    limits = [int(point["cvar_limit_pence"]) for point in points]
    assert limits == sorted(limits, reverse=True)
    told = json.loads((out / "verification.json").read_text())
    assert told["holds"], told["broken"]
    assert told["constraints_checked"] > 100


def test_the_same_seed_gives_the_same_documents(out, tmp_path):
    assert main(written(tmp_path)) == 0
    for name in ("structure.json", "posts.csv", "frontier.csv"):
        assert (tmp_path / "out" / name).read_text() == (out / name).read_text()


TROUBLE = {
    "zero budget": ({"funding": ["line,kind,amount_pence,from,to", "Base,base,0,,"]}, ["budget", "Base"]),
    "a duty no post can do": (
        {"duties": ["duty,category,days,statutory", "looked-after,virtual,30,1"]},
        ["looked-after", "virtual"],
    ),
    "a duty too large for anybody": (
        {"duties": ["duty,category,days,statutory", "challenge,review,9000,1"]},
        ["challenge", "max_fte"],
    ),
    "too little money": (
        {"funding": ["line,kind,amount_pence,from,to", "Base,base,3000000,,"]},
        ["short", "challenge", "Base"],
    ),
    "a limit nothing keeps": (
        {"settings": [*FILES["settings"][1:], "cvar_limit_pence = -900000000"]},
        ["cvar_limit_pence", "worst years"],
    ),
    "a service nobody was asked about": (
        {"services": [*FILES["services"], "new-thing,review,100,day,1"]},
        ["new-thing", "schoolward demand"],
    ),
    "no limit": ({"settings": ["seed = 1"]}, ["cvar_limit_pence"]),
    "bad TOML": ({"settings": ["cvar_limit_pence = = 2"]}, ["TOML"]),
    "a word for a number": (
        {"duties": ["duty,category,days,statutory", "challenge,review,many,1"]},
        ["duties.csv", "line 2", "days"],
    ),
    "a column missing": ({"posts": ["post,unit", "a,b"]}, ["posts.csv", "annual_cost_pence"]),
    "a post twice": ({"posts": [*FILES["posts"], FILES["posts"][1]]}, ["adviser", "twice"]),
    "limits the wrong way round": (
        {"posts": [FILES["posts"][0], "adviser,U,A,S,6000000,2,3,1,0.5,review"]},
        ["adviser", "min_fte"],
    ),
    "no kind of funding": (
        {"funding": ["line,kind,amount_pence,from,to", "Base,gift,100,,"]},
        ["gift", "funding.csv"],
    ),
    "a day worth nothing": (
        {"settings": [*FILES["settings"], "most_paid_per_day_pence = 0"]},
        ["most_paid_per_day_pence", "above nil"],
    ),
    "refunds that pay": ({"settings": [*FILES["settings"], "refund_share = 0.5"]}, ["refund_share"]),
}  # fmt: skip


@pytest.mark.parametrize("trouble", TROUBLE)
def test_trouble_is_refused_by_name(trouble, tmp_path, capsys):
    changed, words = TROUBLE[trouble]
    assert main(written(tmp_path, **changed)) == 2
    said = capsys.readouterr()
    assert not said.out
    for word in words:
        assert word in said.err, said.err
    assert not (tmp_path / "out" / "structure.json").exists()


REAL = {
    "posts": [
        FILES["posts"][0],
        "adviser,School improvement,Adviser,Soulbury,6000000,2,0,4,0.5,leadership;teaching",
        "officer,Governor services,Officer,NJC,3900000,1,0,2,0.5,governance",
    ],
    "duties": [FILES["duties"][0], "challenge,leadership,110,1", "support,teaching,90,0"],
    "settings": [*FILES["settings"][:2], "price_menu = [1.0]", "services_open_share = 1.0"],
}  # fmt: skip


def test_what_demand_wrote_is_read_as_it_stands(demand_results, tmp_path):
    """The whole way on the command line: tables to draws, draws to posts and prices."""
    words = written(tmp_path, **REAL)
    words[words.index("--demand") + 1] = str(demand_results / "out")
    words[words.index("--services") + 1] = str(demand_results / "services.csv")
    assert main(words) == 0
    told = json.loads((tmp_path / "out" / "structure.json").read_text())
    summary = json.loads((demand_results / "out" / "summary.json").read_text())
    assert len(told["prices"]) == len(summary["by_service"])
    for row in told["prices"]:
        said = summary["by_service"][row["service"]]["buyers"]
        assert said["p05"] <= row["expected_buyers"] <= said["p95"]
    assert told["take_up"]["schools"] == 24
    assert json.loads((tmp_path / "out" / "verification.json").read_text())["holds"]
    listed = json.loads((tmp_path / "out" / "manifest.json").read_text())["inputs"]
    assert listed["draws"] == sha256((demand_results / "out" / "draws.npz").read_bytes()).hexdigest()


def test_draws_that_are_missing_or_broken_are_refused(tmp_path, capsys):
    words = written(tmp_path)
    (tmp_path / "draws.npz").write_bytes(b"not an archive")
    assert main(words) == 2
    (tmp_path / "draws.npz").unlink()
    assert main(words) == 2
    assert "schoolward demand" in capsys.readouterr().err


def test_time_that_runs_out_is_told(tmp_path, capsys):
    words = written(tmp_path, settings=[*FILES["settings"], "time_limit_s = 0.0"])
    assert main(words) == 2
    assert "time_limit_s" in capsys.readouterr().err


def test_settings_not_understood_are_named_and_an_older_name_is_understood(tmp_path, capsys):
    settings = [*FILES["settings"], "colour = 3", "core_day_worth_pence = 300000"]
    assert main(written(tmp_path, settings=settings)) == 0
    said = capsys.readouterr()
    assert "colour" in said.err
    assert "core_day_worth" not in said.err
    told = json.loads((tmp_path / "out" / "structure.json").read_text())
    assert told["budget"]["most_paid_per_day_pence"] == 300_000
    assert told["budget"]["unspent_told"] in said.out


def test_range_of_base_cuts_says_what_each_does(tmp_path):
    assert main(written(tmp_path, settings=[*FILES["settings"], "base_cut_shares = [0.0, 0.1, 0.9]"])) == 0
    cuts = rows(tmp_path / "out" / "cuts.csv")
    assert [each["possible"] for each in cuts] == ["true", "true", "false"]
    assert "short" in cuts[2]["why_not"]
    assert float(cuts[1]["core_cover"]) <= float(cuts[0]["core_cover"]) + 0.01
