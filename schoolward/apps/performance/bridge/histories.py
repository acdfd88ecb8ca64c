"""Every school's history of one edition, ready to be kept: figures, judgements, inspections, money, staff.

National frames are read once, whatever the number of authorities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from schoolward.analysis.policy.standard import StandardResult
from schoolward.analysis.policy.working import Working
from schoolward.apps.performance.bridge import similar, standards
from schoolward.datasets import frames
from schoolward.datasets.importing import import_folder
from schoolward.datasets.rulebook import load_rulebook
from schoolward.datasets.store import Part, Store
from schoolward.terms.errors import NotEnoughData, RulesError
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import Rulebook

AREAS = (
    "quality_of_education", "behaviour", "personal_development", "leadership", "safeguarding",
    "inclusion", "curriculum", "achievement", "early_years", "post16",
)  # fmt: skip
FINANCE = ("income_pence", "expenditure_pence", "balance_pence")
WORKFORCE = ("teachers_fte", "assistants_fte", "pupils_per_teacher", "mean_teacher_pay_pence")


@dataclass(frozen=True)
class History:
    """Rows as dictionaries named as the models' fields."""

    edition: str
    rules_edition: str
    results: list[dict] = field(default_factory=list)
    judgements: list[dict] = field(default_factory=list)
    inspections: list[dict] = field(default_factory=list)
    years: list[dict] = field(default_factory=list)
    predecessors: list[dict] = field(default_factory=list)
    comparisons: list[dict] = field(default_factory=list)
    similar: list[dict] = field(default_factory=list)


def editions(store_path: Path) -> tuple[str, str]:
    """The content keys of the data and of the rules that a history made now would rest on."""
    return Store(store_path).edition, load_rulebook().edition


def read_history(store_path: Path, urns: Iterable[int], authorities: Iterable[int]) -> History:
    """The history of these schools and of those they came from, compared for these authorities."""
    store = Store(store_path)
    store = store.at(store.edition)
    rulebook = load_rulebook()
    predecessors = predecessor_rows(store, set(urns))
    wanted = pl.Series("urn", sorted({*urns, *(row["earlier_urn"] for row in predecessors)}), dtype=pl.Int64)
    history = History(store.edition, rulebook.edition, predecessors=predecessors)
    neighbours = {code: _neighbours(store, code) for code in authorities}
    asked = _Asked(store, rulebook, wanted, neighbours)
    for key_stage in KeyStage:
        alike, averages = similar.alike(store, key_stage, set(urns)), {}
        for exam_year in frames.exam_years(store, key_stage):
            frame = frames.results(store, key_stage, exam_year, None)
            _add_year(history, asked, key_stage, exam_year, frame)
            averages[exam_year] = similar.averages(alike, frame, measures_of(frame), exam_year)
        history.similar.extend(similar.similar_rows(key_stage, alike, averages))
    history.inspections.extend(inspection_rows(store, wanted))
    parts = _parts(store)
    money, staff = frames.finance(store, None), frames.workforce(store, None)
    history.years.extend(year_rows(money, "finance", "financial_year_end", FINANCE, wanted, parts))
    history.years.extend(year_rows(staff, "workforce", "exam_year", WORKFORCE, wanted, parts))
    return history


@dataclass(frozen=True)
class _Asked:
    """Which schools' histories are wanted, and what they rest on."""

    store: Store
    rulebook: Rulebook
    wanted: pl.Series
    neighbours: Mapping[int, tuple[int, ...]]


def _add_year(
    history: History, asked: _Asked, key_stage: KeyStage, exam_year: int, frame: pl.DataFrame
) -> None:
    measures = measures_of(frame)
    where = {"key_stage": str(key_stage), "exam_year": exam_year}
    own = frame.filter(pl.col("urn").is_in(asked.wanted.implode()))
    history.results.extend({**where, **row} for row in result_rows(own, measures, _parts(asked.store)))
    england = _england(asked.store, key_stage, exam_year)
    compared = comparison_rows(frame, measures, asked.neighbours, england)
    history.comparisons.extend({**where, **row} for row in compared)
    for judged in (_floors, _coasting):
        rows = judged(asked.store, asked.rulebook, key_stage, exam_year, asked.wanted)
        history.judgements.extend({**where, **row} for row in rows)


def measures_of(frame: pl.DataFrame) -> list[str]:
    """The measures that a frame of results carries: those with a code beside them."""
    return [name for name in frame.columns if f"{name}_code" in frame.columns]


def result_rows(frame: pl.DataFrame, measures: list[str], parts: Mapping[str, Part]) -> Iterator[dict]:
    """Each school's figures, and the code of each that is missing."""
    for row in frame.iter_rows(named=True):
        codes = {name: code for name in measures if row[name] is None and (code := row.get(f"{name}_code"))}
        yield {
            "urn": row["urn"],
            "figures": {name: row[name] for name in measures if row[name] is not None},
            "codes": codes,
            "provisional": row["provisional"],
            "published_on": row["published_on"],
            "published_basis": parts[row["part"]].published_basis,
            "attributes_basis": row["attributes_basis"],
            "source": parts[row["part"]].source_name,
        }


def comparison_rows(
    frame: pl.DataFrame,
    measures: list[str],
    neighbours: Mapping[int, tuple[int, ...]],
    england: Mapping[str, float | None],
) -> Iterator[dict]:
    """Mean and median of state mainstream schools: in the nation, and in each authority's neighbours."""
    mainstream = frame.filter(pl.col("mainstream") & pl.col("state_funded"))
    yield from _averages(mainstream, measures, "national", 0, england)
    for code, others in neighbours.items():
        alike = mainstream.filter(pl.col("la_code").cast(pl.Int64).is_in(list(others)))
        yield from _averages(alike, measures, "neighbours", code, {})


def _averages(
    frame: pl.DataFrame, measures: list[str], group: str, code: int, england: Mapping[str, float | None]
) -> Iterator[dict]:
    if frame.is_empty() or not measures:
        return
    every = pl.col(measures)
    figures = (
        frame.select(each).row(0, named=True) for each in (every.mean(), every.median(), every.count())
    )
    means, medians, counts = figures
    for name in measures:
        if counts[name]:
            yield {
                "group": group,
                "authority_code": code,
                "measure": name,
                "mean": means[name],
                "median": medians[name],
                "published": england.get(name),
                "schools": counts[name],
            }


def _england(store: Store, key_stage: KeyStage, exam_year: int) -> dict[str, float | None]:
    """The figures that the files themselves give for England."""
    found = frames.national(store, key_stage, exam_year)
    return found.row(0, named=True) if found.height else {}


def _parts(store: Store) -> dict[str, Part]:
    return {part.key: part for part in store.parts()}


def _neighbours(store: Store, code: int) -> tuple[int, ...]:
    found = frames.statistical_neighbours(store, code)
    return tuple(found["la_code"].drop_nulls().to_list())


def _floors(
    store: Store, rulebook: Rulebook, key_stage: KeyStage, exam_year: int, wanted: pl.Series
) -> Iterator[dict]:
    """Each school under the year's floor standard, with its working in words."""
    try:
        judged = standards.floor(store, rulebook, key_stage, exam_year, closed="exclude")
    except (NotEnoughData, RulesError):  # no rule or no figures for the year: nothing to judge
        return
    if not judged.standard:
        return
    for row in _rows_of(judged, wanted).values():
        yield {
            "kind": "floor",
            "urn": row["urn"],
            "rule_id": judged.rule.id,
            "status": row["status"],
            "reason": row["reason"] or "",
            "caution": row["caution"] or "",
            "working": [told(line) for line in judged.working_of(row, rulebook.measures)],
        }


def _coasting(
    store: Store, rulebook: Rulebook, key_stage: KeyStage, exam_year: int, wanted: pl.Series
) -> Iterator[dict]:
    """Each school under the coasting definition decided on the year's results, every year's part told."""
    try:
        judged = standards.coasting(store, rulebook, key_stage, exam_year, closed="exclude")
    except (NotEnoughData, RulesError):
        return
    parts = {year: (part, _rows_of(part, wanted)) for year, part in judged.parts.items()}
    for row in judged.frame.filter(pl.col("urn").is_in(wanted.implode())).iter_rows(named=True):
        urn = row["urn"]
        yield {
            "kind": "coasting",
            "urn": urn,
            "rule_id": judged.rule.id,
            "status": row["status"],
            "reason": row["reason"] or "",
            "caution": "",
            "working": [
                {"exam_year": year, **told(line)}
                for year, (part, rows) in parts.items()
                if urn in rows
                for line in part.working_of(rows[urn], rulebook.measures)
            ],
        }


def _rows_of(judged: StandardResult, wanted: pl.Series) -> dict[int, dict]:
    rows = judged.frame.filter(pl.col("urn").is_in(wanted.implode()))
    return {row["urn"]: row for row in rows.iter_rows(named=True)}


def told(line: Working) -> dict:
    """One comparison as a page tells it."""
    value = line.value.isoformat() if isinstance(line.value, date) else line.value
    return {
        "measure": line.measure,
        "label": line.label,
        "value": value,
        "threshold": line.threshold,
        "holds": line.holds,
        "tested": line.tested,
        "sentence": line.sentence,
        "role": line.role,
        "combine": line.combine,
        "reason": line.reason,
        "confidence": str(line.reference.confidence),
    }


def inspection_rows(store: Store, wanted: pl.Series) -> Iterator[dict]:
    """Inspections of these numbers, each once."""
    frame = frames.inspections(store, None).filter(pl.col("urn").is_in(wanted.implode()))
    for row in frame.iter_rows(named=True):
        yield {
            "urn": row["urn"],
            "inspected_on": row["inspected_on"],
            "published_on": row["published_on"],
            "event": row["event"],
            "grade": row["grade"] or "",
            "category": row["category"] or "",
            "areas": {name: row[name] for name in AREAS if row[name]},
        }


def year_rows(
    frame: pl.DataFrame,
    kind: str,
    year: str,
    names: tuple[str, ...],
    wanted: pl.Series,
    parts: Mapping[str, Part],
) -> Iterator[dict]:
    """One school's money or staff, a row a year."""
    for row in frame.filter(pl.col("urn").is_in(wanted.implode())).iter_rows(named=True):
        codes = {name: row[f"{name}_code"] for name in names if row[name] is None}
        yield {
            "urn": row["urn"],
            "kind": kind,
            "year": row[year],
            "figures": {name: row[name] for name in names if row[name] is not None},
            "codes": {name: code for name, code in codes.items() if code},
            "published_on": row["published_on"],
            "source": parts[row["part"]].source_name,
        }


def predecessor_rows(store: Store, urns: set[int]) -> list[dict]:
    """The schools that these came from, directly or through others, each with the day it was left behind."""
    before: dict[int, list[dict]] = defaultdict(list)
    for row in _links(store).iter_rows(named=True):
        before[row["urn"]].append(row)
    found = []
    for urn in sorted(urns & before.keys()):
        seen, waiting = {urn}, [urn]
        while waiting:
            for row in before.get(waiting.pop(), ()):
                if (earlier := row["link_urn"]) in seen:
                    continue
                seen.add(earlier)
                waiting.append(earlier)
                found.append(
                    {
                        "urn": urn,
                        "earlier_urn": earlier,
                        "until": row["linked_on"],
                        "kind": row["link_type"],
                        "name": row["name"] or "",
                    }
                )
    return found


def _links(store: Store) -> pl.DataFrame:
    """Later school to earlier one, whichever of the two the register tells it from."""
    links = frames.links(store).select("urn", "link_urn", "link_type", "linked_on")
    told_by_later = links.filter(pl.col("link_type").str.starts_with("Predecessor"))
    told_by_earlier = (
        links.filter(pl.col("link_type").str.starts_with("Successor"))
        .rename({"urn": "link_urn", "link_urn": "urn"})
        .select(told_by_later.columns)
    )
    names = frames.schools(store, None).select(link_urn="urn", name="name")
    both = pl.concat([told_by_later, told_by_earlier])
    first = both.unique(["urn", "link_urn"], keep="first", maintain_order=True)
    return first.join(names, on="link_urn", how="left").sort("urn", "linked_on", nulls_last=True)


def import_files(
    folder: Path, store_path: Path, *, today: date, published_on: date | None = None, progress=None
) -> dict:
    """The report of importing a folder of published files, with plain values."""
    report = import_folder(
        folder, Store(store_path), today=today, published_on=published_on, progress=progress
    )
    return report.as_json()
