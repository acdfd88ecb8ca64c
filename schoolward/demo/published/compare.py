"""How Estuary's figures compare with the real files': one list, for the test and for the manual.

`python -m schoolward.demo.published.compare REAL_FOLDER` prints the manual's docs/reference/estuary.md.
Only summaries are taken from the real files, never a school's row.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from schoolward.demo.published import SEED, build_world, write_estuary
from schoolward.demo.published.inspections import inspections
from schoolward.demo.published.ofsted import carried
from schoolward.demo.published.schools import World

COMPARED_ON = date(2026, 11, 23)  # the first day for which the page is written; other days tell the same past


_PAGE = Path(__file__).with_name("page.md")


@dataclass(frozen=True)
class Comparison:
    """One measure in both, and how far apart they may be."""

    group: str
    what: str
    real: float
    estuary: float
    tolerance: float

    @property
    def holds(self) -> bool:
        """True when Estuary is near enough to the real schools."""
        return abs(self.real - self.estuary) <= self.tolerance


def read_text(path: Path) -> pl.DataFrame:
    """Every cell as text; rows longer or shorter than the header as far as they go."""
    return pl.read_csv(
        path, infer_schema_length=0, encoding="utf8-lossy", truncate_ragged_lines=True, null_values=["", " "]
    )


def number(column: str) -> pl.Expr:
    """A column's figures; codes become nothing."""
    return pl.col(column).str.replace_all("[%£,]", "").cast(pl.Float64, strict=False).alias(column)


def compare(real: Path, world: World, folder: Path) -> list[Comparison]:
    """Every measure in the real files and in the files of Estuary and its neighbours."""
    made = {path.name: path for path in folder.rglob("*.csv")}
    return [
        *_ks2(real, made),
        *_ks4(real, made),
        *_inspections(world),
        *_finance(real, made),
        *_register(real, made),
    ]


def _mainstream(real: Path) -> pl.DataFrame:
    spine = read_text(real / "register" / "spine_2017-18.csv.gz")
    kept = pl.col("MINORGROUP").is_in(["Maintained School", "Academy"])
    special = pl.col("NFTYPE").str.to_lowercase().str.contains("special")
    return spine.filter(kept & ~special).select("URN")


_RENAMED = {
    "KS2 Pupils": "TELIG", "Overall Meet Std": "PTRWM_EXP", "Overall Exceed Std": "PTRWM_HIGH",
    "Reading Progress": "READPROG", "Writing Progress": "WRITPROG", "Maths Progress": "MATPROG",
}  # fmt: skip


def _real_ks2(real: Path, year: int) -> pl.DataFrame:
    frame = read_text(real / "ks2" / f"ks2_perf_{year}.csv.gz").rename(_RENAMED)
    return frame.join(_mainstream(real), on="URN").select("URN", *(number(c) for c in _RENAMED.values()))


def _made_ks2(made: dict[str, Path], year: int) -> pl.DataFrame:
    frame = read_text(made[f"england_ks2final_{year - 1}-{year % 100}.csv"]).filter(pl.col("RECTYPE") == "1")
    return frame.select("URN", *(number(c) for c in _RENAMED.values()))


def _ks2(real: Path, made: dict[str, Path]) -> Iterator[Comparison]:
    theirs, ours = _real_ks2(real, 2018), _made_ks2(made, 2018)
    group = "Key stage 2, summer 2018, mainstream schools"

    def each(what: str, value: pl.Expr, tolerance: float) -> Comparison:
        return Comparison(group, what, _one(theirs, value), _one(ours, value), tolerance)

    rwm, cohort = pl.col("PTRWM_EXP"), pl.col("TELIG")
    yield each("pupils in the year, median", cohort.median(), 18)
    yield each("pupils in the year, 90th percentile", cohort.quantile(0.9), 16)
    yield each("expected standard in all three, mean %", rwm.mean(), 5)
    yield each("expected standard in all three, spread (sd)", rwm.std(), 2.5)
    yield each("expected standard in all three, 10th percentile", rwm.quantile(0.1), 7)
    yield each("expected standard in all three, 90th percentile", rwm.quantile(0.9), 7)
    yield each("higher standard in all three, mean %", pl.col("PTRWM_HIGH").mean(), 3)
    for name, column in (("reading", "READPROG"), ("writing", "WRITPROG"), ("maths", "MATPROG")):
        yield each(f"{name} progress, mean", pl.col(column).mean(), 0.8)
        yield each(f"{name} progress, spread (sd)", pl.col(column).std(), 0.5)
    yield each("attainment with reading progress, correlation", pl.corr(rwm, pl.col("READPROG")), 0.12)
    yield each("reading with maths progress, correlation", pl.corr("READPROG", "MATPROG"), 0.12)
    yield each("schools without attainment (suppressed or none), %", 100 * rwm.is_null().mean(), 4)
    yield each("schools below the floor, % of those judged", _below_floor(), 3)
    lag = pl.corr("READPROG", "READPROG_before")
    yield Comparison(
        group,
        "reading progress with that of 2016, correlation",
        _one(_with_2016(theirs, _real_ks2(real, 2016)), lag),
        _one(_with_2016(ours, _made_ks2(made, 2016)), lag),
        0.15,
    )
    yield from _full_columns(real, made)


def _one(frame: pl.DataFrame, value: pl.Expr) -> float:
    return float(frame.filter(pl.col("TELIG").fill_null(1) > 0).select(value).item())


def _below_floor() -> pl.Expr:
    progress = (pl.col("READPROG") < -5) | (pl.col("WRITPROG") < -7) | (pl.col("MATPROG") < -5)
    below = (pl.col("PTRWM_EXP") < 65) & progress
    return 100 * below.filter((pl.col("TELIG") >= 11) & below.is_not_null()).mean()


def _with_2016(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    return now.join(before, on="URN", suffix="_before").drop_nulls(["READPROG", "READPROG_before"])


def _full_columns(real: Path, made: dict[str, Path]) -> Iterator[Comparison]:
    """What only the files with all columns carry: one authority's of 2018 against Estuary's."""
    names = (
        "TELIG",
        "READPROG_LOWER",
        "READPROG_UPPER",
        "MATPROG_LOWER",
        "MATPROG_UPPER",
        "TKS1AVERAGE",
        "PTFSM6CLA1A",
    )
    frames = []
    for path in (
        real / "ks2" / "ks2final_850_hampshire_2017-18.csv.gz",
        made["england_ks2final_2017-18.csv"],
    ):
        frames.append(read_text(path).filter(pl.col("RECTYPE") == "1").select(number(c) for c in names))
    group = "Key stage 2, summer 2018, all columns (one real authority)"
    for what, column in (("reading", "READPROG"), ("maths", "MATPROG")):
        width = (pl.col(f"{column}_UPPER") - pl.col(f"{column}_LOWER")) / 2 * pl.col("TELIG").sqrt()
        yield _pair(group, f"{what} progress, half the interval times √pupils", frames, width.mean(), 0.7)
    yield _pair(group, "key stage 1 points, spread of schools (sd)", frames, pl.col("TKS1AVERAGE").std(), 0.3)
    fsm, ks1 = pl.col("PTFSM6CLA1A"), pl.col("TKS1AVERAGE")
    yield _pair(group, "disadvantaged, spread of schools (sd)", frames, fsm.std(), 5)
    yield _pair(group, "disadvantaged with key stage 1 points, correlation", frames, pl.corr(fsm, ks1), 0.25)


def _pair(group: str, what: str, frames: list[pl.DataFrame], value: pl.Expr, tolerance: float) -> Comparison:
    theirs, ours = (float(frame.select(value).item()) for frame in frames)
    return Comparison(group, what, theirs, ours, tolerance)


def _ks4(real: Path, made: dict[str, Path]) -> Iterator[Comparison]:
    names = (
        "TPUP",
        "ATT8SCR",
        "P8MEA",
        "P8CILOW",
        "P8CIUPP",
        "P8PUP",
        "PTL2BASICS_94",
        "PTL2BASICS_95",
        "KS2APS",
    )
    mine = read_text(made["england_ks4final_2017-18.csv"]).filter(
        (pl.col("RECTYPE") == "1") & (pl.col("NFTYPE") != "IND")
    )
    theirs = read_text(real / "ks4" / "ks4final_2017-18_state_subset.csv.gz")
    frames = [frame.select(number(c) for c in names) for frame in (theirs, mine)]
    group = "Key stage 4, summer 2018, mainstream schools"
    p8, a8 = pl.col("P8MEA"), pl.col("ATT8SCR")
    yield _pair(group, "pupils in the year, mean", frames, pl.col("TPUP").mean(), 25)
    yield _pair(group, "Attainment 8, mean", frames, a8.mean(), 3)
    yield _pair(group, "Attainment 8, spread (sd)", frames, a8.std(), 3)
    yield _pair(group, "Progress 8, mean", frames, p8.mean(), 0.2)
    yield _pair(group, "Progress 8, spread (sd)", frames, p8.std(), 0.15)
    yield _pair(
        group, "standard pass in English and maths, mean %", frames, pl.col("PTL2BASICS_94").mean(), 5
    )
    yield _pair(group, "strong pass in English and maths, mean %", frames, pl.col("PTL2BASICS_95").mean(), 6)
    yield _pair(group, "Progress 8 with Attainment 8, correlation", frames, pl.corr(p8, a8), 0.25)
    width = (pl.col("P8CIUPP") - pl.col("P8CILOW")) / 2 * pl.col("P8PUP").sqrt()
    yield _pair(group, "half the interval times √pupils", frames, width.mean(), 0.2)
    below = (p8 < -0.5) & (pl.col("P8CIUPP") < 0)
    yield _pair(group, "schools below the floor, %", frames, 100 * below.mean(), 8)


# Published by Ofsted, 31 August 2018 (S22 of published/published_counts.csv).
_GRADES_2018 = {
    1: ("outstanding", 21),
    2: ("good", 65),
    3: ("requires improvement", 11),
    4: ("inadequate", 4),
}


def _inspections(world: World) -> Iterator[Comparison]:
    day = date(2018, 8, 31)
    known: dict[int, list] = {}
    for one in inspections(world):
        if one.overall is not None and one.published <= day:
            known.setdefault(one.urn, []).append(one)
    latest = [
        max(seen, key=lambda i: i.day).overall
        for e in world.open_on(day)
        if (seen := carried(world, e, known))
    ]
    for grade, (word, real) in _GRADES_2018.items():
        share = 100 * latest.count(grade) / len(latest)
        yield Comparison("Inspection grades at 31 August 2018, % of schools", word, real, share, 6)


def _finance(real: Path, made: dict[str, Path]) -> Iterator[Comparison]:
    group = "Finance of maintained schools, year to March 2018"
    frames = []
    for path in (real / "finance" / "cfr_totals_2018.csv.gz", made["cfr_totals_2018.csv"]):
        frames.append(
            read_text(path).select(number(c) for c in ("Income", "Balance")).filter(pl.col("Income") > 0)
        )
    left = 100 * pl.col("Balance") / pl.col("Income")
    yield _pair(group, "income, median, £ thousand", frames, pl.col("Income").median() / 1000, 300)
    yield _pair(
        group, "schools that spent more than they had, %", frames, 100 * (pl.col("Balance") < 0).mean(), 12
    )
    yield _pair(group, "left over, 5th percentile, % of income", frames, left.quantile(0.05), 3)
    yield _pair(group, "left over, median, % of income", frames, left.median(), 1.2)
    yield _pair(group, "left over, 95th percentile, % of income", frames, left.quantile(0.95), 3)


def _register(real: Path, made: dict[str, Path]) -> Iterator[Comparison]:
    group = "Register, primary schools open in 2022 (two real authorities)"
    frames = []
    full = real / "register" / "gias_2022-04-20_hampshire_surrey_full_columns.csv.gz"
    for path in (full, made["edubasealldata20221003.csv"]):
        kept = (pl.col("PhaseOfEducation (name)") == "Primary") & (
            pl.col("EstablishmentStatus (name)") == "Open"
        )
        columns = ("NumberOfPupils", "SchoolCapacity", "PercentageFSM")
        frames.append(read_text(path).filter(kept).select(number(c) for c in columns))
    roll, capacity = pl.col("NumberOfPupils"), pl.col("SchoolCapacity")
    yield _pair(group, "pupils, median", frames, roll.median(), 110)
    yield _pair(group, "places filled, median %", frames, (100 * roll / capacity).median(), 8)
    yield _pair(group, "free school meals, spread (sd of %)", frames, pl.col("PercentageFSM").std(), 4)


def page(found: list[Comparison]) -> str:
    """The manual's page: what was compared, both figures, and the limit a test holds them to."""
    lines: list[str] = []
    for group in dict.fromkeys(each.group for each in found):
        lines += [
            f"## {group}",
            "",
            "| measure | real | Estuary | may differ by |",
            "| --- | ---: | ---: | ---: |",
        ]
        for each in found:
            if each.group == group:
                lines.append(
                    f"| {each.what} | {_plain(each.real)} | {_plain(each.estuary)} | {each.tolerance:g} |"
                )
        lines.append("")
    return _PAGE.read_text(encoding="utf-8").replace("{tables}", "\n".join(lines).strip() + "\n")


def _plain(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def main(real: Path) -> None:
    """Prints the page for the real files in `real`."""
    with tempfile.TemporaryDirectory() as folder:
        write_estuary(Path(folder), first_day=COMPARED_ON)
        sys.stdout.write(page(compare(real, build_world(COMPARED_ON, SEED), Path(folder))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
