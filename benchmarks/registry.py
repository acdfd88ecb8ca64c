"""Every benchmark: what it asks, what it is compared with, its limits, how to run it large and small.

Run: `.venv/bin/python benchmarks/registry.py [NAME …]` runs those named, or all, and writes results.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks import (  # noqa: E402 (run as a script, they are not found before)
    demand_calibration,
    demand_engines,
    demand_quality,
    falling,
    floor,
    import_published,
    mixed_logit,
    pages,
    structure,
    survey_crowd,
    survey_peer,
    survey_saving,
)
from schoolward.analysis.demand.sampler import Length  # noqa: E402
from schoolward.datasets.importing import import_folder  # noqa: E402
from schoolward.datasets.store import Store  # noqa: E402

RESULTS = HERE / "results.md"


@dataclass(frozen=True)
class Benchmark:
    """`smallest(scratch)` proves in seconds that it still runs; its figures mean nothing."""

    name: str
    question: str
    against: str
    limits: str
    script: str
    smallest: Callable[[Path], dict]
    told: Callable[[dict], Iterator[str]]

    def run(self) -> tuple[dict, bool]:
        """The measurements, in a process of their own, and whether the limits hold."""
        command = [sys.executable, str(HERE / self.script)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not done.stdout.strip():
            sys.exit(f"{self.name} did not run:\n{done.stderr}")
        return json.loads(done.stdout), done.returncode == 0


def _import(scratch: Path) -> dict:
    return import_published.measure(floor.seeded(scratch / "seeded"), scratch, repeats=1)


def _floor(scratch: Path) -> dict:
    store = Store(scratch / "store")
    import_folder(floor.seeded(scratch / "seeded"), store, today=floor.TODAY)
    return floor.counts(store) | floor.measure(store, 1)


def _pages(scratch: Path) -> dict:
    """On the home named by SCHOOLWARD_BENCHMARK_HOME, if it is: a prepared one saves building Estuary."""
    home = os.environ.get("SCHOOLWARD_BENCHMARK_HOME")
    command = [sys.executable, str(HERE / "pages.py"), "--smallest", *(["--home", home] if home else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=scratch)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _demand_quality(_: Path) -> dict:
    rows = [demand_quality.measure("random", 1, forms, Length(5, 20)) for forms in demand_quality.FORMS]
    return demand_quality.summed_up(rows)


def _demand_engines(_: Path) -> dict:
    return demand_engines.beside_kept(draws=60)


def _demand_calibration(_: Path) -> dict:
    return {"in_turn": demand_calibration.in_turn(40, 1), "ranks": {}}


def _survey_saving(scratch: Path) -> dict:
    """On SQLite, on a copy of the empty home named by SCHOOLWARD_BENCHMARK_HOME."""
    command = [sys.executable, str(HERE / "survey_saving.py")]
    command += ["--smallest", os.environ["SCHOOLWARD_BENCHMARK_HOME"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=scratch)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _plainly(result: dict) -> Iterator[str]:
    """Every measurement on a line of a table."""
    yield "| measured | |\n|---|---|"
    for name, value in result.items():
        said = ", ".join(f"{n} {v}" for n, v in value.items()) if isinstance(value, dict) else str(value)
        yield f"| {name.replace('_', ' ')} | {said} |"


BENCHMARKS = (
    Benchmark(
        "import",
        "How long does importing the published files take, and how much memory?",
        "unpacking, decoding and parsing the same files as text with Polars",
        "at most 3 times, under 1.5 GiB",
        "import_published.py",
        _import,
        _plainly,
    ),
    Benchmark(
        "floor",
        "How long does judging every school of an exam year take?",
        "a hand-written Polars filter on the same Parquet",
        "a first question under 0.5 s and at most 3 times",
        "floor.py",
        _floor,
        _plainly,
    ),
    Benchmark(
        "pages",
        "How much CPU does a page cost the server, and how does it grow from 1 authority to 150?",
        "a signed-in empty page in the same run",
        "at most 3 times for the list of 100 schools, 8 for a school's page, 5 for each first page",
        "pages.py",
        _pages,
        pages.tables,
    ),
    Benchmark(
        "falling",
        "How well are falls below a line foretold, school by school?",
        "a logistic model; who knows every school's true level; our filter told all but levels",
        "better than the logistic; Brier at most 15% and 12% above who knows, and 1.5 points above the "
        "filter that was told; off by 0.02 at most in twenty authorities",
        "falling.py",
        lambda scratch: falling.smallest(),
        falling.told,
    ),
    Benchmark(
        "structure",
        "How near the best are posts and prices, how fast, and how honest is the risk out of sample?",
        "the extensive form by the same solver; a plan of twenty times the scenarios; fresh years",
        "see the table; seconds of the processor",
        "structure.py",
        lambda scratch: structure.smallest(),
        structure.told,
    ),
    Benchmark(
        "mixed logit",
        "Does our own estimator find the published optimum on real choices?",
        "the published log-likelihood of Swissmetro, -4360.2",
        "within 1.5",
        "mixed_logit.py",
        lambda scratch: mixed_logit.smallest(),
        _plainly,
    ),
    Benchmark(
        "demand-quality",
        "Does the range of income hold the truth nine times in ten, and how wide is it?",
        "an oracle who knows every chance; the plain mean of stated chances",
        "no scenario's exact 99% limits exclude 90%, and 88 to 92% over all five",
        "demand_quality.py",
        _demand_quality,
        demand_quality.told,
    ),
    Benchmark(
        "demand-engines",
        "How fast and how small is the sampler on the posterior it shares with NumPyro?",
        "NumPyro's NUTS in the same run",
        "at least 10 times the effective draws a CPU second, at most a tenth of the memory",
        "demand_engines.py",
        _demand_engines,
        demand_engines.told,
    ),
    Benchmark(
        "demand-calibration",
        "Does the sampler draw from the model that it claims to draw from?",
        "the priors, which data drawn in turn with the unknowns must give back",
        "no unknown 4 standard errors off, no rank's chance under 0.001",
        "demand_calibration.py",
        _demand_calibration,
        demand_calibration.told,
    ),
    Benchmark(
        "survey saving",
        "How much CPU do an autosave, a page of ten questions and its submit cost the server?",
        "a signed-in empty page in the same run, on PostgreSQL",
        "an autosave at most 2 times",
        "survey_saving.py",
        _survey_saving,
        survey_saving.told,
    ),
    Benchmark(
        "survey peer",
        "How many form pages of ten questions, and submits of them, does the site answer a second?",
        "django-survey-and-report on the same PostgreSQL, asked in turn in the same run",
        "at least 2 times as many of each",
        "survey_peer.py",
        lambda _: survey_peer.measure(1, 1),
        survey_peer.told,
    ),
    Benchmark(
        "survey crowd",
        "What becomes of the last minutes before a deadline when server, worker and database are killed?",
        "what was acknowledged",
        "nothing lost or doubled, no school with two answers, 99 of 100 saves within 300 ms",
        "survey_crowd.py",
        lambda scratch: survey_crowd.on_sqlite(6, 4),
        survey_crowd.told,
    ),
)
BY_NAME = {benchmark.name: benchmark for benchmark in BENCHMARKS}


def main() -> int:
    """Runs, writes each one's section of the results, and says which limits broke."""
    names = sys.argv[1:] or list(BY_NAME)
    sections, broken = _sections(), []
    for name in names:
        print(f"{name} …", file=sys.stderr)
        result, holds = BY_NAME[name].run()
        sections[name] = _section(BY_NAME[name], result, holds)
        broken += [] if holds else [name]
    head = "# Results\n\nWritten by `benchmarks/registry.py`; what each asks is in [README](README.md).\n"
    RESULTS.write_text("\n".join([head, *(sections[name] for name in BY_NAME if name in sections)]))
    print(f"Limits broken: {', '.join(broken) or 'none'}.")
    return 1 if broken else 0


def _sections() -> dict[str, str]:
    """What the results say already, by benchmark."""
    if not RESULTS.exists():
        return {}
    parts = RESULTS.read_text().split("\n## ")[1:]
    return {part.split("\n", 1)[0]: "## " + part.rstrip() + "\n" for part in parts}


def _section(benchmark: Benchmark, result: dict, holds: bool) -> str:
    day = date.today()  # noqa: DTZ011 (a note of the day it was run)
    verdict = "Within its limits" if holds else "**Over its limits**"
    with_cores = f"Run on {day:%Y-%m-%d}, {os.cpu_count()} cores. {verdict}: {benchmark.limits}."
    return "\n".join([f"## {benchmark.name}\n", with_cores, "", *benchmark.told(result), ""])


if __name__ == "__main__":
    sys.exit(main())
