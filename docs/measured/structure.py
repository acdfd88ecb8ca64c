"""How good the choice of posts and prices is: writes docs/reference/structure.md.

Run: `.venv/bin/python benchmarks/structure.py > RESULT.json`, again with `--step 0.5` if wanted, and
`.venv/bin/python -m docs.measured.structure RESULT.json [RESULT.json] > docs/reference/structure.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from csv import DictReader
from io import StringIO
from pathlib import Path

from benchmarks import structure
from schoolward.cli.main import main as schoolward
from schoolward.terms.money import format_pounds

HEAD = """# Posts and prices: how good the choice is

`schoolward structure` chooses posts, prices and brokered days so that every statutory duty is covered and the
traded arm's mean deficit in its worst years stays within a limit. This page is written by

    python -m docs.measured.structure RESULT.json > docs/reference/structure.md

from what `python benchmarks/structure.py > RESULT.json` measured on an invented authority of 100 schools
with 30 services in six categories at five prices, 15 posts and about 1,035 core days a year. Seconds are
of one processor. A plan counts as solved when no plan could be better by more than 0.1% of core days on
the scenarios that it was chosen on.
"""
NOTES = """
## What the figures say, and what they do not

- **Gap** is proven on the scenarios chosen on. What limits quality is their number: plans of different
  scenarios differ by more than the gap, which the regret measures.
- **Breach** is how far the mean deficit of the worst twentieth of 10,000 fresh years lies above the limit,
  as a share of income. Before tightening it is the optimism of the sample; the limit is then tightened until
  20,000 other years keep it with one standard error to spare.
- **Emergency days** are statutory days that no post and no associate covers. They are for years that nothing
  affordable could cover, never for money's sake, and only while such years are rarer than the settings accept
  (one in a thousand; half of that among the years chosen on). Each use is named with its year and duty.
- **Regret** is how much worse a plan of few scenarios is than one of 20,000, both judged on 20,000 years that
  neither was chosen on, beside the standard error with which the few can tell any plan's worth.
- **The extensive form** is the whole program given to the same solver, to the same gap, on one thread. Where
  its time ended first, the multiple is a lower bound.
- **Steps of 0.5 FTE** were harder than steps of 0.1. Most of it was redundancy: a post of 2.3 people can be
  kept as it is by fractions of a step, not by whole ones, which promised ten to fifteen days of cover that no
  plan could keep. The bound now knows what whole steps can keep of each post.
- Core money left unspent is worth a day of cover for each 5,000 pounds by default, as is what the traded arm
  brings in: of plans that cover alike the cheaper is chosen, and no more than that is paid for one more day.
  It shows in the case below wherever the column of what is left over holds more than a post. Ending a post
  counts as money of the one year; what it saves in later years does not.
- **The frontier** ends at the first limit at which no plan is found soon: to prove that none exists may take
  a hundred times as long as the best plan at a limit beside it. Points that differ by less than the gap to
  which they are solved (0.2% of core days) count as ties.
- The goals were set without a worth of take-up; the benchmark keeps to that, the product does not.
- The draws are invented, with errors like those of a fit with twenty order forms back. They show what the
  arithmetic does, not how schools behave.
- Independent purchases given a draw ignore shocks that schools share unless the draws hold them; draws of
  `schoolward demand` do.
"""
TAKE_UP = """
What serving more would cost, on fewer years. A pound of services taken up counts for ten pence besides by
default: for money alone prices rise and services are withdrawn.

| a pound taken up counts for | kept | on offer | schools served | surplus | mean deficit in the worst years |
|---|---|---|---|---|---|"""
CASE = """
## The worked case of 2011

    schoolward structure --case 2011 --out FOLDER

4,930,000 pounds of grant end in April 2011; the cut of the base budget was not known, so it is a range here.
Posts, prices and what schools might buy are invented (`schoolward/demo/case_2011`).

"""

MONEY = ("cvar_limit", "cvar_out_of_sample", "expected_surplus")


def main() -> int:
    """Prints the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, nargs="+", help="what the benchmark printed")
    parser.add_argument("--case", type=Path, help="results of the case where it has been run already")
    args = parser.parse_args()
    print(HEAD)
    for path in args.results:
        result = json.loads(path.read_text())
        print(f"## Measured, steps of {result['step of FTE']} FTE\n")
        print("\n".join(structure.told(result)), end="\n\n")
    print(NOTES.strip())
    with tempfile.TemporaryDirectory() as folder:
        if not args.case:
            with redirect_stdout(StringIO()):
                schoolward(["structure", "--case", "2011", "--out", folder])
        print(CASE + "\n".join(_case(args.case or Path(folder))))
    return 0


def _case(folder: Path) -> Iterator[str]:
    yield (
        "| base budget cut by | core budget | core FTE | traded FTE | ending posts | left over | cover | "
        "traded arm, expected |\n|---|---|---|---|---|---|---|---|"
    )
    for row in _rows(folder / "cuts.csv"):
        share, money = f"{float(row['base_cut_share']):.0%}", _pounds(row["budget_pence"])
        if row["possible"] != "true":
            yield f"| {share} | {money} | not possible: {row['why_not']} | | | | | |"
            continue
        cover, surplus = float(row["core_cover"]), _pounds(row["expected_surplus_pence"])
        fte = f"{row['core_fte']} | {row['traded_fte']}"
        once, left = _pounds(row["redundancy_pence"]), _pounds(row["expected_unspent_pence"])
        yield f"| {share} | {money} | {fte} | {once} | {left} | {cover:.1%} | {surplus} |"
    yield "\nAt a cut of a tenth:\n"
    yield "| post | core FTE | traded FTE | change | standing |\n|---|---|---|---|---|"
    for row in _rows(folder / "posts.csv"):
        fte = " | ".join(row[name] for name in ("core_fte", "traded_fte", "change_fte"))
        yield f"| {row['post']} | {fte} | {row['sentence']} |"
    yield TAKE_UP
    for row in _rows(folder / "take_up.csv"):
        share, kept = (float(row[name]) for name in ("take_up_share", "services_open_share"))
        money = (_pounds(row[name]) for name in ("expected_surplus_pence", "cvar_pence"))
        served = f"{row['services_open']} | {float(row['schools_served']):.0f}"
        kept_words = "all" if kept == 1 else "as they pay"
        yield f"| {100 * share:.0f}p besides | {kept_words} | {served} | {' | '.join(money)} |"
    yield "\n| CVaR limit | out of sample | expected surplus | core cover | tie |\n|---|---|---|---|---|"
    for row in _rows(folder / "frontier.csv"):
        money = [
            _pounds(row[f"{name}_pence"]) for name in ("cvar_limit", "cvar_out_of_sample", "expected_surplus")
        ]
        yield f"| {' | '.join(money)} | {float(row['core_cover']):.1%} | {row['tie']} |"


def _rows(path: Path) -> list[dict]:
    return list(DictReader(path.read_text().splitlines()))


def _pounds(pence: str) -> str:
    return format_pounds(int(pence), pence=False)


if __name__ == "__main__":
    sys.exit(main())
