"""Runs and structures as charts, the same on screen and in papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schoolward.apps.structure import bridge
from schoolward.publishing.charts import Chart
from schoolward.publishing.frontiers import Frontier, Spot, frontier_chart, spots_of
from schoolward.publishing.organisation import Box, OrganisationChart, organisation_chart
from schoolward.publishing.ranges import Swing, Tornado, range_chart
from schoolward.terms.money import format_pounds

MEASURES = (
    ("expected_surplus_pence", "Expected surplus of the traded arm", "£", 0.01),
    ("core_cover", "Core need covered", "%", 100.0),
)


def study_chart(result: Mapping[str, Any], chosen: str = "") -> Chart:
    """The frontier of a study with what it proposes, today's structure and the options beside it."""
    points = [
        Spot(s.label, s.risk_pounds, s.cover_pct, s.tie, s.label == chosen, s.remark)
        for s in spots_of(result["frontier"])
    ]
    own = _spot("Proposed", result["proposal"], chosen=chosen == "proposed")
    beside = [
        _spot(row["name"], row, _remark(row), chosen == f"s{row['structure']}") for row in result["options"]
    ]
    covers = [spot.cover_pct for spot in points] or [own.cover_pct]
    low, high = (f"{cover:.1f}%".replace(".0%", "%") for cover in (min(covers), max(covers)))
    reach = low if low == high else f"{low} to {high}"
    title = f"Structures that keep every duty cover {reach} of core need"
    return frontier_chart(Frontier(title, (*points, own, *beside)))


def _spot(label: str, row: Mapping[str, Any], remark: str = "", chosen: bool = False) -> Spot:
    risk, cover = row["cvar_out_of_sample_pence"] / 100, row["core_cover"] * 100
    return Spot(label, risk, cover, chosen=chosen, remark=remark)


def _remark(row: Mapping[str, Any]) -> str:
    remarks = []
    if row["over_budget_pence"]:
        remarks.append(f"{format_pounds(row['over_budget_pence'], pence=False)} over the core's budget")
    if row["statutory_cover"] < 1:
        remarks.append(f"statutory days covered {row['statutory_cover']:.1%}")
    return "; ".join(remarks)


def tornado_charts(result: Mapping[str, Any]) -> list[Chart]:
    """What matters most to the traded arm's surplus, and to the core's cover."""
    base, swings = result["base"], result["swings"]
    return [
        range_chart(_tornado(key, words, unit, factor, base, swings))
        for key, words, unit, factor in MEASURES
        if key in base
    ]


def _tornado(
    key: str,
    words: str,
    unit: str,
    factor: float,
    base: Mapping[str, Any],
    swings: Sequence[Mapping[str, Any]],
) -> Tornado:
    known = [s for s in swings if key in s["low"] and key in s["high"]]
    rows = tuple(
        Swing(s["label"], s["low_words"], s["low"][key] * factor, s["high_words"], s["high"][key] * factor)
        for s in known
    )
    widest = max(rows, key=lambda row: row.width, default=None)
    title = f"{words}: most hangs on {widest.label[:1].lower()}{widest.label[1:]}" if widest else words
    return Tornado(title, words, unit, base[key] * factor, rows)


def posts_chart(title: str, posts: Sequence[bridge.Post], before: Mapping[str, bridge.Post] | None) -> Chart:
    """The organisation chart; what differs from `before`, or from each post's FTE of today, in accent."""
    boxes = tuple(_box(post, before) for post in posts)
    changed = sum(box.changed for box in boxes)
    what = (
        "no post changes" if not changed else "1 post changes" if changed == 1 else f"{changed} posts change"
    )
    return organisation_chart(OrganisationChart(f"{title}, {what}", boxes))


def _box(post: bridge.Post, before: Mapping[str, bridge.Post] | None) -> Box:
    note, changed = _note(post, before)
    return Box(post.post, post.title, post.unit, note, post.reports_to, changed)


def _note(post: bridge.Post, before: Mapping[str, bridge.Post] | None) -> tuple[str, bool]:
    """What the box says beneath the title, and whether the post changes."""
    now, traded = f"{post.fte.normalize():f} FTE", f"{post.traded_fte.normalize():f}"
    was = before.get(post.post) if before is not None else None
    if before is not None and was is None:
        return f"new, {now}", True
    was_fte = post.current_fte if was is None else was.fte
    if was_fte != post.fte:
        ends = "" if post.fte else ", ends"
        return f"{was_fte.normalize():f} → {now}{ends}{_arm(post, traded)}", True
    if was and was.traded_fte != post.traded_fte:
        return f"{now}, of which traded {was.traded_fte.normalize():f} → {traded}", True
    return now + _arm(post, traded), False


def _arm(post: bridge.Post, traded: str) -> str:
    if not post.traded_fte:
        return ""
    return f", of which {traded} traded" if post.core_fte else ", traded"
