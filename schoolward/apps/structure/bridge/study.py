"""A structure worked out from plain values to plain values, so that a run can be kept; needs no Django."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from schoolward.analysis.establishment.posts import Establishment, from_document
from schoolward.apps.structure.bridge.question import core_source, question_of
from schoolward.apps.structure.bridge.supposing import supposed

if TYPE_CHECKING:
    import numpy as np

    from schoolward.analysis.structure.plan import Plan
    from schoolward.analysis.structure.study import Study

# Gets what is being done, how many steps are done and of how many; may raise to stop.
Tell = Callable[[str, int, int], None]
Elapsed = Callable[[], float]
HOLD, REPORT, RESERVE = 10_000, 5_000, 10_000
LIMIT_S = 240.0  # by the clock, which a busy machine makes long
MOST_PEOPLE, MOST_SCHOOLS = 12, 12
WORTH_DRAWS = 6


def work_out(
    asked: Mapping[str, Any], arrays: Mapping[str, np.ndarray], tell: Tell, elapsed: Elapsed
) -> dict[str, Any]:
    """What a run comes to: proposal, frontier and options; or what matters most; or a supposition."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    doers = {"study": _study, "tornado": _matters, "scenario": _scenario}
    return _plain(doers[asked["kind"]](asked, arrays, tell, elapsed))


def _study(asked, arrays, tell: Tell, elapsed: Elapsed) -> dict[str, Any]:
    from schoolward.analysis.structure import report, take_up, verification
    from schoolward.analysis.structure.frontier import frontier, limits_to_try

    total = 3 + len(asked["options"])
    tell("Looking for the best structure", 0, total)
    study = _of(asked, arrays, _watch(tell, "Looking for the best structure", 0, total, elapsed))
    proposal = study.propose()
    found = {
        "proposal": report.document(study, proposal) | _whole(study, proposal.plan),
        "verification": verification.document(study, proposal.plan),
        "take_up": take_up.document(study, proposal.plan),
        "options": [],
    }
    for n, option in enumerate(asked["options"]):
        tell(f"Testing “{option['name']}” on the same years", 1 + n, total)
        found["options"].append(_option(study, option))
    sentence = "Looking along the frontier"
    tell(sentence, total - 2, total)
    study = replace(study, watch=_watch(tell, sentence, total - 2, total, elapsed))
    limits = limits_to_try(study, asked["points"], proposal.plan)
    found["frontier"] = []
    for point in frontier(study, limits, proposal.plan) if limits else ():
        names = ("tie", "proven", "years_let_go", "years_to_cover")
        row = {name: getattr(point, name) for name in names} | _whole(study, point.plan)
        last = found["frontier"][-1] if found["frontier"] else {}
        if any(row[part] != last.get(part) for part in ("posts", "prices")):
            found["frontier"].append({"cvar_limit_pence": report.pence(point.cvar_limit), **row})
    tell("Done", total, total)
    return found


def _of(asked: Mapping[str, Any], arrays: Mapping[str, np.ndarray], watch=None) -> Study:
    """The study of what was asked."""
    from schoolward.analysis.structure.solution import Watch
    from schoolward.analysis.structure.study import Sizes, Study

    found = from_document(asked["base"])
    question = question_of(found, asked["services"], asked["settings"])
    return Study(
        question,
        _draws(arrays),
        core_source(found, question, asked["settings"]),
        Sizes(asked["settings"]["scenarios"], HOLD, REPORT, RESERVE),
        watch or Watch(),
    )


def _draws(arrays: Mapping[str, np.ndarray]):
    from schoolward.analysis.structure.purchases import Draws

    names = ("urn", "list_price_pence", "eta", "slope", "cap_pence", "ordered")
    service = tuple(str(key) for key in arrays["service"])
    return Draws(service=service, **{name: arrays[name] for name in names})


def _watch(tell: Tell, sentence: str, done: int, total: int, elapsed: Elapsed):
    """What follows a solution: each round is told, which is also where it can be cancelled."""
    from schoolward.analysis.structure.solution import Watch

    start = elapsed()

    def told(phase: str, rounds: int, lower: float, upper: float) -> None:
        tell(f"{sentence}: round {rounds}", done, total)

    return Watch(lambda: elapsed() - start, LIMIT_S, told)


def _whole(study: Study, plan: Plan) -> dict[str, Any]:
    """What a plan is and comes to, for its page: posts with their standing, prices, money, cover."""
    from schoolward.analysis.structure import report
    from schoolward.analysis.structure.plan import cvar
    from schoolward.analysis.structure.standing import standings

    worlds, seen = study.worlds(plan, 2), study.outcomes(plan)
    stands = {each.post: each for each in standings(study, plan)}
    names = ("state", "loses_money", "expected_income_pence", "category", "more_buyers", "sentence")
    names += ("day_costs_pence", "day_brings_pence")
    posts = [
        row | {name: getattr(stands[row["post"]], name) for name in names}
        for row in report.posts(study, plan)
    ]
    return {
        "posts": posts,
        "prices": report.prices(study, plan, worlds),
        # the budget was kept on the years that the plan was chosen on
        "budget": report.budget(study, plan, study.outcomes(plan, 0)),
        "binding_duties": report.binding(study.question, study.program, seen),
        "cvar_out_of_sample_pence": report.pence(cvar(seen.deficit, study.program.alpha)),
        **report.headline(study.program, plan, seen, worlds),
    }


def _option(study: Study, option: Mapping[str, Any]) -> dict[str, Any]:
    """An officers' option in the same years, with the rules that it breaks; associates get what is left."""
    from schoolward.analysis.structure import options

    plan, remarks = plan_of(study, from_document(option["document"]))
    tested = options.test(study, plan)
    names = ("name", "version", "structure", "kind")
    return {name: option[name] for name in names} | {
        "over_budget_pence": max(-tested.figures["left_for_associates_pence"], 0),
        "remarks": [*tested.broken, *remarks],
        **_whole(study, tested.plan),
    }


def plan_of(study: Study, found: Establishment) -> tuple[Plan, list[str]]:
    """A drawn structure as a plan: FTE in whole steps, prices on the menu; remarks say what was rounded."""
    from schoolward.analysis.structure import options

    given: dict[str, dict[str, float]] = {"core_fte": {}, "traded_fte": {}}
    remarks = []
    for post in study.question.posts:
        mine = found.by_post.get(post.key)
        for name, kept in given.items():
            fte = float(getattr(mine, name)) if mine else 0.0
            kept[post.key] = round(round(fte / post.step_fte) * post.step_fte, 6)
            if abs(kept[post.key] - fte) > 1e-6:
                remarks.append(f"{post.title}: {fte:g} FTE was taken as {kept[post.key]:g}.")
    known = {post.key for post in study.question.posts}
    remarks += [
        f"{post.title} is no post of today's structure, and was left out."
        for key, post in found.by_post.items()
        if key not in known
    ]
    prices = {service.key: _nearest(study, j, found) for j, service in enumerate(study.question.services)}
    return options.plan_of(study, given["core_fte"], given["traded_fte"], prices), remarks


def _nearest(study: Study, j: int, found: Establishment) -> int | None:
    """The open price of the menu nearest to the structure's own, else to the list price."""
    service = study.question.services[j]
    wanted = found.prices.get(service.key, service.list_price_pence)
    menu = study.program.prices_pence[j][study.program.open[j]].tolist()
    return min(menu, key=lambda price: abs(price - wanted), default=None)


def _kept_plan(study: Study, asked: Mapping[str, Any]) -> Plan:
    """The plan that the study proposed, from the figures kept of it."""
    from schoolward.analysis.structure import options

    plan = options.plan_of(study, *(asked["plan"][name] for name in ("core_fte", "traded_fte", "prices")))
    return options.test(study, plan).plan


def _matters(asked, arrays, tell: Tell, elapsed: Elapsed) -> dict[str, Any]:
    """What the proposal hangs on: suppositions one at a time, people, and what it is worth to know more."""
    from schoolward.analysis.structure import take_up, tornado
    from schoolward.analysis.structure.edits import key_person
    from schoolward.analysis.structure.value import perfect_information

    tell("Turning one thing at a time", 0, 3)
    study = _of(asked, arrays)
    plan = _kept_plan(study, asked)
    swings = [
        {
            "label": bar.name,
            "low_words": bar.low_is,
            "high_words": bar.high_is,
            "low": asdict(bar.low),
            "high": asdict(bar.high),
        }
        for bar in tornado.tornado(study, plan)
    ]
    base = asdict(tornado.figures(study, plan))
    stances = [asdict(each) for each in take_up.stances(study)]
    tell("Taking named people away", 1, 3)
    people = [
        {"key": key, "name": name, **asdict(key_person(study, plan, shares))}
        for key, name, shares in asked["people"]
    ]
    people = sorted(people, key=lambda row: -row["mean_pence"])[:MOST_PEOPLE]
    for row in people:
        row["by_school"] = row["by_school"][:MOST_SCHOOLS]
    sentence = "Reckoning what it is worth to know demand"
    tell(sentence, 2, 3)
    watched = replace(study, watch=_watch(tell, sentence, 2, 3, elapsed))
    worth = asdict(perfect_information(watched, plan, WORTH_DRAWS))
    tell("Done", 3, 3)
    return {"base": base, "swings": swings, "stances": stances, "people": people, "worth": worth}


def _scenario(asked, arrays, tell: Tell, elapsed: Elapsed) -> dict[str, Any]:
    """Structures as drawn, and the best one, before and under a supposition, on the same few years."""
    from schoolward.analysis.structure.edits import kept_plan, quick

    total = 2 + len(asked["options"])
    before = quick(_of(asked, arrays))
    after, remarks = supposed(before, _kept_plan(before, asked), asked["scenario"])
    rows = []
    for n, option in enumerate(asked["options"]):
        tell(f"Testing “{option['name']}”", n, total)
        plan, _ = plan_of(before, from_document(option["document"]))
        rows.append({"name": option["name"], **asdict(kept_plan(before, after, plan))})
    found = {"options": rows, "remarks": remarks}
    for n, (name, study) in enumerate((("before", before), ("after", after))):
        sentence = f"Looking for the best structure {'as things are' if name == 'before' else 'then'}"
        tell(sentence, total - 2 + n, total)
        watch = _watch(tell, sentence, total - 2 + n, total, elapsed)
        found[name] = _best(replace(study, watch=watch))
    tell("Done", total, total)
    return found


def _best(study: Study) -> dict[str, Any]:
    """The few figures of the best structure; `why_not` where nothing is possible."""
    from schoolward.analysis.structure.plan import cvar
    from schoolward.analysis.structure.refusals import NothingFeasible
    from schoolward.analysis.structure.report import headline, pence

    try:
        plan = study.propose().plan
    except NothingFeasible as refusal:
        return {"why_not": str(refusal)}
    seen = study.outcomes(plan)
    return headline(study.program, plan, seen, study.worlds(plan, 2)) | {
        "cvar_out_of_sample_pence": pence(cvar(seen.deficit, study.program.alpha)),
        "core_fte": round(float(study.program.step_fte @ plan.core_steps), 2),
        "traded_fte": round(float(study.program.step_fte @ plan.traded_steps), 2),
    }


def _plain(value: Any) -> Any:
    """The value with dates as text and numpy's numbers as Python's, so that it can be kept as JSON."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | Iterator):
        return [_plain(each) for each in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
