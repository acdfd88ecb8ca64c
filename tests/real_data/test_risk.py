"""Chances of an adverse inspection on the published files: good enough, honest about the day, whole."""

import csv
import io
from datetime import date
from functools import cache

import numpy as np
import pytest

from schoolward.analysis.concern import risk_scores
from schoolward.apps.concern.bridge import chances
from schoolward.cli.main import main
from schoolward.datasets.rulebook import load_rulebook
from schoolward.terms.phases import KeyStage
from tests.real_data.published import AT_HAND, WHY_NOT, published_store

if not AT_HAND:
    pytest.skip(WHY_NOT, allow_module_level=True)

DAY, TODAY = date(2018, 12, 31), date(2026, 11, 23)


@cache
def known(as_at: date) -> chances.Sources:
    return chances.sources(published_store(), load_rulebook(), KeyStage.KS2, as_at)


def test_primaries_chances_beat_a_plain_boosted_tree(capsys) -> None:
    words = ["risk", "--as-at", str(DAY), "--phase", "ks2", "--store", str(published_store().path)]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert text.startswith("urn,probability,low,high\n")
    rows = list(csv.DictReader(io.StringIO(text)))
    today = chances.snapshot(known(DAY), DAY)
    assert [int(row["urn"]) for row in rows] == today["school"].to_list()
    chance, low, high = (np.array([float(row[n]) for row in rows]) for n in ("probability", "low", "high"))
    assert ((low >= 0) & (low <= chance) & (chance <= high) & (high <= 1)).all()

    adverse = chances.outcomes(known(TODAY), today["school"], DAY).to_numpy()
    main_stream = ((today["independent"] == 0) & (today["special"] == 0)).to_numpy()
    found = risk_scores.score(chance[main_stream], adverse[main_stream])
    assert 14_500 < found.schools < 14_700
    assert 680 < found.adverse < 700
    # a plain boosted-tree model: AUC 0.879, captures of 56% and 78%
    assert found.auc > 0.889
    assert found.capture_10 > 0.61
    assert found.capture_20 > 0.795
    assert found.brier < 0.81 * found.brier_base
    assert found.calibration_error < 0.015


def test_what_was_learnt_from_was_over_and_reported_by_the_day() -> None:
    days = list(chances.learning_days(DAY))
    last = date(2018, 11, 19)  # forty-two days for the report
    assert len(days) > 5
    assert all(chances.later(day, months) <= last for day, months in days)
    assert all(months == 14 for day, months in days if chances.later(day, 14) <= last)
    assert all(chances.later(day, 14) <= last for day in chances.past_days(DAY))


def test_nothing_published_after_the_day_is_known() -> None:
    assert known(DAY).visits["published_on"].max() <= DAY
    assert all((frame["published_on"] <= DAY).all() for frame in known(DAY).results.values())
    early = chances.snapshot(known(DAY), date(2016, 12, 1))
    assert early["attainment"].null_count() == len(early)  # the tables of 2016 came on 15 December


def test_every_school_listed_is_open_and_was_inspected() -> None:
    today = chances.snapshot(known(DAY), DAY)
    register = known(DAY).register.filter(known(DAY).register["urn"].is_in(today["school"].implode()))
    assert today["school"].is_unique().all()
    assert (register["status"] == "Open").all()
    assert (today["visits"] >= 1).all()


def test_converted_school_keeps_its_predecessors_history() -> None:
    today = chances.snapshot(known(DAY), DAY)
    kept = today.filter((today["has_predecessor"] == 1) & (today["last_of_predecessor"] == 1))
    assert len(kept) > 500
    # but for the few whose "predecessor" goes on beside them and was inspected since
    assert (kept["months_since"] > kept["months_since_change"] - 1).mean() > 0.98
