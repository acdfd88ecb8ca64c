"""Chances of falling below the floor on the published files: whole, honest about the day, not by chance."""

import csv
import io
from datetime import date

import polars as pl
import pytest

from schoolward.analysis.concern import risk_scores
from schoolward.apps.concern.bridge.falling import falling
from schoolward.apps.performance import bridge as performance
from schoolward.cli.main import main
from schoolward.datasets.rulebook import load_rulebook
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.phases import KeyStage
from tests.real_data.published import AT_HAND, WHY_NOT, published_store

if not AT_HAND:
    pytest.skip(WHY_NOT, allow_module_level=True)


def test_falls_of_2018_are_foretold_from_2016_better_than_by_chance():
    found = falling(published_store(), load_rulebook(), date(2016, 12, 31))
    judged = performance.floor(published_store(), load_rulebook(), KeyStage.KS2, 2018).frame
    fell = judged.filter(pl.col("status").is_in(["below", "not_below"])).select(
        "urn", (pl.col("status") == "below").cast(pl.Int64).alias("fell")
    )
    both = found.join(fell, on="urn")
    scores = risk_scores.score(both["probability"].to_numpy(), both["fell"].to_numpy())
    assert len(both) > 12_000
    assert scores.auc > 0.73
    assert scores.capture_20 > 0.5
    assert found["probability"].is_between(0, 1).all()
    assert (found["probability"] <= found["below_line"]).all()


def test_command_gives_every_school_judged_by_number(capsys):
    words = ["risk", "--of", "floor", "--phase", "ks2", "--as-at", "2018-12-31"]
    assert main([*words, "--store", str(published_store().path)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    urns = [int(row["urn"]) for row in rows]
    assert len(urns) > 13_900
    assert urns == sorted(set(urns))
    assert set(rows[0]) == {"urn", "probability", "below_line"}


def test_key_stage_4_is_refused_with_what_to_do(capsys):
    words = ["risk", "--of", "floor", "--phase", "ks4", "--as-at", "2018-12-31"]
    assert main([*words, "--store", str(published_store().path)]) == 2
    assert "key stage 2 only" in capsys.readouterr().err


def test_day_when_no_standard_was_in_force_is_refused():
    with pytest.raises(NotEnoughData, match="floor standard"):
        falling(published_store(), load_rulebook(), date(2019, 12, 31))
