"""The floor standard of a whole exam year against a hand-written filter: under 0.5 s, at most 3 times.

Run: `.venv/bin/python benchmarks/floor.py [FOLDER] [--repeats N]`. Without a folder it takes the real files
beside the project, or, where they are not at hand, schools made from a seed.

The baseline is what a good analyst would write for the same answer from the same Parquet parts: read the
year's results (only the columns the standard of 2018 needs, the fuller file first where two tell of a
school), give each school its name, authority and type from the register's edition nearest to the year's end,
leave out what is not judged, and call every school below, not below, unknown or excluded. It needs no
successors, no closures and no other edition for that year, and reads none. Ours finds out for itself which
parts count, as at which day, and gives every measure, the reason, the caution and where each attribute comes
from. Both must count the same schools below and judged, or the benchmark fails.

`first` is the first question of a fresh process with a warm file cache (imports done, nothing read): each
side gets a process of its own each time, in turn. `new store` is a question of a process that has answered
before, with nothing kept; `again` is a second question on the same edition. Processor time is of all threads.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from schoolward.apps.performance import bridge
from schoolward.apps.performance.bridge import standards
from schoolward.datasets import derived
from schoolward.datasets.importing import import_folder
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.store import Store

REAL = Path(__file__).parents[2] / "shared" / "data"
TODAY = date(2026, 11, 23)
YEAR, SCHOOLS, SEED = 2018, 16_000, 20110322
MOST_SECONDS, MOST_TIMES = 0.5, 3.0
MAINSTREAM = (
    "Community school", "Voluntary aided school", "Voluntary controlled school", "Foundation school",
    "Academy sponsor led", "Academy converter", "Free schools", "City technology college", "Studio schools",
    "University technical college",
)  # fmt: skip
FIGURES = (
    "urn", "row_kind", "cohort", "exp_rwm_pct", "prog_read", "prog_writ", "prog_maths", "prog_read_code",
    "prog_writ_code", "prog_maths_code", "coverage_read_pct", "coverage_writ_pct", "coverage_maths_pct",
)  # fmt: skip


def main() -> int:
    """Prints the measurements as JSON; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--once", choices=("by hand", "ours"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.once:
        print(json.dumps(once(Store(args.folder), args.once)))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or (REAL if REAL.is_dir() else seeded(Path(scratch) / "seeded"))
        store = Store(Path(scratch) / "store")
        import_folder(folder, store, today=TODAY)
        result = counts(store) | measure(store, args.repeats)
    print(json.dumps(result, indent=1))
    same = result["below, judged"] == result["below, judged by hand"]
    fast = result["first seconds"]["ours"] < MOST_SECONDS and result["first ratio"] <= MOST_TIMES
    return 0 if same and fast else 1


def counts(store: Store) -> dict[str, object]:
    """What both sides find; they must find the same."""
    ours = bridge.floor(store, load_rulebook(), "ks2", YEAR)
    hand = dict(by_hand(results_paths(store), types_path(store))["status"].value_counts().iter_rows())
    return {
        "schools": len(ours.frame),
        "below, judged": [ours.below, ours.eligible],
        "below, judged by hand": [hand["below"], hand["below"] + hand["not_below"]],
    }


def measure(store: Store, repeats: int) -> dict[str, object]:
    """Medians of both sides, taken in turn so that drift hits both alike."""
    times: dict[str, list[tuple[float, float]]] = {}
    for _ in range(repeats):
        for side in ("by hand", "ours"):
            times.setdefault(f"first {side}", []).append(in_a_fresh_process(store, side))
    for _ in range(repeats):
        for name, work in questions(store).items():
            times.setdefault(name, []).append(timed(work))
    clock, cpu = ({name: statistics.median(t[n] for t in of) for name, of in times.items()} for n in (0, 1))
    pairs = {"first": ("first ours", "first by hand"), "new store": ("new store", "by hand")}
    pairs["again"] = ("again", "by hand")
    result: dict[str, object] = {"repeats": repeats}
    for name, (ours, hand) in pairs.items():
        result[f"{name} seconds"] = {"ours": round(clock[ours], 4), "by hand": round(clock[hand], 4)}
        result[f"{name} cpu seconds"] = {"ours": round(cpu[ours], 4), "by hand": round(cpu[hand], 4)}
        result[f"{name} ratio"] = round(clock[ours] / clock[hand], 2)
        result[f"{name} cpu ratio"] = round(cpu[ours] / cpu[hand], 2)
    return result


def in_a_fresh_process(store: Store, side: str) -> tuple[float, float]:
    """Seconds of a process's first question."""
    command = [sys.executable, __file__, str(store.path), "--once", side]
    return tuple(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def once(store: Store, side: str) -> tuple[float, float]:
    """Seconds of one question, asked of nothing but the files."""
    if side == "by hand":
        paths = results_paths(store), types_path(store)
        return timed(lambda: by_hand(*paths))
    rulebook = load_rulebook()
    return timed(lambda: bridge.floor(store, rulebook, "ks2", YEAR))


def questions(store: Store) -> dict[str, Callable[[], object]]:
    """What is asked in this process, in turn."""
    rulebook, paths = load_rulebook(), (results_paths(store), types_path(store))
    standards._results.cache_clear()
    derived._derived.cache_clear()
    return {
        "by hand": lambda: by_hand(*paths),
        "new store": lambda: bridge.floor(Store(store.path), rulebook, "ks2", YEAR),
        "again": lambda: bridge.floor(store, rulebook, "ks2", YEAR),
    }


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of all processors."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def results_paths(store: Store) -> list[Path]:
    """The Parquet parts with the year's results, the fullest first."""
    parts = [part for part in store.parts("ks2") if part.period == str(YEAR)]
    return [store.part_path(part.key) for part in sorted(parts, key=lambda part: -part.fullness)]


def types_path(store: Store) -> Path:
    """The register's part that gives the types of the year's schools."""
    typed = [part for part in store.parts("register") if "performance tables' list" in part.variant]
    return store.part_path(typed[0].key)


def by_hand(results: list[Path], types: Path) -> pl.DataFrame:
    """Every school's status in 2018, with its name and authority, as an analyst would work it out."""
    figures = pl.concat((figures_of(path) for path in results), how="diagonal").unique("urn", keep="first")
    listed = pl.read_parquet(types, columns=["urn", "name", "la_code", "type_name"])
    progress = ("prog_read", "prog_writ", "prog_maths")
    left_out = [~pl.col("type_name").is_in(MAINSTREAM), pl.col("cohort") < 11]
    left_out += [pl.col(f"{name}_code") == "LOWCOV" for name in progress]
    left_out += [pl.col(name) < 50 for name in figures.columns if name.startswith("coverage")]
    known = pl.all_horizontal(pl.col("type_name", "cohort", "exp_rwm_pct", *progress).is_not_null())
    weak = (pl.col("prog_read") < -5) | (pl.col("prog_writ") < -7) | (pl.col("prog_maths") < -5)
    status = (
        pl.when(pl.any_horizontal(left_out)).then(pl.lit("excluded"))
        .when(~known).then(pl.lit("unknown"))
        .when((pl.col("exp_rwm_pct") < 65) & weak).then(pl.lit("below"))
        .otherwise(pl.lit("not_below"))
    )  # fmt: skip
    judged = figures.join(listed, on="urn", how="left")
    return judged.select("urn", "name", "la_code", status.alias("status"))


def figures_of(path: Path) -> pl.DataFrame:
    """One file's schools with the columns that the standard needs."""
    has = pl.read_parquet_schema(path)
    frame = pl.read_parquet(path, columns=[name for name in FIGURES if name in has])
    if "row_kind" in has:
        frame = frame.filter(pl.col("row_kind").is_in(["mainstream school", "special school", "other"]))
    return frame.drop("row_kind", strict=False)


def seeded(folder: Path) -> Path:
    """Files of the publishers' shapes with schools drawn from a seed."""
    rng = np.random.default_rng(SEED)
    folder.mkdir(parents=True)
    urns = np.arange(900_001, 900_001 + SCHOOLS)
    pupils = rng.integers(4, 90, SCHOOLS)
    results = {"URN": urns, "KS2 Pupils": pupils, "Academic Year": np.full(SCHOOLS, YEAR)}
    for subject, sd in (("Reading", 2.5), ("Writing", 2.7), ("Maths", 2.6)):
        results[f"{subject} Progress"] = rng.normal(0, sd, SCHOOLS).round(1)
        results[f"{subject} Progress Band"] = np.full(SCHOOLS, 3)
        results[f"{subject} Score"] = rng.integers(95, 112, SCHOOLS)
        results[f"{subject} Meet Std"] = [f"{share}%" for share in rng.integers(40, 100, SCHOOLS)]
    shares = (100 * rng.binomial(pupils, rng.beta(12, 7, SCHOOLS)) / pupils).round().astype(int)
    results["Overall Meet Std"] = [f"{share}%" for share in shares]
    results["Overall Exceed Std"] = [f"{share // 5}%" for share in shares]
    pl.DataFrame(results).write_csv(folder / "ks2_2018.csv")
    listed = {
        "URN": urns,
        "LA": np.full(SCHOOLS, 990),
        "ESTAB": np.arange(SCHOOLS) % 9_000 + 1_000,
        "LAESTAB": 9_900_000 + np.arange(SCHOOLS) % 9_000 + 1_000,
        "SCHNAME": [f"School {urn}" for urn in urns],
        "POSTCODE": np.full(SCHOOLS, "ES1 1ES"),
        "ICLOSE": np.full(SCHOOLS, 1),
        "OPENDATE": np.full(SCHOOLS, ""),
        "CLOSEDATE": ["2018-11-30", *[""] * (SCHOOLS - 1)],
        "MINORGROUP": np.full(SCHOOLS, "Maintained School"),
        "NFTYPE": rng.choice(MAINSTREAM[:4], SCHOOLS),
        "ISPRIMARY": np.full(SCHOOLS, 1),
        "ISSECONDARY": np.full(SCHOOLS, 0),
        "ISPOST16": np.full(SCHOOLS, 0),
        "AGEL": np.full(SCHOOLS, 4),
        "AGEH": np.full(SCHOOLS, 11),
        "OTHERURN": np.full(SCHOOLS, ""),
        "NEWACFLAG": np.full(SCHOOLS, 6),
    }
    pl.DataFrame(listed).write_csv(folder / "list_2017-18.csv")
    return folder


if __name__ == "__main__":
    sys.exit(main())
