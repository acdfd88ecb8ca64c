"""Gates on chains, purchases under a budget, what is told of them, and what more asking would be worth."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.demand_authorities import Nature, draw_authority
from schoolward.analysis.demand import arranged, discount, first, purchases, worth
from schoolward.analysis.demand.convergence import effective_draws, rhat
from schoolward.analysis.demand.fitting import fit
from schoolward.analysis.demand.priors import Priors, sentences
from schoolward.analysis.demand.sampler import Chain, Length, walk
from schoolward.terms.errors import NotEnoughData

SIZE = {"schools": 12, "services": 4, "categories": 2, "asked": 3}


@pytest.fixture(scope="module")
def small():
    """A small authority with a tick-list, five forms back, and a short walk."""
    evidence = draw_authority(11, Nature(tick_list=True), **SIZE).evidence(5)
    chain = walk(evidence, Priors(), Length(40, 120), np.random.default_rng(1))
    return evidence, SimpleNamespace(logits=chain.logits, slope=chain.slope, unknowns=chain.unknowns)


def test_chains_of_one_law_agree_and_chains_apart_do_not():
    dice = np.random.default_rng(1)
    alike = dice.normal(size=(4, 500))
    assert rhat(alike) < 1.01
    assert rhat(alike + np.arange(4)[:, None]) > 1.5
    assert rhat(alike * np.array([1, 1, 1, 4])[:, None]) > 1.1


def test_effective_draws_are_those_of_theory():
    dice = np.random.default_rng(2)
    noise = dice.normal(size=(4, 4000))
    assert effective_draws(noise) == pytest.approx(16000, rel=0.15)
    slow = np.zeros_like(noise)
    for n in range(1, slow.shape[1]):
        slow[:, n] = 0.8 * slow[:, n - 1] + noise[:, n]
    assert effective_draws(slow) == pytest.approx(16000 * 0.2 / 1.8, rel=0.2)


def test_fit_whose_chains_disagree_is_refused_after_a_longer_try(small):
    evidence, posterior = small
    lengths = []

    def apart(_, tasks):
        lengths.append(tasks[0].length.every)
        return [
            Chain(posterior.logits + n, posterior.slope, {k: v + n for k, v in posterior.unknowns.items()})
            for n, _ in enumerate(tasks)
        ]

    with pytest.raises(NotEnoughData, match="chains do not agree"):
        fit(evidence, Priors(), Length(10, 120), 1, run=apart)
    assert lengths == [1, 3]


def test_chain_is_the_same_for_the_same_seed_and_another_for_another(small):
    evidence, _ = small
    one, again, other = (
        walk(evidence, Priors(), Length(2, 3), np.random.default_rng(seed)).logits for seed in (5, 5, 6)
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("forms", [0, 12])
def test_no_form_or_every_form_back_still_gives_draws(forms):
    evidence = draw_authority(12, **SIZE).evidence(forms)
    chain = walk(evidence, Priors(), Length(5, 10), np.random.default_rng(1))
    assert np.isfinite(chain.logits).all()


def test_least_wanted_goes_first_and_orders_stay():
    surplus = np.array([[[2.0, 1.0, 0.5, -1.0]]])
    price, none = np.full((1, 4), 100.0), np.full((1, 4), -1)
    wants = (surplus > 0).astype(float)

    def left(ordered, cap):
        return purchases.within(surplus, wants, ordered, price, np.array([[cap]]))[0, 0].tolist()

    assert left(none, 250.0) == [1, 1, 0, 0]
    assert left(none, 0.0) == [0, 0, 0, 0]
    third_ordered = np.array([[-1, -1, 1, -1]])
    assert left(third_ordered, 50.0) == [0, 0, 1, 0]
    assert left(third_ordered, 200.0) == [1, 0, 1, 0]


def test_school_with_no_budget_buys_nothing_and_others_are_not_touched(small):
    evidence, posterior = small
    waiting = int(np.flatnonzero((evidence.ordered() < 0).all(axis=1))[0])
    caps = np.full(posterior.slope.shape, np.inf, dtype=np.float32)
    free = purchases.foretell(evidence, posterior, caps, np.random.default_rng(3))
    caps[:, waiting] = 0
    held = purchases.foretell(evidence, posterior, caps, np.random.default_rng(3))
    assert not held.school_pence[:, waiting].any()
    others = np.arange(evidence.schools) != waiting
    assert np.array_equal(free.school_pence[:, others], held.school_pence[:, others])


def test_ordered_cells_are_counted_as_ordered(small):
    evidence, posterior = small
    caps = purchases.caps(evidence, Priors(), len(posterior.slope), np.random.default_rng(1))
    bought = purchases.foretell(evidence, posterior, caps, np.random.default_rng(2))
    ordered = evidence.ordered()
    back = (ordered >= 0).all(axis=1)
    paid = (ordered[back] * evidence.list_price_pence).sum(axis=1)
    assert (bought.school_pence[:, back] == paid).all()
    assert bought.school_pence.sum(axis=1) == pytest.approx(bought.service_pence.sum(axis=1))


def test_bounds_lie_in_their_order_and_are_one_where_nobody_is_silent(small):
    evidence, posterior = small
    caps = purchases.caps(evidence, Priors(), len(posterior.slope), np.random.default_rng(1))
    bought = purchases.foretell(evidence, posterior, caps, np.random.default_rng(2))
    heard = (evidence.ordered() >= 0).any(axis=1)
    some = purchases.bounds(replace(evidence, answered=heard), posterior, bought)
    assert some.silent_buy_nothing < some.silent_like_others < some.silent_buy_all
    none = purchases.bounds(replace(evidence, answered=np.ones_like(heard)), posterior, bought)
    assert none.silent_buy_nothing == none.silent_like_others == none.silent_buy_all


def test_more_is_ordered_of_what_schools_are_surer_of(small):
    shares = [each.share.mean for each in discount.discounts(small[1])]
    assert shares == sorted(shares)
    assert discount.discounts(small[1])[2].sentence.startswith("Of ten schools that say 8 in 10")


def test_whoever_is_certain_gains_nothing_by_asking(small):
    evidence, posterior = small
    days = np.array([1.0, 2.0, 1.0, np.nan])
    found = worth.worths(evidence, posterior, days, np.random.default_rng(4))
    most = found[0]
    assert most.worth_pence > 0
    assert all(
        each.worth_pence - 3 * each.error_pence <= most.worth_pence + 3 * most.error_pence for each in found
    )
    sure = SimpleNamespace(
        logits=np.repeat(posterior.logits[:1], 120, axis=0),
        slope=posterior.slope,
        unknowns={name: np.repeat(values[:1], 120) for name, values in posterior.unknowns.items()},
    )
    for each in worth.worths(evidence, sure, days, np.random.default_rng(4)):
        assert each.worth_pence == 0
    assert worth.worths(evidence, posterior, np.full(4, np.nan), np.random.default_rng(4)) == []


def test_schools_to_ask_first_leave_less_and_less_unknown(small):
    evidence, posterior = small
    found = first.ask_first(evidence, posterior)
    waiting = set(np.flatnonzero((evidence.ordered() < 0).all(axis=1)).tolist())
    assert {each.school for each in found} == waiting
    left = [each.sd_after_pence for each in found]
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0


def test_arranged_is_told_apart_and_only_where_there_is_a_tick_list(small):
    evidence, posterior = small
    found = arranged.arranged(evidence, posterior, np.random.default_rng(5))
    assert found.ticked == (0, 0, 0, 0)
    assert found.turnover_pence.p95 < evidence.schools * int(evidence.list_price_pence.sum())
    plain = draw_authority(11, **SIZE).evidence(5)
    assert arranged.arranged(plain, posterior, np.random.default_rng(5)) is None


def test_every_belief_has_a_sentence_and_a_source_that_is_listed():
    from pathlib import Path

    listed = Path("docs/sources.md").read_text()
    for belief in sentences(Priors()):
        assert belief.sentence.endswith(".")
        assert f"| {belief.source} |" in listed


def test_nine_times_in_ten_of_optimism_is_that_of_its_heavy_tails():
    priors = Priors()
    drawn = np.random.default_rng(1).standard_t(priors.optimism_df, 200_000) * priors.optimism[1]
    low, high = np.quantile(priors.optimism[0] + drawn, [0.05, 0.95])
    said = [f"{10 / (1 + np.exp(-edge)):.0f}" for edge in (low, high)]
    assert f"nine times in ten between {said[0]} and {said[1]}" in sentences(priors)[0].sentence
