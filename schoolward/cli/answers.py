"""`schoolward answers`: a survey's answers in the form that `schoolward demand` reads."""

from __future__ import annotations

import argparse
from pathlib import Path

from schoolward.cli.output import authority_code
from schoolward.cli.site import set_up_django
from schoolward.terms.errors import BadInput


def add_parsers(subparsers) -> None:
    """Adds `answers`."""
    parser = subparsers.add_parser("answers", help="write a survey's answers for `schoolward demand`")
    parser.add_argument("--survey", required=True, help="its number, or its title")
    parser.add_argument("--out", type=Path, required=True, help="folder for schools, services and answers")
    parser.add_argument("--authority", type=authority_code, help="needed where there is more than one")
    parser.set_defaults(run=run_answers)


def run_answers(args: argparse.Namespace) -> int:
    """Writes the three tables, and says how many rows each has."""
    set_up_django()
    from schoolward.apps.findings.leaving import contract_of
    from schoolward.apps.tenancy.scope import scope

    with scope(_authority(args.authority)):
        contract = contract_of(_survey(args.survey))
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        for name, content in contract.files().items():
            (args.out / name).write_bytes(content)
    except OSError as error:
        raise BadInput(f"{error.strerror}.", where=str(args.out), do="Name a folder to write to.") from error
    told = (
        f"{len(contract.schools)} schools",
        f"{len(contract.services)} services",
        f"{len(contract.answers)} answers",
    )
    print(f"{', '.join(told)} in {args.out}")
    return 0


def _authority(code: int | None):
    from schoolward.apps.tenancy.models import Authority

    rows = Authority.objects.all() if code is None else Authority.objects.filter(code=code)
    found = list(rows[:2])
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadInput("there is no such authority here.", where="--authority", do="Start the site first.")
    raise BadInput("several authorities are kept here.", where="--authority", do="Name one by its code.")


def _survey(wanted: str):
    from schoolward.apps.survey.models import Survey

    rows = {f"{row.pk}": row for row in Survey.objects.select_related("version", "authority")}
    titled = [row for row in rows.values() if row.title.casefold() == wanted.strip().casefold()]
    if wanted in rows or len(titled) == 1:
        return rows.get(wanted) or titled[0]
    known = "; ".join(f"{key} {row.title}" for key, row in rows.items()) or "none yet"
    raise BadInput(f"there is no survey '{wanted}'.", where="--survey", do=f"There are: {known}.")
