"""The dull twin: a stored plan's every constraint and cost again, by plain loops, with no solver and no
shortcut.

Nothing here is shared with how plans are found but the words for a question. Days are handed out one path
at a time (augmenting paths over posts, dearest days first), and the budget for associates by halving
between the two greedy hand-outs that bracket it; both are optimal and both can be followed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from schoolward.analysis.structure.inputs import Post, Question

CLOSE = 1e-6
TOLERANCE_POUNDS = 0.01


@dataclass(frozen=True)
class Stated:
    """What a stored structure says of itself: FTE by post, price by service (None: withdrawn), core
    associates.
    """

    core_fte: dict[str, float]
    traded_fte: dict[str, float]
    price_pence: dict[str, int | None]
    associate_budget_pence: int


@dataclass(frozen=True)
class Year:
    """One scenario: purchases by service, core days and statutory days by category, and what is said of
    it, core associates' pay in it included.
    """

    sold: dict[str, float]
    need_days: dict[str, float]
    statutory_days: dict[str, float]
    said_deficit_pounds: float
    said_discretionary_missed: float
    said_emergency_days: float
    said_paid_pounds: float


@dataclass(frozen=True)
class Finding:
    """One constraint: what it asks, both sides, and whether it holds."""

    constraint: str
    left: float
    right: float
    holds: bool


def check_first_stage(
    question: Question, stated: Stated, expected_surplus_pounds: float
) -> tuple[Finding, ...]:
    """Every constraint that does not depend on the scenario."""
    return tuple(_first_stage(question, stated, expected_surplus_pounds))


def _first_stage(question: Question, stated: Stated, surplus_pounds: float) -> Iterator[Finding]:
    settings = question.settings
    core_cost = redundancy = Decimal(0)
    for post in question.posts:
        core, traded = stated.core_fte[post.key], stated.traded_fte[post.key]
        both = core + traded
        yield finding(f"{post.key}: FTE at least min_fte", post.min_fte, both, both >= post.min_fte - CLOSE)
        yield finding(f"{post.key}: FTE at most max_fte", both, post.max_fte, both <= post.max_fte + CLOSE)
        for arm, fte in (("core", core), ("traded", traded)):
            steps = fte / post.step_fte
            yield finding(
                f"{post.key}: {arm} FTE in whole steps",
                steps,
                round(steps),
                abs(steps - round(steps)) < CLOSE,
            )
            if post.arm not in ("both", arm):
                yield finding(f"{post.key}: no {arm} part", fte, 0.0, fte == 0)
        core_cost += Decimal(post.annual_cost_pence) * Decimal(str(core))
        gone = max(post.current_fte - both, 0.0)
        redundancy += Decimal(str(settings.redundancy_pence(post))) * Decimal(str(gone))
    for service in question.services:
        price = stated.price_pence[service.key]
        menu = [round(service.list_price_pence * share) for share in settings.price_menu]
        ok = price is None or price in menu
        yield finding(f"{service.key}: price on the menu or withdrawn", price or 0, price or 0, ok)
    offered = sum(price is not None for price in stated.price_pence.values())
    least = question.least_open
    yield finding("services on offer at least as many as kept", least, offered, least <= offered)
    given = min(settings.surplus_share_to_core * surplus_pounds, surplus_pounds)
    spent = float(core_cost + redundancy) / 100 + stated.associate_budget_pence / 100
    money = question.budget_pence() / 100 + given
    yield finding("core posts, redundancy and associates within the budget", spent, money, spent <= money + 1)


def check_year(question: Question, stated: Stated, year: Year) -> tuple[Finding, ...]:
    """One scenario's costs and cover worked out again, and held against what is said of it."""
    return tuple(_year(question, stated, year))


def _year(question: Question, stated: Stated, year: Year) -> Iterator[Finding]:
    deficit = traded_deficit_pounds(question, stated, year.sold)
    close = abs(deficit - year.said_deficit_pounds) <= TOLERANCE_POUNDS * (1 + abs(deficit) / 1e5)
    yield finding("traded deficit in pounds", deficit, year.said_deficit_pounds, close)
    emergency = emergency_days(question, stated, year.statutory_days)
    same = abs(emergency - year.said_emergency_days) < 1e-4
    yield finding("emergency days", emergency, year.said_emergency_days, same)
    missed = weighted_days_missed(question, stated, year.need_days, year.statutory_days)
    said = year.said_discretionary_missed + question.settings.emergency_weight * year.said_emergency_days
    said += year.said_paid_pounds * worth_of_a_pound(question)
    yield finding("weighted core days missed, and associates' pay", missed, said, abs(missed - said) < 1e-3)


def traded_deficit_pounds(question: Question, stated: Stated, sold: dict[str, float]) -> float:
    """Staff, associates and refunds less income net of direct costs."""
    settings, need, income = question.settings, {}, 0.0
    for service in question.services:
        price = stated.price_pence[service.key]
        if price is None:
            continue
        income += sold[service.key] * (price - service.direct_cost_pence) / 100
        if service.days_per_unit is not None:
            need[service.category] = (
                need.get(service.category, 0.0) + sold[service.key] * service.days_per_unit
            )
    pieces = []
    for category, days in need.items():
        terms = settings.associate_for(category)
        rate = terms.day_rate_pence / 100
        refund = settings.refund_share * rate
        outside = min(days, terms.most_traded_days)
        pieces += [(rate, category, outside), (refund, category, days - outside)]
    given = hand_out(question.posts, _capacity(question, stated.traded_fte), pieces, "traded")
    unworked = 0.0
    for category, days in need.items():
        terms = settings.associate_for(category)
        rate = terms.day_rate_pence / 100
        refund = settings.refund_share * rate
        left = days - given.get(category, 0.0)
        outside = min(left, terms.most_traded_days)
        unworked += outside * rate + (left - outside) * refund
    staff = sum(post.annual_cost_pence / 100 * stated.traded_fte[post.key] for post in question.posts)
    return staff + unworked - income


def emergency_days(question: Question, stated: Stated, statutory: dict[str, float]) -> float:
    """The fewest statutory days that neither posts nor associates can cover."""
    return _least_missed(question, stated, statutory, statutory, 1.0, 0.0)


def worth_of_a_pound(question: Question) -> float:
    """Days of cover that a pound not spent is worth."""
    return 100 / question.settings.most_paid_per_day_pence


def unspent_pence(question: Question, stated: Stated, from_traded_pence: int) -> int:
    """What the core has left once its posts, redundancies and its associates' ceiling are paid, exact."""
    spent = Decimal(stated.associate_budget_pence)
    for post in question.posts:
        core, traded = (Decimal(str(fte[post.key])) for fte in (stated.core_fte, stated.traded_fte))
        spent += round(post.annual_cost_pence * core)
        gone = max(Decimal(str(post.current_fte)) - core - traded, Decimal(0))
        spent += Decimal(str(question.settings.redundancy_pence(post))) * gone
    return round(question.budget_pence() + from_traded_pence - spent)


def weighted_days_missed(
    question: Question, stated: Stated, need: dict[str, float], statutory: dict[str, float]
) -> float:
    """The least of discretionary days missed, emergency days at their weight, and associates' pay at its
    worth in days.
    """
    weight, worth = question.settings.emergency_weight, worth_of_a_pound(question)
    return _least_missed(question, stated, need, statutory, weight, worth)


def _least_missed(question, stated, need, statutory, weight: float, worth: float) -> float:
    """Halves between prices of the associates' budget, from a pound's own worth up, until two neighbouring
    hand-outs bracket what there is.
    """
    budget = stated.associate_budget_pence / 100
    rates = {c: question.settings.associate_for(c).day_rate_pence / 100 for c in need}
    dearer = {v / r for r in rates.values() if r for v in (1.0, weight)}
    edges = sorted({worth, *(edge for edge in dearer if edge > worth)})
    stops = [e + d * 1e-9 * (1 + e) for e in edges for d in (-1, 1)][1:]
    dear = [_missed_at(question, stated, need, statutory, weight, price, rates) for price in stops]
    for (missed, spent), (missed_more, spent_less) in pairwise(dear):
        if spent <= budget + 1e-9:
            return missed + worth * spent
        if spent_less <= budget:
            share = (budget - spent_less) / (spent - spent_less)
            return share * missed + (1 - share) * missed_more + worth * budget
    missed, spent = dear[-1]
    return missed + worth * spent


def _missed_at(question, stated, need, statutory, weight, price, rates) -> tuple[float, float]:
    """Weighted days missed and pounds spent on associates when a pound for them costs so many days."""
    pieces, outside_at = [], {}
    for category, days in need.items():
        must = min(statutory[category], days)
        outside = price * rates[category]
        left = question.settings.associate_for(category).most_core_days
        tiers = [(weight, must), (1.0, days - must)]
        plain: list[tuple[float, float, bool]] = []
        for worth, amount in tiers:
            by_outside = min(amount, left) if outside < worth else 0.0
            left -= by_outside
            plain += [(outside, by_outside, True), (worth, amount - by_outside, False)]
        outside_at[category] = plain
        pieces += [(worth, category, amount) for worth, amount, _ in plain]
    given = hand_out(question.posts, _capacity(question, stated.core_fte), pieces, "core")
    missed = spent = 0.0
    for category, plain in outside_at.items():
        by_posts = given.get(category, 0.0)
        for worth, amount, by_outside in sorted(plain, key=lambda tier: -tier[0]):
            here = min(by_posts, amount)
            by_posts -= here
            if by_outside:
                spent += (amount - here) * rates[category]
            else:
                missed += (amount - here) * worth
    return missed, spent


def _capacity(question: Question, fte: dict[str, float]) -> dict[str, float]:
    return {key: question.settings.productive_days_per_fte * share for key, share in fte.items()}


def hand_out(
    posts: Sequence[Post], capacity: dict[str, float], pieces: list[tuple[float, str, float]], arm: str
) -> dict[str, float]:
    """Days by category that posts work, the dearest pieces (worth, category, days) first, moving others
    over.
    """
    able = {post.key: post.skills if post.arm in ("both", arm) else frozenset() for post in posts}
    free, working, given = dict(capacity), {}, {}
    for worth, category, days in sorted(pieces, key=lambda piece: -piece[0]):
        if worth <= 0:
            continue
        left = days
        while left > CLOSE * 1e-3:
            path = _path(category, able, free, working)
            if path is None:
                break
            moved = min(
                [left, free[path[-1]]] + [working[path[n], path[n + 1]] for n in range(1, len(path) - 1, 2)]
            )
            for n in range(0, len(path) - 1, 2):
                working[path[n + 1], path[n]] = working.get((path[n + 1], path[n]), 0.0) + moved
                if n + 2 < len(path):
                    working[path[n + 1], path[n + 2]] -= moved
            free[path[-1]] -= moved
            left -= moved
        given[category] = given.get(category, 0.0) + days - left
    return given


def _path(category: str, able, free, working) -> list[str] | None:
    """category, post, category, post … to a post with days left, each post giving up the next category's
    days.
    """
    seen, edge = {category}, [[category]]
    while edge:
        path = edge.pop(0)
        for post, skills in able.items():
            if path[-1] not in skills or post in path[1::2]:
                continue
            if free[post] > CLOSE * 1e-3:
                return [*path, post]
            for other in skills - seen:
                if working.get((post, other), 0.0) > CLOSE * 1e-3:
                    seen.add(other)
                    edge.append([*path, post, other])
    return None


def worst_mean(losses: Sequence[float], alpha: float) -> float:
    """The mean of the worst share 1 - alpha of losses, the last counted in part."""
    left, total = (1 - alpha) * len(losses), 0.0
    whole = left
    for loss in sorted(losses, reverse=True):
        take = min(1.0, left)
        total += take * loss
        left -= take
        if left <= 0:
            break
    return total / whole


def finding(constraint: str, left: float, right: float, holds: bool) -> Finding:
    """One constraint, its sides rounded for reading."""
    return Finding(constraint, round(float(left), 6), round(float(right), 6), bool(holds))
