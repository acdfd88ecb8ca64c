"""Where surveys meet the arithmetic: plain answers in, tables safe to print and suggested themes out; needs
no Django."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from schoolward.analysis.survey import tables
from schoolward.analysis.survey.agreement import Agreement
from schoolward.analysis.survey.agreement import agreement as _agreement
from schoolward.analysis.survey.themes import Cluster, Suggestion, Theme, cluster, suggest
from schoolward.analysis.survey.weighting import Weighted, weigh
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.phases import phase_in_words

__all__ = [
    "Agreement",
    "Asked",
    "Choice",
    "Cluster",
    "SchoolAnswer",
    "Suggestion",
    "Theme",
    "agreed",
    "cluster",
    "find",
    "suggest",
]

SEED = 20110331
STEPS = (100_000_00, 10_000_00, 1_000_00, 100_00)  # pence; a printed sum is in about a hundred of them
SMALL, MIDDLE, LARGE = "small", "middle", "large"


@dataclass(frozen=True)
class SchoolAnswer:
    """One school that was asked: what it is, and for each table the keys of its answers.

    A table that it was not led to, or did not answer, is absent; a sum stands as itself.
    """

    urn: int
    phase: str
    kind: str  # maintained or academy
    roll: int | None
    answered: bool
    chosen: Mapping[str, tuple[str, ...]]
    led_to: frozenset[str]  # conditional tables that its answers led it to
    sums: Mapping[str, int]


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    key: str
    words: str


@dataclass(frozen=True)
class Asked:
    """One table that is wanted."""

    key: str
    text: str
    section: str
    service: str = ""
    choices: tuple[Choice, ...] = ()
    several: bool = False
    is_sum: bool = False
    conditional: bool = False
    by_group: bool = True


def find(
    schools: Sequence[SchoolAnswer],
    asked: Sequence[Asked],
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """What the survey found, as data that is safe to print; of too few answers a sentence, not a figure."""
    answered = np.array([each.answered for each in schools], bool)
    phases = [phase_in_words(each.phase) for each in schools]
    kinds = [each.kind for each in schools]
    weighted = weigh({"phase": phases, "size": _sizes(schools), "type": kinds}, answered)
    found = {
        "asked": len(schools),
        "answered": int(answered.sum()),
        "kinds": len(set(weighted.kinds)),
        "spread": round(weighted.spread, 3),
        "groups": _groups(phases, answered) + _groups(kinds, answered),
        "tables": [],
    }
    # no table needs another, and the search for what to withhold lets other threads run
    pool = ThreadPoolExecutor(max_workers=os.cpu_count())
    try:
        for done, table in enumerate(pool.map(lambda each: _table(each, schools, weighted, phases), asked)):
            found["tables"].append(table)
            progress(done + 1, len(asked))
    finally:
        pool.shutdown(cancel_futures=True)  # whoever is told of progress may put an end to it
    return found


def _sizes(schools: Sequence[SchoolAnswer]) -> list[str]:
    """Each school's third of its own phase by roll; the middle where the roll is unknown."""
    rolls: dict[str, list[int]] = {}
    for each in schools:
        if each.roll is not None:
            rolls.setdefault(each.phase, []).append(each.roll)
    thirds = {phase: np.quantile(known, [1 / 3, 2 / 3]) for phase, known in rolls.items()}
    sizes = []
    for each in schools:
        if each.roll is None:
            sizes.append(MIDDLE)
            continue
        low, high = thirds[each.phase]
        sizes.append(SMALL if each.roll <= low else LARGE if each.roll > high else MIDDLE)
    return sizes


def _groups(names: Sequence[str], answered: np.ndarray) -> list[dict[str, Any]]:
    """How many were asked and answered, by group: returns are watched in public, so these are known."""
    return [
        {
            "name": name,
            "asked": sum(each == name for each in names),
            "answered": sum(each == name and bool(yes) for each, yes in zip(names, answered, strict=True)),
        }
        for name in sorted(set(names))
    ]


def _table(
    asked: Asked, schools: Sequence[SchoolAnswer], weighted: Weighted, phases: Sequence[str]
) -> dict[str, Any]:
    head = {
        "key": asked.key,
        "text": asked.text,
        "section": asked.section,
        "service": asked.service,
        "is_sum": asked.is_sum,
        "several": asked.several,
        "conditional": asked.conditional,
    }
    # of a question that only some are led to, the silent say not even whether they would have been
    kept = [n for n, each in enumerate(schools) if not asked.conditional or asked.key in each.led_to]
    of = [schools[n] for n in kept]
    weights = weighted.weights[kept] if kept else np.zeros(0)
    groups = [phases[n] for n in kept]
    try:
        if asked.is_sum:
            kinds = [weighted.kinds[n] for n in kept]
            return head | _sum(asked, of, weights, groups, kinds)
        return head | _choices(asked, of, weights, groups)
    except NotEnoughData as few:
        return head | {"too_few": few.what, "lines": [], "groups": [], "choices": []}


def _choices(
    asked: Asked, schools: Sequence[SchoolAnswer], weights: np.ndarray, groups: Sequence[str]
) -> dict[str, Any]:
    answered = np.array([asked.key in each.chosen for each in schools], bool)
    said = {
        choice.key: np.array([choice.key in each.chosen.get(asked.key, ()) for each in schools], bool)
        for choice in asked.choices
    }
    breakdowns = {"phase": groups} if asked.by_group else {"phase": [tables.ALL] * len(groups)}
    done = tables.answer_table(said, answered, weights, breakdowns, several=asked.several)
    return {
        "choices": [{"key": choice.key, "words": choice.words} for choice in asked.choices],
        "groups": list(done.groups),
        "lines": [_line(line) for line in done.lines],
        "asked": len(schools),
        "answered": int(answered.sum()),
        "unsafe": len(done.attacked),
        "holds": done.holds,
    }


def _line(line: tables.Line) -> dict[str, Any]:
    about = {"answer": line.answer, "group": line.group}
    if line.share is None:
        return about | {"withheld": True}
    share = line.share
    return about | {
        "said": share.said,
        "answered": share.answered,
        "asked": share.asked,
        "share": round(share.share, 2),
        "low": round(share.low, 2),
        "high": round(share.high, 2),
        "silent_against": round(share.silent_against, 3),
        "silent_for": round(share.silent_for, 3),
    }


def _sum(
    asked: Asked,
    schools: Sequence[SchoolAnswer],
    weights: np.ndarray,
    groups: Sequence[str],
    kinds: Sequence[str],
) -> dict[str, Any]:
    answered = np.array([asked.key in each.sums for each in schools], bool)
    given = np.array([each.sums.get(asked.key, 0) for each in schools], float)
    whole = float(given.sum())
    step = next((step for step in STEPS if whole >= 50 * step), STEPS[-1])
    # schools that answered the survey and not this question stand for nobody here: weigh those that did anew
    scale = weights.sum() / weights[answered].sum() if answered.any() else 1.0
    done = tables.sum_table(given, answered, weights * scale, groups, kinds, step=step)
    return {
        "choices": [],
        "groups": [line.group for line in done.lines],
        "lines": [_sum_line(line, step) for line in done.lines],
        "asked": len(schools),
        "answered": int(answered.sum()),
        "unsafe": len(done.attacked),
        "holds": done.holds,
        "step_pence": step,
    }


def _sum_line(line: tables.SumLine, step: int) -> dict[str, Any]:
    about = {"group": line.group, "answered": line.answered}
    if line.total is None:
        return about | {"withheld": True}
    total = line.total
    rounded = {
        "total_pence": total.total,
        "low_pence": total.low,
        "high_pence": total.high,
        "silent_nothing_pence": total.silent_nothing,
    }
    return about | {name: int(round(value / step) * step) for name, value in rounded.items()}


def agreed(suggested: Iterable[Iterable[str]], decided: Iterable[Iterable[str]]) -> Agreement:
    """How far suggestions agreed with what people decided, with a bootstrap interval."""
    one, other = [frozenset(each) for each in suggested], [frozenset(each) for each in decided]
    return _agreement(one, other, rng=np.random.default_rng(SEED))
