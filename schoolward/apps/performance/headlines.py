"""What a list says of each school, from its history: pure, rows in and rows out."""

from __future__ import annotations

from collections import defaultdict

# The first that the latest year carries is shown; a secondary school's own results come before key stage 2.
HEADLINES = {
    "ks4": ("p8", "att8", "basics94_pct", "five_ac_em_pct"),
    "ks2": ("exp_rwm_pct", "l4_rwm_pct", "l4_eng_maths_pct", "prog_read"),
}


def headline_rows(
    urns: list[int],
    results: list[dict],
    judgements: list[dict],
    inspections: list[dict],
    predecessors: list[dict],
) -> list[dict]:
    """One row a school; a predecessor's figures stand in where the school has none of its own."""
    lineage: dict[int, list[int]] = defaultdict(list)
    for row in predecessors:
        lineage[row["urn"]].append(row["earlier_urn"])
    by_urn = {name: _by_urn(rows) for name, rows in _named(results, judgements, inspections)}
    return [_headline(urn, [urn, *lineage[urn]], by_urn) for urn in urns]


def _named(*kinds: list[dict]) -> zip:
    return zip(("results", "judgements", "inspections"), kinds, strict=True)


def _by_urn(rows: list[dict]) -> dict[int, list[dict]]:
    found: dict[int, list[dict]] = defaultdict(list)
    for row in rows:
        found[row["urn"]].append(row)
    return found


def _headline(urn: int, line: list[int], by_urn: dict[str, dict[int, list[dict]]]) -> dict:
    of = {name: _own_or_earlier(rows, line) for name, rows in by_urn.items()}
    floors = [row for row in of["judgements"] if row["kind"] == "floor"]
    floor = max(floors, key=lambda row: (row["exam_year"], row["urn"] == urn), default=None)
    graded = [row for row in of["inspections"] if row["grade"] or row["category"]]
    inspection = max(graded, key=lambda row: row["inspected_on"], default=None)
    return {
        "urn": urn,
        **_latest_result(urn, of["results"]),
        "floor_year": floor["exam_year"] if floor else None,
        "floor_status": floor["status"] if floor else "",
        "inspected_on": inspection["inspected_on"] if inspection else None,
        "grade": inspection["grade"] if inspection else "",
        "category": inspection["category"] if inspection else "",
    }


def _own_or_earlier(rows: dict[int, list[dict]], line: list[int]) -> list[dict]:
    """The school's own rows; only where it has none, those of the schools it came from."""
    own, *earlier = line
    return rows.get(own) or [row for each in earlier for row in rows.get(each, ())]


def _latest_result(urn: int, results: list[dict]) -> dict:
    for key_stage, measures in HEADLINES.items():
        rows = [row for row in results if row["key_stage"] == key_stage]
        rows.sort(key=lambda row: (row["exam_year"], row["urn"] == urn), reverse=True)
        for row in rows:
            for measure in measures:
                if measure in row["figures"] or row["codes"].get(measure) not in (None, "not carried"):
                    return _said(urn, row, measure)
    return {
        "measure": "",
        "exam_year": None,
        "figure": None,
        "code": "",
        "cohort": None,
        "is_predecessors": False,
    }


def _said(urn: int, row: dict, measure: str) -> dict:
    cohort = row["figures"].get("cohort")
    return {
        "measure": measure,
        "exam_year": row["exam_year"],
        "figure": row["figures"].get(measure),
        "code": row["codes"].get(measure, ""),
        "cohort": int(cohort) if cohort is not None else None,
        "is_predecessors": row["urn"] != urn,
    }
