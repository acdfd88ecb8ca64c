"""Why nothing can be worked out, in words that name the duty, the line, the post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from schoolward.analysis.structure.inputs import FUNDING_KINDS, UNITS, Duty, Question
from schoolward.analysis.structure.program import SLACK, THOUSAND
from schoolward.terms.errors import BadInput, SchoolwardError
from schoolward.terms.money import format_pounds

if TYPE_CHECKING:
    from schoolward.analysis.structure.benders import Search

NIL = 0.01  # thousands of pounds, or days, that are rounding


class NothingFeasible(SchoolwardError):
    """No structure keeps the duties, the budget and the limit together; `reasons` say which stand in the
    way.
    """

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__("No structure is possible. " + " ".join(reasons))


def check_question(question: Question) -> None:
    """Raises what is plainly wrong before anything is solved."""
    for complaint in _complaints(question):
        raise complaint


def _complaints(question: Question) -> Iterator[BadInput]:
    settings = question.settings
    if settings.refund_share < 1:
        yield BadInput(
            "A refunded day would cost less than an associate's, so it would pay to turn work away.",
            where="settings, refund_share",
            do="Give 1 or more.",
        )
    if not 0 < settings.alpha < 1:
        yield BadInput(
            "alpha is not between 0 and 1.", where="settings, alpha", do="Give a share such as 0.95."
        )
    if settings.productive_days_per_fte <= 0:
        yield BadInput(
            "productive_days_per_fte is not above nil.", where="settings", do="Give days a year, such as 150."
        )
    if not all(0 <= share < 1 for share in (settings.base_cut_share, *settings.base_cut_shares)):
        yield BadInput(
            "A cut of the base budget is not a share from 0 to below 1.",
            where="settings, base_cut_share",
            do="Give shares such as 0.1.",
        )
    if settings.most_paid_per_day_pence <= 0:
        yield BadInput(
            "The most that one more day of cover may cost is not above nil.",
            where="settings, most_paid_per_day_pence",
            do="Give pence, such as 500000: ten days of an associate.",
        )
    dearest = max(settings.associate_for(category).day_rate_pence for category in question.categories)
    if settings.most_paid_per_day_pence * settings.emergency_weight <= dearest:
        yield BadInput(
            "most_paid_per_day_pence is so low that a statutory day would sooner be missed than paid for.",
            where="settings, most_paid_per_day_pence",
            do=f"Give at least {_pounds(dearest)} in pence, the price of an associate's day.",
        )
    for post in question.posts:
        where = f"posts, {post.key}"
        if post.step_fte <= 0:
            yield BadInput("step_fte is not above nil.", where=where, do="Give a step such as 0.1 or 0.5.")
        if not 0 <= post.min_fte <= post.max_fte:
            yield BadInput(
                "min_fte and max_fte do not make a range.", where=where, do="Give 0 ≤ min_fte ≤ max_fte."
            )
        steps = np.floor(post.max_fte / post.step_fte + SLACK) - np.ceil(post.min_fte / post.step_fte - SLACK)
        if steps < 0:
            yield BadInput(
                f"No whole number of steps of {post.step_fte:g} FTE lies between min_fte and max_fte.",
                where=where,
                do="Widen the limits or make the step smaller.",
            )
        if post.annual_cost_pence < 0 or post.current_fte < 0:
            yield BadInput("A cost or FTE is below nil.", where=where, do="Give amounts of nil or more.")
    for line in question.funding:
        if line.kind not in FUNDING_KINDS:
            yield BadInput(
                f"'{line.kind}' is no kind of funding.",
                where=f"funding, {line.line}",
                do=f"Give one of {', '.join(FUNDING_KINDS)}.",
            )
    for service in question.services:
        if service.unit not in UNITS:
            yield BadInput(
                f"'{service.unit}' is no unit.",
                where=f"services, {service.key}",
                do=f"Give one of {', '.join(UNITS)}.",
            )
        if service.list_price_pence <= 0:
            yield BadInput(
                "The list price is not above nil.", where=f"services, {service.key}", do="Give a price."
            )
    for duty in question.duties:
        if duty.days < 0:
            yield BadInput("Days are below nil.", where=f"duties, {duty.key}", do="Give days of nil or more.")
        if duty.statutory and duty.days > 0 and not able(question, duty):
            yield BadInput(
                f"Nobody can do this statutory duty: no post has the skill '{duty.category}', and the "
                "settings give no associates for it.",
                where=f"duties, {duty.key}",
                do=f"Give a post the skill, or add [associates.{duty.category}] to the settings.",
            )
    if question.budget_pence() <= 0:
        yield BadInput(
            "The core's budget in the year planned is nil. " + " ".join(lines_in_words(question)),
            where="funding",
            do="Give a funding line that runs in the year, or another year_from in the settings.",
        )
    least = sum(round(post.min_fte * post.annual_cost_pence) for post in question.posts if post.arm == "core")
    if least > question.budget_pence():
        yield BadInput(
            f"The core posts that must stay (min_fte) cost {_pounds(least)}, and the budget is "
            f"{_pounds(question.budget_pence())}.",
            where="posts, column min_fte",
            do="Lower min_fte or raise the funding.",
        )


def able(question: Question, duty: Duty) -> bool:
    """Whether any post, or associates named in the settings, can do a duty."""
    posts = any(
        duty.category in post.skills and post.max_fte > 0 and post.arm != "traded" for post in question.posts
    )
    terms = question.settings.associates.get(duty.category)
    return posts or (terms is not None and terms.most_core_days > 0)


def lines_in_words(question: Question) -> list[str]:
    """Each funding line and what it brings in the year planned, those that end named as such."""
    said = []
    for line in question.funding:
        brings = question.line_pence(line)
        money = _pounds(brings)
        if brings == 0 and line.amount_pence:
            end = f"ended on {line.ends_on:%-d %B %Y}" if line.ends_on else "does not run"
            said.append(f"{line.line} ({line.kind}) {end} and brings nothing.")
        elif brings < line.amount_pence:
            said.append(f"{line.line} ({line.kind}) brings {money} of {_pounds(line.amount_pence)}.")
        else:
            said.append(f"{line.line} ({line.kind}) brings {money}.")
    return said


def why_nothing(question: Question, search: Search, cvar_limit: float) -> tuple[str, ...]:
    """The least that would have to give way for a structure to be possible, in sentences."""
    gives = search.relaxed(cvar_limit)
    reasons = []
    names = _duty_names(question, gives.categories)
    if gives.uncovered_days > NIL:
        reasons.append(
            f"{names} cannot be covered whatever is spent: in the hardest year drawn "
            f"{gives.uncovered_days:,.0f} days are left with every post at max_fte and every associate's "
            "day taken. Raise max_fte, or the associates' core_cap_days."
        )
    if gives.budget_short > NIL:
        short = _pounds(round(gives.budget_short * THOUSAND))
        cause = f" The duties that need it: {names}." if names else ""
        reasons.append(
            f"The budget of {_pounds(question.budget_pence())} is {short} short of the cheapest structure "
            f"that covers every statutory duty.{cause} " + " ".join(lines_in_words(question))
        )
    if gives.limit_short > NIL:
        limit, least = (_pounds(round(x * THOUSAND)) for x in (cvar_limit, cvar_limit + gives.limit_short))
        reasons.append(
            f"The traded arm cannot be kept to a mean deficit of {limit} in its worst years: {least} is the "
            "least that posts and prices allow. Raise cvar_limit_pence, widen the price menu, or lower the "
            "min_fte of traded posts."
        )
    if not reasons:
        reasons.append(
            "It is possible only in fractions of a step: make step_fte smaller, or allow a little more."
        )
    return tuple(reasons)


def _duty_names(question: Question, categories: frozenset[str]) -> str:
    names = [d.key for d in question.duties if d.statutory and d.category in categories]
    return ", ".join(names)


def _pounds(pence: int) -> str:
    return format_pounds(pence, pence=False)
