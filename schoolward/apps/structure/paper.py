"""The figures of the board paper on the structure of the service, each with the query it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.demand.picturing import income_chart
from schoolward.apps.demand.states import Stage
from schoolward.apps.structure import bridge, picturing, queries
from schoolward.apps.structure.models import StructureRun
from schoolward.apps.structure.states import RunKind
from schoolward.publishing.charts import Chart
from schoolward.publishing.provenance import FigureValue, Value
from schoolward.publishing.tables import Table, table
from schoolward.terms.calendar import LONDON, format_day
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.money import format_pounds


@dataclass(frozen=True)
class Source:
    """What all figures of one study share."""

    study: StructureRun
    authority: str
    as_at: date

    def bind(self, value: Value, query: str, text: str = "", unit: str = "") -> FigureValue:
        said = text or (
            value.title
            if isinstance(value, Chart)
            else value.caption
            if isinstance(value, Table)
            else str(value)
        )
        return FigureValue(
            value=value,
            text=said,
            query=query,
            arguments={"authority": self.authority, "run": str(self.study.pk)},
            as_at=self.as_at,
            data_edition=self.study.data_edition,
            rules_edition=self.study.rules_edition,
            unit=unit,
        )

    def money(self, pence: int, query: str) -> FigureValue:
        return self.bind(pence, query, format_pounds(pence, pence=False))

    def number(self, value: float, query: str, text: str) -> FigureValue:
        return self.bind(value, query, text)

    @property
    def proposal(self) -> Mapping[str, Any]:
        return self.study.result["proposal"]

    @property
    def today(self) -> bridge.Establishment:
        return bridge.from_document(self.study.asked["base"])


def structure_figures(by: Acting, as_at: date) -> dict[str, FigureValue]:
    """Every figure that the paper's template may bind, officers' prose apart."""
    study = _study_by(as_at)
    tornado = study.followed_by.filter(kind=RunKind.TORNADO, stage=Stage.DONE).first()
    return figures_of(Source(study, str(by.authority.code), as_at), by, tornado, _tranches())


def figures_of(
    source: Source, by: Acting, tornado: StructureRun | None, tranches: list[tuple[str, str]]
) -> dict[str, FigureValue]:
    """The figures of a study, of what followed it, and of where each tranche stands."""
    return (
        _names(source, by)
        | _funding(source)
        | _demand(source)
        | _structures(source, tornado)
        | _tables(source, tranches)
        | _children(source)
    )


def _study_by(as_at: date) -> StructureRun:
    """The newest study with a result by the end of the day."""
    rows = StructureRun.objects.filter(kind=RunKind.STUDY, stage=Stage.DONE).select_related(
        "demand_run", "base"
    )
    for row in rows:
        if row.asked_at.astimezone(LONDON).date() <= as_at:
            return row
    raise NotEnoughData(
        f"No study of structures had been worked out by {format_day(as_at)}.",
        do="Work structures out, or choose a later day.",
    )


def _names(source: Source, by: Acting) -> dict[str, FigureValue]:
    study = source.study
    asked_on = format_day(study.asked_at.astimezone(LONDON).date())
    said = {
        "authority.name": by.authority.name,
        "board.name": "the School Improvement Board",
        "structure.as_at": format_day(source.as_at),
        "structure.year_from": format_day(date.fromisoformat(study.asked["settings"]["year_from"])),
        "run.study": f"study {study.pk} of {asked_on}, seed {study.seed}",
        "concern.load": _sentence(study.asked["settings"]["school_loads_told"]),
        "data.edition": f"edition {study.data_edition[:12]}",
        "rules.edition": f"edition {study.rules_edition[:12]}",
    }
    return {name: source.bind(text, "setting", text) for name, text in said.items()}


def _sentence(parts: list[str]) -> str:
    return "; ".join(parts) + "."


def _funding(source: Source) -> dict[str, FigureValue]:
    lines = source.proposal["budget"]["lines"]
    today = sum(line["amount_pence"] for line in lines)
    then = sum(line["in_year_pence"] for line in lines)
    grants = sum(line["amount_pence"] - line["in_year_pence"] for line in lines if line["kind"] == "grant")
    rows = [
        (
            line["line"],
            bridge.KINDS[line["kind"]],
            format_pounds(line["amount_pence"], pence=False),
            format_pounds(line["in_year_pence"], pence=False),
            format_day(date.fromisoformat(line["ends_on"])) if line["ends_on"] else "no end known",
        )
        for line in lines
    ]
    headings = ("Line", "Kind", "#A year today", "#In the year planned", "Ends")
    return {
        "grants.ending": source.money(grants, "grants_ending"),
        "funding.today": source.money(today, "funding_today"),
        "funding.then": source.money(then, "funding_in_year"),
        "funding.table": source.bind(table("What pays for the core", headings, rows), "funding_lines"),
    }


def _demand(source: Source) -> dict[str, FigureValue]:
    run = source.study.demand_run
    money, counts = run.summary["revenue_pence"], run.told["counts"]
    return {
        "schools.answered": source.bind(
            counts.get("schools answered", 0), "schools_answered", unit="schools"
        ),
        "schools.count": source.bind(counts["schools"], "schools_counted", unit="schools"),
        "income.expected": source.money(money["mean"], "income_expected"),
        "income.low": source.money(money["p05"], "income_low"),
        "income.high": source.money(money["p95"], "income_high"),
        "income.silent_nothing": source.money(
            run.summary["bounds_pence"]["silent_buy_nothing"], "income_if_silent_schools_buy_nothing"
        ),
        "income.range": source.bind(income_chart(run.summary), "income_range"),
    }


def _structures(source: Source, tornado: StructureRun | None) -> dict[str, FigureValue]:
    proposal, today = source.proposal, source.today
    core = sum(row["core_fte"] for row in proposal["posts"])
    traded = sum(row["traded_fte"] for row in proposal["posts"])
    charts = picturing.tornado_charts(tornado.result) if tornado else []
    return {
        "today.fte": source.number(float(today.fte), "fte_today", f"{today.fte.normalize():f}"),
        "proposed.core_fte": source.number(core, "fte_proposed_core", f"{core:.1f}"),
        "proposed.traded_fte": source.number(traded, "fte_proposed_traded", f"{traded:.1f}"),
        "proposed.core_cover": source.number(
            proposal["core_cover"], "core_cover", f"{proposal['core_cover']:.1%}"
        ),
        "proposed.surplus": source.money(proposal["expected_surplus_pence"], "expected_surplus"),
        "proposed.deficit_chance": source.number(
            proposal["probability_of_deficit"],
            "chance_of_a_deficit",
            f"{proposal['probability_of_deficit']:.0%}",
        ),
        "structure.frontier": source.bind(picturing.study_chart(source.study.result), "frontier"),
        "organisation.proposed": source.bind(_chart(source), "posts_proposed"),
        "matters.most": source.bind(charts[0] if charts else None, "what_matters_most", "not worked out yet"),
    }


def _chart(source: Source) -> Chart:
    """Posts as proposed, what differs from today in accent."""
    rows = {row["post"]: row for row in source.proposal["posts"]}
    posts = [
        bridge.with_fte(post, rows[post.post]["core_fte"], rows[post.post]["traded_fte"])
        for post in source.today.posts
        if post.post in rows
    ]
    return picturing.posts_chart("The structure proposed", posts, source.today.by_post)


def _tables(source: Source, tranches: list[tuple[str, str]]) -> dict[str, FigureValue]:
    left = source.proposal["budget"].get("unspent_told", "")
    tables = {
        "options.table": _options(source),
        "posts.table": _posts(source),
        "duties.table": _duties(source),
        "budget.table": _budget(source),
        "standing.table": _standing(source),
        "tranches.table": table("Tranches", ("Tranche", "Where it stands"), tranches),
    }
    bound = {name: source.bind(made, name.replace(".", "_")) for name, made in tables.items()}
    return bound | {"budget.left": source.bind(left, "left_in_an_average_year", left)}


def _options(source: Source) -> Table:
    rows = [("Proposed", source.proposal), *((row["name"], row) for row in source.study.result["options"])]
    headings = (
        *("Structure", "#Core need covered", "#Expected surplus", "#Chance of a deficit"),
        *("#Mean deficit in the worst years", "#Core over budget"),
    )
    return table(
        "Structures tested on the same years",
        headings,
        (
            (
                name,
                f"{row['core_cover']:.1%}",
                format_pounds(row["expected_surplus_pence"], pence=False),
                f"{row['probability_of_deficit']:.0%}",
                format_pounds(row["cvar_out_of_sample_pence"], pence=False),
                format_pounds(row.get("over_budget_pence", 0), pence=False),
            )
            for name, row in rows
        ),
    )


def _posts(source: Source) -> Table:
    return table(
        "Posts now and proposed; who holds them is not shown",
        ("Unit", "Post", "#FTE now", "#Core", "#Traded", "#Change"),
        (
            (
                row["unit"],
                row["title"],
                *(_plain(row[key]) for key in ("current_fte", "core_fte", "traded_fte")),
                _signed(row["change_fte"]),
            )
            for row in source.proposal["posts"]
        ),
    )


def _standing(source: Source) -> Table:
    traded = [row for row in source.proposal["posts"] if row["loses_money"] is not None]
    return table(
        "Posts of the traded arm: firm, or provisional on demand",
        ("Post", "Standing", "#Chance of losing money", "What would firm it up"),
        ((row["title"], row["state"], f"{row['loses_money']:.0%}", row["sentence"]) for row in traded),
    )


def _duties(source: Source) -> Table:
    duties = bridge.reckoned_duties(source.today.duties, source.study.asked["settings"])
    return table(
        "What the core must do, in expected days a year",
        ("Duty", "Kind", "#Days", "Reckoned"),
        (
            (
                duty.duty,
                "statutory" if duty.statutory else "discretionary",
                f"{duty.days:,.0f}",
                bridge.RECKONED[duty.reckoned_from],
            )
            for duty in duties
        ),
    )


def _budget(source: Source) -> Table:
    budget = source.proposal["budget"]
    parts = (
        ("Funding lines", budget["total_pence"]),
        ("From an expected surplus of the traded arm", budget["from_traded_pence"]),
        ("Core posts", -budget["core_posts_pence"]),
        ("Ending posts, once", -budget["redundancy_pence"]),
        ("Associates for core work, at most", -budget["core_associates_at_most_pence"]),
        ("Left over", budget["unspent_pence"]),
    )
    rows = ((words, format_pounds(pence, pence=False)) for words, pence in parts)
    return table("The core's budget in the year planned", ("", "#Amount"), rows)


def _tranches() -> list[tuple[str, str]]:
    """Where each tranche stands in the structure that was put forward last."""
    forward = [each for each in _put_forward() if each.establishment.tranches]
    if not forward:
        return []
    waiting = set(queries.waiting_tranches(forward[-1]))
    settled = queries.settlements_of(forward[-1].structure)
    return [
        (
            name,
            "waits for what schools order"
            if name in waiting
            else f"settled {format_day(settled[name].settled_on)}",
        )
        for name in forward[-1].establishment.tranches
    ]


def _put_forward() -> list[queries.Drawn]:
    return [queries.drawn(version) for version in queries.versions_put_forward()]


def _children(source: Source) -> dict[str, FigureValue]:
    settings = source.study.asked["settings"]
    days = bridge.children_days(settings)
    posts = {post.post for post in source.today.posts if "virtual-school" in post.skills}
    rows = [row for row in source.proposal["posts"] if row["post"] in posts]
    now = sum(row["current_fte"] for row in rows)
    then = sum(row["core_fte"] + row["traded_fte"] for row in rows)
    return {
        "children.count": source.bind(
            settings["looked_after_children"], "looked_after_children", unit="children"
        ),
        "children.days": source.number(days, "days_of_the_virtual_school", f"{days:,.0f}"),
        "virtual.fte_today": source.number(now, "fte_of_the_virtual_school_today", _plain(now)),
        "virtual.fte_then": source.number(then, "fte_of_the_virtual_school_proposed", _plain(then)),
    }


def _plain(value: float) -> str:
    return f"{Decimal(str(round(value, 2))).normalize():f}"


def _signed(value: float) -> str:
    if not round(value, 2):
        return "none"
    return ("+" if value > 0 else "−") + _plain(abs(value))
