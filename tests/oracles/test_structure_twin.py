"""The decomposition against the extensive form, and the closed form of the recourse against linear
programs.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from schoolward.analysis.structure.nearby import least as least_of
from schoolward.analysis.structure.neighbours import Plans, moves, unmatched
from schoolward.analysis.structure.plan import Plan, core_spend, objective, outcomes
from schoolward.analysis.structure.reach import reach_of
from schoolward.analysis.structure.recourse import CoreCosts, TradedCosts, core_recourse, traded_recourse
from schoolward.analysis.structure.verification import document
from schoolward.analysis.structure.work import shared_out, work
from tests.factories.structure_questions import post, question, study, with_settings
from tests.oracles import extensive_form


@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("limit_pence", [0, 2_000_000])
def test_best_plan_is_the_extensive_forms(share, limit_pence):
    small = study(with_settings(question(), surplus_share_to_core=share))
    search = small.search
    found = search.solve(limit_pence / 100_000, 0.05)
    written = extensive_form.solve(small.program, search.scenarios, limit_pence / 100_000, gap=0.01)
    assert written.status == "Optimal"
    assert found.objective_days <= written.objective + 0.06
    assert found.objective_days >= written.bound - 1e-6
    assert found.bound_days <= written.objective + 1e-6


def test_posts_that_are_no_whole_steps_today_are_cut_as_the_extensive_form_cuts_them():
    posts = (
        post(current_fte=2.3, min_fte=0.4),
        post("inclusion", "inclusion;review", annual_cost_pence=5_200_000, current_fte=1.7, max_fte=3.8),
    )
    small = study(question(posts=posts))
    found = small.search.solve(20.0, 0.05)
    written = extensive_form.solve(small.program, small.search.scenarios, 20.0, gap=0.01)
    assert written.status == "Optimal"
    assert written.bound - 1e-6 <= found.objective_days <= written.objective + 0.06
    assert found.bound_days <= written.objective + 1e-6


def test_cuts_never_promise_a_plan_more_than_it_costs():
    small = study()
    search = small.search
    best = search.solve(20.0, 0.05).plan
    near = Plans.of([replace(best, core_steps=np.array([8, 8]))]).and_these(moves(best, small.program))
    costs = [search.judge(near[n]) for n in range(len(near))]
    least, broken = least_of(search, near)
    affordable = np.array([plan.associate_budget >= 0 for plan, _ in costs])
    assert broken[0] > 1, "sixteen steps cost more than the budget"
    possible = np.flatnonzero(affordable)
    assert all(search.attempt(near[n])[1] is None for n in np.flatnonzero(broken > 1e-6))
    assert len(possible) > 5
    exact = np.array(
        [objective(small.program, found, core_spend(small.program, plan)) for plan, found in costs]
    )
    assert (least[possible] <= exact[possible] + 1e-6).all()
    assert (least[possible] > exact[possible] - 5).any(), "a bound so far below says nothing"


def test_near_plans_are_all_those_one_move_away_that_keep_every_limit():
    small = study(question(posts=(post(min_fte=0.5, max_fte=1.5), post("other", arm="core", max_fte=1.0))))
    plan = Plan(np.array([1, 1]), np.array([1, 0]), np.array([0, -1]), 0.0)
    near = moves(plan, small.program)
    found = {(*near.core_steps[n], *near.traded_steps[n], *near.level[n]) for n in range(len(near))}
    steps = {
        (2, 1, 1, 0), (0, 1, 1, 0), (1, 2, 1, 0), (1, 0, 1, 0), (1, 1, 2, 0), (1, 1, 0, 0), (2, 1, 0, 0),
        (0, 1, 2, 0), (2, 0, 1, 0), (0, 2, 1, 0),
    }  # fmt: skip
    prices = {(1, -1), (-1, -1), (0, 0)}
    assert found == {(*each, 0, -1) for each in steps} | {(1, 1, 1, 0, *each) for each in prices}


def test_years_that_another_exceeds_tell_nothing_more():
    years = np.random.default_rng(4).integers(0, 6, (900, 3)).astype(float)
    kept = unmatched(years)
    assert len(np.unique(years[kept], axis=0)) == len(kept) < 60
    exceeded = (years[kept][None] >= years[:, None]).all(axis=2).any(axis=1)
    assert exceeded.all(), "every year is matched by one that is kept"
    for n in kept:
        higher = (years >= years[n]).all(axis=1) & (years > years[n]).any(axis=1)
        assert not higher.any()


def test_what_cannot_be_is_refused_by_both():
    small = study(with_settings(question(), cvar_limit_pence=-900_000_000))
    found = small.search.solve(-9_000.0, 0.05)
    assert found.infeasible
    assert (
        extensive_form.solve(small.program, small.search.scenarios, -9_000.0, gap=0.01).status == "Infeasible"
    )


def test_every_constraint_and_cost_is_found_again_without_the_solver():
    small = study()
    told = document(small, small.propose().plan, by_hand=60)
    assert told["holds"], told["broken"]
    assert told["years_worked_out_by_hand"] >= 40


def test_verification_notices_a_plan_that_spends_too_much():
    small = study()
    plan = small.propose().plan
    plan.core_steps[:] = 8
    told = document(small, plan, by_hand=10)
    assert not told["holds"]
    assert any("within the budget" in each["constraint"] for each in told["broken"])


@pytest.mark.parametrize("seed", range(25))
def test_recourse_in_closed_form_is_the_linear_programs(seed):
    rng = np.random.default_rng(seed)
    posts, kinds = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    skills = rng.random((posts, kinds)) < 0.4
    reach, capacity = reach_of(skills), rng.uniform(0, 60, posts) * (rng.random(posts) < 0.8)
    rate = rng.uniform(0.3, 0.6, kinds)
    costs = TradedCosts(
        rate,
        rate * rng.uniform(1, 2, kinds),
        np.where(rng.random(kinds) < 0.2, np.inf, rng.uniform(0, 30, kinds)),
    )
    need = rng.uniform(0, 60, (3, kinds)) * (rng.random((3, kinds)) < 0.8)
    statutory, budget = need * rng.uniform(0, 1, need.shape), float(rng.uniform(0, 20))
    worth = float(rng.choice([0.0, 0.2, 1.2, 2.4]))  # of these, some make associates dearer than a day missed
    core_costs = CoreCosts(rate, costs.most_days, float(rng.choice([1.5, 5.0, 20.0])), worth)
    traded = traded_recourse(reach, costs, need, capacity)
    core = core_recourse(reach, core_costs, need, statutory, capacity, budget)
    done = work(reach, costs, need, capacity)
    assert np.allclose(done.associates @ costs.associate + done.refunded @ costs.refund, traded.cost)
    share = shared_out(reach, done.staffed, capacity)
    assert np.allclose(share.sum(axis=1), done.staffed)
    for s in range(3):
        tiers = [(costs.associate, costs.most_days), (costs.refund, np.full(kinds, np.inf))]
        assert traded.cost[s] == pytest.approx(by_program(skills, capacity, need[s], tiers), abs=1e-6)
        tiers = [
            (worth * rate, costs.most_days),
            (np.ones(kinds), need[s] - statutory[s]),
            (np.full(kinds, core_costs.emergency_weight), np.full(kinds, np.inf)),
        ]
        wanted = by_program(skills, capacity, need[s], tiers, (rate, budget))
        assert core.cost[s] == pytest.approx(wanted, abs=1e-6)
        assert -1e-9 <= core.paid[s] <= budget + 1e-9
        dearer = replace(core_costs, worth=worth + 1e-4)
        more = core_recourse(reach, dearer, need[s : s + 1], statutory[s : s + 1], capacity, budget)
        assert not worth or more.cost[0] - core.cost[s] <= 1e-4 * core.paid[s] + 1e-9
        slopes = traded.fixed[s] + traded.by_need[s] @ need[s] - traded.by_capacity[s] @ capacity
        assert slopes == pytest.approx(traded.cost[s], abs=1e-9)


def by_program(skills, capacity, need, tiers, budget=None) -> float:
    """The least cost of days left over by a linear program; tiers of (unit cost, most days) by category."""
    pairs = np.argwhere(skills)
    kinds, flows = len(need), len(pairs)
    cost = np.concatenate([np.zeros(flows), *(unit for unit, _ in tiers)])
    left, right = [], []
    for k in range(kinds):
        row = np.zeros(len(cost))
        row[:flows][pairs[:, 1] == k] = -1
        row[flows + k :: kinds] = -1
        left.append(row)
        right.append(-need[k])
    for p in range(len(skills)):
        row = np.zeros(len(cost))
        row[:flows][pairs[:, 0] == p] = 1
        left.append(row)
        right.append(capacity[p])
    if budget is not None:
        row = np.zeros(len(cost))
        row[flows : flows + kinds] = budget[0]
        left.append(row)
        right.append(budget[1])
    most = [None if np.isinf(m) else m for _, limit in tiers for m in limit]
    return linprog(cost, left, right, bounds=[(0, None)] * flows + [(0, m) for m in most]).fun


def test_slopes_bound_the_cost_everywhere_else():
    small = study()
    plan = small.propose().plan
    here = small.outcomes(plan, 0)
    need = small.worlds(plan, 0).sold @ small.program.day_share
    capacity = small.program.days_per_step * (plan.traded_steps + 1)
    elsewhere = traded_recourse(small.program.traded, small.program.traded_costs, 1.3 * need, capacity)
    slopes = here.traded
    bound = slopes.fixed + (slopes.by_need * 1.3 * need).sum(axis=1) - slopes.by_capacity @ capacity
    assert (bound <= elsewhere.cost + 1e-9).all()
    assert outcomes(small.program, plan, small.worlds(plan, 0)).deficit.shape == (60,)
