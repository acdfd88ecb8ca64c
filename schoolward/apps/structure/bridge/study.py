"""A structure worked out from plain values to plain values, so that a run can be kept; needs no Django."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schoolward.analysis.establishment.posts import Establishment, from_document
from schoolward.apps.structure.bridge.question import core_source, question_of
from schoolward.apps.structure.bridge.supposing import apply_scenario, tornado_cases

if TYPE_CHECKING:
    import numpy as np

    from schoolward.analysis.structure.plan import Plan
    from schoolward.analysis.structure.study import Study

# Gets what is being done, how many steps are done and of how many; may raise to stop.
Tell = Callable[[str, int, int], None]
HOLD, REPORT, RESERVE = 10_000, 5_000, 10_000
QUICK = {"choose": 300, "hold": 3_000, "report": 3_000, "reserve": 3_000}


def work_out(
    asked: Mapping[str, Any], arrays: Mapping[str, np.ndarray], tell: Tell, elapsed
) -> dict[str, Any]:
    """What a run comes to: proposal, frontier and options; or what matters most; or a supposition."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    doers = {"study": _study, "tornado": _tornado, "scenario": _scenario}
    return doers[asked["kind"]](asked, arrays, tell, elapsed)


def _study(asked, arrays, tell: Tell, elapsed) -> dict[str, Any]:
    from schoolward.analysis.structure import report, verification
    from schoolward.analysis.structure.frontier import frontier, limits_to_try

    total = 4 + len(asked["options"])
    tell("Looking for the best structure", 0, total)
    study = _of(asked, arrays, _watch(tell, "Looking for the best structure", 0, total, elapsed))
    proposal = study.propose()
    found = {
        "proposal": report.document(study, proposal),
        "verification": verification.document(study, proposal.plan),
    }
    found["proposal"] |= _whole(study, proposal.plan)
    found["options"] = []
    for n, option in enumerate(asked["options"]):
        tell(f"Testing “{option['name']}” on the same years", 1 + n, total)
        found["options"].append(_option(study, option))
    tell("Looking along the frontier", total - 3, total)
    limits = limits_to_try(study, asked["points"])
    points = frontier(study, limits) if limits else ()
    found["frontier"] = [
        {
            "cvar_limit_pence": report.pence(point.cvar_limit),
            "cvar_out_of_sample_pence": report.pence(point.cvar_out_of_sample),
            "tie": point.tie,
            "proven": point.proven,
            **_whole(study, point.plan),
        }
        for point in points
    ]
    tell("Done", total, total)
    return _plain(found)


def _of(asked: Mapping[str, Any], arrays: Mapping[str, np.ndarray], watch=None, sizes=None) -> Study:
    """The study of what was asked, its supposition applied."""
    from schoolward.analysis.structure.benders import Watch
    from schoolward.analysis.structure.study import Sizes, Study

    supposed, arrays = apply_scenario(asked, arrays)
    found = from_document(supposed["base"])
    question = question_of(found, supposed["services"], supposed["settings"])
    sizes = sizes or Sizes(supposed["settings"]["scenarios"], HOLD, REPORT, RESERVE)
    return Study(
        question,
        _draws(arrays),
        core_source(found, question, supposed["settings"]),
        sizes,
        watch or Watch(),
    )


def _draws(arrays: Mapping[str, np.ndarray]):
    from schoolward.analysis.structure.purchases import Draws

    return Draws(
        urn=arrays["urn"],
        service=tuple(str(key) for key in arrays["service"]),
        list_price_pence=arrays["list_price_pence"],
        eta=arrays["eta"],
        slope=arrays["slope"],
        cap_pence=arrays["cap_pence"],
        ordered=arrays["ordered"],
    )


def _watch(tell: Tell, sentence: str, done: int, total: int, elapsed):
    from schoolward.analysis.structure.benders import Watch

    start = elapsed()

    def told(phase: str, rounds: int, lower: float, upper: float) -> None:
        tell(f"{sentence}: round {rounds}", done, total)

    return Watch(lambda: elapsed() - start, 60.0, told)


def _whole(study: Study, plan: Plan) -> dict[str, Any]:
    """What a plan is and comes to, for its page: posts with their standing, prices, money, cover."""
    from schoolward.analysis.structure import report
    from schoolward.analysis.structure.plan import cvar
    from schoolward.analysis.structure.standing import standings

    worlds = study.worlds(plan, 2)
    seen = study.outcomes(plan)
    stands = {each.post: each for each in standings(study, plan)}
    posts = [
        row
        | {
            "state": stands[row["post"]].state,
            "loses_money": stands[row["post"]].loses_money,
            "expected_income_pence": stands[row["post"]].expected_income_pence,
            "category": stands[row["post"]].category,
            "more_buyers": stands[row["post"]].more_buyers,
            "sentence": stands[row["post"]].sentence,
        }
        for row in report.posts(study, plan)
    ]
    return {
        "posts": posts,
        "prices": report.prices(study, plan, worlds),
        "budget": report.budget(study, plan, float(seen.deficit.mean())),
        "binding_duties": report.binding(study.question, study.program, seen),
        "cvar_out_of_sample_pence": report.pence(cvar(seen.deficit, study.program.alpha)),
        **report.headline(study.program, plan, seen, worlds),
    }


def _option(study: Study, option: Mapping[str, Any]) -> dict[str, Any]:
    """An officers' option in the same years: posts and prices stand, associates get what is left."""
    plan, remarks, over = plan_of(study, from_document(option["document"]))
    return {
        "name": option["name"],
        "version": option["version"],
        "structure": option["structure"],
        "kind": option["kind"],
        "over_budget_pence": over,
        "remarks": remarks,
        **_whole(study, plan),
    }


def plan_of(study: Study, found: Establishment) -> tuple[Plan, list[str], int]:
    """The option as a plan, remarks on what was rounded, and how far the core is over its budget."""
    import numpy as np

    from schoolward.analysis.structure.plan import Plan, left_for_associates, outcomes
    from schoolward.analysis.structure.program import THOUSAND

    steps, remarks = {"core_fte": [], "traded_fte": []}, []
    for post in study.question.posts:
        mine = found.by_post.get(post.key)
        for name, kept in steps.items():
            fte = float(getattr(mine, name)) if mine else 0.0
            count = round(fte / post.step_fte)
            kept.append(count)
            if abs(count * post.step_fte - fte) > 1e-6:
                remarks.append(f"{post.title}: {fte:g} FTE was taken as {count * post.step_fte:g}.")
    level = np.array([_level(study, j, found) for j in range(study.program.services)])
    plan = Plan(np.array(steps["core_fte"]), np.array(steps["traded_fte"]), level, 0.0)
    expected = float(outcomes(study.program, plan, study.worlds(plan, 0)).deficit.mean())
    left = left_for_associates(study.program, plan, expected)
    remarks += [
        f"{post.title} is no post of today's structure, and was left out."
        for key, post in found.by_post.items()
        if key not in {each.key for each in study.question.posts}
    ]
    over = round(max(-left, 0.0) * THOUSAND)
    return replace(plan, associate_budget=max(left, 0.0)), remarks, over


def _level(study: Study, j: int, found: Establishment) -> int:
    """The price of the menu nearest to the option's own, else to the list price."""
    import numpy as np

    service = study.question.services[j]
    wanted = found.prices.get(service.key, service.list_price_pence)
    distance = np.abs(study.program.prices_pence[j] - wanted).astype(float)
    distance[~study.program.open[j]] = np.inf
    return int(distance.argmin()) if np.isfinite(distance).any() else -1


def _tornado(asked, arrays, tell: Tell, elapsed) -> dict[str, Any]:
    """The proposal's surplus and cover when one supposition at a time is lower and higher, solved anew."""
    cases = tornado_cases(asked["settings"])
    base = _quick(asked, arrays, elapsed)
    rows = []
    for n, case in enumerate(cases):
        tell(f"Supposing: {case.label}", n, len(cases))
        rows.append(
            {
                "label": case.label,
                "low_words": case.low_words,
                "high_words": case.high_words,
                "low": _quick(case.low(asked), arrays, elapsed),
                "high": _quick(case.high(asked), arrays, elapsed),
            }
        )
    tell("Done", len(cases), len(cases))
    return {"base": base, "swings": rows}


def _quick(asked, arrays, elapsed) -> dict[str, Any]:
    """The few figures of a solution on fewer years; `why_not` where nothing is possible."""
    from schoolward.analysis.structure.benders import Watch
    from schoolward.analysis.structure.plan import cvar
    from schoolward.analysis.structure.refusals import NothingFeasible
    from schoolward.analysis.structure.report import headline, pence
    from schoolward.analysis.structure.study import Sizes

    start = elapsed()
    study = _of(asked, arrays, Watch(lambda: elapsed() - start, 20.0), Sizes(**QUICK))
    try:
        plan = study.propose().plan
    except NothingFeasible as refusal:
        return {"why_not": str(refusal)}
    seen = study.outcomes(plan)
    told = headline(study.program, plan, seen, study.worlds(plan, 2))
    keys = ("expected_surplus_pence", "core_cover", "probability_of_deficit", "expected_income_pence")
    return {key: told[key] for key in keys} | {
        "cvar_out_of_sample_pence": pence(cvar(seen.deficit, study.program.alpha)),
        "core_fte": round(float(study.program.step_fte @ plan.core_steps), 2),
        "traded_fte": round(float(study.program.step_fte @ plan.traded_steps), 2),
    }


def _scenario(asked, arrays, tell: Tell, elapsed) -> dict[str, Any]:
    """Options under a supposition, and the best structure under it, beside the same without it."""
    total = 2 + 2 * len(asked["options"])
    without = {**asked, "scenario": {}}
    found: dict[str, Any] = {"options": []}
    from schoolward.analysis.structure.study import Sizes

    plain = _of(without, arrays, sizes=Sizes(**QUICK))
    supposed = _of(asked, arrays, sizes=Sizes(**QUICK))
    for n, option in enumerate(asked["options"]):
        tell(f"Testing “{option['name']}”", 2 * n, total)
        found["options"].append({"before": _option(plain, option), "after": _option(supposed, option)})
    tell("Looking for the best structure before", total - 2, total)
    found["before"] = _quick(without, arrays, elapsed)
    tell("Looking for the best structure after", total - 1, total)
    found["after"] = _quick(asked, arrays, elapsed)
    tell("Done", total, total)
    return _plain(found)


def _plain(value: Any) -> Any:
    """The value with dates as text and numpy's numbers as Python's, so that it can be kept as JSON."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | Iterator):
        return [_plain(each) for each in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
