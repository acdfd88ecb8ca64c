"""Our mixed logit on Swissmetro against the published log-likelihood; seconds and memory.

Run: `.venv/bin/python benchmarks/mixed_logit.py [--draws 500]`. Needs the published data beside the project.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from schoolward.analysis.choice.mixed_logit import even_normals, fit
from tests.real_data import swissmetro

PUBLISHED, CLOSE = -4360.2, 1.5


def main() -> int:
    """Prints JSON; 1 when the likelihood is not the published one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    args = parser.parse_args()
    result = measure(args.draws)
    print(json.dumps(result))
    return 0 if abs(result["log_likelihood"] - PUBLISHED) <= CLOSE else 1


def measure(draws: int) -> dict:
    """The estimate with so many draws a person."""
    choices, start = swissmetro.choices(), time.process_time()
    normals = even_normals(len(choices.starts), draws, 1, np.random.default_rng(1))
    found = fit(choices, (swissmetro.TIME,), normals)
    names = ("car", "train", "cost", "time")
    return {
        "draws": draws,
        "log_likelihood": round(found.log_likelihood, 2),
        "published": PUBLISHED,
        "coefficients": dict(zip(names, found.coefficient.round(3).tolist(), strict=True)),
        "spread_of_time": round(float(found.spread[0]), 3),
        "cpu_seconds": round(time.process_time() - start, 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def smallest() -> dict:
    """Proof in seconds that it still runs, on choices made up where the published ones are not there."""
    from tests.unit.analysis.choice.test_mixed_logit import invented

    choices = invented(people=60)
    found = fit(choices, (1,), even_normals(60, 20, 1, np.random.default_rng(1)))
    return {"log_likelihood": round(found.log_likelihood, 2), "spread_of_time": float(found.spread[0])}


if __name__ == "__main__":
    sys.exit(main())
