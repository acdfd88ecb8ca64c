"""Import of published files against reading the same files as text: at most 3 times, and under 1.5 GiB.

Run: `.venv/bin/python benchmarks/import_published.py [FOLDER] [--repeats N]`. Without a folder it takes the
real files beside the project, or, where they are not at hand, makes files of the same shapes from a seed.

The baseline is what any reader must do: unpack, decode, and parse every recognised table as text with Polars
(the two files of boundaries are unpacked and parsed as JSON).
Both run in this process in turn, with the same threads and a warm cache; the import goes into a new store
each time. Peak memory is that of a process of its own that only imports.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from schoolward.datasets.importing import import_folder
from schoolward.datasets.opening import Source, sources
from schoolward.datasets.recognise import Match, recognise_lines
from schoolward.datasets.store import Store

REAL = Path(__file__).parents[2] / "shared" / "data"
TODAY = date(2026, 11, 23)
MOST_TIMES, MOST_GIB = 3.0, 1.5
SEED = 20110322
GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate")
_HEAD_LINES = 12


def main() -> int:
    """Prints the measurements as JSON; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only-import", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or (REAL if REAL.is_dir() else seeded(Path(scratch) / "seeded"))
        if args.only_import:
            import_folder(folder, Store(args.only_import), today=TODAY)
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
            return 0
        result = measure(folder, Path(scratch), args.repeats)
    print(json.dumps(result, indent=1))
    return 0 if result["ratio"] <= MOST_TIMES and result["peak_gib"] < MOST_GIB else 1


def measure(folder: Path, scratch: Path, repeats: int) -> dict[str, object]:
    """Seconds of import and baseline in turn, by clock and by processor, and the import's peak memory."""
    known = recognised(folder)
    read_as_text(known)  # warms the cache and the libraries
    into = iter(scratch / f"store{n}" for n in range(repeats + 1))
    import_folder(folder, Store(next(into)), today=TODAY)
    clock: dict[str, list[float]] = {"import": [], "baseline": []}
    processor: dict[str, list[float]] = {"import": [], "baseline": []}
    for _ in range(repeats):
        path = next(into)
        for name, work in (
            ("baseline", lambda: read_as_text(known)),
            ("import", lambda path=path: import_folder(folder, Store(path), today=TODAY)),
        ):
            seconds, cpu = timed(work)
            clock[name].append(seconds)
            processor[name].append(cpu)
        shutil.rmtree(path)
    command = [sys.executable, __file__, str(folder), "--only-import", str(scratch / "memory")]
    peak = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    best = {name: min(times) for name, times in clock.items()}
    return {
        "files": len(known),
        "threads": pl.thread_pool_size(),
        "seconds_best": {name: round(value, 3) for name, value in best.items()},
        "seconds_median": {name: round(statistics.median(v), 3) for name, v in clock.items()},
        "cpu_seconds_best": {name: round(min(v), 3) for name, v in processor.items()},
        "ratio": round(best["import"] / best["baseline"], 2),
        "cpu_ratio": round(min(processor["import"]) / min(processor["baseline"]), 2),
        "limit": MOST_TIMES,
        "peak_gib": round(peak / 2**30, 3),
        "limit_gib": MOST_GIB,
    }


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of all processors."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def recognised(folder: Path) -> list[tuple[Source, Match | None]]:
    """The text files that the import takes, with where each header stands; boundaries have none."""
    found = []
    for source in sources(folder):
        if source.is_spreadsheet:
            continue
        if source.head.lstrip()[:1] == b"{":
            found.append((source, None))
            continue
        match = recognise_lines(source.head.decode("utf-8", "replace").split("\n")[:_HEAD_LINES])
        if isinstance(match, Match) and not match.variant.document:
            found.append((source, match))
    return found


def read_as_text(known: list[tuple[Source, Match | None]]) -> int:
    """Rows of all files, unpacked, decoded and parsed as text: the least that any reader does."""
    rows = 0
    for source, match in known:
        with gzip.open(source.path) if source.path.suffix == ".gz" else source.path.open("rb") as file:
            raw = file.read()
        if match is None:
            rows += len(json.loads(raw))
            continue
        try:
            raw.decode()
        except UnicodeDecodeError:
            raw = raw.decode("cp1252", "replace").encode()
        frame = pl.read_csv(
            raw,
            separator=match.separator,
            skip_lines=match.header_line,
            infer_schema=False,
            truncate_ragged_lines=True,
            raise_if_empty=False,
        )
        rows += frame.height
    return rows


def seeded(folder: Path) -> Path:
    """Files of the real ones' shapes with made-up figures, the same for the same seed."""
    rng = random.Random(SEED)
    folder.mkdir()
    results = "URN,KS2 Pupils,Reading Progress,Writing Progress,Maths Progress,Overall Meet Std,Academic Year"
    for year in (2016, 2018):
        rows = (
            f"{100000 + n},{rng.randint(5, 90)},{rng.gauss(0, 2.5):.1f},{rng.gauss(0, 2.5):.1f},"
            f"{rng.gauss(0, 2.5):.1f},{rng.randint(20, 100)}%,{year}"
            for n in range(16_000)
        )
        _pack(folder / f"ks2_{year}.csv.gz", results, rows)
    years = "Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region"
    rows = (
        f"Measure {n % 433},,{2005 + n % 20},Area {n % 152},{rng.random() * 100:.2f},{200 + n % 152},Region"
        for n in range(590_000)
    )
    _pack(folder / "tool.csv.gz", years, rows)
    rows = (
        f"{100000 + n % 20_000},{rng.choice(GRADES)},{2005 + n // 20_000}0{n % 9 + 1}1{n % 9}"
        for n in range(60_000)
    )
    _pack(folder / "inspections.csv.gz", "URN,Rating,Inspection Date", rows)
    return folder


def _pack(path: Path, header: str, rows) -> None:
    path.write_bytes(gzip.compress("\r\n".join([header, *rows, ""]).encode()))


if __name__ == "__main__":
    sys.exit(main())
