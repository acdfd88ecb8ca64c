"""The fit of gathered tables, chain by chain, so that a run that was killed goes on with its next chain."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schoolward.terms.errors import BadFile

if TYPE_CHECKING:
    import numpy as np

    from schoolward.analysis.demand.fitting import Task
    from schoolward.analysis.demand.sampler import Chain

KEPT_DRAWS = 1000
LONG, PROCESSES, LOOK_SECONDS, NICENESS = 500, 2, 1.0, 15
# Gets how many chains are done and of how many; may raise to stop.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What a fit comes to, as plain values, and the draws as the bytes of an .npz file."""

    summary: dict[str, Any]
    curves: list[dict[str, Any]]
    chances: dict[str, dict[str, float]]
    draws: bytes

    @property
    def draws_sha256(self) -> str:
        """The key of the draws' content."""
        return sha256(self.draws).hexdigest()


def fit_tables(
    tables: Mapping[str, Any], *, seed: int, draws: int, scratch: Path, progress: Progress
) -> Outcome:
    """The fit of the tables (name to [file, rows]); chains already in `scratch` are taken from there."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # matrices are small: threads would get in the way
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from schoolward.analysis.demand import results
    from schoolward.analysis.demand import tables as reading
    from schoolward.analysis.demand.assemble import assemble
    from schoolward.analysis.demand.fitting import fit
    from schoolward.analysis.demand.priors import Priors
    from schoolward.analysis.demand.sampler import Length

    problem = assemble(reading.records({name: tuple(given) for name, given in tables.items()}))
    kept = _Kept(scratch / _key(tables, seed, draws), progress)
    posterior = fit(problem.evidence, Priors(), Length(draws=draws), seed, run=kept.walk_all)
    found = results.reckon(problem, posterior, Priors(), seed)
    outcome = Outcome(
        results.summary(found),
        list(results.curves(found)),
        _chances(results.probabilities(found)),
        _npz(results.draws(found, KEPT_DRAWS)),
    )
    kept.clear()
    return outcome


def _key(tables: Mapping[str, Any], seed: int, draws: int) -> str:
    told = json.dumps([tables, seed, draws], sort_keys=True)
    return sha256(told.encode()).hexdigest()[:24]


class _Kept:
    """Chains as files: each is written whole once it has walked."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self.folder, self.progress = folder, progress

    def walk_all(self, walk: Callable[[Task], Chain], tasks: Iterable[Task]) -> Iterator[Chain]:
        """Each task's chain, from its file where there is one."""
        tasks = list(tasks)
        self.folder.mkdir(parents=True, exist_ok=True)
        paths = [self.folder / f"{t.length.burn}-{t.length.every}-{n}.npz" for n, t in enumerate(tasks)]
        missing = [(path, task) for path, task in zip(paths, tasks, strict=True) if not path.exists()]
        ended = [path for path in paths if path.exists()]
        self.progress(len(ended), len(tasks))
        for path, chain in _walked(walk, missing, lambda: self.progress(len(ended), len(tasks))):
            _write_chain(path, chain)
            ended.append(path)
            self.progress(len(ended), len(tasks))
        return map(_read_chain, paths)

    def clear(self) -> None:
        """Away with the files: the result is kept elsewhere."""
        for path in self.folder.glob("*"):
            path.unlink()
        self.folder.rmdir()


def _walked(
    walk: Callable[[Task], Chain], missing: list[tuple[Path, Task]], look: Callable[[], None]
) -> Iterator[tuple[Path, Chain]]:
    """Chains as they end: long ones in two processes, short ones here, where starting one would cost more."""
    if not missing or missing[0][1].length.draws < LONG or (os.cpu_count() or 1) < PROCESSES:
        for path, task in missing:
            look()
            yield path, walk(task)
        return
    # fresh processes: a copy of one that runs threads can hang; they give way to whoever waits for a page
    fresh = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(PROCESSES, mp_context=fresh, initializer=os.nice, initargs=(NICENESS,))
    try:
        waiting = {pool.submit(walk, task): path for path, task in missing}
        while waiting:
            ended, _ = wait(waiting, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in ended:
                yield waiting.pop(future), future.result()
            look()
    except BaseException:  # cancelled or asked to end: a chain half walked is worth nothing
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    pool.shutdown()


def _write_chain(path: Path, chain: Chain) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        _save(out, {"logits": chain.logits, "slope": chain.slope, **chain.unknowns})
    part.replace(path)


def _read_chain(path: Path) -> Chain:
    import numpy as np

    from schoolward.analysis.demand.sampler import Chain

    with np.load(path, allow_pickle=False) as held:
        unknowns = {name: held[name] for name in held.files if name not in ("logits", "slope")}
        return Chain(held["logits"], held["slope"], unknowns)


def _save(out: Any, arrays: Mapping[str, np.ndarray]) -> None:
    import numpy as np

    np.savez(out, **arrays)


def _npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    held = BytesIO()
    _save(held, arrays)
    return held.getvalue()


def _chances(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(str(row["urn"]), {})[row["service"]] = row["probability"]
    return found


def read_draws(path: Path, sha256_expected: str) -> dict[str, np.ndarray]:
    """The arrays of a run; refused where the file is gone or is not what the run wrote."""
    import numpy as np

    again = "Work demand out again."
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadFile("The draws of this run are gone.", where=path.name, do=again) from error
    if sha256(content).hexdigest() != sha256_expected:
        raise BadFile("The draws are not what the run wrote.", where=path.name, do=again)
    with np.load(BytesIO(content), allow_pickle=False) as held:
        return {name: held[name] for name in held.files}
