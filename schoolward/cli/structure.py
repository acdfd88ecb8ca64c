"""`schoolward structure`: posts, prices and budget that keep every statutory duty covered, from files."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import schoolward
from schoolward.cli import output
from schoolward.terms.errors import BadInput
from schoolward.terms.money import format_pounds

if TYPE_CHECKING:
    from schoolward.analysis.structure.study import Study

FILES = {
    "posts": "post,unit,title,grade,annual_cost_pence,current_fte,min_fte,max_fte,step_fte,skills",
    "funding": "line,kind,amount_pence,from,to",
    "services": "service,category,list_price_pence,unit,days_per_unit",
    "duties": "duty,category,days,statutory",
    "settings": "TOML: cvar_limit_pence, alpha, seed, price_menu, associates, …",
}
FRONTIER = ("cvar_limit_pence", "cvar_out_of_sample_pence", "expected_surplus_pence", "core_cover",
            "discretionary_days_missed", "tie")  # fmt: skip
POSTS = ("post", "core_fte", "traded_fte", "change_fte", "state", "probability_loses_money",
         "expected_income_pence", "traded_cost_pence", "category", "more_buyers", "sentence")  # fmt: skip
TAKE_UP = ("take_up_share", "services_open_share", "services_open", "schools_served",
           "expected_surplus_pence", "cvar_pence", "core_cover")  # fmt: skip
CUTS = ("base_cut_share", "budget_pence", "possible", "core_fte", "traded_fte", "redundancy_pence",
        "expected_unspent_pence", "core_cover", "statutory_cover", "expected_surplus_pence",
        "cvar_out_of_sample_pence", "why_not")  # fmt: skip


def add_parsers(subparsers) -> None:
    """Adds `structure`."""
    parser = subparsers.add_parser("structure", help="posts and prices the authority can afford")
    for name, columns in FILES.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=columns)
    parser.add_argument("--demand", type=Path, metavar="DIR", help="what `demand` wrote")
    parser.add_argument("--case", choices=("2011",), help="a worked case in place of all the files above")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    parser.add_argument("--scenarios", type=_count, default=1_000, metavar="N", help="to choose on (1000)")
    parser.add_argument("--points", type=_points, default=5, metavar="N", help="points of the frontier (5)")
    parser.set_defaults(run=run)


def _between(low: int, high: int, noun: str):
    def read(text: str) -> int:
        found = int(text)
        if not low <= found <= high:
            raise ValueError(text)
        return found

    return output.typed(read, noun)


_count = _between(20, 100_000, "a number of scenarios from 20 to 100000")
_points = _between(0, 20, "a number of points from 0 to 20")


def run(args: argparse.Namespace) -> int:
    """Works the structure out and writes its documents."""
    from schoolward.analysis.structure.solution import Watch
    from schoolward.analysis.structure.study import Sizes, Study, duties_as_drawn
    from schoolward.cli import structure_files

    paths = _paths(args)
    question, unknown = structure_files.read_question(**paths)
    for key in unknown:
        print(f"schoolward: {args.settings}: {key} is not known and was left out.", file=sys.stderr)
    draws = structure_files.read_draws(args.demand)
    paths["draws"] = args.demand / "draws.npz"
    start = time.monotonic()
    watch = Watch(lambda: time.monotonic() - start, question.settings.time_limit_s, _progress())
    sizes = Sizes(choose=args.scenarios)
    study = Study(question, draws, duties_as_drawn(question), sizes, watch)
    proposal = study.propose()
    documents = _documents(study, proposal, args.points)
    documents["structure.json"] |= {"version": schoolward.__version__, "settings_not_known": list(unknown)}
    documents["cuts.csv"] = _cuts(study)
    documents["manifest.json"] = {
        "version": schoolward.__version__,
        "seed": question.settings.seed,
        "scenarios": args.scenarios,
        "inputs": {name: sha256(path.read_bytes()).hexdigest() for name, path in paths.items()},
    }
    _write(args.out, documents)
    _tell(documents["structure.json"], documents["posts.csv"], args.out)
    return 0


def _paths(args: argparse.Namespace) -> dict[str, Path]:
    """The files to read: those named, or a worked case's, whose draws are written beside the results."""
    if args.case:
        from schoolward.demo import case_2011

        args.demand = args.demand or case_2011.write_draws(args.out / "demand").parent
        args.settings = args.settings or case_2011.SETTINGS
        return {name: getattr(args, name) or path for name, path in case_2011.FILES.items()} | {
            "settings": args.settings
        }
    missing = [name for name in (*FILES, "demand") if getattr(args, name) is None]
    if missing:
        raise BadInput(
            f"--{missing[0]} is not given.", do="Give every file, or --case 2011 for the worked case."
        )
    return {name: getattr(args, name) for name in FILES}


def _documents(study: Study, proposal, points: int) -> dict:
    from schoolward.analysis.structure import report, take_up, verification
    from schoolward.analysis.structure.frontier import frontier, limits_to_try
    from schoolward.analysis.structure.standing import standings

    plan = proposal.plan
    told = {"structure.json": report.document(study, proposal)}
    told["structure.json"]["take_up"] = take_up.document(study, plan)
    told["take_up.csv"] = [asdict(each) for each in take_up.stances(study)]
    told["posts.csv"] = [
        {
            "post": each.post,
            "core_fte": each.core_fte,
            "traded_fte": each.traded_fte,
            "change_fte": each.change_fte,
            "state": each.state,
            "probability_loses_money": each.loses_money,
            "expected_income_pence": each.expected_income_pence,
            "traded_cost_pence": each.traded_cost_pence,
            "category": each.category,
            "more_buyers": each.more_buyers,
            "sentence": each.sentence,
        }
        for each in standings(study, plan)
    ]
    told["verification.json"] = verification.document(study, plan)
    told["frontier.csv"] = [
        {
            "cvar_limit_pence": report.pence(point.cvar_limit),
            "cvar_out_of_sample_pence": report.pence(point.cvar_out_of_sample),
            "expected_surplus_pence": report.pence(point.expected_surplus),
            "core_cover": round(point.core_cover, 4),
            "discretionary_days_missed": round(point.discretionary_missed, 2),
            "tie": point.tie,
        }
        for point in (frontier(study, limits_to_try(study, points, plan), plan) if points else ())
    ]
    return told


def _cuts(study: Study) -> list[dict] | None:
    """The plan at each cut of the base budget that the settings ask for, or what stands in its way."""
    from schoolward.analysis.structure import report
    from schoolward.analysis.structure.plan import cvar
    from schoolward.analysis.structure.refusals import NothingFeasible

    rows = []
    for share in study.question.settings.base_cut_shares:
        settings = replace(study.question.settings, base_cut_share=share)
        question = replace(study.question, settings=settings)
        row = {"base_cut_share": share, "budget_pence": question.budget_pence()}
        cut = replace(study, question=question)
        try:
            plan = cut.propose().plan
        except (NothingFeasible, BadInput) as error:
            rows.append({**row, "possible": False, "why_not": str(error)})
            continue
        seen = cut.outcomes(plan)
        told = report.headline(cut.program, plan, seen, cut.worlds(plan, 2))
        money = report.budget(cut, plan, cut.outcomes(plan, 0))
        rows.append(
            {
                **row,
                "possible": True,
                "core_fte": round(float(cut.program.step_fte @ plan.core_steps), 2),
                "traded_fte": round(float(cut.program.step_fte @ plan.traded_steps), 2),
                "redundancy_pence": money["redundancy_pence"],
                "expected_unspent_pence": money["expected_unspent_pence"],
                "core_cover": told["core_cover"],
                "statutory_cover": told["statutory_cover"],
                "expected_surplus_pence": told["expected_surplus_pence"],
                "cvar_out_of_sample_pence": report.pence(cvar(seen.deficit, cut.program.alpha)),
            }
        )
    return rows or None


def _write(folder: Path, documents: dict) -> None:
    """Each document whole or not at all; the manifest last, so that its being there says that all are."""
    heads = {"take_up.csv": TAKE_UP, "frontier.csv": FRONTIER, "posts.csv": POSTS, "cuts.csv": CUTS}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    for name, content in documents.items():
        if content is None:
            (folder / name).unlink(missing_ok=True)
            continue
        part = folder / f"{name}.part"
        with part.open("w", encoding="utf-8", newline="") as out:
            if name in heads:
                output.write_csv(content, heads[name], out)
            else:
                output.write_json(content, out)
        part.replace(folder / name)


def _tell(told: dict, posts: list[dict], out: Path) -> None:
    output.write_table(
        (
            (p["post"], f"{p['core_fte']:g}", f"{p['traded_fte']:g}", f"{p['change_fte']:+g}", p["sentence"])
            for p in posts
        ),
        ("Post", "Core FTE", "Traded FTE", "Change", "Standing"),
    )
    worst, served = 1 - told["alpha"], told["take_up"]
    print(
        f"\nExpected surplus of the traded arm {_pounds(told['expected_surplus_pence'])}; chance of a "
        f"deficit {told['probability_of_deficit']:.0%}; mean deficit in the worst {worst:.0%} of years "
        f"{_pounds(told['cvar_out_of_sample_pence'])} (limit {_pounds(told['cvar_limit_pence'])}).\n"
        f"Statutory cover {told['statutory_cover']:.2%}, discretionary cover "
        f"{told['discretionary_cover']:.1%}. Within {told['optimality_gap_days']:.1f} days of the best of "
        f"{told['required_core_days']:,.0f}.\n"
        f"{served['services_open']} of {served['services']} services on offer, serving about "
        f"{served['schools_served']:.0f} of {served['schools']} schools. {served['sentence']}\n"
        f"{told['budget']['unspent_told']}\n"
        f"Written to {out}."
    )


def _pounds(pence: int) -> str:
    return format_pounds(pence, pence=False)


def _progress():
    """Tells each round on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        return lambda phase, rounds, lower, upper: None

    def tell(phase: str, rounds: int, lower: float, upper: float) -> None:
        print(
            f"\r{phase}: round {rounds}, between {lower:,.1f} and {upper:,.1f} days ", end="", file=sys.stderr
        )

    return tell
