"""What `schoolward demand` writes: summary, probabilities, draws for the next step, and a manifest."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import numpy as np

import schoolward
from schoolward.analysis.demand.results import (
    KEPT_DRAWS,
    Reckoned,
    curves,
    draws,
    probabilities,
    reckon,
    summary,
)
from schoolward.cli import output

__all__ = ["reckon", "write"]


def write(found: Reckoned, inputs: dict[str, Path], folder: Path) -> dict:
    """All files into the folder; gives the summary."""
    folder.mkdir(parents=True, exist_ok=True)
    made = summary(found)
    with (folder / "summary.json").open("w", encoding="utf-8") as out:
        output.write_json(made, out)
    with (folder / "purchases.csv").open("w", encoding="utf-8", newline="") as out:
        output.write_csv(probabilities(found), ("urn", "service", "price_pence", "probability"), out)
    with (folder / "curves.csv").open("w", encoding="utf-8", newline="") as out:
        rows = list(curves(found))
        output.write_csv(rows, tuple(rows[0]), out)
    with (folder / "draws.npz").open("wb") as out:
        np.savez(out, **draws(found))
    with (folder / "manifest.json").open("w", encoding="utf-8") as out:
        output.write_json(manifest(found, inputs), out)
    return made


def manifest(found: Reckoned, inputs: dict[str, Path]) -> dict:
    """What the results were made from."""
    return {
        "version": schoolward.__version__,
        "seed": found.seed,
        "inputs": {
            name: {"file": path.name, "sha256": sha256(path.read_bytes()).hexdigest()}
            for name, path in inputs.items()
        },
        "facts_used": list(found.problem.fact_names),
        "priors": json.loads(json.dumps(asdict(found.beliefs))),
        "draws_kept": min(KEPT_DRAWS, len(found.posterior.slope)),
    }
