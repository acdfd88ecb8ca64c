"""Every benchmark still runs, at its smallest size; what it measures there means nothing."""

import pytest

from benchmarks.registry import BENCHMARKS, HERE
from tests.machinery.sites import prepared_home

HELPING = {
    "registry",
    "pages_urls",
    "pages_growth",
    "demand_authorities",
    "structure_authority",
    "survey_site",
    "survey_peer_site",
    "__init__",
}
# run small by a test of their own, on each database
# or not at all, since it needs a package of another site's that tests must not fetch
ELSEWHERE = {"survey crowd", "survey peer"}
SMALL = [benchmark for benchmark in BENCHMARKS if benchmark.name not in ELSEWHERE]


@pytest.mark.parametrize("benchmark", SMALL, ids=lambda benchmark: benchmark.name)
def test_benchmark_runs_and_tells_what_it_measured(benchmark, tmp_path, monkeypatch):
    if benchmark.name == "pages":
        monkeypatch.setenv("SCHOOLWARD_BENCHMARK_HOME", str(prepared_home("estuary")))
    if benchmark.name == "survey saving":
        monkeypatch.setenv("SCHOOLWARD_BENCHMARK_HOME", str(prepared_home("empty")))
    result = benchmark.smallest(tmp_path)
    told = "\n".join(benchmark.told(result))
    assert all(isinstance(number, int | float) and number > 0 for number in numbers(result, benchmark.name))
    assert told.startswith("| ")


def numbers(result: dict, name: str) -> list:
    """The figures that the benchmark is about."""
    if name == "demand-quality":
        return [cell["width"] for cell in result["cells"]]
    if name == "demand-calibration":
        return [abs(value) for value in result["in_turn"].values()]
    if name == "falling":
        return [each["brier"] for each in result.values()]
    wanted = {
        "import": "ratio",
        "floor": "first ratio",
        "demand-engines": "times_faster",
        "structure": "seconds",
        "mixed logit": "spread_of_time",
    }
    return [result[wanted[name]]] if name in wanted else list(result["times_empty"].values())


def test_every_benchmark_is_in_the_registry():
    there = {path.stem for path in HERE.glob("*.py")} - HELPING
    assert there == {benchmark.script.removesuffix(".py") for benchmark in BENCHMARKS}
