"""A whole study of a small question: options, what-ifs, what matters most, who is firm, and what is worth
knowing.
"""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from schoolward.analysis.structure import edits, options, take_up
from schoolward.analysis.structure.core_days import CoreDays
from schoolward.analysis.structure.corridor import full_cost_pence, over_years
from schoolward.analysis.structure.edits import QUICK
from schoolward.analysis.structure.frontier import frontier, limits_to_try
from schoolward.analysis.structure.inputs import Corridor, FundingLine
from schoolward.analysis.structure.plan import cvar, tail_weights
from schoolward.analysis.structure.refusals import NothingFeasible
from schoolward.analysis.structure.report import document, emergencies
from schoolward.analysis.structure.standing import standings
from schoolward.analysis.structure.tornado import tornado
from schoolward.analysis.structure.value import perfect_information
from schoolward.analysis.structure.verification import document as verified
from schoolward.terms.errors import BadInput
from tests.factories.structure_questions import post, question, service, study, with_settings


@pytest.fixture(scope="module")
def small():
    """A study."""
    return study()


@pytest.fixture(scope="module")
def plan(small):
    """Its proposal."""
    return small.propose().plan


def test_limit_is_kept_out_of_sample_by_the_set_that_holds_it(small):
    proposal = small.propose()
    assert proposal.cvar_on_hold <= proposal.cvar_limit
    assert proposal.tightened >= 0


def test_worst_years_are_averaged_with_the_last_in_part():
    loss = np.arange(10.0)
    assert tail_weights(loss, 0.75).sum() == pytest.approx(1)
    assert cvar(loss, 0.75) == pytest.approx((9 + 8 + 0.5 * 7) / 2.5)


def test_the_proposal_tested_as_an_option_has_its_own_figures(small, plan):
    posts = small.question.posts
    core = {p.key: float(p.step_fte * plan.core_steps[n]) for n, p in enumerate(posts)}
    traded = {p.key: float(p.step_fte * plan.traded_steps[n]) for n, p in enumerate(posts)}
    prices = {
        s.key: int(small.program.prices_pence[j, plan.level[j]]) if plan.level[j] >= 0 else None
        for j, s in enumerate(small.question.services)
    }
    again = options.plan_of(small, core, traded, prices)
    assert again.same_as(plan)
    tested = options.test(small, again)
    assert not tested.broken
    told = document(small, small.propose())
    assert tested.figures["expected_surplus_pence"] == told["expected_surplus_pence"]


def test_an_option_says_in_words_what_it_breaks(small):
    everyone = options.plan_of(small, {"adviser": 4, "inclusion": 4}, {}, {})
    assert any("more than the budget" in sentence for sentence in options.test(small, everyone).broken)
    nobody = options.plan_of(small, {}, {}, {})
    assert any("emergency days" in sentence for sentence in options.test(small, nobody).broken)


@pytest.mark.parametrize(
    ("core", "prices", "word"),
    [
        ({"adviser": 0.3}, {}, "steps"),
        ({"nobody": 1.0}, {}, "nobody"),
        ({}, {"review-day": 12_345}, "menu"),
        ({}, {"tea": 100}, "tea"),
    ],
)
def test_an_option_that_cannot_be_read_is_refused(small, core, prices, word):
    with pytest.raises(BadInput, match=word):
        options.plan_of(small, core, {}, prices)


def test_emergency_days_are_named_by_duty_and_priced(small):
    nobody = options.plan_of(small, {}, {}, {})
    worlds = small.worlds(nobody, 2)
    told = emergencies(small.question, small.program, small.outcomes(nobody), worlds)
    assert told["share_of_years"] > 0.9
    assert told["uses"][0]["duties"] == ["challenge"]
    assert told["expected_cost_pence"] > 0


def certain(**given):
    """A study with money for eight people whose core needs 300 days of review in each year."""
    posts = (post(annual_cost_pence=5_000_000, current_fte=0.0), post("dear", current_fte=0.0))
    funding = (FundingLine("Base", "base", 48_000_000),)
    plain = study(with_settings(question(posts=posts, funding=funding), **given))
    days = np.array([300.0 if category == "review" else 0.0 for category in plain.program.categories])

    def draw(scenarios, rng):
        return CoreDays(np.tile(days, (scenarios, 1)), np.tile(days / 10, (scenarios, 1)))

    return replace(plain, core_source=draw)


def test_of_plans_that_cover_alike_the_cheapest_is_proposed():
    sure = certain()
    plan = sure.propose().plan
    assert (sure.program.step_fte * plan.core_steps).tolist() == [2.0, 0.0]
    told = document(sure, sure.propose())
    money = told["budget"]
    assert told["core_cover"] == 1
    assert money["core_posts_pence"] == 10_000_000
    assert money["expected_unspent_pence"] == 48_000_000 + money["from_traded_pence"] - 10_000_000
    assert money["unspent_told"].startswith("In an average year £380,000 is left over")
    assert "76 days of cover: one more day may cost £5,000 at most" in money["unspent_told"]
    assert verified(sure, plan)["holds"]


@pytest.mark.parametrize(("most_pence", "covered"), [(30_000, 0.1), (34_000, 1.0)])
def test_a_wanted_day_is_covered_for_the_sum_stated_and_not_for_more(most_pence, covered):
    sure = certain(most_paid_per_day_pence=most_pence)  # a day of the cheaper post costs 33,333 pence
    assert document(sure, sure.propose())["core_cover"] == pytest.approx(covered, abs=0.17)


def test_paying_more_for_a_day_never_lowers_cover():
    """What better plans could still save, by the gap, is all that may go the other way."""
    gap, seen = 0.05, []
    asked = question(
        posts=(post(current_fte=0.0), post("inclusion", "inclusion;review", current_fte=0.0)),
        funding=(FundingLine("Base", "base", 48_000_000),),
    )
    for most_pence in (38_000, 60_000, 150_000, 2_000_000):
        priced = study(with_settings(asked, most_paid_per_day_pence=most_pence))
        search, worth = priced.search, priced.program.worth
        found = search.judge(search.solve(20.0, gap).plan)[1]
        seen.append((worth, float((found.core.cost - worth * found.core.paid).mean())))
    for (more, before), (less, after) in pairwise(seen):
        assert after <= before + gap + less * 2 * gap / (more - less)
    assert seen[0][1] > seen[-1][1] + 5, "the price decides nothing here, so nothing is tested"


@pytest.mark.parametrize(("most_pence", "word"), [(0, "above nil"), (2_000, "sooner be missed")])
def test_a_price_of_a_day_that_cannot_be_meant_is_refused(most_pence, word):
    with pytest.raises(BadInput, match=word):
        study(with_settings(question(), most_paid_per_day_pence=most_pence)).propose()


def rare_flood(share: float, flood_days: float = 5_000.0):
    """A study where a share of years brings so many further statutory days."""
    plain = study()

    def draw(scenarios, rng):
        days = plain.core_source(scenarios, rng)
        flood = (rng.random(scenarios) < share)[:, None] * np.array([0.0, flood_days])
        return CoreDays(days.need + flood, days.statutory + flood)

    return replace(plain, core_source=draw, sizes=replace(plain.sizes, report=10_000, reserve=10_000))


def test_years_that_nothing_can_cover_are_emergencies_while_they_are_rare():
    flooded = rare_flood(0.0002)
    proposal = flooded.propose()
    told = document(flooded, proposal)["emergency"]
    assert 0 < told["share_of_years"] <= told["accepted_share"] == 0.001
    assert told["most_days"] > 4_000
    assert all(use["duties"] == ["challenge"] for use in told["uses"])
    assert told["expected_cost_pence"] > 0
    assert verified(flooded, proposal.plan)["holds"]


def test_years_that_the_budget_cannot_cover_are_emergencies_while_they_are_rare():
    flooded = rare_flood(0.0002, 600.0)
    assert not flooded.search.cover.gone, "with every post at its most the days could be worked"
    proposal = flooded.propose()
    assert 0 < flooded.search.cover.gone <= 5
    told = document(flooded, proposal)["emergency"]
    assert told["share_of_years"] <= told["accepted_share"]
    with pytest.raises(NothingFeasible, match="short of the cheapest structure"):
        rare_flood(0.02, 600.0).propose()


def test_years_that_nothing_can_cover_refuse_the_plan_once_they_are_common():
    with pytest.raises(NothingFeasible, match="challenge cannot be covered"):
        rare_flood(0.02).propose()


def test_a_pound_of_take_up_that_counts_keeps_more_on_offer_and_says_what_the_rest_would_cost():
    dear = service("inclusion-case", "inclusion", list_price_pence=66_000, days_per_unit=2.0)
    asked = question(services=(service(), dear))
    for_money, for_schools, kept = (
        study(with_settings(asked, take_up_share=share, services_open_share=least))
        for share, least in ((0.0, 0.0), (0.9, 0.0), (0.0, 1.0))
    )
    alone = take_up.document(for_money, for_money.propose().plan)
    assert alone["services_open"] == 1
    why = alone["withdrawn"][0]
    assert why["service"] == "inclusion-case"
    assert why["costs_pence"] > 0
    assert "more than it brings in" in why["sentence"]
    for study_of_all in (for_schools, kept):
        plan = study_of_all.propose().plan
        told = take_up.document(study_of_all, plan)
        assert told["services_open"] == 2
        assert told["withdrawn"] == []
        assert told["schools_served"] > alone["schools_served"]
        assert verified(study_of_all, plan)["holds"]
    rows = take_up.stances(for_money)
    assert rows[-1].services_open == 2
    assert rows[0].expected_surplus_pence >= rows[-1].expected_surplus_pence


def test_schools_served_are_those_that_buy_anything(small):
    all_open = options.plan_of(small, {}, {}, {"review-day": 46_000, "inclusion-case": 90_000})
    one = options.plan_of(small, {}, {}, {"review-day": 46_000})
    bought_one = small.worlds(one, 2).sold[:, 0].mean()
    assert take_up.schools_served(small, one) == pytest.approx(bought_one, rel=0.05)
    assert bought_one < take_up.schools_served(small, all_open) < len(small.demand.urn)


def test_frontier_gives_up_cover_or_nothing_as_the_limit_falls(small):
    points = frontier(small, limits_to_try(small, 3))
    assert len(points) >= 2
    limits = [point.cvar_limit for point in points]
    assert limits == sorted(limits, reverse=True)
    assert points[0].tie == 1
    assert all(0 <= point.core_cover <= 1 for point in points)
    assert not any(point.years_let_go for point in points), "every year can be covered within each limit"


def test_frontier_ends_at_a_limit_that_nothing_is_found_to_keep(small):
    points = frontier(small, (20.0, -9_000.0, -9_001.0), small.propose().plan)
    assert [point.cvar_limit for point in points] == [20.0]


def test_frontier_says_where_years_are_left_to_emergency_days():
    flooded = rare_flood(0.0002, 600.0)
    points = frontier(flooded, (100.0,))
    assert 0 < points[0].years_let_go <= 5
    assert points[0].years_to_cover == flooded.sizes.choose + flooded.sizes.reserve


def test_posts_are_firm_or_say_what_would_firm_them_up(small):
    chosen = options.plan_of(
        small,
        {"adviser": 2},
        {"adviser": 1, "inclusion": 2},
        {"review-day": 46_000, "inclusion-case": 90_000},
    )
    found = {each.post: each for each in standings(small, chosen)}
    shaky = found["inclusion"]
    assert shaky.state == "provisional"
    assert shaky.loses_money > small.question.settings.firm_threshold
    assert shaky.more_buyers is None or shaky.more_buyers > 0
    assert shaky.category.replace("-", " ") in shaky.sentence
    core_only = {each.post: each for each in standings(small, options.plan_of(small, {"adviser": 2}, {}, {}))}
    assert core_only["adviser"].state == "firm"
    assert core_only["adviser"].loses_money is None


def test_a_post_whose_day_costs_more_than_is_paid_for_it_is_never_firm():
    dear = study(question(posts=(post(annual_cost_pence=9_000_000), post("inclusion", "inclusion"))))
    found = standings(dear, options.plan_of(dear, {}, {"adviser": 0.5}, {"review-day": 46_000}))[0]
    assert (found.day_costs_pence, found.day_brings_pence) == (60_000, 46_000)
    assert found.more_buyers is None
    assert found.sentence.startswith("Provisional: a day of it costs £600 and a day of review brings in £460")


def test_more_demand_firms_up_a_post(small):
    chosen = options.plan_of(small, {"adviser": 2}, {"inclusion": 1}, {"inclusion-case": 90_000})
    before = standings(small, chosen)[1].loses_money
    more = replace(small, draws=replace(small.demand, eta=small.demand.eta + np.float32(1)))
    assert standings(more, chosen)[1].loses_money <= before


def test_what_matters_most_comes_first(small, plan):
    bars = tornado(small, plan)
    swings = [bar.swing_pence for bar in bars]
    assert swings == sorted(swings, reverse=True)
    by_name = {bar.name: bar for bar in bars}
    demand = by_name["Demand of all schools"]
    assert demand.low.expected_surplus_pence <= demand.high.expected_surplus_pence
    core = by_name["Core days"]
    assert core.high.core_cover <= core.low.core_cover


def test_edits_move_the_figures_the_way_they_must(small, plan):
    quick = edits.quick(small)
    assert quick.sizes == QUICK
    poorer, gone = edits.lose_largest_buyers(quick, plan, 10)
    assert len(gone) == 10
    told = edits.kept_plan(quick, poorer, plan)
    assert told.after["expected_income_pence"] <= told.before["expected_income_pence"]
    cut = edits.kept_plan(quick, edits.cut_funding(quick, "base", 0.6), plan)
    assert cut.after["short_of_budget_pence"] > 0
    for turn in (
        edits.rival_enters(quick, "review", 0.5),
        edits.academy_wave(quick, quick.demand.urn[:20].tolist(), 0.4),
        edits.schools_leave(quick, quick.demand.urn[:5].tolist()),
    ):
        assert turn.demand.eta.sum() <= quick.demand.eta.sum()
        assert edits.kept_plan(quick, turn, plan).after["expected_income_pence"] >= 0


@pytest.mark.parametrize(
    "edit",
    [
        lambda s: edits.cut_funding(s, "lottery", 0.1),
        lambda s: edits.cut_funding(s, "base", 1.1),
        lambda s: edits.rival_enters(s, "cooking", 0.5),
        lambda s: edits.rival_enters(s, "review", 0.0),
        lambda s: edits.schools_leave(s, [1]),
        lambda s: edits.academy_wave(s, [], 2.0),
        lambda s: edits.key_person(s, s.propose().plan, {"tea": 1.0}),
    ],
)
def test_edits_that_mean_nothing_are_refused(small, edit):
    with pytest.raises(BadInput):
        edit(small)


def test_income_that_hangs_on_a_person_is_a_share_of_the_whole_by_school(small):
    chosen = options.plan_of(small, {"adviser": 2}, {"adviser": 1}, {"review-day": 46_000})
    whole = edits.key_person(small, chosen, {"review-day": 1.0})
    half = edits.key_person(small, chosen, {"review-day": 0.5})
    assert half.mean_pence == pytest.approx(whole.mean_pence / 2, rel=0.01)
    assert whole.low_pence <= whole.mean_pence <= whole.high_pence
    assert sum(pence for _, pence in whole.by_school) == pytest.approx(whole.mean_pence, abs=40)
    listed = [pence for _, pence in whole.by_school]
    assert listed == sorted(listed, reverse=True)


def test_knowing_demand_is_worth_nothing_less_than_nothing(small, plan):
    worth = perfect_information(small, plan, 3)
    assert worth.mean_pence >= 0
    assert worth.draws == 3


def test_price_outside_the_corridor_is_flagged_or_left_out():
    asked = question(services=(service(), service("dear", "review", list_price_pence=900_000)))
    flagged = study(asked)
    told = document(flagged, flagged.propose())
    dear = next(each for each in told["prices"] if each["service"] == "dear")
    assert dear["withdrawn"] or dear["price_side"] == "surplus"
    kept = study(with_settings(asked, corridor=Corridor(enforce=True)))
    assert not kept.program.open[1].any()
    assert kept.propose().plan.level[1] == -1


def test_full_cost_is_unknown_where_nothing_is_given_and_earlier_years_count():
    asked = question(services=(service(), service("club", "network", days_per_unit=None)))
    assert full_cost_pence(asked, asked.services[1]) is None
    assert over_years(asked, asked.services[1], 1_000, 10).years_side == "unknown"
    cost = full_cost_pence(asked, asked.services[0])
    assert over_years(asked, asked.services[0], cost, 10).years_side == "within"
    rich = replace(asked.services[0], brought_forward_pence=cost * 5)
    assert over_years(asked, rich, cost, 10).years_side == "surplus"


def test_part_of_a_years_grant_counts_by_its_days():
    asked = question(
        funding=(
            FundingLine("Base", "base", 36_500, None, None),
            FundingLine("Half", "grant", 36_500, None, date(2026, 9, 30)),
        )
    )
    assert with_settings(asked, year_from=date(2026, 4, 1)).budget_pence() == 36_500 + 18_300


def test_question_without_posts_or_duties_is_refused():
    for missing in ({"posts": ()}, {"duties": ()}):
        with pytest.raises(BadInput):
            study(question(**missing)).propose()
