"""Commands that judge schools by published data: floor, coasting, concern, risk."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from schoolward.cli import output
from schoolward.terms.errors import BadInput
from schoolward.terms.phases import KeyStage

if TYPE_CHECKING:
    from schoolward.analysis.policy.standard import StandardResult
    from schoolward.datasets.store import Store
    from schoolward.terms.rulebook import Rulebook

SCHOOL_FIELDS = ("urn", "name", "authority", "status", "reason", "caution", "working")


def add_parsers(subparsers) -> None:
    """Adds `floor`, `coasting`, `concern` and `risk`."""
    floor = subparsers.add_parser("floor", help="schools below the floor standard of an exam year")
    _add_year(floor)
    floor.add_argument("--rule", help="judge by this rule instead of the year's own, such as ks2-2013")
    floor.set_defaults(run=run_floor)
    coasting = subparsers.add_parser("coasting", help="schools that were coasting by results, 2016 to 2018")
    _add_year(coasting)
    coasting.set_defaults(run=run_coasting)
    concern = subparsers.add_parser("concern", help="proposed status of an authority's schools on a day")
    concern.add_argument("--authority", type=output.authority_code, required=True, help="such as 887")
    concern.add_argument(
        "--as-at", type=output.day, required=True, help="use only what was known by this date"
    )
    concern.add_argument("--with-risk", action="store_true", help="work out bands of risk too (15 s)")
    output.add_format(concern)
    output.add_store(concern)
    concern.set_defaults(run=run_concern)
    risk = subparsers.add_parser("risk", help="chance of an adverse inspection in the next 14 months")
    risk.add_argument(
        "--as-at", type=output.day, required=True, help="learn from and use only what was known by this date"
    )
    risk.add_argument(
        "--of", choices=("inspection", "floor"), default="inspection",
        help="an adverse inspection in 14 months, or falling below the floor standard of the day next year",
    )  # fmt: skip
    risk.add_argument("--phase", type=KeyStage, choices=list(KeyStage), required=True)
    risk.add_argument("--format", choices=("csv", "json", "table"), default="csv", help="default: csv")
    output.add_store(risk)
    risk.set_defaults(run=run_risk)


def _add_year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--exam-year", type=int, required=True, help="2018 is the summer of 2018")
    parser.add_argument("--phase", type=KeyStage, choices=list(KeyStage), required=True)
    parser.add_argument("--authority", type=output.authority_code, help="three-digit code, such as 887")
    parser.add_argument("--closed", choices=("include", "exclude"), default="include")
    parser.add_argument("--as-at", type=output.day, help="use only what was published by this date")
    output.add_format(parser)
    output.add_store(parser)


def run_floor(args: argparse.Namespace) -> int:
    """Prints the schools of one exam year under its floor standard."""
    from schoolward.apps.performance import bridge
    from schoolward.datasets.rulebook import load_rulebook
    from schoolward.datasets.store import Store

    rulebook = load_rulebook()
    result = bridge.floor(
        Store(output.chosen_store(args)),
        rulebook,
        args.phase,
        args.exam_year,
        authority=args.authority,
        closed=args.closed,
        as_at=args.as_at,
        rule_id=args.rule,
    )
    _write_standard(result, rulebook, args.format)
    return 0


def _write_standard(result: StandardResult, rulebook: Rulebook, form: str) -> None:
    from schoolward.apps.performance.bridge import documents  # polars takes a while

    match form:
        case "json":
            output.write_json(documents.standard_document(result, rulebook))
        case "csv":
            output.write_csv(documents.standard_schools(result, rulebook), SCHOOL_FIELDS)
        case _:
            _print_standard(result)


def _print_standard(result: StandardResult) -> None:
    print(f"{result.rule.title} ({result.rule.id}), exam year {result.exam_year}.")
    print(result.sentence)
    if not result.standard:
        return
    confidence = result.rule.reference.confidence.sentence
    print(f"Source: {result.rule.reference.title}. {confidence}")
    for reason, schools in result.excluded.items():
        print(f"  not judged, {reason.replace('_', ' ')}: {schools:,}")
    for status in ("below", "unknown"):
        listed = [row for row in result.rows() if row["status"] == status]
        if listed:
            print(f"\n{status.capitalize()}")
            head = ("URN", "School", "Authority", "Why unknown" if status == "unknown" else "Caution")
            column = "reason" if status == "unknown" else "caution"
            output.write_table(
                ((r["urn"], r["name"] or "(no name)", r["la_code"], r[column] or "") for r in listed), head
            )


def run_coasting(args: argparse.Namespace) -> int:
    """Prints the schools of one exam year under its coasting definition."""
    from schoolward.apps.performance import bridge
    from schoolward.cli import coasting as form
    from schoolward.datasets.rulebook import load_rulebook
    from schoolward.datasets.store import Store

    rulebook = load_rulebook()
    options = {"authority": args.authority, "closed": args.closed, "as_at": args.as_at}
    store = Store(output.chosen_store(args))
    form.write(bridge.coasting(store, rulebook, args.phase, args.exam_year, **options), rulebook, args.format)
    return 0


def run_concern(args: argparse.Namespace) -> int:
    """Prints the proposed status of every school of an authority as at a day."""
    from schoolward.apps.concern import bridge
    from schoolward.cli import concern as form
    from schoolward.datasets.rulebook import load_rulebook
    from schoolward.datasets.store import Store

    rulebook = load_rulebook()
    store = Store(output.chosen_store(args))
    found = bridge.propose(store, rulebook, args.authority, args.as_at)
    form.write(found, args.format, _bands(store, rulebook, args) if args.with_risk else {})
    return 0


def _bands(store: Store, rulebook: Rulebook, args: argparse.Namespace) -> dict[int, dict]:
    from schoolward.apps.concern.bridge import risk_bands

    found = risk_bands.authority_bands(store, rulebook, args.authority, args.as_at)
    for stage, why in found.without.items():
        print(f"schoolward: {stage} has no bands of risk. {why}", file=sys.stderr)
    return risk_bands.by_urn(found)


def run_risk(args: argparse.Namespace) -> int:
    """Prints each open school's chance of an adverse inspection in the fourteen months after a day."""
    from schoolward.apps.concern.bridge import chances
    from schoolward.cli import risk as form
    from schoolward.datasets.rulebook import load_rulebook
    from schoolward.datasets.store import Store

    store, rulebook = Store(output.chosen_store(args)), load_rulebook()
    if args.of == "floor":
        return _run_falling(args, store, rulebook)
    found = chances.risk(store, rulebook, args.phase, args.as_at)
    form.write(found, args.phase, args.as_at, (store.edition, rulebook.edition), args.format)
    return 0


def _run_falling(args: argparse.Namespace, store: Store, rulebook: Rulebook) -> int:
    from schoolward.apps.concern.bridge.falling import falling
    from schoolward.cli import risk as form

    if args.phase is not KeyStage.KS2:
        raise BadInput(
            "Falling below the floor is foretold for key stage 2 only.",
            do="Give --phase ks2: the floor of key stage 4 is a score and not a share of pupils.",
        )
    found = falling(store, rulebook, args.as_at)
    form.write_falling(found, args.as_at, (store.edition, rulebook.edition), args.format)
    return 0
