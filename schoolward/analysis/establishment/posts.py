"""An establishment as plain values: posts, funding lines, duties, and which money pays for what where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from schoolward.terms.errors import BadInput

KINDS = {"base": "Base budget", "grant": "Grant", "dedelegation": "De-delegated", "other": "Other"}
ARMS = {"both": "Core and traded", "core": "Core", "traded": "Traded"}
CONCERN, CHILDREN = "concern list", "looked-after children"
RECKONED = {
    "": "as entered",
    CONCERN: "from the list of schools causing concern",
    CHILDREN: "from the number of looked-after children",
}
PENSIONS = {"teachers": "Teachers' pension", "local_government": "Local government pension"}


@dataclass(frozen=True, kw_only=True)
class Post:
    """One kind of post in one unit; never who holds it.

    `current_fte` is what there is today; `core_fte` and `traded_fte` are what this structure has. The cost is
    of one whole-time person for a year with on-costs; `spine`, `point` and `pension` let it be reckoned from
    dated pay. `arm` says where the post may work.
    """

    post: str
    unit: str
    title: str
    grade: str
    annual_cost_pence: int
    current_fte: Decimal
    core_fte: Decimal
    traded_fte: Decimal
    min_fte: Decimal
    max_fte: Decimal
    step_fte: Decimal
    skills: tuple[str, ...] = ()
    arm: str = "both"
    reports_to: str = ""
    tranche: str = ""
    spine: str = ""
    point: int | None = None
    pension: str = ""

    @property
    def fte(self) -> Decimal:
        """Full-time equivalents in this structure."""
        return self.core_fte + self.traded_fte

    @property
    def change_fte(self) -> Decimal:
        """How many more than today; negative for fewer."""
        return self.fte - self.current_fte


@dataclass(frozen=True, kw_only=True)
class FundingLine:
    """Money for a year from one source, with the days between which it comes; None is without an end."""

    line: str
    kind: str
    amount_pence: int
    starts_on: date | None = None
    ends_on: date | None = None

    def pays_on(self, day: date) -> bool:
        """True from its first to its last day."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or day <= self.ends_on
        )


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Something the service must do, or chooses to, in expected days a year.

    `reckoned_from` names what the days are worked out from when a structure is; empty for as entered.
    """

    duty: str
    category: str
    days: Decimal
    statutory: bool
    reckoned_from: str = ""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What a post does with one line's money, and at which schools; no schools means for all of them."""

    activity: str
    line: str
    post: str
    amount_pence: int
    urns: tuple[int, ...] = ()


@dataclass(frozen=True)
class Establishment:
    """A whole structure: what one version of it says."""

    posts: tuple[Post, ...] = ()
    funding: tuple[FundingLine, ...] = ()
    duties: tuple[Duty, ...] = ()
    activities: tuple[Activity, ...] = ()
    prices: Mapping[str, int] = field(default_factory=dict)
    pensions: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_post(self) -> dict[str, Post]:
        return {post.post: post for post in self.posts}

    @cached_property
    def by_line(self) -> dict[str, FundingLine]:
        return {line.line: line for line in self.funding}

    @property
    def units(self) -> list[str]:
        """The units, in the order in which their posts are listed."""
        return list(dict.fromkeys(post.unit for post in self.posts))

    @property
    def tranches(self) -> list[str]:
        """The tranches named by any post, in order."""
        return list(dict.fromkeys(post.tranche for post in self.posts if post.tranche))

    @property
    def fte(self) -> Decimal:
        return sum((post.fte for post in self.posts), Decimal(0))


RECORDS: dict[str, tuple[type, str]] = {
    "posts": (Post, "post"),
    "funding": (FundingLine, "line"),
    "duties": (Duty, "duty"),
    "activities": (Activity, "activity"),
}


def key_of(part: str, record: Any) -> str:
    """What tells a record of that part from the others; an activity needs its line and post as well."""
    if part == "activities":
        return f"{record.activity} | {record.line} | {record.post}"
    return getattr(record, RECORDS[part][1])


def checked(found: Establishment) -> Establishment:
    """The same, or BadInput naming the first thing in it that cannot be."""
    for part in RECORDS:
        _check_once(part, getattr(found, part))
    for post in found.posts:
        _check_post(post, found)
    for line in found.funding:
        _check_line(line)
    for duty in found.duties:
        if duty.days < 0:
            raise BadInput("The days are below nought.", where=f"duty {duty.duty}")
        if duty.reckoned_from not in RECKONED:
            known = " or ".join(filter(None, RECKONED))
            what = f"Days cannot be reckoned from '{duty.reckoned_from}'."
            raise BadInput(what, where=f"duty {duty.duty}", do=f"Use {known}, or leave it empty.")
    for activity in found.activities:
        _check_activity(activity, found)
    _check_shares(found)
    return found


def _check_once(part: str, records: Iterable[Any]) -> None:
    seen: set[str] = set()
    for record in records:
        key = key_of(part, record)
        if key in seen:
            raise BadInput(f"'{key}' is there twice.", where=part, do="Give each its own name.")
        seen.add(key)


def _check_post(post: Post, found: Establishment) -> None:
    where = f"post {post.post}"
    if post.annual_cost_pence < 0:
        raise BadInput("The annual cost is below nought.", where=where)
    if not 0 <= post.min_fte <= post.max_fte:
        raise BadInput("The least FTE is above the most.", where=where, do="Exchange them.")
    if min(post.current_fte, post.core_fte, post.traded_fte) < 0:
        raise BadInput("An FTE is below nought.", where=where)
    if post.step_fte <= 0:
        raise BadInput("The step of FTE is not above nought.", where=where, do="Give 0.1 or 0.5.")
    if post.arm not in ARMS:
        raise BadInput(f"'{post.arm}' is no arm.", where=where, do=f"Use {', '.join(ARMS)}.")
    if (post.arm == "core" and post.traded_fte) or (post.arm == "traded" and post.core_fte):
        raise BadInput(
            f"It may work {ARMS[post.arm].lower()} only, and has FTE in the other arm.", where=where
        )
    if post.reports_to and post.reports_to not in found.by_post:
        raise BadInput(f"It reports to '{post.reports_to}', which is no post.", where=where)
    seen, above = {post.post}, post.reports_to
    while above:
        if above in seen:
            raise BadInput("It reports to itself in a circle.", where=where, do="Name who stands above.")
        seen.add(above)
        above = found.by_post[above].reports_to if above in found.by_post else ""


def _check_line(line: FundingLine) -> None:
    where = f"funding line {line.line}"
    if line.kind not in KINDS:
        raise BadInput(f"'{line.kind}' is no kind of funding.", where=where, do=f"Use {', '.join(KINDS)}.")
    if line.amount_pence < 0:
        raise BadInput("The amount is below nought.", where=where)
    if line.starts_on and line.ends_on and line.ends_on < line.starts_on:
        raise BadInput("It ends before it starts.", where=where, do="Exchange the days.")


def _check_activity(activity: Activity, found: Establishment) -> None:
    where = f"activity {activity.activity}"
    if activity.line not in found.by_line:
        raise BadInput(f"'{activity.line}' is no funding line.", where=where, do="Add the line first.")
    if activity.post not in found.by_post:
        raise BadInput(f"'{activity.post}' is no post.", where=where, do="Add the post first.")
    if activity.amount_pence < 0:
        raise BadInput("The amount is below nought.", where=where)


def _check_shares(found: Establishment) -> None:
    """No line pays out more than comes in."""
    for line in found.funding:
        spent = sum(each.amount_pence for each in found.activities if each.line == line.line)
        if spent > line.amount_pence:
            over = (spent - line.amount_pence) / 100
            raise BadInput(
                f"Its activities come to £{over:,.2f} more than the line has.",
                where=f"funding line {line.line}",
                do="Lower an activity, or correct the line.",
            )


# Kept as JSON -------------------------------------------------------------------------------------------


def to_document(found: Establishment) -> dict[str, Any]:
    """The establishment as JSON values, the same for the same content."""
    parts = {part: [_plain(record) for record in getattr(found, part)] for part in RECORDS}
    return parts | {"prices": dict(sorted(found.prices.items())), "pensions": dict(found.pensions)}


def _plain(record: Any) -> dict[str, Any]:
    return {each.name: _cell(getattr(record, each.name)) for each in fields(record)}


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value.normalize() + 0)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_document(document: Mapping[str, Any]) -> Establishment:
    """The establishment that `to_document` wrote."""
    parts = {
        part: tuple(_record(kind, row) for row in document.get(part, ()))
        for part, (kind, _) in RECORDS.items()
    }
    return Establishment(
        **parts, prices=document.get("prices") or {}, pensions=document.get("pensions") or {}
    )


def _record(kind: type, row: Mapping[str, Any]) -> Any:
    return kind(
        **{each.name: _read(str(each.type), row[each.name]) for each in fields(kind) if each.name in row}
    )


def _read(kind: str, value: Any) -> Any:
    if kind == "Decimal":
        return Decimal(value)
    if kind.startswith("date"):
        return date.fromisoformat(value) if value else None
    return tuple(value) if kind.startswith("tuple") else value


def with_fte(post: Post, core_fte: float, traded_fte: float) -> Post:
    """The post with other full-time equivalents, to a hundredth."""
    core, traded = (Decimal(str(round(value, 2))) for value in (core_fte, traded_fte))
    return replace(post, core_fte=core, traded_fte=traded)


def with_record(found: Establishment, part: str, record: Any, replacing: str = "") -> Establishment:
    """The establishment with the record in the place of the one called `replacing`, or at the end."""
    records = list(getattr(found, part))
    keys = [key_of(part, each) for each in records]
    if replacing in keys:
        records[keys.index(replacing)] = record
    else:
        records.append(record)
    return replace(found, **{part: tuple(records)})


def without_record(found: Establishment, part: str, key: str) -> Establishment:
    """The establishment without that record, and without what hung on it."""
    kept = {part: tuple(each for each in getattr(found, part) if key_of(part, each) != key)}
    hangs = {"posts": "post", "funding": "line"}.get(part)
    if hangs:
        kept["activities"] = tuple(each for each in found.activities if getattr(each, hangs) != key)
    if part == "posts":
        kept["posts"] = tuple(
            replace(each, reports_to="") if each.reports_to == key else each for each in kept["posts"]
        )
    return replace(found, **kept)
