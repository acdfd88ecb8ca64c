"""`schoolward demand`: from tables of schools, services and answers to what each school will buy."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from schoolward.terms.errors import BadInput
from schoolward.terms.money import format_pounds

LEAST_DRAWS, MOST_DRAWS = 100, 10_000


def add_parsers(subparsers) -> None:
    """Adds `demand`."""
    parser = subparsers.add_parser(
        "demand", help="what each school will buy, from answers, silence and orders"
    )
    parser.add_argument(
        "--schools", type=Path, required=True, help="CSV: urn,phase,roll,fsm_share,last_grade,…"
    )
    parser.add_argument(
        "--services",
        type=Path,
        required=True,
        help="CSV: service,category,list_price_pence,unit,days_per_unit",
    )
    parser.add_argument(
        "--answers",
        type=Path,
        required=True,
        help="CSV: urn,service,price_pence,chance_0_10,returned_on[,route]",
    )
    parser.add_argument("--previous", type=Path, help="CSV: urn,service,price_pence,year")
    parser.add_argument("--orders", type=Path, help="CSV: urn,service,price_pence,ordered,ordered_on,drawn")
    parser.add_argument(
        "--seed", type=int, default=1, help="default: 1; the same seed gives the same figures"
    )
    parser.add_argument(
        "--draws", type=int, default=1000, help="draws of each of four chains (default: 1000)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.set_defaults(run=run_demand)


def run_demand(args: argparse.Namespace) -> int:
    """Fits, writes the files and prints what a reader needs first."""
    os.environ.setdefault(
        "OMP_NUM_THREADS", "1"
    )  # matrices are small: threads would only get in each other's way
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from schoolward.analysis.demand.assemble import assemble
    from schoolward.analysis.demand.priors import Priors
    from schoolward.analysis.demand.sampler import Length
    from schoolward.cli import demand_files, demand_results
    from schoolward.cli.demand_chains import fit_in_processes

    if not LEAST_DRAWS <= args.draws <= MOST_DRAWS:
        raise BadInput(f"{args.draws} draws.", where="--draws", do=f"Give {LEAST_DRAWS} to {MOST_DRAWS}.")
    if args.seed < 0:
        raise BadInput(f"{args.seed} is below 0.", where="--seed", do="Give 0 or a positive whole number.")
    if args.out.exists() and not args.out.is_dir():
        raise BadInput("this is a file.", where=str(args.out), do="Name a folder for the results.")
    names = ("schools", "services", "answers", "previous", "orders")
    inputs = {name: getattr(args, name) for name in names if getattr(args, name)}
    problem = assemble(demand_files.read(**inputs))
    posterior = fit_in_processes(problem.evidence, Priors(), Length(draws=args.draws), args.seed)
    found = demand_results.reckon(problem, posterior, Priors(), args.seed)
    tell(demand_results.write(found, inputs, args.out), args.out)
    return 0


def tell(summary: dict, folder: Path) -> None:
    """The few sentences a person reads first."""
    money, bounds = summary["revenue_pence"], summary["bounds_pence"]

    def pounds(pence: int) -> str:
        return format_pounds(pence, pence=False)

    print(
        f"Income at list prices: {pounds(money['mean'])}, nine times in ten {pounds(money['p05'])} to "
        f"{pounds(money['p95'])}. {summary['forms']['sentence']}"
    )
    print(
        f"If silent schools bought nothing: {pounds(bounds['silent_buy_nothing'])}; like the others: "
        f"{pounds(bounds['silent_like_others'])}; everything: {pounds(bounds['silent_buy_all'])}."
    )
    for each in summary["discount"]:
        print(each["sentence"])
    for each in summary["worth_of_asking"]:
        print(each["sentence"])
    for warning in summary["diagnostics"]["warnings"]:
        print(f"Note: {warning}")
    print(f"Written to {folder}", file=sys.stderr)
